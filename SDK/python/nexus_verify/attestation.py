"""attestation-v1: evidence documents and reference values, read strictly.

Evidence of a TPM is verified up to its endorsement: whoever made it, without approved roots it is ``simulated``. Reports
and quotes of AMD and Intel are read as documents and not verified here (``attestation.unsupported-format``).
"""

import hashlib

from cryptography import x509
from cryptography.x509.oid import ExtensionOID

from . import canonical_json, limits, tpm
from .errors import NexusError, require
from .fields import Fields, as_base64, as_text
from .hashing import digest_of

_MALFORMED = "attestation.malformed-evidence"
_KINDS = ("sev-snp", "sgx", "simulated", "tdx", "tpm")
_STATUSES = ("UpToDate", "SWHardeningNeeded", "ConfigurationNeeded", "ConfigurationAndSWHardeningNeeded", "OutOfDate",
             "OutOfDateConfigurationNeeded", "Revoked", "OlderThanListed")
_REPORT_BYTES, _REPORT_DATA_BYTES = 1184, 64
_ENDORSEMENT_KEY = x509.ObjectIdentifier("2.23.133.8.1")


def _read(data: bytes, read):
    require(len(data) <= limits.EVIDENCE_BYTES_MAX, "attestation.too-large", "too long")
    try:
        with Fields(canonical_json.parse_canonical(data, limits.EVIDENCE_BYTES_MAX)) as fields:
            version = fields.integer("version")
            require(version == 1, "attestation.unsupported-version", "version 1 is read", "version")
            return read(fields)
    except NexusError as error:
        if not error.code.startswith("base."):
            raise
        raise NexusError(_MALFORMED, error.detail, error.place) from error


def _blobs(fields: Fields, key: str, count: int, size: int) -> list:
    return [as_base64(element, place, size) for place, element in fields.array(key, count)]


def _certificates(fields: Fields) -> list:
    found = _blobs(fields, "certificates", limits.CERTIFICATES_MAX, limits.CERTIFICATE_BYTES_MAX)
    _blobs(fields, "revocationLists", limits.REVOCATION_LISTS_MAX, limits.REVOCATION_LIST_BYTES_MAX)
    return found


def _registers(fields: Fields) -> list:
    found = []
    for place, element in fields.array("registers", limits.PCRS_MAX):
        with Fields(element, place) as one:
            found.append((one.text("bank", 16), one.integer("index", 0, 31), one.base64("value", 64)))
    return found


def _tpm(fields: Fields) -> tuple:
    most = limits.TPM_STRUCTURE_BYTES_MAX
    return ("tpm", fields.base64("quote", most), fields.base64("signature", most), fields.base64("attestationKey", most),
            _registers(fields), fields.base64("reportData", _REPORT_DATA_BYTES), _certificates(fields))


def _dcap(fields: Fields) -> tuple:
    with fields.object("collateral") as inner:
        for key, most in (("tcbInfo", limits.COLLATERAL_BYTES_MAX), ("tcbInfoSignature", 64),
                          ("qeIdentity", limits.COLLATERAL_BYTES_MAX), ("qeIdentitySignature", 64)):
            inner.base64(key, most)
        _certificates(inner)
    return "dcap", fields.base64("quote", limits.QUOTE_BYTES_MAX)


def _evidence(fields: Fields) -> tuple:
    kind = fields.text("format", 32)
    if kind == "simulated":
        return kind, fields.base64("reportData", _REPORT_DATA_BYTES)
    if kind == "tpm":
        return _tpm(fields)
    if kind == "sev-snp":
        report = fields.base64("report", _REPORT_BYTES)
        _certificates(fields)
        return kind, report
    require(kind == "dcap", _MALFORMED, "another format", "format")
    return _dcap(fields)


def _require_endorsement(certificates: list) -> None:
    """The first certificate, if there is one, is an endorsement key's; whether its maker is approved is not asked."""
    if not certificates:
        return
    try:
        leaf = x509.load_der_x509_certificate(certificates[0])
        usage = leaf.extensions.get_extension_for_oid(ExtensionOID.EXTENDED_KEY_USAGE).value
        is_endorsement = _ENDORSEMENT_KEY in usage
    except x509.ExtensionNotFound:
        is_endorsement = False
    except ValueError as error:
        raise NexusError("attestation.malformed-certificate", "not a certificate", "certificates[0]") from error
    require(is_endorsement, "attestation.key-not-endorsed", "not a certificate of an endorsement key", "endorsement[0]")


def verify_evidence(data: bytes) -> str:
    """The kind of evidence that a document is, where no roots are approved: ``simulated``, or a refusal."""
    document = _read(data, _evidence)
    if document[0] == "simulated":
        good = len(document[1]) == _REPORT_DATA_BYTES
        require(good, _MALFORMED, "report data has 64 bytes", "reportData")
        return "simulated"
    if document[0] == "sev-snp":
        require(len(document[1]) == _REPORT_BYTES, "attestation.malformed-report", "1184 bytes", "report")
    require(document[0] == "tpm", "attestation.unsupported-format", "verified by the other implementation only")
    _, quoted, signature, public, registers, report_data, certificates = document
    key = tpm.read_key(public)
    key.require_attestation_key()
    name = tpm.verify_signature(key, signature, quoted)
    quote = tpm.read_quote(quoted)
    bound = len(report_data) == _REPORT_DATA_BYTES and quote.extra_data == hashlib.sha256(report_data).digest()
    require(bound, "attestation.wrong-digest", "the extra data is not the SHA-256 of the report data", "extraData")
    tpm.require_registers(registers, quote, name)
    _require_endorsement(certificates)
    return "simulated"


def _hexadecimal(value, place: str) -> None:
    text = as_text(value, place, 256)
    good = len(text) % 2 == 0 and all(digit in "0123456789abcdef" for digit in text)
    require(good, _MALFORMED, "lower-case hexadecimal digits", place)


def _members(one: Fields, key: str) -> dict:
    value = one.take(key)
    good = isinstance(value, dict) and len(value) <= limits.REFERENCE_LIST_MAX
    require(good, _MALFORMED, "an object of free names", one.at(key))
    return value


def _rule(element, place: str) -> str:
    with Fields(element, place) as one:
        debug, lists = one.boolean("debug"), one.boolean("revocationLists")
        flags, registers, versions = (_members(one, key) for key in ("flags", "registers", "versions"))
        kind = one.choice("kind", *_KINDS)
        roots = one.array("roots", limits.REFERENCE_LIST_MAX)
        for at, root in roots:
            with Fields(root, at) as inner:
                inner.digest("key")
                inner.text("name", 256)
        statuses = one.array("tcbStatus", len(_STATUSES))
        for at, status in statuses:
            require(status in _STATUSES, _MALFORMED, "no status", at)
    require(all(isinstance(value, bool) for value in flags.values()), _MALFORMED, "true or false", place)
    for bound in versions.values():
        with Fields(bound, place) as inner:
            inner.optional("greatest", inner.integer)
            inner.optional("least", inner.integer)
    for values in registers.values():
        require(isinstance(values, list), _MALFORMED, "a list of values", place)
        for value in values:
            _hexadecimal(value, place)
    if kind == "simulated":
        empty = not (debug or lists or flags or registers or versions or roots or statuses)
        require(empty, _MALFORMED, "nothing can be asked of simulated", place)
    else:
        require(bool(roots), _MALFORMED, "name a root", place)
        require(bool(registers) and all(registers.values()), _MALFORMED, "name a register and its values", place)
    return kind


def read_reference_values(data: bytes) -> str:
    """The digest that a committee approves, if the document is in order."""

    def read(fields: Fields) -> None:
        kinds = [_rule(element, place) for place, element in fields.array("rules", len(_KINDS))]
        ordered = kinds == sorted(kinds) and len(set(kinds)) == len(kinds)
        require(ordered, _MALFORMED, "one rule a kind, in the order of the kinds", "rules")

    _read(data, read)
    return digest_of(data)


__all__ = ["read_reference_values", "verify_evidence"]
