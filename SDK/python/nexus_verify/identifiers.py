"""The ids that are framed digests (clause-v1, job-token-v1, cac-v1), and the trigger of a job."""

from dataclasses import dataclass

from . import limits
from .clause import ClauseID
from .fields import Fields
from .hashing import framed_digest
from .texts import digest_bytes


@dataclass(frozen=True)
class Trigger:
    type: str
    source: str
    event_id: str


def read_trigger(fields: Fields) -> Trigger:
    with fields:
        event = fields.text("eventId", limits.NAME_BYTES_MAX)
        source = fields.text("source", limits.NAME_BYTES_MAX)
        return Trigger(fields.text("type", limits.SHORT_BYTES_MAX), source, event)


def occurrence_id(rail: str, clause: ClauseID, occurrence: str) -> str:
    issuer, name = clause.issuer.encode("utf-8"), clause.name.encode("utf-8")
    return framed_digest("nexus/occurrence/v1", digest_bytes(rail), issuer, name, occurrence.encode("utf-8"))


def job_id(clause_digest: str, occurrence: str, trigger: Trigger) -> str:
    texts = (text.encode("utf-8") for text in (trigger.type, trigger.source, trigger.event_id))
    return framed_digest("nexus/job/v1", digest_bytes(clause_digest), digest_bytes(occurrence), *texts)


def execution_id(job: str, attempt: int, node: str) -> str:
    return framed_digest("nexus/execution/v1", digest_bytes(job), str(attempt).encode("ascii"), node.encode("utf-8"))
