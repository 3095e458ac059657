"""evidence-pack-v1, check 1: the form of a pack."""

from dataclasses import dataclass

from . import canonical_json, limits
from .envelope import read_envelope
from .errors import require
from .fields import Fields, as_base64
from .hashing import digest_of
from .inputs import Bound, Reference, read_bound, read_reference

FORMAT = "nexus.evidence-pack/v1"


@dataclass(frozen=True)
class LogEntry:
    bytes: bytes
    index: int
    path: list


@dataclass(frozen=True)
class Pack:
    rail: str
    genesis: LogEntry
    governance: list
    inputs: list
    bindings: list
    statements: list
    quorum: bytes
    rollup: LogEntry
    leaf_index: int
    checkpoint: str
    rotations: list
    # (kind, proof) each.
    anchors: list
    # (the network's file, the proof), where a model was computed.
    proof: tuple | None
    # Evidence documents of admissions.
    attestations: list

    @property
    def references(self) -> list:
        return [one.reference if isinstance(one, Bound) else one for one in self.inputs]


def _log_entry(fields: Fields) -> LogEntry:
    with fields:
        data = fields.base64("bytes", limits.LOG_ENTRY_BYTES_MAX)
        return LogEntry(data, fields.integer("index"), fields.path("path"))


def _anchor(fields: Fields) -> tuple:
    with fields:
        kind = fields.text("kind", limits.ANCHOR_KIND_BYTES_MAX)
        proof = fields.base64("proof", limits.ANCHOR_BYTES_MAX)
    require(kind != "" and proof != b"", "log.bad-anchor", "no kind, or no bytes", fields.place)
    return kind, proof


def _proof(fields: Fields) -> tuple:
    with fields:
        model = fields.base64("model", limits.PROOF_MATERIAL_BYTES_MAX)
        proof = fields.base64("proof", limits.PROOF_MATERIAL_BYTES_MAX)
    fits = len(model) + len(proof) <= limits.PROOF_MATERIAL_BYTES_MAX
    require(fits, "base.too-large", f"more than {limits.PROOF_MATERIAL_BYTES_MAX} bytes together", fields.place)
    return model, proof


def _input(value, place: str) -> Bound | Reference:
    with Fields(value, place) as one:
        if one.has("withheld") and not one.has("shown"):
            return read_reference(one.object("withheld"))
        return read_bound(one.object("shown"))


def read_pack(data: bytes) -> Pack:
    """A pack's bytes, with its digest checked."""
    require(len(data) <= limits.PACK_BYTES_MAX, "base.too-large", f"more than {limits.PACK_BYTES_MAX} bytes")
    value = canonical_json.parse_canonical(data, limits.PACK_BYTES_MAX)
    with Fields(value) as fields:
        format_ = fields.text("format", limits.NAME_BYTES_MAX)
        require(format_ == FORMAT, "evidence.not-a-certificate", f"not {FORMAT}", "format")
        pack_digest, rail = fields.digest("packDigest"), fields.digest("rail")
        genesis = _log_entry(fields.object("genesis"))
        governance = [
            _log_entry(Fields(element, at))
            for at, element in fields.array("governance", limits.GOVERNANCE_ENTRIES_MAX)
        ]
        inputs = [_input(element, at) for at, element in fields.array("inputs", limits.INPUTS_MAX)]
        bindings = [read_envelope(element, at) for at, element in fields.array("bindings", limits.BINDINGS_MAX)]
        statements = [read_envelope(element, at) for at, element in fields.array("statements", limits.STATEMENTS_MAX)]
        quorum = fields.base64("quorum", limits.QUORUM_BYTES_MAX)
        with fields.object("rollup") as one:
            rollup, leaf_index = _log_entry(one.object("entry")), one.integer("leafIndex")
        checkpoint = fields.text("checkpoint", limits.CHECKPOINT_BYTES_MAX)
        rotations, anchors = [], []
        if fields.has("rotations"):
            elements = fields.filled_array("rotations", limits.ROTATIONS_MAX)
            rotations = [_log_entry(Fields(element, at)) for at, element in elements]
        proof = _proof(fields.object("proof")) if fields.has("proof") else None
        attestations = []
        if fields.has("attestations"):
            elements = fields.filled_array("attestations", limits.STATEMENTS_MAX)
            attestations = [as_base64(element, at, limits.EVIDENCE_BYTES_MAX) for at, element in elements]
        if fields.has("anchors"):
            anchors = [_anchor(Fields(element, at)) for at, element in fields.filled_array("anchors", limits.ANCHORS_MAX)]
    rest = canonical_json.write({key: element for key, element in value.items() if key != "packDigest"})
    require(pack_digest == digest_of(rest), "evidence.pack-damaged", "not the digest of the rest", "packDigest")
    return Pack(rail, genesis, governance, inputs, bindings, statements, quorum, rollup, leaf_index, checkpoint,
                rotations, anchors, proof, attestations)
