"""Requests and answers without a connection: what both clients share."""

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

import httpx

from .errors import NexusProblem, Unreachable
from .models import Input
from .retry import RETRIED_STATUSES


@dataclass(frozen=True)
class Request:
    """A request, and whether it may be sent again without harm."""

    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    is_repeatable: bool = True


def get(path: str, **params: object) -> Request:
    given = {name: str(value) for name, value in params.items() if value is not None}
    return Request("GET", path, given)


def post(path: str, body: object, key: str | None = None) -> Request:
    headers = {"Content-Type": "application/json"}
    if key is not None:
        headers["Idempotency-Key"] = key
    return Request("POST", path, headers=headers, body=json.dumps(body, ensure_ascii=False).encode(),
                   is_repeatable=key is not None)


def submit(clause: str, occurrence: str, inputs: Iterable[Input], key: str | None, **more: object) -> Request:
    """One key for all tries: a submission that was taken but whose answer got lost is answered as before."""
    now = datetime.now(timezone.utc)
    body: dict[str, Any] = {"clause": clause, "occurrence": occurrence, "inputs": [one.to_json(now) for one in inputs]}
    body |= {name: value for name, value in more.items() if value is not None}
    return post("/v1/jobs", body, key or str(uuid.uuid4()))


def should_retry(request: Request, status: int) -> bool:
    # A 429 was refused before anything was done, so that any request may come again.
    return status in RETRIED_STATUSES and (request.is_repeatable or status == 429)


def checked(response: httpx.Response) -> httpx.Response:
    """The answer, or the problem that it tells."""
    if response.is_success:
        return response
    try:
        told = response.json()
    except ValueError:
        told = {}
    if not isinstance(told, dict):
        told = {}
    raise NexusProblem(response.status_code, told.get("code", "client.no-problem-document"),
                       told.get("detail") or response.reason_phrase, told.get("place"),
                       told.get("requestId") or response.headers.get("X-Request-Id"))


def value(response: httpx.Response) -> Any:
    try:
        return response.json()
    except ValueError as error:
        raise Unreachable(f"the answer is not JSON: {error}") from error
