"""attestation-v1: evidence documents and reference values, read strictly, verified and appraised.

The kind of evidence is what verification finds: a document's format says only how to read it.
"""

from dataclasses import dataclass

from . import canonical_json, limits, tpm_evidence
from .appraisal import Appraisal, appraise
from .chain import Root
from .claims import Claims, Verified
from .dcap import Collateral, verify_dcap
from .errors import NexusError, require
from .fields import Fields, as_base64
from .hashing import digest_of, framed_digest
from .reference_values import read_rules
from .snp import verify_snp
from .texts import digest_bytes

_MALFORMED = "attestation.malformed-evidence"
_REPORT_DATA_BYTES = 64
# Suites to whose keys payloads are sealed; the key's length names them (sealing-v1).
_SEALING_SUITES = {32: b"x25519", 1216: b"x-wing"}
# What is taken where no reference values say otherwise: AMD's for Milan, Intel's for SGX and TDX.
ROOTS = {
    "sev-snp": [Root("AMD ARK-Milan", "sha256:9f056bee44377e29308cb5ffa895bdfb62d18881fa6bed8d6f075b0204089cb9")],
    "sgx": [Root("Intel SGX Root CA", "sha256:a0af031289f5d5d4132f9186068a7fc13628633ba235777472e29b6b6c67a49e")],
}
ROOTS["tdx"] = ROOTS["sgx"]


def _read(data: bytes, read):
    require(len(data) <= limits.EVIDENCE_BYTES_MAX, "attestation.too-large", "too long")
    try:
        value = canonical_json.parse_canonical(data, limits.EVIDENCE_BYTES_MAX)
    except NexusError as error:
        raise NexusError(_MALFORMED, error.detail, error.place) from error
    return _read_value(value, read)


def _read_value(value, read, place: str = ""):
    try:
        with Fields(value, place) as fields:
            version = fields.integer("version")
            require(version == 1, "attestation.unsupported-version", "version 1 is read", "version")
            return read(fields)
    except NexusError as error:
        if not error.code.startswith("base."):
            raise
        raise NexusError(_MALFORMED, error.detail, error.place) from error


def _blobs(fields: Fields, key: str, count: int, size: int) -> list:
    return [as_base64(element, place, size) for place, element in fields.array(key, count)]


def _certificates(fields: Fields) -> tuple[list, list]:
    return (_blobs(fields, "certificates", limits.CERTIFICATES_MAX, limits.CERTIFICATE_BYTES_MAX),
            _blobs(fields, "revocationLists", limits.REVOCATION_LISTS_MAX, limits.REVOCATION_LIST_BYTES_MAX))


@dataclass(frozen=True)
class Evidence:
    """A document, read and not yet verified: its format and the parts that its verifier takes."""

    format: str
    parts: tuple


def _registers(fields: Fields) -> list:
    found = []
    for place, element in fields.array("registers", limits.PCRS_MAX):
        with Fields(element, place) as one:
            found.append((one.text("bank", 16), one.integer("index", 0, 31), one.base64("value", 64)))
    return found


def _tpm(fields: Fields) -> tuple:
    most = limits.TPM_STRUCTURE_BYTES_MAX
    return (fields.base64("quote", most), fields.base64("signature", most), fields.base64("attestationKey", most),
            _registers(fields), fields.base64("reportData", _REPORT_DATA_BYTES), *_certificates(fields))


def _dcap(fields: Fields) -> tuple:
    with fields.object("collateral") as inner:
        parts = [inner.base64(key, most) for key, most in (
            ("tcbInfo", limits.COLLATERAL_BYTES_MAX), ("tcbInfoSignature", 64),
            ("qeIdentity", limits.COLLATERAL_BYTES_MAX), ("qeIdentitySignature", 64))]
        collateral = Collateral(*parts, *_certificates(inner))
    return fields.base64("quote", limits.QUOTE_BYTES_MAX), collateral


def _evidence(fields: Fields) -> Evidence:
    kind = fields.text("format", 32)
    if kind == "simulated":
        return Evidence(kind, (fields.base64("reportData", _REPORT_DATA_BYTES),))
    if kind == "tpm":
        return Evidence(kind, _tpm(fields))
    if kind == "sev-snp":
        return Evidence(kind, (fields.base64("report", 1184), *_certificates(fields)))
    require(kind == "dcap", _MALFORMED, "another format", "format")
    return Evidence(kind, _dcap(fields))


def read_evidence(data: bytes) -> Evidence:
    """A document of evidence: ``attestation.malformed-evidence``, ``too-large``, ``unsupported-version``."""
    return _read(data, _evidence)


def _verify_simulated(report_data: bytes) -> Verified:
    require(len(report_data) == _REPORT_DATA_BYTES, _MALFORMED, "report data has 64 bytes", "reportData")
    return Verified("simulated", Claims(eat_nonce=report_data),
                    ["anything about the machine: nothing vouches for it"])


def verify_evidence(data: bytes, at: str, roots: dict | None = None, *, challenged: bool = False) -> Verified:
    """What the evidence is and claims at a date (a time of canonical-json-v1), or a refusal.

    ``roots`` by kind, :data:`ROOTS` if none are given. ``challenged``: the caller saw the TPM of the endorsement key open
    a challenge for the key that signed, or takes somebody's word for it.
    """
    evidence = read_evidence(data)
    approved = ROOTS if roots is None else roots
    if evidence.format == "simulated":
        return _verify_simulated(*evidence.parts)
    if evidence.format == "sev-snp":
        return verify_snp(*evidence.parts, approved.get("sev-snp", []), at)
    if evidence.format == "dcap":
        return verify_dcap(*evidence.parts, approved, at)
    return tpm_evidence.verify_tpm(tpm_evidence.Parts(*evidence.parts), approved.get("tpm", []), at, challenged)


def appraise_evidence(data: bytes, reference_values: bytes, report_data: bytes, at: str) -> Appraisal:
    """Verifies under the roots of the reference values and appraises by the rule of the kind that was found."""
    rules = _read(reference_values, read_rules)
    verified = verify_evidence(data, at, roots_of(rules))
    return appraise(verified, rules, report_data)


def roots_of(rules: dict) -> dict:
    """The approved roots by kind."""
    return {kind: rule.roots for kind, rule in rules.items()}


def report_data_prefix(node: str, sealing_key: bytes) -> bytes:
    """The first 32 bytes of the report data of a node (its DID) on a rail; a nonce of 32 bytes follows."""
    parts = (node.encode("utf-8"), _SEALING_SUITES[len(sealing_key)], sealing_key)
    return digest_bytes(framed_digest("nexus/attestation/report-data/v1", *parts))


def rules_of(value, place: str) -> dict:
    """The rules, by kind, of reference values within another document."""
    return _read_value(value, read_rules, place)


def read_reference_values(data: bytes) -> str:
    """The digest that a committee approves, if the document is in order."""
    _read(data, read_rules)
    return digest_of(data)


__all__ = ["ROOTS", "appraise_evidence", "read_evidence", "read_reference_values", "report_data_prefix", "roots_of",
           "rules_of", "verify_evidence"]
