"""Verification of SEV-SNP evidence: the report, its endorsement key's certificate (AMD publication 57230), AMD's chain."""

from dataclasses import dataclass

from . import der
from .certificate import Certificate, read_certificate, read_revocation_list
from .chain import verify_path
from .claims import Claims, Verified, ueid
from .der import BadDER
from .errors import NexusError, require
from .snp_report import VLEK, Report, read_report

_ARC = "1.3.6.1.4.1.3704.1."
_PRODUCT, _HARDWARE, _SERVICE = _ARC + "2", _ARC + "4", _ARC + "5"
_VERSIONS = {"bootloader": _ARC + "3.1", "tee": _ARC + "3.2", "snp": _ARC + "3.3", "microcode": _ARC + "3.8"}
_SPARE = [_ARC + f"3.{place}" for place in (4, 5, 6, 7)]
_FMC = _ARC + "3.9"
_MISMATCH = "attestation.key-not-endorsed"
_CURRENT, _REPORTED, _COMMITTED, _LAUNCHED = 0x38, 0x180, 0x1E0, 0x1F0
_NAMES = ("CN=SEV-VCEK", "CN=SEV-VLEK")


@dataclass(frozen=True)
class Endorsement:
    """What a certificate of a VCEK or VLEK says of its key."""

    product: str
    versions: dict
    chip: bytes | None
    is_of_service: bool


def _number(certificate: Certificate, name: str) -> int | None:
    value = certificate.extensions.get(name)
    if value is None:
        return None
    node = der.parse(value)
    if node.tag != der.INTEGER:
        raise BadDER("a version that is no number")
    return der.as_natural(node.content)


def read_endorsement(certificate: Certificate) -> Endorsement:
    try:
        product = certificate.extensions.get(_PRODUCT)
        versions = {name: _number(certificate, oid) for name, oid in _VERSIONS.items()}
        fmc = _number(certificate, _FMC)
        if fmc is not None:
            versions["fmc"] = fmc
        spare = [_number(certificate, oid) or 0 for oid in _SPARE]
        if product is None or None in versions.values() or any(spare):
            raise BadDER("not a certificate of an endorsement key")
        name = der.as_text(der.parse(product))
    except BadDER as error:
        raise NexusError("attestation.malformed-certificate", str(error), certificate.named) from None
    return Endorsement(name, versions, certificate.extensions.get(_HARDWARE), _SERVICE in certificate.extensions)


def _require_key(report: Report, endorsement: Endorsement) -> None:
    """The certificate is of the key that the report names, and of its chip."""
    is_service = report.signing_key == VLEK
    require(endorsement.is_of_service == is_service, _MISMATCH, "another kind of endorsement key", "report.flags")
    if is_service:
        require(endorsement.chip is None, _MISMATCH, "a VLEK is of no one chip", "certificates[0]")
        return
    # Turin's chips have eight bytes of identity; the report fills up with zeros.
    chip = endorsement.chip or b""
    require(chip != b"" and not report.is_chip_masked, _MISMATCH, "no chip is named", "report.chipID")
    same = report.field(0x1A0, 64) == chip.ljust(64, b"\0")
    require(same, _MISMATCH, "the certificate is of another chip", "report.chipID")


def _require_versions(report: Report, endorsement: Endorsement) -> dict:
    has_fmc = "fmc" in endorsement.versions
    require(report.is_turin == has_fmc or report.family is None, _MISMATCH, "another processor", "report.cpuid")
    reported = report.tcb(_REPORTED, has_fmc)
    require(reported == endorsement.versions, _MISMATCH, "not the versions of the certificate", "report.reportedTCB")
    current = report.tcb(_CURRENT, has_fmc)
    for name, start in (("reportedTCB", _REPORTED), ("committedTCB", _COMMITTED), ("launchTCB", _LAUNCHED)):
        older = all(value <= current[key] for key, value in report.tcb(start, has_fmc).items())
        require(older, "attestation.malformed-report", "newer than what runs", f"report.{name}")
    firmware = [report.field(start, 3)[::-1] for start in (0x1E8, 0x1EC)]
    require(firmware[1] <= firmware[0], "attestation.malformed-report", "newer than what runs", "report.committed")
    return reported


def _claims(report: Report, endorsement: Endorsement, reported: dict) -> Claims:
    names = {"measurement": (0x90, 48), "hostData": (0xC0, 32), "idKeyDigest": (0xE0, 48),
             "authorKeyDigest": (0x110, 48), "familyID": (0x10, 16), "imageID": (0x20, 16)}
    chip = report.field(0x1A0, 64)
    return Claims(
        eat_nonce=report.field(0x50, 64),
        ueid=ueid("sev-snp", chip) if any(chip) else None,
        oemid="AMD",
        hwmodel=f"SEV-SNP {endorsement.product}",
        dbgstat="enabled" if report.policy.allows_debugging else "disabled-since-boot",
        measurements={name: report.field(*place) for name, place in names.items()},
        versions=reported | {"guestSVN": report.guest_svn, "vmpl": report.vmpl},
        flags={"migration": report.policy.allows_migration, "multithreading": bool(report.platform & 1),
               "memoryEncryptionOfHost": bool(report.platform >> 1 & 1),
               "singleSocket": report.policy.needs_single_socket, "ciphertextHiding": bool(report.platform >> 4 & 1)},
    )


def verify_snp(data: bytes, certificates: list, lists: list, roots: list, at: str) -> Verified:
    """The report's key leads to an approved root, signed it, and is the key that it names."""
    report = read_report(data)
    require(bool(certificates), "attestation.malformed-evidence", "an endorsement certificate is needed", "certificates")
    read = [read_certificate(one, f"certificates[{place}]") for place, one in enumerate(certificates)]
    revocations = [read_revocation_list(one, f"revocationLists[{place}]") for place, one in enumerate(lists)]
    good = any(name in read[0].named.split(", ") for name in _NAMES)
    require(good, "attestation.malformed-certificate", "an endorsement key is named SEV-VCEK or SEV-VLEK", read[0].named)
    path = verify_path(read, revocations, roots, at)
    endorsement = read_endorsement(read[0])
    report.require_signed_by(read[0].key)
    _require_key(report, endorsement)
    reported = _require_versions(report, endorsement)
    not_shown = ["what the guest loaded after its launch: the measurement covers the launch only",
                 "whether AMD knows of a flaw in these versions: AMD publishes no list of statuses"]
    if path.without_list is not None:
        not_shown.append("whether a certificate was revoked: no current revocation list was given for each of them")
    return Verified("sev-snp", _claims(report, endorsement, reported), not_shown, path.root.name, path.valid_until,
                    path.without_list is None)


__all__ = ["read_endorsement", "verify_snp"]
