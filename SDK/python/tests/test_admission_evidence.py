"""evidence-pack-v1, check 13: documents that nodes were admitted with, in packs made here."""

import base64
import json
import subprocess

import pytest
from machines import DCAP, SNP, TPM, b64, document
from scenario import Key, Scenario, seal
from test_attestation import BINARY
from test_standing import EMPTY_RULE

from nexus_verify import canonical_json, read_trust_file, verify_pack
from nexus_verify.attestation import report_data_prefix
from nexus_verify.hashing import digest_of

NODES = [Key(f"node {n}") for n in range(3)]
KINDS = ["sev-snp", "sgx", "simulated", "tdx", "tpm"]
TOLD = "evidence.attestation-not-allowed"
NONCE = bytes(range(32))


def bound(place: int, key: bytes = b"\4" * 32) -> bytes:
    """Report data for a node of the scenario, whose bindings have this sealing key."""
    return report_data_prefix(NODES[place].did, key) + NONCE


def in_force(rules: list) -> dict:
    value = {"attestEverySeconds": 60, "format": "nexus.admission-rule/v1", "jurisdictionIssuers": [],
             "operatorIssuers": [], "staleAfterSeconds": 60,
             "referenceValues": {"rules": sorted(rules, key=lambda one: one["kind"]), "version": 1}}
    return {"kind": "admission.rule", "document": b64(canonical_json.write(value))}


class Rail(Scenario):
    """Three nodes; `documents` by node, what their statements say, and rules of an admission rule."""

    def __init__(self, documents: dict, rules: list, kinds: tuple = (), said: tuple = (), shown: list | None = None,
                 outcomes: tuple = ("agreed", "agreed", "differed"), allowed: list = KINDS, trusted: list = KINDS,
                 later: list | None = None) -> None:
        super().__init__(outcomes=outcomes)
        self.documents, self.rules, self.said, self.later = documents, rules, said, later
        self.kinds = kinds or tuple("simulated" for _ in NODES)
        self.shown = [documents[place] for place in sorted(documents) if place < 2] if shown is None else shown
        self.hooks = {"decisions": self.put, "genesis": lambda value: value.update(attestation=KINDS),
                      "clause": lambda value: value["execution"].update(attestation=allowed),
                      "trust": lambda value: value.update(attestation=trusted), "pack": self.show}
        for place in range(3):
            self.hooks[f"cac {place}"] = lambda value, place=place: self.say(value, place)

    def put(self, decisions: list) -> list:
        admitted = []
        if self.rules:
            admitted.append(in_force(self.rules))
        for place, node in enumerate(self.nodes):
            one = {"kind": "node.admit", "did": node.did, "operator": self.operators[place].did, "credentials": [],
                   "attestation": self.kinds[place], "note": ""}
            if place in self.documents:
                one["evidence"] = digest_of(self.documents[place])
            admitted.append(one)
        if self.later is not None:
            admitted.append(in_force(self.later))
        self.active += len(admitted)
        return [*decisions[:5], *admitted, *decisions[5:]]

    def say(self, value: dict, place: int) -> None:
        kind = self.said[place] if self.said else self.kinds[place]
        value["predicate"]["attestation"] = {"evidence": "", "kind": kind}

    def show(self, pack: dict) -> None:
        if self.shown:
            pack["attestations"] = [b64(one) for one in self.shown]

    def verdict(self):
        data, trust = self.build()
        return verify_pack(data, read_trust_file(trust))


def machine(place: int, kind: str = "sev-snp", **fields):
    made = {"sev-snp": SNP, "tdx": DCAP}[kind]
    return made(**({"report_data": bound(place)} | fields))


SIMULATED = EMPTY_RULE | {"kind": "simulated"}
ROOTED = SNP().rule()
DOMAIN = DCAP().rule()


def documents(*made) -> dict:
    return {place: document(one.value()) for place, one in enumerate(made)}


def simulated(place: int) -> bytes:
    return document({"format": "simulated", "reportData": b64(bound(place))})


ALL_SNP = ("sev-snp",) * 3


def three(**fields) -> dict:
    return documents(*(machine(place, **(fields if place == 0 else {})) for place in range(3)))


MIXED = {0: document(machine(0).value()), 1: document(machine(1, "tdx").value())}
ACCEPTED = {
    "machines of AMD": (lambda: Rail(three(), [ROOTED], ALL_SNP), ["sev-snp"]),
    "one of AMD and one of Intel": (
        lambda: Rail(MIXED, [ROOTED, SIMULATED, DOMAIN], ("sev-snp", "tdx", "simulated")), ["sev-snp", "tdx"]),
    "statements that say less than the admission": (
        lambda: Rail(three(), [ROOTED], ALL_SNP, said=("simulated", "sev-snp", "simulated")), ["sev-snp"]),
    "simulated documents": (
        lambda: Rail({place: simulated(place) for place in range(3)}, [SIMULATED]), ["simulated"]),
    "simulated documents without a rule": (
        lambda: Rail({place: simulated(place) for place in range(3)}, []), ["simulated"]),
    "admissions that name none": (lambda: Rail({}, [SIMULATED]), None),
    "lists of every issuer": (lambda: Rail(listed(), [ROOTED | {"revocationLists": True}], ALL_SNP), ["sev-snp"]),
}


def listed() -> dict:
    made = [machine(place) for place in range(3)]
    for one in made:
        one.lists = [one.ark.revoke(), one.ask.revoke()]
    return documents(*made)


@pytest.mark.parametrize("name", ACCEPTED)
def test_a_true_story_is_accepted_and_says_which_kinds_it_showed(name):
    make, kinds = ACCEPTED[name]
    report = make().verdict()
    assert report.accepted, report.failed
    assert report.facts.get("attestation") == kinds
    hardware = bool(kinds) and kinds != ["simulated"]
    assert any("what a machine became since" in one for one in report.caveats) == hardware


def forged() -> dict:
    value = machine(0).value()
    report = bytearray(base64.b64decode(value["report"]))
    report[0x90] ^= 1
    return three() | {0: document(value | {"report": b64(bytes(report))})}


def revoked(place: str) -> dict:
    made = [machine(n) for n in range(3)]
    made[0].lists = [getattr(made[0], place).revoke(7)]
    return documents(*made)


REFUSED = {
    "a kind that the clause does not take": (
        lambda: Rail(three(), [ROOTED], ALL_SNP, allowed=["simulated"]), TOLD),
    "a kind that the trust file does not take": (
        lambda: Rail(three(), [ROOTED], ALL_SNP, trusted=["simulated"]), TOLD),
    "a kind that no admission names evidence of": (lambda: Rail({}, [ROOTED], ALL_SNP), TOLD),
    "a document that is not shown": (lambda: Rail(three(), [ROOTED], ALL_SNP, shown=[]), "evidence.mismatch"),
    "another document": (
        lambda: Rail(three(), [ROOTED], ALL_SNP, shown=list(three(vmpl=1).values())[:2]), "evidence.mismatch"),
    "a document of a statement that differed": (
        lambda: Rail(ALL := three(), [ROOTED], ALL_SNP, shown=list(ALL.values())), "evidence.mismatch"),
    "documents out of order": (
        lambda: Rail(ALL := three(), [ROOTED], ALL_SNP, shown=[ALL[1], ALL[0]]), "evidence.mismatch"),
    "a document twice": (
        lambda: Rail(ALL := three(), [ROOTED], ALL_SNP, shown=[ALL[0], ALL[0], ALL[1]]), "evidence.mismatch"),
    "a statement that says more than the admission": (
        lambda: Rail({n: simulated(n) for n in range(3)}, [SIMULATED], said=ALL_SNP), TOLD),
    "evidence of another kind than admitted": (
        lambda: Rail({n: simulated(n) for n in range(3)}, [ROOTED, SIMULATED], ALL_SNP), TOLD),
    "an admission as simulated on a machine's report": (lambda: Rail(three(), [ROOTED, SIMULATED]), TOLD),
    "another node's evidence": (
        lambda: Rail({0: (OTHER := three()[1]), 1: OTHER}, [ROOTED], ALL_SNP, shown=[OTHER]), "attestation.key-not-bound"),
    "another sealing key": (
        lambda: Rail(three(report_data=bound(0, b"\5" * 32)), [ROOTED], ALL_SNP), "attestation.key-not-bound"),
    "a report that can be debugged": (
        lambda: Rail(three(policy=1 << 17 | 1 << 19), [ROOTED], ALL_SNP), "attestation.debug-enabled"),
    "old firmware": (
        lambda: Rail(three(), [ROOTED | {"versions": {"snp": {"least": 9}}}], ALL_SNP), "attestation.outdated-platform"),
    "another program": (
        lambda: Rail(three(), [ROOTED | {"registers": {"measurement": ["00"]}}], ALL_SNP),
        "attestation.wrong-measurement"),
    "a root that the rule does not name": (
        lambda: Rail(three(), [ROOTED | {"roots": DCAP().rule()["roots"]}], ALL_SNP), "attestation.untrusted-chain"),
    "a changed report": (lambda: Rail(forged(), [ROOTED], ALL_SNP), "attestation.bad-signature"),
    "no lists where the rule asks for them": (
        lambda: Rail(three(), [ROOTED | {"revocationLists": True}], ALL_SNP), "attestation.missing-revocation-list"),
    "a revoked key": (lambda: Rail(revoked("ask"), [ROOTED], ALL_SNP), "attestation.revoked"),
    "a document that does not read": (
        lambda: Rail({0: b"{}", 1: b"{}", 2: b"{}"}, [SIMULATED], shown=[b"{}"]), "attestation.malformed-evidence"),
    "a rule of another kind only": (
        lambda: Rail({n: simulated(n) for n in range(3)}, [ROOTED], ALL_SNP), TOLD),
    "a later rule without the kind": (
        lambda: Rail({n: simulated(n) for n in range(3)}, [SIMULATED], later=[ROOTED]), "attestation.kind-not-allowed"),
    "a later rule that asks for more": (
        lambda: Rail(three(), [ROOTED], ALL_SNP, later=[ROOTED | {"versions": {"snp": {"least": 9}}}]),
        "attestation.outdated-platform"),
    "documents where an override decided": (lambda: overridden(), "evidence.mismatch"),
}


def overridden() -> Rail:
    rail = Rail(three(), [ROOTED], ALL_SNP, outcomes=("differed", "differed", "silent"))
    rail.override = True
    return rail


@pytest.mark.parametrize("name", REFUSED)
def test_a_false_story_is_refused_by_the_last_check(name):
    make, code = REFUSED[name]
    report = make().verdict()
    assert not report.accepted
    assert report.failed.name == "attestation"
    assert report.failed.code == code


def test_a_tpm_counts_as_challenged_if_the_committee_admitted_it_as_one():
    made = [TPM(bound(place)) for place in range(3)]
    report = Rail(documents(*made), [made[0].rule()], ("tpm",) * 3).verdict()
    assert report.accepted, report.failed
    assert report.facts["attestation"] == ["tpm"]
    assert "that a TPM answered a challenge is the committee's word" in report.caveats
    admitted_as_less = Rail(documents(*made), [made[0].rule(), SIMULATED]).verdict()
    assert admitted_as_less.accepted and admitted_as_less.facts["attestation"] == ["simulated"]
    elsewhere = made[0].rule(roots=DCAP().rule()["roots"])
    unknown = Rail(documents(*made), [elsewhere], ("tpm",) * 3).verdict()
    assert (unknown.failed.name, unknown.failed.code) == ("attestation", TOLD)


def test_attestations_are_left_out_where_there_are_none():
    data, trust = Rail({}, [SIMULATED]).build()
    pack = json.loads(data)
    for value in ([], [b64(b"{}")] * 1025, [1], "x"):
        report = verify_pack(seal(pack | {"attestations": value}), read_trust_file(trust))
        assert (report.failed.name, report.failed.code) == ("form", "base.wrong-type")


@pytest.mark.skipif(not BINARY, reason="NEXUS_BINARY names no nexus to compare with")
@pytest.mark.parametrize("name", [*ACCEPTED, *REFUSED])
def test_a_nexus_of_this_checkout_judges_the_same(name, tmp_path):
    make = ACCEPTED[name][0] if name in ACCEPTED else REFUSED[name][0]
    data, trust = make().build()
    (tmp_path / "one.aep.json").write_bytes(data)
    (tmp_path / "rail.json").write_bytes(trust)
    command = [BINARY, "verify", "--json", str(tmp_path / "one.aep.json"), "--rail", str(tmp_path / "rail.json")]
    told = json.loads(subprocess.run(command, capture_output=True).stdout)["packs"][0]
    report = verify_pack(data, read_trust_file(trust))
    own = [] if report.failed is None else [(report.failed.name, report.failed.code)]
    assert (told["accepted"], [(one["check"], one["code"]) for one in told["checks"] if not one["passed"]]) == (
        report.accepted, own)
