"""governance-entry-v1: proposals, ballots, entries, and their fold into snapshots."""

from dataclasses import dataclass

from . import canonical_json, clause, limits
from .admission import decide_admission
from .clause import Clause, read_clause
from .did_key import read_did_key, require_suites
from .envelope import read_envelope, read_statement, read_statement_bytes
from .errors import NexusError, require
from .fields import Fields, as_base64
from .genesis import Genesis
from .note import LOG_KEY_TYPE, VerifierKey, read_verifier_key
from .hashing import digest_of
from .policy import Policy, read_policy
from .snapshot import STAGES, Approval, Operator, Override, Published, PublishedPolicy, Snapshot

PROPOSAL = "urn:nexus:proposal:v1"
BALLOT = "urn:nexus:ballot:v1"
_NOT_ALLOWED = "governance.not-allowed"
_UNKNOWN = "governance.unknown-subject"
_STEPS = {
    "draft": ("simulated", "deprecated"),
    "simulated": ("reviewed", "deprecated"),
    "reviewed": ("active", "deprecated"),
    "active": ("superseded", "deprecated"),
    "superseded": ("deprecated",),
    "deprecated": (),
}


def _reason(one: Fields) -> str:
    return one.text("reason", limits.TEXT_BYTES_MAX)


def _named(one: Fields) -> str:
    return one.text("name", limits.NAME_BYTES_MAX)


ATTESTATION_KINDS = ("simulated", "sev-snp", "tdx", "sgx", "tpm")


def _credentials(one: Fields) -> list:
    """Credentials as they were presented; that they verify is left to those who read credentials."""
    return [as_base64(element, at, limits.CREDENTIAL_BYTES_MAX)
            for at, element in one.array("credentials", limits.CREDENTIALS_MAX)]


_KINDS = {
    "operator.approve": lambda one: (_named(one), one.did("did"), one.text("jurisdiction", limits.NAME_BYTES_MAX)),
    "operator.revoke": lambda one: (one.did("did"), _reason(one)),
    "node.revoke": lambda one: (one.did("did"), _reason(one)),
    "issuer.approve": lambda one: (_named(one), one.did("did")),
    "feed.approve": lambda one: (_named(one), one.did("did")),
    "clause.publish": lambda one: (one.base64("document", limits.CLAUSE_BYTES_MAX),),
    "clause.advance": lambda one: (one.digest("clause"), one.choice("stage", *STAGES),
                                   one.optional("report", one.digest), one.text("note", limits.TEXT_BYTES_MAX)),
    "occurrence.override": lambda one: (one.digest("occurrenceId"), one.digest("jobId"),
                                        one.choice("signal", *clause.SIGNALS), _reason(one)),
    "key.rotate": lambda one: (one.text("from", limits.VERIFIER_KEY_BYTES_MAX),
                               one.text("to", limits.VERIFIER_KEY_BYTES_MAX), _reason(one)),
    "policy.publish": lambda one: (one.base64("document", limits.CANONICAL_POLICY_BYTES_MAX),),
    "policy.advance": lambda one: (one.digest("policy"), one.choice("stage", *STAGES),
                                   one.text("note", limits.TEXT_BYTES_MAX)),
    "job.approve": lambda one: (one.digest("jobId"), one.optional("result", one.digest),
                                one.text("note", limits.TEXT_BYTES_MAX)),
    "admission.rule": lambda one: (one.base64("document", limits.ADMISSION_BYTES_MAX),),
    "node.admit": lambda one: (one.did("did"), one.did("operator"), one.choice("attestation", *ATTESTATION_KINDS),
                               one.optional("evidence", one.digest), _credentials(one),
                               one.text("note", limits.TEXT_BYTES_MAX)),
    "node.suspend": lambda one: (one.did("did"), _reason(one)),
    "status.publish": lambda one: (one.text("issuer", limits.NAME_BYTES_MAX),
                                   one.base64("list", limits.STATUS_BYTES_MAX)),
}


@dataclass(frozen=True)
class Entry:
    bytes: bytes
    number: int
    previous: str
    proposal: bytes
    ballots: list


def read_entry(data: bytes) -> Entry:
    with Fields(canonical_json.parse_canonical(data, limits.LOG_ENTRY_BYTES_MAX)) as fields:
        fields.choice("format", "nexus.governance-entry/v1")
        number = fields.integer("number", 1, limits.ENTRY_NUMBER_MAX)
        previous = fields.digest("previous")
        proposal = fields.base64("proposal", limits.LOG_ENTRY_BYTES_MAX)
        ballots = [read_envelope(element, at) for at, element in fields.array("ballots", limits.BALLOTS_MAX)]
    return Entry(data, number, previous, proposal, ballots)


def _read_proposal(data: bytes, rail: str) -> tuple:
    """(kind, values) of the decision, and when it was proposed."""
    statement = read_statement_bytes(data, PROPOSAL, limits.LOG_ENTRY_BYTES_MAX)
    with statement.predicate as fields:
        named = fields.digest("rail")
        proposed_at = fields.time("proposedAt")
        with fields.object("decision") as one:
            kind = one.text("kind", limits.DECISION_KIND_BYTES_MAX)
            require(kind in _KINDS, "base.wrong-type", "no such kind of decision", one.at("kind"))
            values = _KINDS[kind](one)
    statement.require_subject("rail", rail, "governance.other-rail")
    require(named == rail, "governance.other-rail", "the proposal is for another rail")
    return kind, values, proposed_at


def _approving(entry: Entry, proposal: str, electorate: dict) -> list:
    """The voters who approve, in the order of their ballots."""
    voted: set = set()
    approving = []
    for envelope in entry.ballots:
        keyid = envelope.signatures[0].keyid
        good = len(envelope.signatures) == 1 and keyid in electorate and keyid not in voted
        require(good, "governance.bad-vote", "not one signature by a voter who has not voted")
        envelope.verify(electorate[keyid])
        statement = read_statement(envelope, BALLOT)
        with statement.predicate as fields:
            named = fields.digest("proposal")
            vote = fields.choice("vote", "approve", "reject")
            fields.time("votedAt")
        statement.require_subject("proposal", proposal, "governance.bad-vote")
        require(named == proposal, "governance.bad-vote", "a ballot for another proposal")
        voted.add(keyid)
        if vote == "approve":
            approving.append(keyid)
    return approving


class Fold:
    """The fold of a rail's governance entries; ``snapshots`` holds the one after each, entry 0 included."""

    def __init__(self, genesis: Genesis, suites: list | None = None) -> None:
        self._genesis = genesis
        self._suites = suites
        self._decided: set = set()
        self.snapshots = [Snapshot.empty(genesis.rail)]
        self._by_digest: dict = {}

    @property
    def current(self) -> Snapshot:
        return self.snapshots[-1]

    def snapshot(self, digest: str) -> Snapshot | None:
        """The first snapshot that has the digest."""
        for one in self.snapshots[len(self._by_digest) :]:
            self._by_digest.setdefault(one.digest, one)
        return self._by_digest.get(digest)

    def add(self, data: bytes, log_index: int) -> None:
        """Folds one entry's bytes; nothing changes if it is refused."""
        entry = read_entry(data)
        now = self.current
        chained = entry.number == now.number + 1 and entry.previous == now.head
        require(chained, "governance.broken-chain", "not the entry that follows")
        proposal = digest_of(entry.proposal)
        kind, values, proposed_at = _read_proposal(entry.proposal, now.rail)
        require(proposal not in self._decided, "governance.already-decided", "this proposal was decided before")
        document: Clause | Policy | None = None
        electorate, threshold = self._genesis.committee, self._genesis.committee_threshold
        if kind == "status.publish":
            issuer = now.issuer(values[0])
            require(issuer is not None, _UNKNOWN, f"no approved issuer {values[0]}")
            electorate, threshold = {issuer: read_did_key(issuer)}, 1
            require_suites(self._suites, list(electorate.values()))
        if kind in ("clause.publish", "policy.publish"):
            document = read_clause(values[0]) if kind == "clause.publish" else read_policy(values[0])
            name = document.issuer if isinstance(document, Policy) else document.id.issuer
            issuer = now.issuer(name)
            require(issuer is not None, _UNKNOWN, f"no approved issuer {name}")
            electorate, threshold = {issuer: read_did_key(issuer)}, 1
            require_suites(self._suites, list(electorate.values()))
        elif kind == "job.approve":
            threshold = 1
        approving = _approving(entry, proposal, electorate)
        enough = len(approving) >= threshold
        require(enough, "governance.too-few-votes", f"{len(approving)} approvals of {threshold}")
        following = now.following(digest_of(data), log_index)
        following.proposed_at = proposed_at
        self._decide(following, kind, values, document, approving)
        self._decided.add(proposal)
        self.snapshots.append(following)

    def rotations_only(self) -> "RotationFold":
        return RotationFold(self._genesis, self.current, set(self._decided))

    def _decide(
        self, state: Snapshot, kind: str, values: tuple, document: Clause | Policy | None, approving: list
    ) -> None:
        if kind == "operator.approve":
            name, did, jurisdiction = values
            require(state.operator(did) is None, _NOT_ALLOWED, "the operator is approved")
            require_suites(self._suites, [read_did_key(did)])
            state.operators.append(Operator(did, jurisdiction, name, None))
            state.barred.pop(did, None)
        elif kind == "operator.revoke":
            require(state.operator(values[0]) is not None, _UNKNOWN, "the operator is not approved")
            state.revoke_operator(values[0])
            state.bar(values[0])
        elif kind == "node.revoke":
            require(values[0] not in state.revoked_nodes, _NOT_ALLOWED, "the node is revoked")
            state.revoked_nodes.append(values[0])
            state.bar(values[0])
        elif kind in ("admission.rule", "node.admit", "node.suspend", "status.publish"):
            decide_admission(state, self._genesis, kind, values, self._suites)
        elif kind in ("issuer.approve", "feed.approve"):
            require_suites(self._suites, [read_did_key(values[1])])
            (state.issuers if kind == "issuer.approve" else state.feeds).append(values)
        elif isinstance(document, Policy):
            _publish_policy(state, document)
        elif document is not None:
            self._publish(state, document)
        elif kind == "policy.advance":
            _advance_policy(state, *values[:2])
        elif kind == "job.approve":
            _approve(state, *values[:2], approving)
        elif kind == "clause.advance":
            _advance(state, *values[:3])
        elif kind == "key.rotate":
            _rotate(self._genesis, state, *values[:2])
        else:
            occurrence, job, signal, _ = values
            taken = any(one.occurrence_id == occurrence for one in state.overrides)
            require(not taken, _NOT_ALLOWED, "the occurrence has an override")
            state.overrides.append(Override(state.number, job, occurrence, signal))

    def _publish(self, state: Snapshot, document: Clause) -> None:
        published = any(one.clause.id == document.id for one in state.clauses.values())
        require(not published, _NOT_ALLOWED, "a clause of this id is published")
        known = set(document.execution.attestation) <= set(self._genesis.attestation)
        require(known, _NOT_ALLOWED, "an attestation kind that the rail does not take")
        state.clauses[document.digest] = Published(document, "draft", None)


def _advance(state: Snapshot, digest: str, stage: str, report: str | None) -> None:
    one = state.clauses.get(digest)
    if one is None:
        raise NexusError(_UNKNOWN, "the clause is not published")
    require(stage in _STEPS[one.stage], _NOT_ALLOWED, f"no step from {one.stage} to {stage}")
    require(stage != "simulated" or report is not None, _NOT_ALLOWED, "no report of the simulation")
    if stage == "active":
        for other in list(state.clauses.values()):
            same = (other.clause.id.issuer, other.clause.id.name) == (one.clause.id.issuer, one.clause.id.name)
            if same and other.stage == "active":
                state.set_stage(other.clause.digest, "superseded")
    state.set_stage(digest, stage)


def _rotate(genesis: Genesis, state: Snapshot, from_text: str, to_text: str) -> None:
    old, new = read_verifier_key(from_text), read_verifier_key(to_text)
    if old is None or new is None:
        raise NexusError(_NOT_ALLOWED, "not verifier keys")
    is_log = old.type == LOG_KEY_TYPE
    require(is_log == (new.type == LOG_KEY_TYPE), _NOT_ALLOWED, "a log's key and a cosigner's")
    require(all(gone != old for _, gone, _ in state.rotations), _NOT_ALLOWED, "the key gave way before")
    if is_log:
        log = genesis.log_key
        for _, gone, following in state.rotations:
            log = following if gone == log else log
        require(log == old and old.name == new.name, _NOT_ALLOWED, "not the log's key in force, or another origin")
    known = [genesis.log_key, *genesis.validators, old]
    known += [key for _, gone, following in state.rotations for key in (gone, following)]
    require(all(key.raw != new.raw for key in known), _NOT_ALLOWED, "the new key stood somewhere before")
    state.rotations.append((state.number, old, new))


def read_rotation(data: bytes) -> tuple[VerifierKey, VerifierKey] | None:
    """The keys of a governance entry that rotates one; None for anything else. Nothing is verified."""
    try:
        entry = read_entry(data)
        statement = read_statement_bytes(entry.proposal, PROPOSAL, limits.LOG_ENTRY_BYTES_MAX)
        with statement.predicate as fields:
            rail = fields.digest("rail")
            fields.time("proposedAt")
            fields.object("decision")
        kind, values, _ = _read_proposal(entry.proposal, rail)
    except NexusError:
        return None
    if kind != "key.rotate":
        return None
    old, new = read_verifier_key(values[0]), read_verifier_key(values[1])
    return None if old is None or new is None else (old, new)


class RotationFold:
    """Rotations of keys after the governance that a pack shows, each on its own votes."""

    def __init__(self, genesis: Genesis, after: Snapshot, decided: set) -> None:
        self._genesis = genesis
        self._state = after.following(after.head, after.log_index)
        self._state.number = after.number
        self._decided = decided

    def add(self, data: bytes) -> None:
        entry = read_entry(data)
        kind, values, _ = _read_proposal(entry.proposal, self._state.rail)
        later = kind == "key.rotate" and entry.number > self._state.number
        require(later, _NOT_ALLOWED, "not a later rotation of a key")
        proposal = digest_of(entry.proposal)
        require(proposal not in self._decided, "governance.already-decided", "this proposal was decided before")
        approvals = len(_approving(entry, proposal, self._genesis.committee))
        enough = approvals >= self._genesis.committee_threshold
        require(enough, "governance.too-few-votes", f"{approvals} approvals")
        self._state.number = entry.number
        _rotate(self._genesis, self._state, *values[:2])


def _publish_policy(state: Snapshot, policy: Policy) -> None:
    published = any(one.policy.id == policy.id for one in state.policies.values())
    require(not published, _NOT_ALLOWED, "a policy of this id is published")
    state.policies[policy.digest] = PublishedPolicy(policy, "draft")


def _advance_policy(state: Snapshot, digest: str, stage: str) -> None:
    """The tests beside the rules, which stage ``simulated`` asks for, are left to those who evaluate expressions."""
    one = state.policies.get(digest)
    if one is None:
        raise NexusError(_UNKNOWN, "the policy is not published")
    require(stage in _STEPS[one.stage], _NOT_ALLOWED, f"no step from {one.stage} to {stage}")
    if stage == "active":
        for other in state.policies.values():
            if other.policy.lineage == one.policy.lineage and other.stage == "active":
                state.policies[other.policy.digest] = PublishedPolicy(other.policy, "superseded")
    state.policies[digest] = PublishedPolicy(one.policy, stage)


def _approve(state: Snapshot, job: str, result: str | None, voters: list) -> None:
    before = {one.by for one in state.approvals if (one.job_id, one.result) == (job, result)}
    require(before.isdisjoint(voters), _NOT_ALLOWED, "a member approved this job before")
    state.approvals += [Approval(voter, state.number, job, result) for voter in voters]
