"""envelope-v1: DSSE envelopes over exact bytes, batch signatures, in-toto statements."""

from dataclasses import dataclass

from . import canonical_json, limits, merkle, texts
from .did_key import PublicKey
from .errors import NexusError, require
from .fields import Fields
from .hashing import digest_of

STATEMENT_TYPE = "application/vnd.in-toto+json"
BATCH_TYPE = "application/vnd.nexus.batch.v1"
IN_TOTO = "https://in-toto.io/Statement/v1"


@dataclass(frozen=True)
class Batch:
    index: int
    size: int
    path: list


@dataclass(frozen=True)
class Signature:
    keyid: str
    bytes: bytes
    batch: Batch | None


@dataclass(frozen=True)
class Envelope:
    payload_type: str
    payload: bytes
    signatures: list

    @property
    def digest(self) -> str:
        """SHA-256 of the payload: how other documents name a statement."""
        return digest_of(self.payload)

    def verify(self, key: PublicKey) -> None:
        """Verifies the signature of the key that had to sign."""
        signature = next((one for one in self.signatures if one.keyid == key.did), None)
        if signature is None:
            raise NexusError("trust.missing-signature", f"no signature by {key.did}")
        message = pre_authentication(self.payload_type, self.payload)
        if signature.batch is not None:
            batch = signature.batch
            root = merkle.root_from_path(merkle.leaf_hash(message), batch.index, batch.size, batch.path)
            message = pre_authentication(BATCH_TYPE, batch.size.to_bytes(8, "big") + root)
        require(key.verifies(signature.bytes, message), "trust.bad-signature", f"the signature by {key.did} is wrong")


def pre_authentication(payload_type: str, body: bytes) -> bytes:
    """DSSE's PAE: the bytes that are signed."""
    kind = payload_type.encode("utf-8")
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(body), body)


def _batch(fields: Fields) -> Batch:
    with fields:
        index = fields.integer("index")
        size = fields.integer("size", 1, limits.BATCH_SIZE_MAX)
        path = fields.path("path")
    require(index < size, "base.wrong-type", "index not below size", fields.at("index"))
    return Batch(index, size, path)


def read_envelope(value, place: str = "") -> Envelope:
    """An envelope from its JSON object."""
    with Fields(value, place) as fields:
        payload_type = fields.text("payloadType", limits.PAYLOAD_TYPE_BYTES_MAX)
        payload = fields.base64("payload", limits.PAYLOAD_BYTES_MAX)
        signatures = []
        for at, element in fields.array("signatures", limits.SIGNATURES_MAX):
            with Fields(element, at) as one:
                keyid = one.did("keyid")
                sig = one.base64("sig", limits.SIGNATURE_BYTES_MAX)
                batch = _batch(one.object("batch")) if one.has("batch") else None
            signatures.append(Signature(keyid, sig, batch))
    distinct = len({one.keyid for one in signatures})
    good = signatures and distinct == len(signatures)
    require(bool(good), "trust.missing-signature", "no signature, or two by one key", place)
    return Envelope(payload_type, payload, signatures)


@dataclass(frozen=True)
class Statement:
    """An in-toto statement: its subjects as (name, digest), and the predicate's fields to be read."""

    subject: list
    predicate: Fields

    def require_subject(self, name: str, digest: str, code: str) -> None:
        require(self.subject == [(name, digest)], code, f"the subject is not {name} alone with its digest", "subject")


def read_statement_bytes(payload: bytes, predicate_type: str, limit: int = limits.PAYLOAD_BYTES_MAX) -> Statement:
    with Fields(canonical_json.parse_canonical(payload, limit)) as fields:
        kind = fields.text("_type", limits.TEXT_BYTES_MAX)
        require(kind == IN_TOTO, "trust.wrong-predicate", "not an in-toto Statement v1", "_type")
        named = fields.text("predicateType", limits.NAME_BYTES_MAX)
        require(named == predicate_type, "trust.wrong-predicate", f"not {predicate_type}", "predicateType")
        subject = []
        for at, element in fields.array("subject", limits.SUBJECTS_MAX):
            with Fields(element, at) as one:
                name = one.text("name", limits.SUBJECT_NAME_BYTES_MAX)
                with one.object("digest") as digest:
                    value = digest.text("sha256", limits.SUBJECT_DIGEST_BYTES_MAX)
                    subject.append((name, texts.bare_hex_digest(value, digest.at("sha256"))))
        predicate = fields.object("predicate")
    return Statement(subject, predicate)


def read_statement(envelope: Envelope, predicate_type: str) -> Statement:
    """The statement inside an envelope; the signature is verified by whoever knows whose it must be."""
    good = envelope.payload_type == STATEMENT_TYPE
    require(good, "trust.wrong-payload-type", f"not {STATEMENT_TYPE}", "payloadType")
    return read_statement_bytes(envelope.payload, predicate_type)
