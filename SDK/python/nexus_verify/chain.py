"""Paths of certificates to approved roots at a date (RFC 5280 section 6), with revocation lists (section 6.3)."""

from dataclasses import dataclass

from .certificate import CERT_SIGN, LIST_SIGN, Certificate, RevocationList
from .errors import NexusError, require
from .hashing import digest_of

REVOKED = "attestation.revoked-certificate"


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
    # Whether a current list of every issuer was given.
    lists_complete: bool


def require_current(at: str, start: str, end: str, place: str) -> None:
    """The date is within a validity whose both ends belong to it."""
    require(start <= at, "attestation.not-yet-valid", f"valid from {start}, not at {at}", place)
    require(at <= end, "attestation.expired", f"valid until {end}, not at {at}", place)


def _require_issued(child: Certificate, issuer: Certificate, below: int) -> None:
    require(child.issuer == issuer.subject, "attestation.broken-chain", "not issued by the next certificate", child.named)
    may = issuer.is_authority and (issuer.usage is None or CERT_SIGN in issuer.usage)
    require(may, "attestation.broken-chain", "may not issue certificates", issuer.named)
    short = issuer.path_length is None or below <= issuer.path_length
    require(short, "attestation.broken-chain", "too long a path below it", issuer.named)
    require(child.signed.is_by(issuer.key), "attestation.bad-signature", "its issuer did not sign it", child.named)


def _is_covered(child: Certificate, issuer: Certificate, lists: list, at: str, until: list) -> bool:
    """Whether a current list of the issuer was given; raises where one names the certificate, or is forged."""
    own = [one for one in lists if one.issuer == issuer.subject]
    covered = False
    for one in own:
        may = issuer.usage is None or LIST_SIGN in issuer.usage
        good = may and one.signed.is_by(issuer.key)
        require(good, "attestation.bad-signature", "the list is not its issuer's", issuer.named)
        require(child.serial not in one.serials, REVOKED, "revoked by its issuer", child.named)
        require_current(at, one.this_update, one.next_update, f"revocation list of {issuer.named}")
        covered = True
        until.append(one.next_update)
    return covered


def verify_path(certificates: list, lists: list, roots: list, at: str) -> Path:
    """The path that the certificates are, each issued by the next and the last a root; or a refusal."""
    until = [one.not_after for one in certificates]
    for one in certificates:
        require_current(at, one.not_before, one.not_after, one.named)
    for below, (child, issuer) in enumerate(zip(certificates, certificates[1:], strict=False)):
        _require_issued(child, issuer, below)
    last = certificates[-1]
    _require_issued(last, last, max(0, len(certificates) - 2))
    root = next((one for one in roots if one.key == digest_of(last.key_bytes)), None)
    if root is None:
        raise NexusError("attestation.untrusted-chain", "no approved root", last.named)
    pairs = list(zip(certificates, certificates[1:], strict=False))
    complete = [_is_covered(child, issuer, lists, at, until) for child, issuer in pairs]
    return Path(root, min(until), all(complete))


def issued_lists(lists: list[RevocationList], certificates: list[Certificate]) -> bool:
    """Whether each list is by one of the certificates."""
    names = {one.subject for one in certificates}
    return all(one.issuer in names for one in lists)
