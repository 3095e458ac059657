"""genesis-v1 and trust-file-v1: what a rail begins with, and what a verifier starts from."""

from dataclasses import dataclass

from . import anchor, canonical_json, limits
from .did_key import POST_QUANTUM_SUITES, SUITES, PublicKey, read_did_key, require_suites
from .errors import NexusError, require
from .fields import Fields, as_base64
from .hashing import digest_of
from .note import COSIGNATURE_TYPE, LOG_KEY_TYPE, ML_DSA_COSIGNATURE_TYPE, VerifierKey, read_verifier_key

_NOT_ALLOWED = "governance.not-allowed"
SIMULATED = "simulated"


@dataclass(frozen=True)
class Genesis:
    bytes: bytes
    name: str
    committee: dict
    committee_threshold: int
    rail_key: PublicKey
    log_key: VerifierKey
    validators: list
    validator_threshold: int
    attestation: list
    suites: list | None = None

    @property
    def rail(self) -> str:
        """The rail's id."""
        return digest_of(self.bytes)


def _verifier_key(text: str, place: str, *types: int) -> VerifierKey:
    key = read_verifier_key(text)
    if key is None or key.type not in types:
        raise NexusError(_NOT_ALLOWED, "not a verifier key of this use", place)
    return key


def read_genesis(value, place: str = "") -> Genesis:
    """A genesis from its JSON object; its bytes are the canonical form."""
    with Fields(value, place) as fields:
        fields.choice("format", "nexus.genesis/v1")
        name = fields.text("name", limits.GENESIS_NAME_BYTES_MAX)
        fields.time("createdAt")
        with fields.object("committee") as one:
            dids = [_did(element, at) for at, element in one.array("keys", limits.COMMITTEE_MAX)]
            threshold = one.integer("threshold")
        rail_did = fields.did("railKey")
        log_text = fields.text("logKey", limits.VERIFIER_KEY_BYTES_MAX)
        with fields.object("validators") as one:
            validator_texts = one.text_array("keys", limits.VALIDATORS_MAX, limits.VERIFIER_KEY_BYTES_MAX)
            validator_threshold = one.integer("threshold")
        attestation = fields.text_array("attestation", limits.ATTESTATION_KINDS_MAX, limits.NAME_BYTES_MAX)
        suites = _suites(fields)
    data = canonical_json.write(value)
    require(len(data) <= limits.LOG_ENTRY_BYTES_MAX, "base.too-large", "more than one entry of the log holds", place)
    distinct = bool(dids) and len(set(dids)) == len(dids)
    require(distinct, _NOT_ALLOWED, "committee keys are none, or not distinct", place)
    require(1 <= threshold <= len(dids), _NOT_ALLOWED, "the committee's threshold is out of range", place)
    require(len(set(validator_texts)) == len(validator_texts), _NOT_ALLOWED, "validators are not distinct", place)
    within = validator_threshold <= len(validator_texts)
    require(within, _NOT_ALLOWED, "the validators' threshold is out of range", place)
    require(SIMULATED in attestation, _NOT_ALLOWED, f"{SIMULATED} is not named", place)
    committee = {did: read_did_key(did, place) for did in dids}
    rail_key = read_did_key(rail_did, place)
    require_suites(suites, [*committee.values(), rail_key], place)
    log_key = _verifier_key(log_text, fields.at("logKey"), LOG_KEY_TYPE)
    seen, validators = {log_key.raw}, []
    for text in validator_texts:
        key = _verifier_key(text, fields.at("validators"), COSIGNATURE_TYPE, ML_DSA_COSIGNATURE_TYPE)
        require(key.raw not in seen, _NOT_ALLOWED, "one public key stands twice", fields.at("validators"))
        seen.add(key.raw)
        validators.append(key)
    if suites is not None and set(suites) <= POST_QUANTUM_SUITES:
        ready = validator_threshold > 0 and all(key.type == ML_DSA_COSIGNATURE_TYPE for key in validators)
        require(ready, _NOT_ALLOWED, "a post-quantum rail needs validators that cosign with ML-DSA-44", place)
    return Genesis(
        data, name, committee, threshold, rail_key, log_key, validators, validator_threshold, attestation, suites
    )


def _suites(fields: Fields) -> list | None:
    """Names of suites, or None where the document names none and every suite counts."""
    if not fields.has("suites"):
        return None
    names = fields.text_array("suites", limits.SUITES_MAX, limits.NAME_BYTES_MAX)
    good = names and len(set(names)) == len(names) and all(name in SUITES for name in names)
    require(bool(good), "trust.unknown-suite", "suites are known, distinct, and at least one", fields.at("suites"))
    return names


def _did(element, place: str) -> str:
    with Fields({"did": element}, place) as one:
        return one.did("did")


_BAD_TRUST = "evidence.bad-trust-file"


@dataclass(frozen=True)
class TrustFile:
    genesis: Genesis
    attestation: list
    witnesses: list
    witness_threshold: int
    # DER of the certificates that vouch for time-stamping authorities.
    time_stamp_roots: list
    suites: list | None = None

    @property
    def rail(self) -> str:
        return self.genesis.rail

    @property
    def taken(self) -> list | None:
        """The suites that both the rail and this verifier take; None for every suite."""
        if self.suites is None or self.genesis.suites is None:
            return self.genesis.suites if self.suites is None else self.suites
        return [name for name in self.genesis.suites if name in self.suites]


def read_trust_file(data: bytes) -> TrustFile:
    """A trust file's bytes, in any layout of JSON."""
    with Fields(canonical_json.parse(data, limits.TRUST_BYTES_MAX), "trust") as fields:
        fields.choice("format", "nexus.trust/v1")
        genesis = read_genesis(fields.take("genesis"), fields.at("genesis"))
        kinds = fields.text_array("attestation", limits.ATTESTATION_KINDS_MAX, limits.NAME_BYTES_MAX)
        rail = fields.digest("rail")
        suites = _suites(fields)
        witnesses, witness_threshold, place = [], 0, fields.at("witnesses")
        if fields.has("witnesses"):
            with fields.object("witnesses") as one:
                texts = one.text_array("keys", limits.WITNESSES_MAX, limits.TEXT_BYTES_MAX)
                witnesses = [read_verifier_key(text) for text in texts]
                witness_threshold = one.integer("threshold", 0, limits.WITNESSES_MAX)
        roots = []
        if fields.has("timeStampRoots"):
            roots = [
                as_base64(element, at, limits.TIME_STAMP_ROOT_BYTES_MAX)
                for at, element in fields.filled_array("timeStampRoots", limits.TIME_STAMP_ROOTS_MAX)
            ]
    require(all(map(anchor.is_certificate, roots)), _BAD_TRUST, "a root that is no certificate")
    require(None not in witnesses, _BAD_TRUST, "not a verifier key", place)
    keys = [key.raw for key in [genesis.log_key, *genesis.validators, *witnesses]]
    distinct = len(set(keys)) == len(keys) and witness_threshold <= len(witnesses)
    good = distinct and all(key.type != LOG_KEY_TYPE for key in witnesses)
    require(good, _BAD_TRUST, "not distinct cosigners beside the genesis's, or more needed than there are", place)
    require(rail == genesis.rail, "evidence.other-rail", "rail is not the digest of the genesis", fields.at("rail"))
    trust = TrustFile(genesis, kinds, witnesses, witness_threshold, roots, suites)
    require_suites(trust.taken, [*genesis.committee.values(), genesis.rail_key], fields.at("suites"))
    return trust
