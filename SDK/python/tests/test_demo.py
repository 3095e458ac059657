"""The packs of a demo run: a folder with rail.json and evidence/*.aep.json, named by NEXUS_DEMO."""

import os
from pathlib import Path

import pytest

from nexus_verify import read_trust_file, verify_pack

DEMO = os.environ.get("NEXUS_DEMO")


@pytest.mark.skipif(DEMO is None, reason="NEXUS_DEMO names no folder of a demo run")
def test_every_pack_of_the_demo_run_is_accepted():
    trust = read_trust_file((Path(DEMO) / "rail.json").read_bytes())
    packs = sorted((Path(DEMO) / "evidence").glob("*.aep.json"))
    assert packs, "the demo run has no pack"
    refused = [(path.name, report.failed) for path in packs
               if not (report := verify_pack(path.read_bytes(), trust)).accepted]
    assert not refused
    print(f"{len(packs)} packs accepted")
