"""Machines made here, with roots of their own: each rule of attestation-v1 met and broken, correctly signed."""

import hashlib
from datetime import datetime, timezone

import pytest
from machines import AT, DCAP, SNP, TPM, Authority, b64, document, integer, module, p256, p384, reference_values, rsa_key, rule

from nexus_verify import NexusError
from nexus_verify.attestation import appraise_evidence, read_reference_values, report_data_prefix, verify_evidence
from nexus_verify.chain import Root

ZEROS = bytes(64)
MIXED, SOON = 1 << 17, datetime(2026, 1, 10, tzinfo=timezone.utc)
STATUSES = ["UpToDate", "SWHardeningNeeded", "ConfigurationNeeded", "ConfigurationAndSWHardeningNeeded", "OutOfDate",
            "OutOfDateConfigurationNeeded"]
OID = "1.3.6.1.4.1.3704.1."


def judge(machine, rules: list, at: str = AT, value: dict | None = None):
    """What an appraisal comes to: the status and claims, or the code of a refusal."""
    try:
        return appraise_evidence(document(value or machine.value()), reference_values(*rules), ZEROS, at)
    except NexusError as error:
        return error.code.removeprefix("attestation.")


def told(found) -> str:
    if isinstance(found, str):
        return found
    return found.refusals[0]["code"].removeprefix("attestation.") if found.refusals else found.status


def snp(certificate: dict | None = None, lists=None, rule_: dict | None = None, **fields):
    machine = SNP(**fields)
    machine.certificate = certificate or {}
    machine.lists = lists(machine) if lists else []
    return judge(machine, [machine.rule(**(rule_ or {}))])


AMD = {
    "affirming": [
        {}, {"vlek": True}, {"turin": True}, {"version": 3}, {"version": 5}, {"version": 5, "patch": {0x1F8: b"\1" * 16}},
        {"policy": MIXED | 1 << 18}, {"policy": MIXED | 1 << 20}, {"policy": MIXED | 1 << 25}, {"platform": 0},
        {"vmpl": 3}, {"flags": 1}, {"vlek": True, "flags": 5}, {"current": (0, 4, 0, 9, 200)},
        {"committed_build": (9, 48, 1)}, {"product": "Genoa-B2", "version": 3, "patch": {0x188: b"\x19\xa0"}},
        {"lists": lambda made: [made.ark.revoke(), made.ask.revoke()], "rule_": {"revocationLists": True}},
        {"lists": lambda made: [made.ark.revoke(9)]},
        {"certificate": {"extensions": {"1.2.3.4": b"\5\0"}}},
        {"rule_": {"versions": {"microcode": {"least": 115, "greatest": 115}}, "flags": {"migration": False}}},
    ],
    "malformed-report": [
        {"patch": {0x1F8: b"\1"}}, {"patch": {0x4C: b"\1"}}, {"patch": {0x188: b"\1"}}, {"patch": {0x1EB: b"\1"}},
        {"policy": MIXED | 1 << 26}, {"policy": 1 << 16}, {"flags": 0x08}, {"flags": 0x20}, {"patch": {0x38 + 3: b"\1"}},
        {"patch": {0x1F0 + 3: b"\1"}}, {"version": 3, "patch": {0x1F8: b"\1"}},
    ],
    "unsupported-version": [{"version": 4}, {"version": 6}],
    "unsupported-algorithm": [{"patch": {0x34: b"\2"}}],
    "bad-signature": [
        {"flags": 0x1C}, {"lists": lambda made: [Authority("ARK-Made", rsa_key(2)).revoke()]},
    ],
    "wrong-platform": [
        {"flags": 4}, {"vlek": True, "flags": 0}, {"certificate": {"chip": bytes(64)}}, {"patch": {0x1A0: bytes(64)}},
        {"product": "Venice-A0"}, {"version": 3, "patch": {0x188: b"\x1a\0"}}, {"version": 3, "product": "Genoa-B1"},
        {"turin": True, "patch": {0x188: b"\x1a\x12"}},
    ],
    "wrong-tcb": [
        {"certificate": {"tcb": (0, 3, 0, 8, 116)}}, {"certificate": {"tcb": (0, 3, 0, 8, 114)}},
        {"committed": (0, 9, 0, 8, 115)}, {"launched": (0, 3, 0, 8, 116)}, {"current": (0, 3, 0, 7, 115)},
        {"committed_build": (4, 49, 1)}, {"committed_build": (0, 0, 2)},
    ],
    "malformed-certificate": [
        {"certificate": {"name": "SEV-OTHER"}}, {"certificate": {"name": "SEV-VLEK"}}, {"product": ""},
        {"vlek": True, "certificate": {"extensions": {OID + "4": bytes(64)}}}, {"certificate": {"chip": bytes(66)}},
        {"certificate": {"extensions": {OID + "3.4": integer(1)}}}, {"certificate": {"extensions": {OID + "3.1": integer(256)}}},
        {"turin": True, "certificate": {"extensions": {OID + "3.9": b"\5\0"}}},
    ],
    "unsupported-extension": [{"certificate": {"extensions": {"1.2.3.4": b"\5\0"}, "critical": "1.2.3.4"}}],
    "expired": [{"certificate": {"end": SOON}}, {"lists": lambda made: [made.ark.revoke(end=SOON)]}],
    "not-yet-valid": [{"certificate": {"start": datetime(2026, 1, 20, tzinfo=timezone.utc)}}],
    "revoked": [{"lists": lambda made: [made.ark.revoke(7)]}, {"lists": lambda made: [made.ask.revoke(7)]}],
    "missing-revocation-list": [{"rule_": {"revocationLists": True}},
                                {"lists": lambda made: [made.ark.revoke()], "rule_": {"revocationLists": True}}],
    "debug-enabled": [{"policy": MIXED | 1 << 19}],
    "warning": [{"policy": MIXED | 1 << 19, "rule_": {"debug": True}}],
    "configuration-refused": [{"rule_": {"flags": {"migration": True}}}, {"rule_": {"flags": {"unknown": False}}},
                              {"rule_": {"versions": {"microcode": {"greatest": 114}}}}],
    "outdated-platform": [{"rule_": {"versions": {"microcode": {"least": 116}}}}, {"rule_": {"versions": {"unknown": {}}}}],
    "wrong-measurement": [{"rule_": {"registers": {"measurement": ["00"]}}},
                          {"rule_": {"registers": {"measurements": [hashlib.sha384(b"measurement").hexdigest()]}}}],
    "key-not-bound": [{"report_data": b"\1" * 64}],
}


@pytest.mark.parametrize("wanted", AMD)
def test_a_made_machine_of_amd(wanted):
    assert [told(snp(**how)) for how in AMD[wanted]] == [wanted] * len(AMD[wanted])


def test_what_a_made_machine_of_amd_claims():
    claims = snp(turin=True, policy=MIXED | 1 << 18 | 1 << 24, platform=3, vmpl=2, svn=9).verified.claims.to_json()
    assert claims["flags"] == {"migration": True, "multithreading": True, "memoryEncryptionOfHost": True,
                               "singleSocket": False, "ciphertextHiding": True}
    assert claims["versions"] == {"fmc": 1, "bootloader": 3, "tee": 0, "snp": 8, "microcode": 115, "guestSVN": 9, "vmpl": 2}
    assert (claims["hwmodel"], claims["dbgstat"]) == ("SEV-SNP Turin-B1", "disabled-since-boot")
    service = snp(vlek=True)
    assert "ueid" not in service.verified.claims.to_json()
    assert any("cloud provider" in one for one in service.verified.not_shown)


def test_a_chain_of_amd_needs_authorities():
    cases = []
    for change in ({"ca": False}, {"length": 0, "serial": 9}, {}):
        machine = SNP()
        if change == {}:
            machine.ark = Authority("ARK-Made", rsa_key(0), length=0)
        machine.ask = Authority("SEV-Made", rsa_key(1), machine.ark, **change)
        cases.append(told(judge(machine, [machine.rule()])))
    assert cases == ["untrusted-chain", "affirming", "untrusted-chain"]
    other = SNP()
    other.key = p384("another")
    value = SNP().value() | {"report": b64(other.report())}
    assert told(judge(None, [SNP().rule()], value=value)) == "bad-signature"


def dcap(change=None, at: str = AT, rule_: dict | None = None, **options):
    machine = DCAP(**options)
    if change:
        change(machine)
    return judge(machine, [machine.rule(**(rule_ or {}))], at)


def put(**fields):
    return {"change": lambda machine: machine.__dict__.update(fields)}


def revoked(*places):
    def change(machine) -> None:
        serials = [(7,) if "ca" in places else (8,) if "signer" in places else (), (7,) if "pck" in places else ()]
        machine.lists = [machine.ca.revoke(*serials[0]), machine.platform.revoke(*serials[1])]

    return {"change": change}


def signer(**how):
    def change(machine) -> None:
        name = how.pop("name", "Intel SGX TCB Signing")
        machine.signer = Authority(name, p256("signer"), machine.ca, ca=False, **how)

    return {"change": change}


MODULE = [3, 1] + [3] * 14
INTEL = {
    "affirming": [{"version": 3, "sgx": True}, {"version": 4, "sgx": True}, {"version": 5, "sgx": True}, {}, {"version": 5},
                  {"enclave": {"isvsvn": 9}}, {"enclave": {"attributes": b"\x15" + bytes(15)}},
                  put(modules=[module("TDX_01", (3, "UpToDate"))]) | {"svn": MODULE},
                  put(modules=[module("TDX_0A", (3, "UpToDate"))]) | {"svn": [3, 10] + [3] * 14},
                  put(identity={"miscselect": "01000000"}) | {"enclave": {"miscselect": b"\0\0\0\1"}},
                  {"tdattributes": bytes(7) + b"\x80"}],
    "malformed-quote": [{"version": 3}, {"tdattributes": b"\2" + bytes(7)}],
    "debug-enabled": [{"tdattributes": b"\1" + bytes(7)}, {"sgx": True, "attributes": b"\7" + bytes(15)}],
    "wrong-platform": [{"seam_attributes": b"\1" + bytes(7)}, {"mrsignerseam": b"\1" * 48}, {"svn": MODULE},
                       put(modules=[module("TDX_0A", (3, "UpToDate"))]) | {"svn": MODULE},
                       put(info={"fmspc": "020101010101"}), put(info={"pceId": "0001"}), put(info={"id": "SGX"}), put(identity={"id": "QE"})],
    "wrong-quoting-enclave": [{"enclave": {"mrsigner": bytes(32)}}, {"enclave": {"isvprodid": 7}},
                              {"enclave": {"attributes": b"\x13" + bytes(15)}}, {"enclave": {"miscselect": b"\1\0\0\0"}},
                              put(identity={"mrsigner": "BB" * 32})],
    "key-not-endorsed": [{"bound": ZEROS}],
    "bad-signature": [{"signer": p256("somebody")}],
    "unsupported-version": [put(info={"version": 2}), put(info={"tcbType": 1}), put(identity={"version": 1})],
    "malformed-collateral": [put(info={"id": "QE"}), put(identity={"id": "QVE"}), put(info={"issueDate": "2026-01-02T00:00:00.000Z"})],
    "expired": [put(info={"nextUpdate": "2026-01-14T00:00:00Z"}), put(identity={"nextUpdate": "2026-01-14T00:00:00Z"}),
                {"at": "2026-01-30T00:00:00.001Z"}, signer(end=SOON)],
    "not-yet-valid": [put(info={"issueDate": "2026-01-16T00:00:00Z"}), put(identity={"issueDate": "2026-01-16T00:00:00Z"})],
    "revoked": [revoked("ca"), revoked("signer"), revoked("pck")],
    "missing-revocation-list": [put(lists=[])],
    "untrusted-chain": [signer(name="Somebody")],
    "outdated-platform": [{"pce": 10}, {"components": [3] * 15 + [2]}, {"svn": [2, 0] + [3] * 14}, {"enclave": {"isvsvn": 3}},
                          put(levels=[]), put(identity_levels=[]),
                          put(modules=[module("TDX_01", (4, "UpToDate"))]) | {"svn": MODULE, "rule_": {"tcbStatus": STATUSES}}],
}


@pytest.mark.parametrize("wanted", INTEL)
def test_a_made_machine_of_intel(wanted):
    assert [told(dcap(**how)) for how in INTEL[wanted]] == [wanted] * len(INTEL[wanted])


def grown(value):
    """The same with a member that this version lacks in every object."""
    if isinstance(value, dict):
        return {name: grown(one) for name, one in value.items()} | {"added": {"by": "Intel"}}
    return [grown(one) for one in value] if isinstance(value, list) else value


def test_fields_that_intel_adds_are_passed_over_and_signed_like_the_others():
    for options in ({}, {"sgx": True, "version": 3}, {"version": 5, "svn": MODULE}):
        def grow(machine) -> None:
            machine.modules = grown([module("TDX_01", (3, "UpToDate"))])
            machine.levels, machine.identity_levels = grown(machine.levels), grown(machine.identity_levels)
            machine.info, machine.identity = {"added": 1}, {"added": ["x"]}

        assert told(dcap(grow, **options)) == "affirming"


def levels(platform: str, part: str, *, of_module: bool) -> str:
    def change(machine) -> None:
        machine.levels = [machine.level(platform, 3, 11, ("INTEL-SA-2",))]
        if of_module:
            machine.modules = [module("TDX_01", (3, part))]
        else:
            machine.identity_levels[0] |= {"tcbStatus": part, "advisoryIDs": ["INTEL-SA-1"]}

    found = dcap(change, rule_={"tcbStatus": STATUSES}, **({"svn": MODULE} if of_module else {}))
    assert found.verified.claims.to_json()["advisories"] == (["INTEL-SA-2"] if of_module else ["INTEL-SA-1", "INTEL-SA-2"])
    return found.verified.claims.tcb_status


@pytest.mark.parametrize("of_module", [False, True])
def test_the_status_of_a_part_joins_that_of_the_platform(of_module):
    for status in STATUSES:
        assert levels(status, "UpToDate", of_module=of_module) == status
        assert levels(status, "Revoked", of_module=of_module) == "Revoked"
    joined = [levels(status, "OutOfDate", of_module=of_module) for status in STATUSES]
    assert joined == ["OutOfDate", "OutOfDate", *["OutOfDateConfigurationNeeded"] * 2, *STATUSES[4:]]
    assert levels("Revoked", "UpToDate", of_module=of_module) == "Revoked"


def test_statuses_that_a_rule_puts_up_with_are_told_and_some_never_are():
    def at(status: str):
        return lambda machine: machine.__dict__.update(levels=[machine.level(status, 3, 11)])

    for status in STATUSES:
        found = dcap(at(status), rule_={"tcbStatus": STATUSES})
        assert found.status == ("affirming" if status in STATUSES[:2] else "warning")
        assert told(dcap(at(status), rule_={"tcbStatus": []})) == "outdated-platform"
    for status in ("Revoked", "OlderThanListed"):
        everything = {"tcbStatus": [*STATUSES, "Revoked", "OlderThanListed"]}
        change = at(status) if status == "Revoked" else lambda machine: machine.__dict__.update(levels=[])
        found = dcap(change, rule_=everything)
        assert (found.verified.claims.tcb_status, told(found)) == (status, "outdated-platform")


def test_a_platform_below_every_level_has_the_lowest_ones_advisories():
    def change(machine) -> None:
        machine.levels = [machine.level("UpToDate", 9, 11, ("HIGH",)), machine.level("OutOfDate", 4, 11, ("LOW",))]

    claims = dcap(change).verified.claims
    assert (claims.tcb_status, claims.advisories) == ("OlderThanListed", ["LOW"])


def test_roots_of_one_technology_approve_nothing_of_the_other():
    machine = DCAP()
    sgx = rule("sgx", [machine.ca.root()], {"mrsigner": ["00"]})
    assert told(judge(machine, [sgx])) == "untrusted-chain"
    assert told(judge(machine, [sgx, machine.rule()])) == "affirming"


TPMS = {
    "simulated": [{}, {"safe": 0}, {"attributes": 0x00050472}],
    "unsuitable-key": [{"attributes": 0x00040072}, {"attributes": 0x00050070}, {"attributes": 0x00070072},
                       {"attributes": 0x00010072}, {"attributes": 0x00050052}],
    "malformed-tpm": [{"safe": 2}],
    "wrong-digest": [{"said": (bytes(32), bytes(32))}, {"said": (bytes(32), bytes(20))}],
    "key-not-endorsed": [{"purpose": "1.2.3"}],
}


@pytest.mark.parametrize("wanted", TPMS)
def test_a_made_tpm(wanted):
    def found(**how) -> str:
        try:
            return verify_evidence(document(TPM(**how).value()), AT).kind
        except NexusError as error:
            return error.code.removeprefix("attestation.")

    assert [found(**how) for how in TPMS[wanted]] == [wanted] * len(TPMS[wanted])


def test_a_challenged_tpm_is_judged_by_its_rule():
    made = TPM()
    roots = {"tpm": [Root("made", made.maker.digest)]}
    verified = verify_evidence(document(made.value()), AT, roots, challenged=True)
    claims = verified.claims.to_json()
    assert (verified.kind, claims["versions"], claims["flags"]) == ("tpm", {"resetCount": 5, "restartCount": 6}, {"clockSafe": True})
    assert claims["ueid"].startswith("01") and claims["measurements"]["pcr.sha256.7"] == "07" * 32
    forged = made.value() | {"certificates": [b64(made.endorsement.der), b64(Authority("Made TPMs", p256("x")).der)]}
    with pytest.raises(NexusError, match="attestation.bad-signature"):
        verify_evidence(document(forged), AT, roots, challenged=True)


def test_simulated_evidence_is_none_at_best_and_only_where_a_rule_names_it():
    value = {"format": "simulated", "reportData": b64(ZEROS)}
    assert told(judge(None, [rule("simulated", [], {})], value=value)) == "none"
    assert told(judge(None, [], value=value)) == "kind-not-allowed"


def test_report_data_begins_with_the_digest_of_the_nodes_keys():
    node = "did:key:z6Mk"
    for suite, key in ((b"x25519", bytes(range(32))), (b"x-wing", bytes(1216))):
        framed = b"".join(len(one).to_bytes(8, "big") + one for one in (
            b"nexus/attestation/report-data/v1", node.encode(), suite, key))
        assert report_data_prefix(node, key) == hashlib.sha256(framed).digest()


def test_reference_values_that_would_approve_everything_are_refused():
    good = SNP().rule()
    assert read_reference_values(reference_values(good)).startswith("sha256:")
    for change in ({"roots": []}, {"registers": {}}, {"registers": {"measurement": []}}, {"kind": "simulated"},
                   {"registers": {"measurement": ["AB"]}}, {"tcbStatus": ["Fine"]}, {"versions": {"snp": {"most": 1}}},
                   {"flags": {"migration": 1}}):
        with pytest.raises(NexusError, match="attestation.malformed-evidence"):
            read_reference_values(reference_values(good | change))
