"""Checks 10 and 11: quorum and result."""

from .cac import Attested
from .clause import require_occurrence
from .errors import require
from .identifiers import job_id, occurrence_id
from .quorum import WITH_STATEMENT
from .result import Result, signal_of
from .state import MISMATCH, NOT_ENTITLED, Verification, VerifiedStatement

_NO_QUORUM = "evidence.no-quorum"


def _agrees(state: Verification, one: VerifiedStatement) -> bool:
    wanted = state.quorum.result_digest
    return wanted is not None and one.attempt.outcome != "void" and one.cac.result_digest == wanted


def _check_outcomes(state: Verification) -> None:
    # By number, not by digest: an attempt that names another's statement has none of its own.
    by_number = {one.attempt.number: one for one in state.statements}
    for position, attempt in enumerate(state.quorum.attempts):
        place = f"quorum.attempts[{position}]"
        if attempt.statement is None:
            require(attempt.outcome not in WITH_STATEMENT, MISMATCH, f"{attempt.outcome} without a statement", place)
            continue
        one = by_number.get(attempt.number)
        require(one is not None, MISMATCH, "it names a statement that is not its own", place)
        wanted = "void" if attempt.outcome == "void" else "agreed" if _agrees(state, one) else "differed"
        require(attempt.outcome == wanted, MISMATCH, f"{attempt.outcome}, but its statement is {wanted}", place)


def _check_override(state: Verification) -> str:
    quorum = state.quorum
    found = any(
        (one.entry, one.occurrence_id, one.job_id, one.signal)
        == (quorum.override, quorum.occurrence_id, quorum.job_id, quorum.signal)
        for one in state.current.overrides
    )
    require(found, _NO_QUORUM, "no such override is decided", "quorum.override")
    return f"override by governance entry {quorum.override}: people decided"


def check_quorum(state: Verification) -> str:
    rule, attempts = state.clause.execution, state.quorum.attempts
    most = rule.nodes + rule.retry_max
    require(len(attempts) <= most, MISMATCH, f"{len(attempts)} attempts, at most {most}", "quorum.attempts")
    _check_outcomes(state)
    state.agreeing = [one for one in state.statements if _agrees(state, one)]
    if state.quorum.override is not None:
        return _check_override(state)
    for one in state.agreeing:
        allowed = not rule.jurisdictions or one.cac.jurisdiction in rule.jurisdictions
        require(allowed, NOT_ENTITLED, f"{one.cac.jurisdiction} is no jurisdiction of the clause")
    operators = {one.cac.operator for one in state.agreeing}
    require(len(operators) >= rule.quorum, _NO_QUORUM, f"{len(operators)} operators agree, {rule.quorum} are needed")
    if "jurisdiction" in rule.distinct:
        places = {one.cac.jurisdiction for one in state.agreeing}
        require(len(places) >= rule.quorum, _NO_QUORUM, f"{len(places)} jurisdictions agree, {rule.quorum} are needed")
    if rule.unanimous:
        counted = [one for one in state.statements if one.attempt.outcome != "void"]
        all_agree = len(operators) >= rule.nodes and len(counted) == len(state.agreeing)
        require(all_agree, _NO_QUORUM, "the clause asks for unanimity")
    return f"{len(operators)} operators agree, {rule.quorum} of {rule.nodes} needed"


def _check_agreeing(state: Verification, cac: Attested) -> None:
    quorum = state.quorum
    told = (cac.clause_digest, cac.clause_id, cac.occurrence_id, cac.trigger)
    wanted = (quorum.clause_digest, quorum.clause_id, quorum.occurrence_id, quorum.trigger)
    require(told == wanted, MISMATCH, "a statement about something else", "statements")
    same = cac.inputs == state.pack.references
    require(same, "evidence.bad-commitment", "not the references of the pack's inputs", "statements")
    governance = state.fold.snapshot(cac.snapshot_digest)
    for agreed, given in zip(state.clause.inputs, state.pack.references, strict=True):
        feed = governance.feed(agreed.feed) if agreed.feed is not None else None
        require(given.feed == feed, NOT_ENTITLED, "not the feed's key when the node acted", "statements")
    require(cac.module_digest == state.clause.module, MISMATCH, "not the clause's module", "statements")


def _check_content(state: Verification, result: Result) -> None:
    clause, quorum = state.clause, state.quorum
    require(result.fuel_limit == clause.fuel, MISMATCH, "not the clause's fuel", "result.engine.fuelLimit")
    require(result.signal == quorum.signal, MISMATCH, "not the signal of the quorum statement", "result.signal")
    if result.outputs is None:
        faulted = result.signal == "ESCALATE" and not result.terms
        require(faulted, MISMATCH, "a fault escalates and has no terms", "result")
        return
    same = set(result.outputs) == set(clause.outputs)
    require(same, MISMATCH, "not the outputs of the clause", "result.outputs")
    told = [(one.name, one.expression, one.unit) for one in result.terms]
    wanted = [(one.name, one.expression, one.unit) for one in clause.terms]
    require(told == wanted, MISMATCH, "not the terms of the clause", "result.terms")
    follows = signal_of(clause, result.terms)
    require(result.signal == follows, MISMATCH, f"{follows} follows from the terms", "result.signal")


def check_result(state: Verification) -> str:
    quorum, clause = state.quorum, state.clause
    occurrence = occurrence_id(state.trust.rail, clause.id, quorum.occurrence)
    require(quorum.occurrence_id == occurrence, MISMATCH, "not of this rail, clause and occurrence")
    require_occurrence(clause, quorum.occurrence)
    job = job_id(clause.digest, occurrence, quorum.trigger)
    require(quorum.job_id == job, MISMATCH, "not of this clause, occurrence and trigger", "quorum.jobId")
    if clause.computation != "model":
        unasked = state.pack.proof is None and all(one.cac.proof is None for one in state.agreeing)
        require(unasked, MISMATCH, "a proof that the clause does not ask for", "proof")
    if quorum.override is not None:
        same = quorum.override_inputs == state.pack.references
        require(same, "evidence.bad-commitment", "not the references of the pack's inputs", "quorum.override.inputs")
        return f"{quorum.signal} for {quorum.occurrence}"
    for one in state.agreeing:
        _check_agreeing(state, one.cac)
    _check_content(state, state.agreeing[0].cac.result)
    return f"{quorum.signal} for {quorum.occurrence}"
