"""Paths of certificates to approved roots at a date (RFC 5280 section 6), with revocation lists (section 6.3)."""

from dataclasses import dataclass

from .certificate import CERT_SIGN, LIST_SIGN, Certificate
from .errors import NexusError, require
from .hashing import digest_of

UNTRUSTED = "attestation.untrusted-chain"
_BAD_SIGNATURE = "attestation.bad-signature"


@dataclass(frozen=True)
class Root:
    """A root that a committee approved: a name for people, the digest of its SubjectPublicKeyInfo."""

    name: str
    key: str


@dataclass(frozen=True)
class Path:
    root: Root
    # The first moment at which something that was relied on no longer holds.
    valid_until: str
    # The name of an issuer of whom no list was given, if there is one.
    without_list: str | None


def require_current(at: str, start: str, end: str, place: str) -> None:
    """The date is within a validity whose both ends belong to it."""
    require(start <= at, "attestation.not-yet-valid", f"valid from {start}, not at {at}", place)
    require(at <= end, "attestation.expired", f"valid until {end}, not at {at}", place)


def _is_issuer(issuer: Certificate, child: Certificate, below: int) -> bool:
    """By name, and by key identifier where both have one; and it may issue certificates, so far above the first."""
    known = None in (child.authority_key, issuer.subject_key) or child.authority_key == issuer.subject_key
    may = issuer.is_authority and (issuer.usage is None or CERT_SIGN in issuer.usage)
    short = issuer.path_length is None or below <= issuer.path_length
    return issuer.subject == child.issuer and known and may and short


def _steps(certificates: list, roots: list) -> tuple[list, Root]:
    """The first certificate, its issuer, and so on up to a root that signs itself and is approved."""
    path, root = [certificates[0]], None
    while root is None:
        child = path[-1]
        others = [one for one in certificates[1:] if one not in path]
        issuer = next((one for one in others if _is_issuer(one, child, len(path) - 1)), None)
        if issuer is None:
            raise NexusError(UNTRUSTED, f"no approved root, nor a certificate of {child.issuer_named}", child.named)
        require(child.signed.is_by(issuer.key), _BAD_SIGNATURE, f"not signed by {issuer.named}", child.named)
        path.append(issuer)
        root = next((one for one in roots if one.key == digest_of(issuer.key_bytes)), None)
    last = path[-1]
    own = last.issuer == last.subject and last.signed.is_by(last.key)
    require(own, _BAD_SIGNATURE, "the root does not sign itself", last.named)
    return path, root


def _is_covered(child: Certificate, issuer: Certificate, lists: list, at: str, until: list) -> bool:
    """Whether a list of the issuer was given; raises where it is forged, not current, or names the certificate."""
    own = [one for one in lists if one.issuer == issuer.subject]
    for one in own:
        may = issuer.usage is None or LIST_SIGN in issuer.usage
        require(may, "attestation.malformed-certificate", "may not issue revocation lists", issuer.named)
        place = f"revocation list of {issuer.named}"
        require(one.signed.is_by(issuer.key), _BAD_SIGNATURE, "the list is not its issuer's", place)
        require_current(at, one.this_update, one.next_update, place)
        require(child.serial not in one.serials, "attestation.revoked", "revoked by its issuer", child.named)
        until.append(one.next_update)
    return bool(own)


def verify_path(certificates: list, lists: list, roots: list, at: str) -> Path:
    """The path from the first certificate to an approved root; the others may stand in any order.

    ``attestation.untrusted-chain``, ``bad-signature``, ``not-yet-valid``, ``expired``, ``revoked``.
    """
    path, root = _steps(certificates, roots)
    until = [one.not_after for one in path]
    for one in path:
        require_current(at, one.not_before, one.not_after, one.named)
    without = None
    for child, issuer in zip(path, path[1:], strict=False):
        if not _is_covered(child, issuer, lists, at, until) and without is None:
            without = issuer.named
    return Path(root, min(until), without)
