"""Checks 7 and 8: the clause, and the inputs it was given."""

from .clause import Input, require_value
from .errors import require
from .inputs import Bound, Reference, commitment, read_reading
from .state import MISMATCH, NOT_ENTITLED, Verification

_BAD_COMMITMENT = "evidence.bad-commitment"


def check_clause(state: Verification) -> str:
    quorum = state.quorum
    require(quorum.rail == state.trust.rail, "evidence.other-rail", "a quorum statement of another rail", "quorum.rail")
    published = state.current.clauses.get(quorum.clause_digest)
    require(published is not None, MISMATCH, "the clause is not published", "quorum.clause")
    clause = state.clause = published.clause
    require(clause.id.text == quorum.clause_id, MISMATCH, "another id than the clause's", "quorum.clause")
    require(published.active_since is not None, NOT_ENTITLED, "the clause never became active")
    at = quorum.acknowledged_at
    valid = clause.valid_from <= at and (clause.valid_until is None or at < clause.valid_until)
    require(valid, NOT_ENTITLED, "outside the clause's validity", "quorum.acknowledgedAt")
    fires = quorum.trigger.type in clause.trigger_kinds
    require(fires, NOT_ENTITLED, "no kind of event that fires the clause", "quorum.trigger")
    return f"{clause.id.text}, active by entry {published.active_since}"


def _is_approved(state: Verification, agreed: Input, feed: str | None) -> bool:
    """Whether the key is or was the feed's; which one it was when a node acted is asked of each agreeing statement."""
    if agreed.feed is None or feed is None:
        return agreed.feed is None and feed is None
    return state.current.has_approved_feed(agreed.feed, feed)


def _check_withheld(state: Verification, agreed: Input, given: Reference, place: str) -> None:
    takes = not agreed.editions or given.edition in agreed.editions
    require(takes, MISMATCH, "an edition that the clause does not take", place)
    require(_is_approved(state, agreed, given.feed), NOT_ENTITLED, "not the approved feed", place)


def _check_shown(state: Verification, agreed: Input, given: Bound, place: str) -> None:
    require_value(agreed, given.value, given.edition)
    if agreed.feed is None:
        require(given.feed is None and given.reading is None, MISMATCH, "a feed that the clause does not name", place)
        return
    entitled = given.reading is not None and _is_approved(state, agreed, given.feed)
    require(entitled, NOT_ENTITLED, "no reading by the approved feed", place)
    require(len(given.reading.signatures) == 1, MISMATCH, "not one signature", f"{place}.reading")
    reading = read_reading(given.reading, given.feed)
    told = (reading.feed, reading.name, reading.occurrence, reading.value, reading.edition)
    wanted = (agreed.feed, agreed.name, state.quorum.occurrence, given.value, given.edition)
    require(told == wanted, MISMATCH, "a reading of something else", f"{place}.reading")


def check_inputs(state: Verification) -> str:
    given, agreed = state.pack.inputs, state.clause.inputs
    require(len(given) == len(agreed), _BAD_COMMITMENT, f"{len(given)} inputs, the clause has {len(agreed)}", "inputs")
    for position, (one, wanted) in enumerate(zip(given, agreed, strict=True)):
        place = f"inputs[{position}]"
        require(one.name == wanted.name, _BAD_COMMITMENT, "not the clause's input at this place", place)
        if isinstance(one, Reference):
            _check_withheld(state, wanted, one, place)
        else:
            _check_shown(state, wanted, one, place)
    same = commitment(state.pack.references) == state.quorum.input_commitment
    require(same, _BAD_COMMITMENT, "the commitment is not that of these inputs", "inputs")
    shown = sum(isinstance(one, Bound) for one in given)
    return f"{shown} shown, {len(given) - shown} withheld, commitment holds"
