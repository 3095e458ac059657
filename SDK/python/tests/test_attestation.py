"""Real reports and quotes of the public vectors, and the golden quote of a software TPM: accepted as they are at their date,
refused with any byte changed.

NEXUS_VECTORS names the vectors' folder; NEXUS_BINARY a `nexus` to compare with, document by document.
"""

import base64
import copy
import functools
import hashlib
import json
import os
import subprocess

import pytest
from machines import MILAN, REAL, SUMMER, VECTORS, WINTER, document, milan, pem, quoted, vector
from test_vectors import ROOT

from nexus_verify import NexusError, canonical_json, dcap, snp, tpm_evidence
from nexus_verify.attestation import ROOTS, appraise_evidence, verify_evidence
from nexus_verify.certificate import read_certificate, read_revocation_list
from nexus_verify.chain import Root, verify_path

needs_vectors = pytest.mark.skipif(not VECTORS.is_dir(), reason="NEXUS_VECTORS names no folder of public vectors")
# SHA-256 of the canonical JSON of `nexus attest verify --json` for each, less `appraised`: the other implementation's words.
GOLDEN = {
    "sev-snp milan": "83ef441679061966b36cfd4e396944b919686c395d3dff08fcf9eb5a9ea1e08c",
    "sgx": "020eec574fc1b090a2ddbec445a2fca57d505cd6aaee28e28a17709578443887",
    "tdx": "eb3478f5917d934d1fff21bae960b233859fa4b344454ba99bb2314d82183002",
    "tdx outdated": "2a24259191f2711a8367ceea25d1d4d318ce89c966653e7739c396d9ea5fb277",
    "tdx of a service": "c8a3c193513224a59280567c03d67a0b868ffb14a95f98434f5af6bfb0fbaade",
    "tdx in hexadecimal": "d9682cb51114ce9fcad13f0a901ea48510c4d1c35d195085bf11b1b78d49d887",
    "tdx version 5": "db9b11ca8f64af6c6652f4ba7c3d1da21f652d3613d0e2cfee616fd18fe8cc0a",
}


@pytest.fixture
def unchanged_parts_are_read_once(monkeypatch):
    """A sweep changes one part at a time: reading the others again would take most of its time."""
    for room, names in ((dcap, ("read_certificate", "read_revocation_list", "read_tcb_info", "read_identity")),
                        (snp, ("read_certificate",)), (tpm_evidence, ("read_certificate",))):
        for name in names:
            monkeypatch.setattr(room, name, functools.lru_cache(64)(getattr(room, name)))


def outcome(data: bytes, at: str) -> dict:
    try:
        return verify_evidence(data, at).to_json()
    except NexusError as error:
        return {"code": error.code}


@needs_vectors
@pytest.mark.parametrize("name", REAL)
def test_a_real_machine_says_byte_for_byte_what_the_other_implementation_reads(name):
    make, at = REAL[name]
    found = canonical_json.write(verify_evidence(document(make()), at).to_json())
    assert hashlib.sha256(found).hexdigest() == GOLDEN[name]


@needs_vectors
def test_what_the_real_machines_claim():
    claims = {name: verify_evidence(document(make()), at).claims for name, (make, at) in REAL.items()}
    amd = claims["sev-snp milan"]
    assert (amd.hwmodel, amd.dbgstat, amd.eat_nonce[:5].hex()) == ("SEV-SNP Milan-B0", "enabled", "0102030405")
    assert amd.versions == {"bootloader": 2, "tee": 0, "snp": 5, "microcode": 68, "guestSVN": 0, "vmpl": 0}
    sgx = claims["sgx"]
    assert (sgx.tcb_status, sorted(sgx.advisories)) == ("ConfigurationAndSWHardeningNeeded", ["INTEL-SA-00289", "INTEL-SA-00615"])
    assert (claims["tdx"].tcb_status, claims["tdx"].hwmodel) == ("UpToDate", "TDX 1.0")
    assert (claims["tdx version 5"].tcb_status, claims["tdx version 5"].hwmodel) == ("UpToDate", "TDX 1.5")
    outdated = claims["tdx outdated"]
    assert outdated.tcb_status == "OlderThanListed" and "INTEL-SA-00837" in outdated.advisories


BEFORE_AND_AFTER = {
    "sev-snp milan": ("2022-09-24T00:55:27.999Z", "2029-09-24T00:55:28.001Z"),
    "sgx": ("2025-06-19T10:56:10.999Z", "2025-07-19T10:01:18.001Z"),
    "tdx": ("2025-06-19T10:00:35.000Z", "2025-07-19T10:32:27.001Z"),
    "tdx outdated": ("2026-02-18T10:41:14.999Z", "2026-03-20T10:41:15.001Z"),
}


@needs_vectors
@pytest.mark.parametrize("name", BEFORE_AND_AFTER)
def test_evidence_holds_neither_before_nor_after_its_time(name):
    data = document(REAL[name][0]())
    codes = [outcome(data, at).get("code") for at in BEFORE_AND_AFTER[name]]
    assert codes == ["attestation.not-yet-valid", "attestation.expired"]


def places(value, way: tuple = ()):
    """Where base64 stands in a document, and its bytes."""
    if isinstance(value, dict):
        for key, element in value.items():
            if key not in ("format", "bank"):
                yield from places(element, (*way, key))
    elif isinstance(value, list):
        for index, element in enumerate(value):
            yield from places(element, (*way, index))
    elif isinstance(value, str):
        yield way, base64.b64decode(value)


def changed(value: dict, way: tuple, data: bytes) -> bytes:
    copied = copy.deepcopy(value)
    holder = copied
    for step in way[:-1]:
        holder = holder[step]
    holder[way[-1]] = base64.b64encode(data).decode("ascii")
    return document(copied)


def sweep(value: dict, at: str, wanted) -> list:
    """(way, byte, outcome) of each change of one bit a byte that is not refused."""
    taken = []
    for way, data in places(value):
        if not wanted(way):
            continue
        assert data
        for place in range(len(data)):
            bad = bytearray(data)
            bad[place] ^= 1 << place % 8
            found = outcome(changed(value, way, bytes(bad)), at)
            if "code" not in found:
                taken.append((way, place, found))
    return taken


@needs_vectors
@pytest.mark.parametrize("name", REAL)
def test_every_byte_of_a_real_report_or_quote_is_signed(name, unchanged_parts_are_read_once):
    make, at = REAL[name]
    assert sweep(make(), at, lambda way: way[0] in ("report", "quote")) == []


@needs_vectors
@pytest.mark.parametrize("name", ["sev-snp milan", "sgx"])
def test_every_byte_of_what_vouches_for_it_is_signed(name, unchanged_parts_are_read_once):
    make, at = REAL[name]
    assert sweep(make(), at, lambda way: way[0] not in ("report", "quote")) == []


@needs_vectors
@pytest.mark.parametrize("name", REAL)
def test_no_beginning_of_a_report_or_quote_is_taken(name):
    make, at = REAL[name]
    value = make()
    key = "report" if "report" in value else "quote"
    data = base64.b64decode(value[key])
    last = len(data.rstrip(b"\0"))
    for size in [*range(0, last, 97), last - 1]:
        assert "code" in outcome(changed(value, (key,), data[:size]), at), size
    assert outcome(changed(value, (key,), data + b"\1"), at)["code"].startswith("attestation.malformed")
    # A quote may be followed by zeros, which nobody signed and which say nothing.
    assert ("code" in outcome(changed(value, (key,), data + bytes(9)), at)) == (key == "report")


def golden_tpm() -> tuple[dict, str]:
    told = json.loads((ROOT / "attestation/v1/accept/002-software-tpm.json").read_bytes())
    value = json.loads(base64.b64decode(told["document"]))
    value.pop("version")
    return value, told["date"]


def test_every_byte_that_a_tpm_signed_is_refused_when_changed_and_the_others_are_named():
    value, at = golden_tpm()
    before = verify_evidence(document(value), at).to_json()
    names = ("quote", "signature", "attestationKey", "reportData", "registers")
    taken = sweep(value, at, lambda way: way[0] in names)
    assert {way for way, _, _ in taken} == {("attestationKey",)}
    # Of the key's public area a quote shows the key and its scheme: attributes that nobody asks for are bound by a challenge
    # alone, which only a TPM answers.
    assert {place for _, place, _ in taken} == {4, 5, 6, 7}
    assert all(found == before for _, _, found in taken)
    rest = sweep(value, at, lambda way: way[0] == "certificates")
    assert all(found == before and found["kind"] == "simulated" for _, _, found in rest)


def test_a_tpm_of_an_approved_maker_is_one_only_if_it_was_challenged():
    value, at = golden_tpm()
    chain = [read_certificate(base64.b64decode(one), "") for one in value["certificates"]]
    root = Root("software", "sha256:" + hashlib.sha256(chain[-1].key_bytes).hexdigest())
    data = document(value)
    found = verify_evidence(data, at, {"tpm": [root]}, challenged=True)
    assert (found.kind, found.root, found.lists_complete) == ("tpm", "software", False)
    assert found.claims.measurements["pcr.sha256.0"] == bytes(32)
    unasked = verify_evidence(data, at, {"tpm": [root]})
    assert unasked.kind == "simulated" and "nobody challenged it" in unasked.not_shown[-1]
    assert verify_evidence(data, at, {"tpm": []}, challenged=True).kind == "simulated"
    with pytest.raises(NexusError, match="not-yet-valid"):
        verify_evidence(data, "2020-01-01T00:00:00.000Z", {"tpm": [root]}, challenged=True)


@needs_vectors
def test_lists_of_intel_read_with_their_entries_and_verify_by_their_issuer():
    found = read_revocation_list(vector("tdx/pckcrl"), "")
    assert (len(found.serials), found.next_update) == (44, "2023-07-08T07:27:52.000Z")
    root = read_revocation_list(vector("tdx/rootcrl.der"), "")
    told = json.loads(vector("dcap/tdx_quote_collateral.json"))
    issuer, top = (read_certificate(one, "") for one in pem(told["pck_crl_issuer_chain"]))
    assert found.signed.is_by(issuer.key) and root.signed.is_by(top.key) and not root.signed.is_by(issuer.key)


@needs_vectors
def test_the_vlek_authority_of_milan_leads_to_the_same_root():
    chain = [read_certificate(one, "") for one in pem(vector("sev-snp/milanvlek.testcer").decode())]
    path = verify_path(chain, [], [Root("AMD", "sha256:" + hashlib.sha256(chain[1].key_bytes).hexdigest())], MILAN)
    assert (path.root.name, path.without_list) == ("AMD", chain[1].named)


@needs_vectors
def test_collateral_of_another_machine_or_time_is_refused():
    cases = {("dcap/tdx_quote", "dcap/sgx_quote_collateral.json"): SUMMER,
             ("dcap/sgx_quote", "dcap/tdx_quote_collateral.json"): SUMMER,
             ("dcap/tdx_quote", "dcap/tdx_quote_outdated_collateral.json"): WINTER,
             ("tdx/quote_v5_sample.dat", "dcap/tdx_quote_collateral.json"): SUMMER,
             ("tdx/tdx_prod_quote_SPR_E4.dat", "dcap/tdx_quote_collateral.json"): SUMMER}
    codes = [outcome(document(quoted(*names)), at)["code"] for names, at in cases.items()]
    assert codes == ["attestation.missing-revocation-list", "attestation.missing-revocation-list",
                     "attestation.wrong-platform", "attestation.not-yet-valid", "attestation.malformed-quote"]


@needs_vectors
def test_intels_quote_of_2023_holds_with_the_collateral_of_its_time():
    """Its collateral came without the certificate that signed it; Intel's later one is of the same key."""
    told = json.loads(vector("dcap/tdx_quote_collateral.json"))
    key = read_certificate(pem(told["tcb_info_issuer_chain"])[0], "").key
    read = {}
    for name, member, reader in (("tcbInfo", "tcbInfo", dcap.read_tcb_info),
                                 ("qeIdentity", "enclaveIdentity", dcap.read_identity)):
        raw = vector(f"tdx/sample_{name}_response")
        signed = raw[raw.index(b"{", 1) : raw.rindex(b',"signature"')]
        assert json.loads(raw)[member] == json.loads(signed)
        signature = bytes.fromhex(json.loads(raw)["signature"])
        dcap.verify_p256(key, signature, signed, name)
        with pytest.raises(NexusError, match="attestation.bad-signature"):
            dcap.verify_p256(key, signature, signed.replace(b"UpToDate", b"Uptodate"), name)
        read[name] = reader(signed)
    data = vector("tdx/tdx_prod_quote_SPR_E4.dat")
    extra = data.index(b"\nextra bytes")
    quote = dcap.read_quote(data[:extra])
    chain = [read_certificate(one, "") for one in quote.certificates]
    lists = [read_revocation_list(vector(f"tdx/{name}"), "") for name in ("rootcrl.der", "pckcrl")]
    path = verify_path(chain, lists, ROOTS["tdx"], "2023-06-20T00:00:00.000Z")
    assert (path.without_list, path.valid_until) == (None, "2023-07-08T07:27:52.000Z")
    platform = dcap.read_platform(chain[0])
    assert platform.fmspc == read["tcbInfo"].fmspc
    level = dcap._verify_quoting_enclave(quote, read["qeIdentity"], chain[0].key)
    assert level.status == "UpToDate"
    # Its microcode (3, and 4 for TDX) is below every level that was listed (5): outdated, and reported so.
    assert dcap._platform_level(platform, quote.body, read["tcbInfo"]).status == "OlderThanListed"


@needs_vectors
def test_the_order_of_the_others_does_not_matter_but_none_may_be_missing():
    value = milan()
    first, ask, ark = value["certificates"]
    whole = outcome(document(value), MILAN)
    for chain in ([first, ark, ask], [first, ask, ask, ark, first]):
        assert outcome(document(value | {"certificates": chain}), MILAN) == whole
    for chain, code in (([first, ask], "untrusted-chain"), ([first, ark], "untrusted-chain"), ([first], "untrusted-chain"),
                        ([], "malformed-evidence"), ([ask, ark], "malformed-certificate")):
        assert outcome(document(value | {"certificates": chain}), MILAN) == {"code": f"attestation.{code}"}


BINARY = os.environ.get("NEXUS_BINARY", "")


@needs_vectors
@pytest.mark.skipif(not BINARY, reason="NEXUS_BINARY names no nexus to compare with")
def test_a_nexus_of_this_checkout_says_the_same(tmp_path):
    for name, (make, at) in REAL.items():
        path = tmp_path / "evidence.json"
        path.write_bytes(document(make()))
        told = subprocess.run([BINARY, "attest", "verify", "--json", str(path), "--at", at], capture_output=True, check=True)
        found = json.loads(told.stdout)
        assert found.pop("appraised") is False
        assert canonical_json.write(found) == canonical_json.write(verify_evidence(path.read_bytes(), at).to_json()), name


@needs_vectors
def test_reference_values_without_a_rule_of_the_kind_trust_no_root():
    simulated = document({"rules": []})
    for make, at in REAL.values():
        with pytest.raises(NexusError, match="attestation.untrusted-chain"):
            appraise_evidence(document(make()), simulated, bytes(64), at)
