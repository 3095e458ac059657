"""Verification of DCAP quotes: chains, collateral, quoting enclave, levels (Intel's certification service API)."""

import hashlib
from dataclasses import dataclass

from .certificate import read_certificate, read_revocation_list
from .chain import UNTRUSTED, Path, require_current, verify_path
from .claims import Claims, Verified, ueid
from .dcap_collateral import (
    OLDER,
    STATUSES,
    Identity,
    Level,
    Platform,
    TCBInfo,
    read_identity,
    read_platform,
    read_tcb_info,
)
from .dcap_quote import Domain, Enclave, Quote, point, read_quote, verify_p256
from .errors import require

_MISMATCH = "attestation.wrong-platform"
_IDENTITY = "attestation.wrong-quoting-enclave"
_SIGNER = "CN=Intel SGX TCB Signing"


@dataclass(frozen=True)
class Collateral:
    """The bytes of a document's ``collateral``."""

    tcb_info: bytes
    tcb_info_signature: bytes
    identity: bytes
    identity_signature: bytes
    certificates: list
    lists: list


def _masked(value: bytes, mask: bytes) -> bytes:
    return bytes(one & other for one, other in zip(value, mask, strict=True))


def _verify_quoting_enclave(quote: Quote, identity: Identity, pck_key) -> Level | None:
    """The PCK signed the enclave's report, which binds the attestation key; the enclave is Intel's. Its level."""
    verify_p256(pck_key, quote.quoting_signature, quote.quoting_report, "quote.qeReportSignature")
    enclave = quote.quoting_enclave
    bound = hashlib.sha256(quote.attestation_key + quote.authentication).digest() + bytes(32)
    same = enclave.report_data == bound
    require(same, "attestation.key-not-endorsed", "the enclave binds another key", "quote.qeReport")
    same = (_masked(enclave.miscselect[::-1], identity.miscselect_mask) == _masked(identity.miscselect,
                                                                                  identity.miscselect_mask)
            and _masked(enclave.attributes, identity.attributes_mask) == _masked(identity.attributes,
                                                                                identity.attributes_mask)
            and enclave.mrsigner == identity.mrsigner and enclave.isv_prod_id == identity.isv_prod_id)
    require(same, _IDENTITY, "not Intel's quoting enclave", "quote.qeReport")
    key = point(quote.attestation_key, "quote.attestationKey")
    verify_p256(key, quote.signature, quote.signed, "quote.signature")
    return next((one for one in identity.levels if one.svn <= enclave.isv_svn), None)


def _older(levels: list) -> Level:
    """Below every level: the advisories are the lowest one's."""
    return Level(OLDER, levels[-1].advisories if levels else [], [], [], 0)


def _require_module(domain: Domain, info: TCBInfo) -> Level | None:
    """The TDX module is Intel's; its level, where it has levels of its own (``None``: it has none)."""
    version, svn = domain.tee_tcb_svn[1], domain.tee_tcb_svn[0]
    module = info.module
    if version:
        module = next((one for one in info.modules if one.id == f"TDX_{version:02X}"), None)
        require(module is not None, _MISMATCH, "a module that Intel does not list", "quote.body.teeTCBSVN")
    same = (domain.mrsignerseam == module.mrsigner
            and _masked(domain.seam_attributes, module.mask) == _masked(module.attributes, module.mask))
    require(same, _MISMATCH, "not Intel's TDX module", "quote.body.mrsignerseam")
    if not version:
        return None
    found = next((one for one in module.levels if one.svn <= svn), None)
    return found or _older(module.levels)


def _platform_level(platform: Platform, body, info: TCBInfo) -> Level:
    """The first level that everything reaches; else older than all, with the lowest one's advisories."""
    for level in info.levels:
        if platform.pce_svn < level.svn or any(own < least for own, least in zip(platform.components, level.sgx,
                                                                                strict=True)):
            continue
        if isinstance(body, Domain):
            # A module with a version of its own has levels of its own: its two components are judged there.
            start = 2 if body.tee_tcb_svn[1] else 0
            if any(own < least for own, least in zip(body.tee_tcb_svn[start:], level.tdx[start:], strict=True)):
                continue
        return level
    return _older(info.levels)


def joined(status: str, other: str) -> str:
    """The status of a platform and that of a part of it: the worse, as Intel joins them; configuration is not lost."""
    if other == "OutOfDate" and status.startswith("Configuration"):
        return "OutOfDateConfigurationNeeded"
    return max(status, other, key=(*STATUSES, OLDER).index)


def _status(levels: list) -> tuple[str, list]:
    status, advisories = levels[0].status, []
    for one in levels[1:]:
        status = joined(status, one.status)
    for one in levels:
        advisories += one.advisories
    return status, advisories


def _enclave_claims(body: Enclave, pce_svn: int) -> dict:
    return {
        "eat_nonce": body.report_data, "hwmodel": "SGX",
        "dbgstat": "enabled" if body.attributes[0] & 2 else "disabled-since-boot",
        "measurements": {"attributes": body.attributes, "configid": body.config_id, "miscselect": body.miscselect,
                         "mrenclave": body.mrenclave, "mrsigner": body.mrsigner},
        "versions": {"configsvn": body.config_svn, "isvprodid": body.isv_prod_id, "isvsvn": body.isv_svn,
                     "pcesvn": pce_svn},
    }


def _domain_claims(body: Domain, pce_svn: int) -> dict:
    return {
        "eat_nonce": body.report_data, "hwmodel": "TDX 1.5" if body.is_15 else "TDX 1.0",
        "dbgstat": "enabled" if body.measurements["tdattributes"][0] & 1 else "disabled-since-boot",
        "measurements": body.measurements, "versions": {"pcesvn": pce_svn},
    }


def _verify_collateral(collateral: Collateral, lists: list, roots: list, at: str) -> tuple[Path, TCBInfo, Identity]:
    signers = [read_certificate(one, f"collateral.certificates[{place}]")
               for place, one in enumerate(collateral.certificates)]
    good = bool(signers) and _SIGNER in signers[0].named.split(", ")
    require(good, UNTRUSTED, "signed by Intel's TCB signing certificate", "collateral.certificates")
    path = verify_path(signers, lists, roots, at)
    signed = (("tcbInfo", collateral.tcb_info, collateral.tcb_info_signature),
              ("qeIdentity", collateral.identity, collateral.identity_signature))
    for name, data, signature in signed:
        verify_p256(signers[0].key, signature, data, f"collateral.{name}")
    info, identity = read_tcb_info(collateral.tcb_info), read_identity(collateral.identity)
    require_current(at, info.issued, info.next_update, "collateral.tcbInfo")
    require_current(at, identity.issued, identity.next_update, "collateral.qeIdentity")
    return path, info, identity


def _require_fitting(quote: Quote, platform: Platform, info: TCBInfo, identity: Identity) -> None:
    is_tdx = isinstance(quote.body, Domain)
    require(info.is_tdx == is_tdx, _MISMATCH, "TCB info of another technology", "collateral.tcbInfo.id")
    wanted = "TD_QE" if is_tdx else "QE"
    require(identity.id == wanted, _MISMATCH, "the identity of another enclave", "collateral.qeIdentity.id")
    same = (info.fmspc, info.pce_id) == (platform.fmspc, platform.pce_id)
    require(same, _MISMATCH, "TCB info of another platform", "collateral.tcbInfo.fmspc")


def verify_dcap(data: bytes, collateral: Collateral, approved: dict, at: str) -> Verified:
    """Every signature from the root to the quote, current collateral and lists; then the level of the platform.

    ``approved`` holds the roots of ``sgx`` and of ``tdx``: those of one approve nothing of the other.
    """
    quote = read_quote(data)
    is_tdx = isinstance(quote.body, Domain)
    kind = "tdx" if is_tdx else "sgx"
    roots = approved.get(kind, [])
    chain = [read_certificate(one, f"quote.certificates[{place}]") for place, one in enumerate(quote.certificates)]
    platform = read_platform(chain[0])
    lists = [read_revocation_list(one, f"collateral.revocationLists[{place}]")
             for place, one in enumerate(collateral.lists)]
    path = verify_path(chain, lists, roots, at)
    signing, info, identity = _verify_collateral(collateral, lists, roots, at)
    without = path.without_list or signing.without_list
    require(without is None, "attestation.missing-revocation-list", f"no revocation list of {without}",
            "collateral.revocationLists")
    _require_fitting(quote, platform, info, identity)
    own = _verify_quoting_enclave(quote, identity, chain[0].key)
    enclave = own or _older(identity.levels)
    module = _require_module(quote.body, info) if isinstance(quote.body, Domain) else None
    levels = [_platform_level(platform, quote.body, info), *([module] if module else []), enclave]
    status, advisories = _status(levels)
    said = _domain_claims(quote.body, platform.pce_svn) if is_tdx else _enclave_claims(quote.body, platform.pce_svn)
    claims = Claims(**said, ueid=ueid(kind, platform.ppid), oemid="Intel", tcb_status=status, advisories=advisories)
    first = ("what ran before or beside what the registers measured" if is_tdx
             else "what the enclave does with what it is given: the measurement covers its first pages")
    until = min(path.valid_until, signing.valid_until, info.next_update, identity.next_update)
    return Verified(kind, claims, [first, "flaws that Intel has not listed at the collateral's date"], path.root.name,
                    until, True)
