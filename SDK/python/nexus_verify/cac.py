"""cac-v1: one node's signed statement about one execution."""

from dataclasses import dataclass

from . import limits
from .clause import read_clause_id
from .envelope import Envelope, Statement, read_statement
from .errors import require
from .fields import Fields
from .hashing import digest_of
from .identifiers import Trigger, execution_id, read_trigger
from .inputs import commitment, read_reference
from .result import Result, read_result

CAC = "urn:nexus:cac:v1"


@dataclass(frozen=True)
class Attested:
    """A CAC as far as verification asks for it."""

    digest: str
    clause_digest: str
    clause_id: str
    occurrence_id: str
    job_id: str
    execution_id: str
    attempt: int
    trigger: Trigger
    inputs: list
    input_commitment: str
    result_bytes: bytes
    result_digest: str
    engine: str
    engine_version: str
    module_digest: str
    attestation_kind: str
    jurisdiction: str
    log_index: int
    rail: str
    snapshot_digest: str
    token_digest: str
    nonce: bytes
    node: str
    operator: str
    started_at: str
    finished_at: str
    # (digest of the proof, canonical bytes of what it proves), where a model was computed.
    proof: tuple | None = None
    result: Result | None = None


def read_clause_reference(fields: Fields) -> tuple:
    """(digest, id) of a clause as other documents name it."""
    with fields:
        digest = fields.digest("digest")
        return digest, read_clause_id(fields.text("id", limits.NAME_BYTES_MAX), fields.at("id")).text


def _runtime(fields: Fields) -> tuple:
    with fields:
        engine = fields.text("engine", limits.SHORT_BYTES_MAX)
        fields.integer("fuel")
        fields.integer("memoryMax")
        module = fields.digest("moduleDigest")
        version = fields.text("version", limits.SHORT_BYTES_MAX)
        fields.integer("wallTimeMicroseconds")
    return engine, version, module


def _read_predicate(fields: Fields, digest: str) -> dict:
    found: dict = {"digest": digest}
    with fields:
        found["clause_digest"], found["clause_id"] = read_clause_reference(fields.object("clause"))
        found["occurrence_id"], found["job_id"] = fields.digest("occurrenceId"), fields.digest("jobId")
        found["execution_id"] = fields.digest("executionId")
        found["attempt"] = fields.integer("attempt", 1, limits.ATTEMPT_MAX)
        found["trigger"] = read_trigger(fields.object("trigger"))
        found["inputs"] = [
            read_reference(Fields(element, at)) for at, element in fields.array("inputs", limits.INPUTS_MAX)
        ]
        found["input_commitment"] = fields.digest("inputCommitment")
        found["result_bytes"] = fields.base64("result", limits.RESULT_BYTES_MAX)
        found["result_digest"] = fields.digest("resultDigest")
        found["engine"], found["engine_version"], found["module_digest"] = _runtime(fields.object("runtime"))
        if fields.has("proof"):
            with fields.object("proof") as one:
                found["proof"] = one.digest("digest"), one.base64("statement", limits.RESULT_BYTES_MAX)
        with fields.object("attestation") as one:
            one.base64("evidence", limits.ATTESTATION_BYTES_MAX)
            found["attestation_kind"] = one.text("kind", limits.SHORT_BYTES_MAX)
        with fields.object("governance") as one:
            found["jurisdiction"] = one.text("jurisdiction", limits.NAME_BYTES_MAX)
            found["log_index"] = one.integer("logIndex")
            found["rail"], found["snapshot_digest"] = one.digest("rail"), one.digest("snapshotDigest")
        with fields.object("token") as one:
            found["token_digest"] = one.digest("digest")
            found["nonce"] = one.base64("nonce", limits.NONCE_BYTES + 2)
        found["node"], found["operator"] = fields.did("node"), fields.did("operator")
        found["started_at"], found["finished_at"] = fields.time("startedAt"), fields.time("finishedAt")
    return found


def read_cac(envelope: Envelope) -> Attested:
    """A CAC whose parts agree with each other; its signature is verified by the caller."""
    statement = read_statement(envelope, CAC)
    found = _read_predicate(statement.predicate, envelope.digest)
    result = read_result(found["result_bytes"])
    require(len(found["nonce"]) == limits.NONCE_BYTES, "base.wrong-type", "not 16 bytes", "token.nonce")
    cac = Attested(**found, result=result)
    _require_one_story(cac, result, statement)
    return cac


def _require_one_story(cac: Attested, result: Result, statement: Statement) -> None:
    code = "evidence.mismatch"
    require(cac.result_digest == digest_of(cac.result_bytes), code, "not the hash of the result", "resultDigest")
    statement.require_subject("result", cac.result_digest, code)
    execution = execution_id(cac.job_id, cac.attempt, cac.node)
    require(cac.execution_id == execution, code, "not of this job, attempt and node", "executionId")
    told = (result.clause, result.occurrence_id, result.input_commitment)
    same = told == (cac.clause_digest, cac.occurrence_id, cac.input_commitment)
    require(same, code, "not of this clause, occurrence and inputs", "result")
    require(commitment(cac.inputs) == cac.input_commitment, code, "not the root of the leaves", "inputCommitment")
    same = (cac.engine, cac.engine_version) == (result.engine, result.engine_version)
    require(same, code, "not the result's engine", "runtime")
    require(cac.started_at <= cac.finished_at, code, "before startedAt", "finishedAt")
