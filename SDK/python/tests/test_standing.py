"""governance-entry-v1, "Standing" and admission rules: whose statements count, and what is refused."""

import pytest
from scenario import Scenario, b64

from nexus_verify import NexusError, canonical_json, read_trust_file, verify_pack
from nexus_verify.admission import decide_admission
from nexus_verify.snapshot import Snapshot

VOID = ("agreed", "agreed", "void")
AGREED = ("agreed", "agreed", "agreed")
EMPTY_RULE = {"debug": False, "flags": {}, "registers": {}, "revocationLists": False, "roots": [], "tcbStatus": [],
              "versions": {}}
RESTS = "trust.unsupported-credential"


def verdict(scenario: Scenario):
    data, trust = scenario.build()
    return verify_pack(data, read_trust_file(trust))


def suspend(rail: Scenario) -> dict:
    return {"kind": "node.suspend", "did": rail.nodes[2].did, "reason": "odd"}


def revoke_operator(rail: Scenario) -> dict:
    return {"kind": "operator.revoke", "did": rail.operators[2].did, "reason": "left"}


def admit(place: int, credentials: tuple = (), kind: str = "simulated"):
    return lambda rail: {"kind": "node.admit", "did": rail.nodes[place].did, "operator": rail.operators[place].did,
                         "attestation": kind, "credentials": [b64(one) for one in credentials], "note": ""}


def rule(*kinds, issuers: tuple = ()):
    value = {"attestEverySeconds": 60, "format": "nexus.admission-rule/v1", "jurisdictionIssuers": [],
             "operatorIssuers": list(issuers), "referenceValues": {"rules": [EMPTY_RULE | {"kind": kind} for kind in kinds], "version": 1},
             "staleAfterSeconds": 60}
    return lambda rail: {"kind": "admission.rule", "document": b64(canonical_json.write(value))}


def status(name, version: int = 1):
    value = {"id": name, "version": version}
    return lambda rail: {"kind": "status.publish", "issuer": "ISS", "list": b64(canonical_json.write(value))}


def before(*makes, **story) -> Scenario:
    """A rail that decided these things before its nodes acted."""
    scenario = Scenario(**story)

    def put(decisions: list) -> list:
        scenario.active += len(makes)
        return [*decisions[:5], *(make(scenario) for make in makes), *decisions[5:]]

    scenario.hooks["decisions"] = put
    return scenario


def finishing(clause: dict) -> None:
    clause["execution"]["onRevocation"] = "finish"


ADMITTED = [admit(place) for place in range(3)]
STORIES = {
    "a suspended node is void": Scenario(outcomes=VOID, extra=[suspend]),
    "a suspension that ended": Scenario(outcomes=AGREED, extra=[suspend, admit(2)]),
    "work from before may finish": Scenario(outcomes=AGREED, extra=[suspend], hooks={"clause": finishing}),
    "also that of a revoked operator": Scenario(outcomes=AGREED, extra=[revoke_operator], hooks={"clause": finishing}),
    "all admitted under a rule": before(rule("simulated"), *ADMITTED),
    "a rule that came later": Scenario(extra=[rule("simulated")]),
    "an override, whatever its nodes were admitted on": before(
        rule("simulated"), *(admit(place, (b"{}",)) for place in range(3)), override=True,
        outcomes=("differed", "differed", "silent")),
    "a list, and the next of its id": Scenario(extra=[status("urn:l"), status("urn:l", 2)]),
}


@pytest.mark.parametrize("name", STORIES)
def test_a_true_story_is_accepted(name):
    report = verdict(STORIES[name])
    assert report.accepted, report.failed
    assert not any(RESTS in caveat for caveat in report.caveats)


RESTING = {
    "on a rule that asks for credentials": before(rule("simulated", issuers=("ISS",)), *ADMITTED),
    "on credentials that were shown": before(rule("simulated"), admit(0, (b"{}",)), *ADMITTED[1:]),
    "on them when a suspension ended": Scenario(outcomes=AGREED, extra=[suspend, admit(2, (b"{}",))]),
}


@pytest.mark.parametrize("name", RESTING)
def test_an_admission_that_rests_on_credentials_is_told(name):
    report = verdict(RESTING[name])
    assert report.accepted, report.failed
    assert any(RESTS in caveat for caveat in report.caveats)


REFUSED = {
    "a suspended node counts": (Scenario(outcomes=AGREED, extra=[suspend]), "statements", "evidence.not-entitled"),
    "void though it may finish": (Scenario(outcomes=VOID, extra=[suspend], hooks={"clause": finishing}), "statements",
                                  "evidence.mismatch"),
    "a node that was not admitted": (before(rule("simulated"), *ADMITTED[:2]), "statements", "governance.not-approved"),
    "suspended when it acted": (before(suspend, hooks={"clause": finishing}), "statements", "evidence.not-entitled"),
    "a kind without a rule": (before(rule(), admit(0)), "governance", "governance.not-allowed"),
    "a kind that the rail lacks": (Scenario(extra=[rule("tpm")]), "governance", "governance.not-allowed"),
    "a rule of no kind": (Scenario(extra=[rule(["simulated"])]), "governance", "governance.not-allowed"),
    "a list without id": (Scenario(extra=[status(7)]), "governance", "trust.bad-status-list"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_false_story_is_refused_by_its_check_and_code(name):
    scenario, check, code = REFUSED[name]
    report = verdict(scenario)
    assert not report.accepted
    assert (report.failed.name, report.failed.code) == (check, code)


def test_a_list_gives_way_only_to_one_of_the_same_issuer():
    state = Snapshot.empty("sha256:00")
    state.issuers = [("A", "did:key:a"), ("B", "did:key:b"), ("A", "did:key:c")]

    def publish(issuer: str) -> None:
        decide_admission(state, None, "status.publish", (issuer, b'{"id":"urn:l"}'), None)

    publish("A")
    publish("A")
    with pytest.raises(NexusError, match="another issuer"):
        publish("B")
