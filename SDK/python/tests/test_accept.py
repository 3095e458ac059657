"""Stories that a pack may tell, each accepted with what it is told to show."""

import pytest
from scenario import LATER, Scenario, b64, digest_of

from nexus_verify import CHECKS, canonical_json, read_trust_file, verify_pack
from nexus_verify.governance import Fold


def verdict(scenario: Scenario):
    data, trust = scenario.build()
    return verify_pack(data, read_trust_file(trust))


def revoke(name: str):
    return lambda rail: {"kind": "node.revoke", "did": rail.nodes[2].did, "reason": "lost"} if name == "node" else {
        "kind": "operator.revoke", "did": rail.operators[2].did, "reason": "left"}


def correct(leaves):
    leaves[1]["correction"] = True


def small_policy(version: str = "1.0.0") -> dict:
    return {
        "type": "nexus.policy/v1", "id": f"ISS::Calm@{version}",
        "variables": [{"name": "nodes", "type": "list( map(string, dyn) )"}, {"name": "most", "type": "int", "value": 9}],
        "rules": [{"name": "few", "effect": "deny", "when": "size(nodes) > most", "because": "few are enough"}],
        "tests": [{"name": "none", "given": {"nodes": []}, "expect": {"permitted": True}}]}


def published(version: str = "1.0.0"):
    return lambda rail: {"kind": "policy.publish", "document": b64(canonical_json.write(small_policy(version)))}


def advanced(stage: str, version: str = "1.0.0"):
    digest = digest_of(canonical_json.write(small_policy(version)))
    return lambda rail: {"kind": "policy.advance", "policy": digest, "stage": stage, "note": ""}


def approved(result: str | None):
    return lambda rail: {"kind": "job.approve", "jobId": rail.job, "note": ""} | ({"result": result} if result else {})


ACTIVE = [advanced(stage) for stage in ("simulated", "reviewed", "active")]
NEXT = [published("1.0.1")] + [advanced(stage, "1.0.1") for stage in ("simulated", "reviewed", "active")]


STORIES = {
    "two agree, one differs": (Scenario(), "TRIGGER", 2, 1),
    "all agree": (Scenario(outcomes=("agreed",) * 3), "TRIGGER", 3, 0),
    "P-256 keys": (Scenario(p256=True), "TRIGGER", 2, 1),
    "batch signatures": (Scenario(batch=True), "TRIGGER", 2, 1),
    "a fault": (Scenario(fault=True, outcomes=("agreed",) * 3), "ESCALATE", 3, 0),
    "an override": (Scenario(override=True, outcomes=("differed", "differed", "silent")), "TRIGGER", 0, 2),
    "inputs withheld": (Scenario(withhold=(0, 1)), "TRIGGER", 2, 1),
    "no validators": (Scenario(validators=0), "TRIGGER", 2, 1),
    "silent and refused": (Scenario(outcomes=("agreed", "agreed", "refused")), "TRIGGER", 2, 0),
    "a node revoked": (Scenario(outcomes=("agreed", "agreed", "void"), extra=[revoke("node")]), "TRIGGER", 2, 1),
    "an operator revoked": (Scenario(outcomes=("agreed", "agreed", "void"), extra=[revoke("operator")]), "TRIGGER",
                            2, 1),
    "a policy and the next": (Scenario(extra=[published(), *ACTIVE, *NEXT]), "TRIGGER", 2, 1),
    "a job approved": (Scenario(extra=[approved(digest_of(b"result")), approved(None)]), "TRIGGER", 2, 1),
    "a correction": (Scenario(hooks={"quorum": lambda value: value.update(supersedes=digest_of(b"before")),
                                     "leaves": correct}), "TRIGGER", 2, 1),
}


@pytest.mark.parametrize("name", STORIES)
def test_a_pack_that_tells_a_true_story_is_accepted(name):
    scenario, signal, agreeing, differing = STORIES[name]
    report = verdict(scenario)
    assert report.accepted, report.failed
    assert [check.name for check in report.checks] == list(CHECKS)
    facts = report.facts
    assert (facts["signal"], facts["agreeing"], facts["differing"]) == (signal, agreeing, differing)
    assert facts["override"] == scenario.override


def told(scenario: Scenario) -> str:
    return "\n".join(verdict(scenario).caveats)


def test_caveats_name_what_an_accepted_pack_does_not_show():
    plain = told(Scenario())
    assert "simulated" in plain and "rollback" not in plain and "withheld" not in plain
    assert "rollback" in told(Scenario(validators=0))
    assert "inputs withheld: region" in told(Scenario(withhold=(1,)))
    override = told(Scenario(override=True, outcomes=("silent",)))
    assert "people" in override and "simulated" not in override


@pytest.mark.parametrize("margin, signal", [("0.1", "TRIGGER"), ("0.099999999999999999", "ESCALATE")])
def test_a_margin_just_inside_the_review_band_escalates(margin, signal):
    def result(value):
        value["terms"][0]["margin"] = margin
        value["signal"] = signal

    hooks = {"result": result, "quorum": lambda value: value.update(signal=signal)}
    assert verdict(Scenario(hooks=hooks, outcomes=("agreed", "agreed"))).accepted


def test_a_failed_obligation_comes_before_a_trigger():
    def result(value):
        value["terms"][1]["verdict"] = "FAIL"
        value["signal"] = "FAIL"

    hooks = {"result": result, "quorum": lambda value: value.update(signal="FAIL")}
    assert verdict(Scenario(hooks=hooks, outcomes=("agreed", "agreed"))).accepted


@pytest.mark.parametrize("expires, accepted", [("2026-06-01T00:00:00.001Z", True), (LATER, False)])
def test_a_binding_is_in_force_before_its_end_only(expires, accepted):
    hooks = {"binding 0": lambda value: value["predicate"].update(expiresAt=expires)}
    assert verdict(Scenario(hooks=hooks)).accepted == accepted


def test_an_input_value_may_have_its_whole_mebibyte():
    hooks = {"inputs": lambda bound: bound[1].update(value=b64(b"x" * 1_048_576))}
    assert verdict(Scenario(hooks=hooks)).accepted


def fold(*extra) -> Fold:
    """The fold of a scenario's entries, as far as they are taken."""
    scenario = Scenario(extra=list(extra))
    scenario.build()
    return scenario.fold


def test_a_newer_policy_supersedes_the_one_before_and_members_approve_once():
    state = fold(published(), *ACTIVE, *NEXT, approved(None)).current
    assert [one.stage for one in state.policies.values()] == ["superseded", "active"]
    assert len(state.approvals) == 2


@pytest.mark.parametrize("extra", [
    [advanced("simulated")],
    [published(), advanced("active")],
    [published(), published()],
    [approved(None), approved(None)],
])
def test_a_decision_about_policies_out_of_order_is_not_taken(extra):
    assert len(fold(*extra).snapshots) == len(fold(*extra[:-1]).snapshots)
