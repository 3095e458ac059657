"""Check 9: bindings, attempts and the nodes' statements."""

from .binding import read_binding
from .cac import Attested, read_cac
from .did_key import read_did_key
from .envelope import Envelope
from .errors import require
from .quorum import Attempt
from .state import MISMATCH, NOT_ENTITLED, Verification, VerifiedStatement


def _read_bindings(state: Verification) -> dict:
    bindings: dict = {}
    for position, envelope in enumerate(state.pack.bindings):
        place = f"bindings[{position}]"
        require(len(envelope.signatures) == 1, MISMATCH, "not one signature", place)
        binding = read_binding(envelope, state.trust.rail, state.trust.taken)
        require(binding.node not in bindings, MISMATCH, "two bindings of one node", place)
        bindings[binding.node] = binding
    return bindings


def _check_attempts(state: Verification) -> None:
    tokens: set = set()
    for position, attempt in enumerate(state.quorum.attempts):
        place = f"quorum.attempts[{position}]"
        require(attempt.number == position + 1, MISMATCH, "not numbered in order", place)
        require(attempt.token not in tokens, MISMATCH, "a token stands twice", place)
        tokens.add(attempt.token)
    named = sum(attempt.statement is not None for attempt in state.quorum.attempts)
    count = len(state.pack.statements)
    require(named == count, MISMATCH, f"{count} statements, {named} attempts name one", "statements")


def _attempt_of(state: Verification, cac: Attested, place: str) -> Attempt:
    attempt = next((one for one in state.quorum.attempts if one.statement == cac.digest), None)
    require(attempt is not None, MISMATCH, "no attempt names this statement", place)
    told = (cac.node, cac.operator, cac.attempt, cac.token_digest, cac.job_id)
    wanted = (attempt.node, attempt.operator, attempt.number, attempt.token, state.quorum.job_id)
    require(told == wanted, "evidence.bad-token", "not of its attempt and job", place)
    return attempt


def _check_governance(state: Verification, statement: VerifiedStatement, place: str) -> None:
    cac, binding = statement.cac, statement.binding
    require(cac.rail == state.trust.rail, "evidence.other-rail", "a statement on another rail", place)
    snapshot = state.fold.snapshot(cac.snapshot_digest)
    known = snapshot is not None and snapshot.log_index == cac.log_index
    require(known, MISMATCH, "no snapshot of that digest and log index", place)
    active = snapshot.stage(state.clause.digest) == "active"
    require(active, NOT_ENTITLED, "the clause was not active in that snapshot", place)
    binding.require_admitted(snapshot, cac.started_at)
    require(cac.jurisdiction == binding.jurisdiction, MISMATCH, "not the binding's jurisdiction", place)


def _check_statement(state: Verification, bindings: dict, envelope: Envelope, place: str) -> VerifiedStatement:
    cac = read_cac(envelope)
    require(len(envelope.signatures) == 1, MISMATCH, "not one signature", place)
    envelope.verify(read_did_key(cac.node, "node"))
    attempt = _attempt_of(state, cac, place)
    binding = bindings.get(cac.node)
    require(binding is not None, NOT_ENTITLED, "no binding of the node", place)
    require(binding.operator == cac.operator, NOT_ENTITLED, "the binding names another operator", place)
    statement = VerifiedStatement(cac, attempt, binding)
    current = state.current
    rule = state.clause.execution
    revoked = not current.counts(cac.node, cac.operator, cac.log_index, rule.on_revocation)
    if attempt.outcome == "void":
        require(revoked, MISMATCH, "void, but neither node nor operator is revoked", place)
    else:
        require(not revoked, NOT_ENTITLED, "node or operator is revoked", place)
        _check_governance(state, statement, place)
    return statement


def check_statements(state: Verification) -> str:
    bindings = _read_bindings(state)
    _check_attempts(state)
    state.statements = [
        _check_statement(state, bindings, envelope, f"statements[{position}]")
        for position, envelope in enumerate(state.pack.statements)
    ]
    named = [one.statement for one in state.quorum.attempts if one.statement is not None]
    require([one.cac.digest for one in state.statements] == named, MISMATCH, "not in the attempts' order", "statements")
    nodes = list(dict.fromkeys(one.cac.node for one in state.statements))
    require(list(bindings) == nodes, MISMATCH, "not the bindings of the statements' nodes, in their order", "bindings")
    return f"{len(state.statements)} statements over {len(state.quorum.attempts)} attempts"
