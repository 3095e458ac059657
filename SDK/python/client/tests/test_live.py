"""Against a running rail, where one is named: NEXUS_LIVE (URL), NEXUS_LIVE_TOKEN, NEXUS_LIVE_TRUST (file)."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest
from nexus_client import AsyncClient, Client, NexusProblem

pytestmark = pytest.mark.skipif("NEXUS_LIVE" not in os.environ, reason="NEXUS_LIVE names no rail")
URL, TOKEN = os.environ.get("NEXUS_LIVE", ""), os.environ.get("NEXUS_LIVE_TOKEN")
TRUST = os.environ.get("NEXUS_LIVE_TRUST", "")


def test_reads_what_the_rail_has():
    with Client(URL, TOKEN) as rail:
        assert rail.rail()
        assert rail.nodes() and rail.clauses()
        jobs = list(rail.jobs())
        assert jobs and len({job.job for job in jobs}) == len(jobs)
        assert rail.job(jobs[0].job).occurrence == jobs[0].occurrence


def test_evidence_of_a_certified_job_holds():
    with Client(URL, TOKEN) as rail:
        certified = next(job for job in rail.jobs() if job.is_certified)
        assert rail.evidence(certified.job).verify(TRUST).facts["occurrence"] == certified.occurrence


def test_refusals_are_problems():
    with Client(URL, TOKEN) as rail:
        with pytest.raises(NexusProblem) as caught:
            rail.job("sha256:" + "0" * 64)
        assert caught.value.status == 404 and "." in caught.value.code and caught.value.request_id
    with Client(URL, "nxt_wrong") as rail, pytest.raises(NexusProblem) as caught:
        rail.rail()
    assert caught.value.status == 401


def test_async_reads_the_same():
    async def count():
        async with AsyncClient(URL, TOKEN) as rail:
            return len([job async for job in rail.jobs()])

    with Client(URL, TOKEN) as rail:
        assert asyncio.run(count()) == len(list(rail.jobs()))


def test_the_example_runs(tmp_path):
    with Client(URL, TOKEN) as rail:
        season = next(job for job in rail.jobs() if job.is_certified).occurrence
    example = Path(__file__).resolve().parent.parent / "examples" / "season.py"
    environment = os.environ | {"NEXUS_URL": URL, "NEXUS_TOKEN": TOKEN or "", "NEXUS_TRUST": TRUST,
                                "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, str(example), season], cwd=tmp_path, env=environment, capture_output=True,
                          text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert "nodes agree" in done.stdout and (tmp_path / f"{season}.aep.json").is_file()
