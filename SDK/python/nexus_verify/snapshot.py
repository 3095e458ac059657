"""governance-entry-v1, "Snapshot": what the governance entries came to, and its digest."""

from dataclasses import dataclass, replace

from . import canonical_json
from .clause import Clause
from .hashing import digest_of
from .policy import Policy

STAGES = ("draft", "simulated", "reviewed", "active", "superseded", "deprecated")


@dataclass(frozen=True)
class Operator:
    did: str
    jurisdiction: str
    name: str
    revoked_by: int | None


@dataclass(frozen=True)
class Published:
    clause: Clause
    stage: str
    active_since: int | None


@dataclass(frozen=True)
class Override:
    entry: int
    job_id: str
    occurrence_id: str
    signal: str


@dataclass(frozen=True)
class PublishedPolicy:
    policy: Policy
    stage: str


@dataclass(frozen=True)
class Approval:
    by: str
    entry: int
    job_id: str
    result: str | None


@dataclass(frozen=True)
class Admission:
    attestation: str
    entry: int
    evidence: str | None
    operator: str
    # Whether it rests on credentials, which are not verified here.
    on_credentials: bool
    # When it was proposed: the date at which its evidence must hold.
    proposed_at: str


@dataclass(frozen=True)
class Rule:
    """An admission rule in force."""

    entry: int
    digest: str
    # Its reference values: a Rule of reference_values by kind.
    rules: dict
    asks_for_credentials: bool


@dataclass(frozen=True)
class StatusList:
    entry: int
    digest: str
    issuer: str | None


@dataclass
class Snapshot:
    rail: str
    number: int
    head: str
    log_index: int
    operators: list
    issuers: list
    feeds: list
    revoked_nodes: list
    clauses: dict
    overrides: list
    # (entry, from, to) each, keys as VerifierKey with their texts.
    rotations: list
    policies: dict
    approvals: list
    # The rule in force.
    admission: Rule | None
    # DID to Admission, in order of entry.
    admitted: dict
    suspended_nodes: list
    # Id to StatusList, in order of first publication.
    status_lists: dict
    # DID to the log index since which it is barred.
    barred: dict
    # When the last entry was proposed; no part of the digest.
    proposed_at: str = ""

    @staticmethod
    def empty(rail: str) -> "Snapshot":
        return Snapshot(rail, 0, rail, 0, [], [], [], [], {}, [], [], {}, [], None, {}, [], {}, {})

    def following(self, head: str, log_index: int) -> "Snapshot":
        """A copy for the next entry to change."""
        return Snapshot(self.rail, self.number + 1, head, log_index, list(self.operators), list(self.issuers),
                        list(self.feeds), list(self.revoked_nodes), dict(self.clauses), list(self.overrides),
                        list(self.rotations), dict(self.policies), list(self.approvals),
                        self.admission, dict(self.admitted), list(self.suspended_nodes), dict(self.status_lists),
                        dict(self.barred))

    def bar(self, did: str) -> None:
        """From this entry on, unless it is barred since an earlier one: suspended, and then revoked."""
        self.barred.setdefault(did, self.log_index)

    def barred_since(self, node: str, operator: str) -> int | None:
        """The log index from which on a node is barred: revoked, suspended, or of a revoked operator."""
        since = []
        if node in self.revoked_nodes or node in self.suspended_nodes:
            since.append(self.barred.get(node, 0))
        if self.operator(operator) is None:
            since.append(self.barred.get(operator, 0))
        return min(since, default=None)

    def counts(self, node: str, operator: str, acted_under: int, on_revocation: str) -> bool:
        """Whether a statement counts: good standing, or work from before that the clause lets finish."""
        since = self.barred_since(node, operator)
        return since is None or (on_revocation == "finish" and acted_under < since)

    def operator(self, did: str) -> Operator | None:
        """The operator's newest approval, unless it is revoked."""
        newest = next((one for one in reversed(self.operators) if one.did == did), None)
        return newest if newest is not None and newest.revoked_by is None else None

    def revoke_operator(self, did: str) -> None:
        newest = max(place for place, one in enumerate(self.operators) if one.did == did)
        self.operators[newest] = replace(self.operators[newest], revoked_by=self.number)

    def issuer(self, name: str) -> str | None:
        return next((did for known, did in reversed(self.issuers) if known == name), None)

    def has_approved_issuer(self, name: str, did: str | None) -> bool:
        """Whether the key is the issuer's, or was before it was changed."""
        return any(known == name and key == did for known, key in self.issuers)

    def feed(self, name: str) -> str | None:
        return next((did for known, did in reversed(self.feeds) if known == name), None)

    def has_approved_feed(self, name: str, did: str) -> bool:
        """Whether the key is the feed's, or was before it was changed."""
        return any(known == name and key == did for known, key in self.feeds)

    def set_stage(self, digest: str, stage: str) -> None:
        one = self.clauses[digest]
        since = self.number if stage == "active" else one.active_since
        self.clauses[digest] = replace(one, stage=stage, active_since=since)

    def stage(self, digest: str) -> str | None:
        one = self.clauses.get(digest)
        return one.stage if one is not None else None

    @property
    def digest(self) -> str:
        operators = [
            {"did": one.did, "jurisdiction": one.jurisdiction, "name": one.name}
            | ({} if one.revoked_by is None else {"revokedBy": one.revoked_by})
            for one in self.operators
        ]
        overrides = [
            {"entry": one.entry, "jobId": one.job_id, "occurrenceId": one.occurrence_id, "signal": one.signal}
            for one in self.overrides
        ]
        value = {
            "format": "nexus.snapshot/v1",
            "rail": self.rail,
            "head": self.head,
            "number": self.number,
            "operators": operators,
            "issuers": [{"did": did, "name": name} for name, did in self.issuers],
            "feeds": [{"did": did, "name": name} for name, did in self.feeds],
            "revokedNodes": self.revoked_nodes,
            "clauses": [{"clause": digest, "stage": one.stage} for digest, one in self.clauses.items()],
            "overrides": overrides,
        }
        if self.rotations:
            value["rotations"] = [
                {"entry": entry, "from": old.text, "to": new.text} for entry, old, new in self.rotations
            ]
        if self.policies:
            value["policies"] = [{"policy": digest, "stage": one.stage} for digest, one in self.policies.items()]
        if self.admission is not None:
            value["admission"] = {"entry": self.admission.entry, "rule": self.admission.digest}
        if self.admitted:
            value["admitted"] = [
                {"attestation": one.attestation, "did": did, "entry": one.entry, "operator": one.operator}
                | ({} if one.evidence is None else {"evidence": one.evidence})
                for did, one in self.admitted.items()
            ]
        if self.suspended_nodes:
            value["suspendedNodes"] = self.suspended_nodes
        if self.status_lists:
            value["statusLists"] = [
                {"entry": one.entry, "id": name, "list": one.digest} for name, one in self.status_lists.items()
            ]
        if self.approvals:
            value["approvals"] = [
                {"by": one.by, "entry": one.entry, "jobId": one.job_id}
                | ({} if one.result is None else {"result": one.result})
                for one in self.approvals
            ]
        return digest_of(canonical_json.write(value))
