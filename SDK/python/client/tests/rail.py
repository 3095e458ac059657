"""A rail in memory for the clients' tests: it answers like one, fails when told, and counts what it was asked."""

import json
from collections.abc import Callable

import httpx

JOB = "sha256:" + "ab" * 32


def job_json(job: str = JOB, **more) -> dict:
    return {"job": job, "clause": "GRA::ExtremeElNino@1.0.0", "occurrence": "1997", "status": "certified",
            "signal": "TRIGGER", "certifiedAt": "2026-11-21T19:31:04.000Z", "colour": "not known yet"} | more


class Rail:
    """Answers each request with the next of its answers; the last one stays."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked: list[httpx.Request] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Callable):
            answer = answer(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self.answer)

    @property
    def bodies(self) -> list:
        return [json.loads(request.content) for request in self.asked]


def ok(value: object, status: int = 200) -> httpx.Response:
    return httpx.Response(status, json=value)


def problem(status: int, code: str, **headers: str) -> httpx.Response:
    return httpx.Response(status, json={"type": f"urn:nexus:error:{code}", "title": "no", "status": status,
                                        "detail": "because", "code": code, "requestId": "r1"}, headers=headers)


def stream(*changes: tuple) -> httpx.Response:
    text = ": hello\n\n" + "".join(
        f"id: {number}\nevent: {kind}\ndata: {json.dumps(data)}\n\n" for number, kind, data in changes)
    return httpx.Response(200, text=text, headers={"Content-Type": "text/event-stream"})
