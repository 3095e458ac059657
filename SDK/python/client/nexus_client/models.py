"""What a rail answers, as typed values. Fields that this version does not know stay in ``raw``."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any


def time_text(moment: datetime) -> str:
    """A time as the formats write it: UTC, three decimals."""
    if moment.tzinfo is None:
        raise ValueError("a time needs its zone")
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


@dataclass(frozen=True)
class Input:
    """One input of a job. ``value`` is the text that the computation is given; decimals are texts."""

    name: str
    value: str
    edition: str = "final"
    retrieved_at: datetime | None = None
    #: The feed's signed reading, as an envelope, where the clause names a feed.
    reading: Mapping[str, Any] | None = None

    def to_json(self, now: datetime) -> dict[str, Any]:
        out: dict[str, Any] = {
            "name": self.name, "edition": self.edition,
            "value": base64.b64encode(self.value.encode()).decode(),
            "retrievedAt": time_text(self.retrieved_at or now),
        }
        if self.reading is not None:
            out["reading"] = dict(self.reading)
        return out


@dataclass(frozen=True)
class Submitted:
    """The rail has it on disk. ``new`` is false where the occurrence, or the key, had a job already."""

    job: str
    new: bool


@dataclass(frozen=True)
class Job:
    """A job as lists have it."""

    job: str
    clause: str
    occurrence: str
    status: str
    signal: str | None = None
    because: str | None = None
    acknowledged_at: str | None = None
    certified_at: str | None = None
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def is_certified(self) -> bool:
        return self.certified_at is not None or self.status == "certified"

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Job":
        return cls(value["job"], value["clause"], value["occurrence"], value["status"], value.get("signal"),
                   value.get("because"), value.get("acknowledgedAt"), value.get("certifiedAt"), value)


@dataclass(frozen=True)
class JobList:
    """One page of jobs; ``next`` leads to the one after it."""

    items: tuple[Job, ...]
    next: str | None

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "JobList":
        return cls(tuple(Job.from_json(one) for one in value["items"]), value.get("next"))


@dataclass(frozen=True)
class Clause:
    """A clause as lists have it."""

    id: str
    digest: str
    stage: str
    title: str | None = None
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Clause":
        return cls(value["id"], value["digest"], value["stage"], value.get("title"), value)


@dataclass(frozen=True)
class Node:
    """A node of the rail."""

    node: str
    operator: str | None = None
    jurisdiction: str | None = None
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Node":
        return cls(value["node"], value.get("operator"), value.get("jurisdiction"), value)


@dataclass(frozen=True)
class Change:
    """Something that changed. ``kind`` ``reset``: changes were missed, read the lists again."""

    id: int | None
    kind: str
    data: Mapping[str, Any]
