"""quorum-v1: how a job was decided."""

from dataclasses import dataclass

from . import canonical_json, limits
from .cac import read_clause_reference
from .clause import SIGNALS
from .fields import Fields
from .identifiers import Trigger, read_trigger
from .inputs import read_reference

WITH_STATEMENT = ("agreed", "differed", "void")
OUTCOMES = (*WITH_STATEMENT, "refused", "indeterminate", "silent", "pending")


@dataclass(frozen=True)
class Attempt:
    number: int
    node: str
    operator: str
    token: str
    outcome: str
    statement: str | None


@dataclass(frozen=True)
class Quorum:
    rail: str
    job_id: str
    occurrence_id: str
    occurrence: str
    clause_digest: str
    clause_id: str
    trigger: Trigger
    input_commitment: str
    signal: str
    result_digest: str | None
    override: int | None
    override_inputs: list
    attempts: list
    supersedes: str | None
    acknowledged_at: str


def _attempt(value, place: str) -> Attempt:
    with Fields(value, place) as one:
        attempt = Attempt(
            one.integer("attempt", 1, limits.ATTEMPT_MAX),
            one.did("node"),
            one.did("operator"),
            one.digest("token"),
            one.choice("outcome", *OUTCOMES),
            one.optional("statement", one.digest),
        )
        one.optional("detail", one.text, limits.DETAIL_BYTES_MAX)
    return attempt


def _override(fields: Fields) -> tuple:
    with fields:
        inputs = [read_reference(Fields(element, at)) for at, element in fields.array("inputs", limits.INPUTS_MAX)]
        return fields.integer("entry", 1), inputs


def read_quorum(data: bytes) -> Quorum:
    """A quorum statement from its canonical bytes."""
    with Fields(canonical_json.parse_canonical(data, limits.QUORUM_BYTES_MAX), "quorum") as fields:
        fields.choice("format", "nexus.quorum/v1")
        rail, job = fields.digest("rail"), fields.digest("jobId")
        occurrence_id = fields.digest("occurrenceId")
        occurrence = fields.text("occurrence", limits.NAME_BYTES_MAX)
        clause_digest, clause_id = read_clause_reference(fields.object("clause"))
        trigger = read_trigger(fields.object("trigger"))
        commitment, signal = fields.digest("inputCommitment"), fields.choice("signal", *SIGNALS)
        result, override, inputs = None, None, []
        if fields.has("override"):
            # With both, resultDigest is left over and refused as unknown.
            override, inputs = _override(fields.object("override"))
        else:
            result = fields.digest("resultDigest")
        attempts = [_attempt(element, at) for at, element in fields.array("attempts", limits.ATTEMPTS_MAX)]
        supersedes = fields.optional("supersedes", fields.digest)
        acknowledged = fields.time("acknowledgedAt")
        fields.time("decidedAt")
    return Quorum(rail, job, occurrence_id, occurrence, clause_digest, clause_id, trigger, commitment, signal,
                  result, override, inputs, attempts, supersedes, acknowledged)
