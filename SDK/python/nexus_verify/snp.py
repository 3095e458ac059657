"""Verification of SEV-SNP evidence: report, endorsement key's certificate (AMD publication 57230), AMD's chain."""

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
_WRONG_PLATFORM, _WRONG_TCB = "attestation.wrong-platform", "attestation.wrong-tcb"
_CURRENT, _REPORTED, _COMMITTED, _LAUNCHED = 0x38, 0x180, 0x1E0, 0x1F0
_VCEK, _VLEK = "CN=SEV-VCEK", "CN=SEV-VLEK"


# Products and where their TCB_VERSION has the FMC; the family and models of the processors that are sold as them.
_PRODUCTS = {"Milan": (False, 0x19, (range(0x10),)), "Genoa": (False, 0x19, (range(0x10, 0x20), range(0xA0, 0xB0))),
             "Turin": (True, 0x1A, (range(0x12),))}


@dataclass(frozen=True)
class Endorsement:
    """What a certificate of a VCEK or VLEK says of its key."""

    product: str
    has_fmc: bool
    versions: dict
    chip: bytes | None

    @property
    def family(self) -> str:
        return self.product.split("-")[0]


def _number(certificate: Certificate, name: str) -> int:
    value = certificate.extensions.get(name)
    node = None if value is None else der.parse(value)
    if node is None or node.tag != der.INTEGER:
        raise BadDER(f"no security version {name}")
    number = der.as_natural(node.content)
    if number > 255:
        raise BadDER("a security version above 255")
    return number


def _read_endorsement(certificate: Certificate) -> Endorsement:
    product = certificate.extensions.get(_PRODUCT)
    name = "" if product is None else der.as_text(der.parse(product))
    if not name:
        raise BadDER("no product is named")
    known = _PRODUCTS.get(name.split("-")[0])
    if known is None:
        raise NexusError(_WRONG_PLATFORM, f"the product {name} is not known", certificate.named)
    oids = _VERSIONS | ({"fmc": _FMC} if known[0] else {})
    if any(_number(certificate, oid) for oid in _SPARE):
        raise BadDER("a reserved security version that is not zero")
    chip, is_of_service = certificate.extensions.get(_HARDWARE), _SERVICE in certificate.extensions
    named_service = _VLEK in certificate.named.split(", ")
    kinds = {is_of_service, named_service, chip is None}
    if len(kinds) != 1 or chip is not None and len(chip) not in (8, 64):
        raise BadDER("a VCEK names its chip and no service, a VLEK its service and no chip")
    return Endorsement(name, known[0], {key: _number(certificate, oid) for key, oid in oids.items()}, chip)


def read_endorsement(certificate: Certificate) -> Endorsement:
    try:
        return _read_endorsement(certificate)
    except BadDER as error:
        raise NexusError("attestation.malformed-certificate", str(error), certificate.named) from None


def _require_key(report: Report, endorsement: Endorsement) -> None:
    """The certificate is of the key that the report names, and of its chip and processor."""
    is_service = endorsement.chip is None
    same = (report.signing_key == VLEK) == is_service
    require(same, _WRONG_PLATFORM, "another kind of endorsement key", "report.flags")
    if endorsement.chip is not None:
        # Turin's chips have eight bytes of identity; the report fills up with zeros.
        named = report.field(0x1A0, 64) == endorsement.chip.ljust(64, b"\0")
        require(named, _WRONG_PLATFORM, "the certificate is of another chip", "report.chipID")
    if report.family is not None:
        _, family, models = _PRODUCTS[endorsement.family]
        good = report.family == family and any(report.model in one for one in models)
        require(good, _WRONG_PLATFORM, f"the processor is no {endorsement.family}", "report.cpuid")


def _require_versions(report: Report, endorsement: Endorsement) -> dict:
    reported, current, committed, launched = (
        report.tcb(start, endorsement.has_fmc) for start in (_REPORTED, _CURRENT, _COMMITTED, _LAUNCHED))
    require(reported == endorsement.versions, _WRONG_TCB, "not the versions of the certificate", "report.reportedTCB")
    for name, versions in (("reportedTCB", reported), ("committedTCB", committed), ("launchTCB", launched)):
        older = all(value <= current[key] for key, value in versions.items())
        require(older, _WRONG_TCB, "newer than what runs", f"report.{name}")
    running, least = (report.field(start, 3)[::-1] for start in (0x1E8, 0x1EC))
    require(least <= running, _WRONG_TCB, "newer than what runs", "report.committed")
    return reported


def _claims(report: Report, endorsement: Endorsement, reported: dict) -> Claims:
    names = {"measurement": (0x90, 48), "hostData": (0xC0, 32), "idKeyDigest": (0xE0, 48),
             "authorKeyDigest": (0x110, 48), "familyID": (0x10, 16), "imageID": (0x20, 16)}
    return Claims(
        eat_nonce=report.field(0x50, 64),
        ueid=None if endorsement.chip is None else ueid("sev-snp", report.field(0x1A0, 64)),
        oemid="AMD",
        hwmodel=f"SEV-SNP {endorsement.product}",
        dbgstat="enabled" if report.policy.allows_debugging else "disabled-since-boot",
        measurements={name: report.field(*place) for name, place in names.items()},
        versions=reported | {"guestSVN": report.guest_svn, "vmpl": report.vmpl},
        flags={"migration": report.policy.allows_migration, "multithreading": bool(report.platform & 1),
               "memoryEncryptionOfHost": bool(report.platform >> 1 & 1),
               "singleSocket": report.policy.needs_single_socket, "ciphertextHiding": report.policy.hides_ciphertext},
    )


def verify_snp(data: bytes, certificates: list, lists: list, roots: list, at: str) -> Verified:
    """The report's key leads to an approved root, signed it, and is the key that it names."""
    report = read_report(data)
    good = bool(certificates)
    require(good, "attestation.malformed-evidence", "an endorsement certificate is needed", "certificates")
    read = [read_certificate(one, f"certificates[{place}]") for place, one in enumerate(certificates)]
    revocations = [read_revocation_list(one, f"revocationLists[{place}]") for place, one in enumerate(lists)]
    good = not {_VCEK, _VLEK}.isdisjoint(read[0].named.split(", "))
    require(good, "attestation.malformed-certificate", "neither named SEV-VCEK nor SEV-VLEK", read[0].named)
    path = verify_path(read, revocations, roots, at)
    endorsement = read_endorsement(read[0])
    report.require_signed_by(read[0].key)
    _require_key(report, endorsement)
    reported = _require_versions(report, endorsement)
    not_shown = ["what the guest loaded after its launch: the measurement covers the launch only",
                 "whether AMD knows of a flaw in these versions: AMD publishes no list of statuses"]
    if endorsement.chip is None:
        not_shown.append("which chip it is: the cloud provider's key signed, not the chip's")
    if path.without_list is not None:
        not_shown.append("whether a certificate was revoked: no current revocation list was given for each of them")
    return Verified("sev-snp", _claims(report, endorsement, reported), not_shown, path.root.name, path.valid_until,
                    path.without_list is None)


__all__ = ["read_endorsement", "verify_snp"]
