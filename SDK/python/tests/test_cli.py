"""The command: exit status, what it prints, and no traceback whatever it is given."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from scenario import Scenario

from nexus_verify.cli import main


@pytest.fixture
def files(tmp_path):
    data, trust = Scenario().build()
    (tmp_path / "good.aep.json").write_bytes(data)
    (tmp_path / "bad.aep.json").write_bytes(data.replace(b"agreed", b"AGREED").replace(b"1997", b"1998") + b" ")
    (tmp_path / "rail.json").write_bytes(trust)
    return tmp_path


def run(files, *names, more=()):
    return main([str(files / name) for name in names] + ["--rail", str(files / "rail.json"), *more])


def test_an_accepted_pack_prints_twelve_marks_and_ends_in_0(files, capsys):
    assert run(files, "good.aep.json") == 0
    printed = capsys.readouterr().out
    assert printed.count("✓") == 12 and "✓ checkpoint" in printed and "accepted: ISS::Warm@1.0.0 1997" in printed
    assert "note: attestation is simulated" in printed


def test_one_refused_pack_among_good_ones_ends_in_1(files, capsys):
    assert run(files, "good.aep.json", "bad.aep.json") == 1
    assert "✗ form         base.not-canonical" in capsys.readouterr().out


def test_json_is_one_object_a_pack(files, capsys):
    assert run(files, "good.aep.json", "bad.aep.json", more=["--json"]) == 1
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (first["verdict"], first["signal"], first["agreeing"]) == ("accept", "TRIGGER", 2)
    assert (second["verdict"], second["check"], second["code"]) == ("reject", "form", "base.not-canonical")


def test_a_file_that_is_not_there_ends_in_2(files, capsys):
    assert run(files, "none.aep.json") == 2
    assert "none.aep.json" in capsys.readouterr().err


@pytest.mark.parametrize("text", [b"", b"{}", b"[" * 100_000, b"\xff", b'{"format":"nexus.trust/v1"}'])
def test_a_trust_file_that_does_not_read_ends_in_2_with_its_code(files, capsys, text):
    (files / "rail.json").write_bytes(text)
    assert run(files, "good.aep.json") == 2
    assert "base." in capsys.readouterr().err


def test_the_module_runs_as_a_command_in_a_terminal_without_utf8(files):
    command = [sys.executable, "-m", "nexus_verify", str(files / "good.aep.json"), "--rail", str(files / "rail.json")]
    package = Path(__file__).resolve().parent.parent
    environment = {"PYTHONIOENCODING": "ascii", "PYTHONPATH": str(package)}
    done = subprocess.run(command, capture_output=True, env=environment)
    assert done.returncode == 0 and done.stderr == b""


def test_control_characters_of_a_pack_are_shown_not_obeyed(files, capsys):
    _, trust = Scenario().build()
    text = '{"\x1b[31m":1}'.encode()
    (files / "odd.aep.json").write_bytes(text)
    assert run(files, "odd.aep.json") == 1
    assert "\x1b" not in capsys.readouterr().out
