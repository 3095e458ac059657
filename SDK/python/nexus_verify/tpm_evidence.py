"""Verification of a TPM's evidence: the key, the quote, the registers, and how far the endorsement leads."""

import hashlib
from dataclasses import dataclass

from . import der, tpm
from .certificate import EXTENDED_USAGE, Certificate, read_certificate, read_revocation_list
from .chain import UNTRUSTED, Path, verify_path
from .claims import Claims, Verified, ueid
from .der import BadDER, Members
from .errors import NexusError, require

# tcg-kp-EKCertificate (TCG EK credential profile).
_ENDORSEMENT_KEY = "2.23.133.8.1"
_REPORT_DATA_BYTES = 64
_WHAT_RUNS = "what runs now: the registers hold what was measured into them, and by whom is not said"
_NO_CHALLENGE = "that the TPM of this endorsement key holds the key that signed: nobody challenged it"
_NO_CERTIFICATE = "that there is a TPM: no endorsement certificate was given"
_NO_MAKER = "that there is a TPM: the endorsement key's chain leads to no approved maker"


@dataclass(frozen=True)
class Parts:
    """The parts of a document of format ``tpm``."""

    quote: bytes
    signature: bytes
    key: bytes
    registers: list
    report_data: bytes
    certificates: list
    lists: list


def _is_endorsement(certificate: Certificate) -> bool:
    value = certificate.extensions.get(EXTENDED_USAGE)
    if value is None:
        return False
    try:
        names = [der.as_name(one.content) for one in Members(der.parse(value)).all() if one.tag == der.NAME]
    except BadDER as error:
        raise NexusError("attestation.malformed-certificate", str(error), certificate.named) from None
    return _ENDORSEMENT_KEY in names


def _endorsement(parts: Parts, roots: list, at: str) -> tuple[Certificate, Path] | None:
    """The endorsement key's certificate and its path to an approved maker, if there is one."""
    if not parts.certificates:
        return None
    chain = [read_certificate(one, f"certificates[{place}]") for place, one in enumerate(parts.certificates)]
    lists = [read_revocation_list(one, f"revocationLists[{place}]") for place, one in enumerate(parts.lists)]
    require(_is_endorsement(chain[0]), "attestation.key-not-endorsed", "not a certificate of an endorsement key",
            "endorsement[0]")
    try:
        return chain[0], verify_path(chain, lists, roots, at)
    except NexusError as error:
        if error.code != UNTRUSTED:
            raise
        return None


def verify_tpm(parts: Parts, roots: list, at: str, challenged: bool) -> Verified:
    """``tpm`` if an approved maker's TPM opened a challenge for the key, which no document shows; else ``simulated``."""
    key = tpm.read_key(parts.key)
    key.require_attestation_key()
    name = tpm.verify_signature(key, parts.signature, parts.quote)
    quote = tpm.read_quote(parts.quote)
    bound = (len(parts.report_data) == _REPORT_DATA_BYTES
             and quote.extra_data == hashlib.sha256(parts.report_data).digest())
    require(bound, "attestation.wrong-digest", "the extra data is not the SHA-256 of the report data", "extraData")
    tpm.require_registers(parts.registers, quote, name)
    claims = Claims(
        eat_nonce=parts.report_data,
        measurements={f"pcr.{bank}.{index}": value for bank, index, value in parts.registers},
        versions={"resetCount": quote.reset_count, "restartCount": quote.restart_count},
        flags={"clockSafe": quote.is_clock_safe},
    )
    found = _endorsement(parts, roots, at)
    if found is None or not challenged:
        why = _NO_CERTIFICATE if not parts.certificates else _NO_MAKER if found is None else _NO_CHALLENGE
        return Verified("simulated", claims, [_WHAT_RUNS, why])
    certificate, path = found
    claims.ueid = ueid("tpm", certificate.key_bytes)
    return Verified("tpm", claims, [_WHAT_RUNS], path.root.name, path.valid_until, path.without_list is None)
