"""Both clients against a rail in memory: the same story for each."""

import asyncio
import inspect
import json
from pathlib import Path

import httpx
import pytest
from nexus_client import AsyncClient, Client, Evidence, Input, NexusProblem, NotVerified, Retry, Unreachable
from rail import JOB, Rail, job_json, ok, problem, stream

VECTORS = Path(__file__).resolve().parents[4] / "Vectors" / "evidence-pack" / "v1"
QUICK = Retry(tries=4, first_wait=0.0)


class Both:
    """Runs a call on one of the clients, whichever it is."""

    def __init__(self, is_async: bool):
        self.is_async = is_async

    def client(self, rail: Rail, **options):
        kind = AsyncClient if self.is_async else Client
        return kind("http://rail.test", "nxt_secret", retry=options.get("retry", QUICK), transport=rail.transport)

    def __call__(self, found):
        return asyncio.run(found) if inspect.isawaitable(found) else found

    def take(self, iterator, count: int) -> list:
        async def taken():
            out = []
            async for one in iterator:
                out.append(one)
                if len(out) == count:
                    break
            return out

        if self.is_async:
            return asyncio.run(taken())
        return [one for one, _ in zip(iterator, range(count), strict=False)]


@pytest.fixture(params=[False, True], ids=["sync", "async"])
def both(request):
    return Both(request.param)


def test_submits_with_one_key_for_all_tries(both):
    rail = Rail(httpx.ConnectError("lost"), problem(503, "api.stopping"), ok({"job": JOB, "new": True}, 201))
    told = both(both.client(rail).submit("GRA::ExtremeElNino@1.0.0", "1997", [Input("november", "26.12")]))
    assert told.job == JOB and told.new
    keys = {request.headers["Idempotency-Key"] for request in rail.asked}
    assert len(rail.asked) == 3 and len(keys) == 1
    assert rail.bodies[0] == rail.bodies[2]
    assert rail.bodies[0]["inputs"][0]["value"] == "MjYuMTI="
    assert rail.bodies[0]["inputs"][0]["retrievedAt"].endswith("Z")
    assert rail.asked[0].headers["Authorization"] == "Bearer nxt_secret"


def test_another_submission_has_another_key(both):
    rail = Rail(ok({"job": JOB, "new": True}))
    for _ in range(2):
        both(both.client(rail).submit("c", "1", []))
    assert len({request.headers["Idempotency-Key"] for request in rail.asked}) == 2


def test_what_may_not_be_repeated_is_sent_once(both):
    rail = Rail(problem(503, "api.stopping"), ok({}))
    with pytest.raises(NexusProblem) as caught:
        both(both.client(rail).cancel(JOB, "mistake"))
    assert caught.value.code == "api.stopping" and len(rail.asked) == 1
    rail = Rail(httpx.ReadTimeout("late"), ok({}))
    with pytest.raises(Unreachable):
        both(both.client(rail).cancel(JOB, "mistake"))
    assert len(rail.asked) == 1


def test_a_limited_rate_is_waited_for(both):
    rail = Rail(problem(429, "api.rate-limited", **{"Retry-After": "0"}), ok({}))
    both(both.client(rail).cancel(JOB, "mistake"))
    assert len(rail.asked) == 2


def test_problems_are_told(both):
    rail = Rail(problem(404, "rail.not-certified"))
    with pytest.raises(NexusProblem) as caught:
        both(both.client(rail).evidence(JOB))
    assert (caught.value.status, caught.value.code, caught.value.request_id) == (404, "rail.not-certified", "r1")
    rail = Rail(httpx.Response(500, text="<html>"))
    with pytest.raises(NexusProblem, match="client.no-problem-document"):
        both(both.client(rail).job(JOB))
    rail = Rail(httpx.Response(200, text="<html>"))
    with pytest.raises(Unreachable):
        both(both.client(rail).job(JOB))


def test_gives_up_after_its_tries(both):
    rail = Rail(httpx.ConnectError("refused"))
    with pytest.raises(Unreachable):
        both(both.client(rail).job(JOB))
    assert len(rail.asked) == QUICK.tries


def test_lists_go_on_from_page_to_page(both):
    rail = Rail(ok({"items": [job_json("sha256:a")], "next": "c1"}), ok({"items": [job_json("sha256:b")]}))
    found = both.take(both.client(rail).jobs(signal="TRIGGER"), 5)
    assert [job.job for job in found] == ["sha256:a", "sha256:b"]
    assert rail.asked[1].url.params["cursor"] == "c1" and rail.asked[1].url.params["signal"] == "TRIGGER"
    assert found[0].is_certified and found[0].raw["colour"] == "not known yet"


def test_watch_goes_on_after_a_lost_connection(both):
    rail = Rail(stream((7, "job", {"job": "a"}), (8, "rollup", {"number": 1})), httpx.ReadError("lost"),
                stream((9, "job", {"job": "b"})))
    changes = both.take(both.client(rail).watch(kinds=["job", "rollup"]), 3)
    assert [(change.id, change.kind) for change in changes] == [(7, "job"), (8, "rollup"), (9, "job")]
    assert "Last-Event-ID" not in rail.asked[0].headers
    assert rail.asked[2].headers["Last-Event-ID"] == "8"
    assert rail.asked[0].url.params["kinds"] == "job,rollup"


def test_watch_gives_up(both):
    rail = Rail(httpx.ConnectError("refused"))
    with pytest.raises(Unreachable):
        both.take(both.client(rail).watch(), 1)
    assert len(rail.asked) == QUICK.tries
    with pytest.raises(NexusProblem, match="api.unauthenticated"):
        both.take(both.client(Rail(problem(401, "api.unauthenticated"))).watch(), 1)


def test_waits_for_the_certificate(both):
    rail = Rail(ok(job_json(status="running", certifiedAt=None)), ok(job_json()))
    assert both(both.client(rail).wait(JOB)).signal == "TRIGGER"
    with pytest.raises(TimeoutError):
        both(both.client(Rail(ok(job_json(status="running", certifiedAt=None)))).wait(JOB, seconds=0.1))


def test_evidence_is_verified(both, tmp_path):
    vector = json.loads(next(VECTORS.glob("accept/001*")).read_text())
    rail = Rail(httpx.Response(200, content=vector["pack"].encode()))
    evidence = both(both.client(rail).evidence(JOB))
    report = evidence.verify(vector["trust"].encode())
    assert report.accepted and report.facts["signal"] == "TRIGGER"
    assert evidence.save(tmp_path / "x.aep.json").read_bytes() == vector["pack"].encode()
    trust = tmp_path / "rail.json"
    trust.write_text(vector["trust"])
    assert evidence.verify(trust).accepted
    bad = json.loads(next(VECTORS.glob("reject/075*")).read_text())
    with pytest.raises(NotVerified) as caught:
        Evidence(JOB, bad["pack"].encode()).verify(bad["trust"].encode())
    assert caught.value.report.failed.name == "rollup"


def test_both_clients_do_the_same():
    public = {name for name in vars(Client) if not name.startswith("_")}
    assert public == {name for name in vars(AsyncClient) if not name.startswith("_")}
    for name in public:
        assert inspect.signature(getattr(Client, name)).parameters.keys() == \
            inspect.signature(getattr(AsyncClient, name)).parameters.keys()
