"""governance-entry-v1: admission rules, admitted and suspended nodes, status lists.

Credentials are not verified here: a verifier without them relies on the committee. Who was admitted on credentials is
remembered, so that a report can say so; evidence is looked at where a pack shows it (check 13).
"""

from . import canonical_json, limits
from .attestation import rules_of
from .did_key import read_did_key, require_suites
from .errors import NexusError, require
from .fields import Fields
from .genesis import SIMULATED, Genesis
from .hashing import digest_of
from .reference_values import RULE_OF_SIMULATED
from .snapshot import Admission, Rule, Snapshot, StatusList

_NOT_ALLOWED = "governance.not-allowed"


def _read_rule(document: bytes, genesis: Genesis, entry: int) -> Rule:
    value = canonical_json.parse_canonical(document, limits.ADMISSION_BYTES_MAX)
    with Fields(value) as fields:
        every = fields.integer("attestEverySeconds", 1, limits.ATTEST_SECONDS_MAX)
        fields.choice("format", "nexus.admission-rule/v1")
        issuers = [fields.text_array(key, limits.ISSUERS_OF_RULE_MAX, limits.NAME_BYTES_MAX)
                   for key in ("jurisdictionIssuers", "operatorIssuers")]
        stale = fields.integer("staleAfterSeconds", 1, limits.ATTEST_SECONDS_MAX)
        with fields.object("referenceValues") as values:
            values.integer("version", 1, 1)
            rules = values.array("rules", limits.ATTESTATION_KINDS_MAX)
            kinds = [rule.get("kind") if isinstance(rule, dict) else None for _, rule in rules]
    require(every <= stale, _NOT_ALLOWED, "stale before it is asked for")
    known = all(kind in genesis.attestation for kind in kinds)
    require(known, _NOT_ALLOWED, "a kind that the rail does not take")
    return Rule(entry, digest_of(document), rules_of(value["referenceValues"], "referenceValues"), any(issuers))


def taken_under(rule: Rule | None, genesis: Genesis) -> dict:
    """Reference values by kind; without a rule that of ``simulated`` alone, where the genesis names it."""
    if rule is not None:
        return rule.rules
    return {SIMULATED: RULE_OF_SIMULATED} if SIMULATED in genesis.attestation else {}


def _status_id(data: bytes) -> str:
    try:
        value = canonical_json.parse(data, limits.STATUS_BYTES_MAX)
    except NexusError as error:
        raise NexusError("trust.bad-credential", "no credential with a proof") from error
    name = value.get("id") if isinstance(value, dict) else None
    require(isinstance(name, str), "trust.bad-status-list", "a list has an id")
    return name


def decide_admission(state: Snapshot, genesis: Genesis, kind: str, values: tuple, suites: list | None) -> None:
    if kind == "admission.rule":
        state.admission = _read_rule(values[0], genesis, state.number)
    elif kind == "node.admit":
        node, operator, attestation, evidence, credentials, _ = values
        require(node not in state.revoked_nodes, _NOT_ALLOWED, "the node is revoked")
        require(state.operator(operator) is not None, "governance.unknown-subject", "the operator is not approved")
        require_suites(suites, [read_did_key(node)])
        rule = state.admission
        require(attestation in taken_under(rule, genesis), _NOT_ALLOWED, "a kind that no rule takes")
        on_credentials = bool(credentials) or (rule is not None and rule.asks_for_credentials)
        state.admitted.pop(node, None)
        state.admitted[node] = Admission(attestation, state.number, evidence, operator, on_credentials,
                                         state.proposed_at)
        state.suspended_nodes = [one for one in state.suspended_nodes if one != node]
        state.barred.pop(node, None)
    elif kind == "node.suspend":
        node = values[0]
        barred = node in state.revoked_nodes or node in state.suspended_nodes
        require(not barred, _NOT_ALLOWED, "the node is revoked or suspended")
        state.suspended_nodes.append(node)
        state.bar(node)
    else:
        name = _status_id(values[1])
        earlier = state.status_lists.get(name)
        own = earlier is None or state.has_approved_issuer(values[0], earlier.issuer)
        require(own, _NOT_ALLOWED, "the list is another issuer's")
        state.status_lists[name] = StatusList(state.number, digest_of(values[1]), state.issuer(values[0]))
