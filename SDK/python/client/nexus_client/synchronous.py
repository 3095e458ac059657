"""The client for plain programs."""

import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import httpx

from . import protocol
from .errors import Unreachable
from .evidence import Evidence
from .models import Change, Clause, Input, Job, JobList, Node, Submitted
from .protocol import Request
from .retry import Retry
from .stream import EventReader


class Client:
    """A rail over HTTP. Use it with ``with``, or call :meth:`close`.

    :param url: Where the rail answers, for instance ``https://rail.example:8443``.
    :param token: ``nxt_…``, sent with every request; never written anywhere by this client.
    :param verify: As in httpx: a file of certificates to trust, or an SSL context.
    """

    def __init__(self, url: str, token: str | None = None, *, retry: Retry | None = None, timeout: float = 30.0,
                 verify: Any = True, transport: httpx.BaseTransport | None = None):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._http = httpx.Client(base_url=url, headers=headers, timeout=timeout, verify=verify, transport=transport)
        self._retry = retry or Retry()

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def send(self, request: Request) -> httpx.Response:
        """Any request, sent again where that is safe. Raises :class:`NexusProblem` or :class:`Unreachable`."""
        failures = 0
        while True:
            asked = None
            try:
                response = self._http.request(request.method, request.path, params=request.params,
                                              headers=request.headers, content=request.body)
                if not protocol.should_retry(request, response.status_code) or failures + 1 >= self._retry.tries:
                    return protocol.checked(response)
                asked = response.headers.get("Retry-After")
            except httpx.TransportError as error:
                if not request.is_repeatable or failures + 1 >= self._retry.tries:
                    raise Unreachable(str(error) or type(error).__name__) from error
            failures += 1
            time.sleep(self._retry.wait(failures, asked))

    def value(self, request: Request) -> Any:
        return protocol.value(self.send(request))

    def rail(self) -> Mapping[str, Any]:
        """Sizes, counters, the digest of the state."""
        return self.value(protocol.get("/v1/rail"))

    def clauses(self, **filters: str) -> list[Clause]:
        return [Clause.from_json(one) for one in self.value(protocol.get("/v1/clauses", **filters))["items"]]

    def nodes(self) -> list[Node]:
        return [Node.from_json(one) for one in self.value(protocol.get("/v1/nodes"))["items"]]

    def submit(self, clause: str, occurrence: str, inputs: Iterable[Input] = (), *, key: str | None = None,
               priority: int | None = None, supersedes: str | None = None) -> Submitted:
        """Submits one event. Answered once the rail has it on disk; the same key may be sent any number of times."""
        request = protocol.submit(clause, occurrence, inputs, key, priority=priority, supersedes=supersedes)
        told = self.value(request)
        return Submitted(told["job"], told["new"])

    def job(self, job: str) -> Job:
        return Job.from_json(self.value(protocol.get(f"/v1/jobs/{job}")))

    def cancel(self, job: str, reason: str) -> None:
        """Withdraws a job that is not decided yet."""
        self.send(protocol.post(f"/v1/jobs/{job}/cancel", {"reason": reason}))

    def page(self, *, cursor: str | None = None, limit: int | None = None, **filters: str) -> JobList:
        """One page of the jobs that match: clause, signal, status, occurrence, node, since, until …"""
        return JobList.from_json(self.value(protocol.get("/v1/jobs", cursor=cursor, limit=limit, **filters)))

    def jobs(self, **filters: str) -> Iterator[Job]:
        """All jobs that match, page by page."""
        cursor: str | None = None
        while True:
            page = self.page(cursor=cursor, limit=None, **filters)
            for job in page.items:
                yield job
            if page.next is None:
                return
            cursor = page.next

    def watch(self, *, after: int | None = None, kinds: Iterable[str] = ()) -> Iterator[Change]:
        """Changes as they happen, for as long as you take them; goes on where it was after a lost connection."""
        reader, failures = EventReader(after), 0
        params = {"kinds": ",".join(kinds)} if kinds else {}
        while True:
            try:
                with self._http.stream("GET", "/v1/events", params=params, headers=reader.headers,
                                       timeout=httpx.Timeout(30.0, read=60.0)) as response:
                    if not response.is_success:
                        response.read()
                        if not protocol.should_retry(protocol.get("/v1/events"), response.status_code):
                            protocol.checked(response)
                    else:
                        for line in response.iter_lines():
                            failures = 0
                            change = reader.feed(line)
                            if change is not None:
                                yield change
            except httpx.TransportError as error:
                if failures + 1 >= self._retry.tries:
                    raise Unreachable(str(error) or type(error).__name__) from error
            failures += 1
            if failures >= self._retry.tries:
                raise Unreachable("the stream of changes ended again and again")
            time.sleep(self._retry.wait(failures))

    def wait(self, job: str, *, seconds: float = 60.0) -> Job:
        """The job once it is certified, withdrawn or frozen for people; raises :class:`TimeoutError`."""
        end, pause = time.monotonic() + seconds, 0.05
        while True:
            found = self.job(job)
            if found.is_certified or found.status in ("frozen", "withdrawn"):
                return found
            if time.monotonic() + pause > end:
                raise TimeoutError(f"{job} is still {found.status}")
            time.sleep(pause)
            pause = min(pause * 1.5, 1.0)

    def evidence(self, job: str) -> Evidence:
        """The pack of a certified job."""
        return Evidence(job, self.send(protocol.get(f"/v1/jobs/{job}/evidence")).content)
