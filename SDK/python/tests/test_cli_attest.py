"""`nexus-verify attest`: exit status, what it prints, and no traceback whatever it is given."""

import json

import pytest
from machines import AT, MILAN, SNP, VECTORS, document, milan, reference_values

from nexus_verify.attestation import ROOTS, verify_evidence
from nexus_verify.chain import Root
from nexus_verify.cli import main


@pytest.fixture
def files(tmp_path, monkeypatch):
    made = SNP()
    monkeypatch.setitem(ROOTS, "sev-snp", [Root("made", made.ark.digest)])
    (tmp_path / "evidence.json").write_bytes(document(made.value()))
    (tmp_path / "values.json").write_bytes(reference_values(made.rule()))
    (tmp_path / "odd.json").write_bytes(b'{"format":"\x1b"}')
    return tmp_path


def run(files, *arguments: str) -> int:
    return main(["attest", str(files / "evidence.json"), "--at", AT, *arguments])


def test_what_holds_is_told_with_what_it_does_not_show(files, capsys):
    assert run(files) == 0
    printed = capsys.readouterr().out
    assert "kind sev-snp" in printed and "microcode                115" in printed and "not shown: whether AMD" in printed


def test_json_is_the_verified_evidence(files, capsys):
    assert run(files, "--json") == 0
    value = json.loads(capsys.readouterr().out)
    assert value == {"appraised": False} | verify_evidence((files / "evidence.json").read_bytes(), AT).to_json()


@pytest.mark.parametrize("bound, status", [("00" * 64, 0), ("01" * 64, 1)])
def test_reference_values_decide_the_status(files, capsys, bound, status):
    assert run(files, "--reference", str(files / "values.json"), "--report-data", bound) == status
    printed = capsys.readouterr().out
    assert ("attestation.key-not-bound" in printed) == (status == 1)
    assert f"appraisal: {'contraindicated' if status else 'affirming'}" in printed


def test_what_does_not_hold_ends_in_1_and_what_is_not_there_in_2(files, capsys):
    assert main(["attest", str(files / "evidence.json"), "--at", "2020-01-01T00:00:00.000Z", "--json"]) == 1
    told = capsys.readouterr()
    assert json.loads(told.out)["error"]["code"] == "attestation.not-yet-valid" in told.err
    assert main(["attest", str(files / "odd.json")]) == 1
    told = capsys.readouterr()
    assert "attestation.malformed-evidence" in told.err and "\x1b" not in told.err + told.out
    assert main(["attest", str(files / "none.json")]) == 2
    assert "none.json" in capsys.readouterr().err


@pytest.mark.parametrize("more", [["--reference", "x"], ["--report-data", "00"], ["--at", "today"],
                                  ["--reference", "x", "--report-data", "zz"]])
def test_arguments_that_say_nothing_are_refused(files, more):
    with pytest.raises(SystemExit) as ended:
        main(["attest", str(files / "evidence.json"), *more])
    assert ended.value.code == 2


@pytest.mark.skipif(not VECTORS.is_dir(), reason="NEXUS_VECTORS names no folder of public vectors")
def test_the_real_report_leads_to_amds_root(tmp_path, capsys):
    path = tmp_path / "milan.json"
    path.write_bytes(document(milan()))
    assert main(["attest", str(path), "--at", MILAN]) == 0
    assert "SEV-SNP Milan-B0" in capsys.readouterr().out
