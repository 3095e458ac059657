"""node-binding-v1: an operator's signed word that a node is its own."""

from dataclasses import dataclass

from . import limits
from .did_key import POST_QUANTUM_SUITES, read_did_key, require_suites
from .envelope import Envelope, read_statement
from .errors import require
from .snapshot import Snapshot

BINDING = "urn:nexus:node-binding:v1"
_BAD = "governance.bad-binding"


@dataclass(frozen=True)
class Binding:
    node: str
    operator: str
    jurisdiction: str
    issued_at: str
    expires_at: str
    sealing_key: bytes

    def require_admitted(self, snapshot: Snapshot, at: str) -> None:
        """Whether the binding is in force under the snapshot at the time."""
        operator = snapshot.operator(self.operator)
        barred = self.node in snapshot.revoked_nodes or self.node in snapshot.suspended_nodes
        require(operator is not None and not barred, "governance.not-approved", "operator not approved, or node barred")
        if snapshot.admission is not None:
            admission = snapshot.admitted.get(self.node)
            admitted = admission is not None and admission.operator == self.operator
            require(admitted, "governance.not-approved", "the node is not admitted")
        require(self.jurisdiction == operator.jurisdiction, _BAD, "not the operator's jurisdiction")
        require(self.issued_at <= at < self.expires_at, _BAD, "not in force at that time")


def read_binding(envelope: Envelope, rail: str, suites: list | None = None) -> Binding:
    """A binding of this rail, its signature verified, both keys of suites that are taken."""
    statement = read_statement(envelope, BINDING)
    with statement.predicate as fields:
        named = fields.digest("rail")
        node, operator = fields.did("node"), fields.did("operator")
        jurisdiction = fields.text("jurisdiction", limits.NAME_BYTES_MAX)
        sealing_key = fields.base64("sealingKey", limits.HYBRID_SEALING_KEY_BYTES)
        issued_at, expires_at = fields.time("issuedAt"), fields.time("expiresAt")
    statement.require_subject("rail", named, _BAD)
    is_hybrid = len(sealing_key) == limits.HYBRID_SEALING_KEY_BYTES
    known = is_hybrid or len(sealing_key) == limits.SEALING_KEY_BYTES
    require(known, _BAD, "no key of X25519 or X-Wing", "sealingKey")
    require(named == rail, _BAD, "of another rail", "rail")
    keys = [read_did_key(node, "node"), read_did_key(operator, "operator")]
    envelope.verify(keys[1])
    require_suites(suites, keys)
    only_hybrid = suites is not None and set(suites) <= POST_QUANTUM_SUITES
    require(is_hybrid or not only_hybrid, "trust.suite-refused", "payloads are sealed with X-Wing here", "sealingKey")
    return Binding(node, operator, jurisdiction, issued_at, expires_at, sealing_key)
