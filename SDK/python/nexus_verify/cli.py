"""``nexus-verify PACK... --rail rail.json [--json]`` and ``nexus-verify attest FILE``."""

import argparse
import json
import sys
from pathlib import Path

from . import cli_attest, limits
from .errors import NexusError
from .genesis import TrustFile, read_trust_file
from .report import Report
from .verify import verify_pack

ACCEPTED, REFUSED, UNUSABLE = 0, 1, 2


def _arguments(arguments: list) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="nexus-verify",
        description="Verifies Nexus evidence packs offline. Exit status: 0 all accepted, 1 one refused, "
        "2 a file or the trust file could not be read. `nexus-verify attest FILE` verifies evidence of a machine.",
    )
    parser.add_argument("packs", nargs="+", metavar="PACK", help="evidence pack (*.aep.json)")
    parser.add_argument("--rail", required=True, metavar="FILE", help="trust file of the rail (rail.json)")
    parser.add_argument("--json", action="store_true", help="one JSON object a pack, one a line")
    return parser.parse_args(arguments)


def _read(path: str, limit: int) -> bytes:
    with Path(path).open("rb") as file:
        # One byte more than allowed is enough to be refused.
        return file.read(limit + 1)


def _print_report(path: str, report: Report) -> None:
    print(path)
    for check in report.checks:
        mark = "✓" if check.code is None else "✗"
        told = check.detail if check.code is None else f"{check.code}: {check.detail}"
        print(f"  {mark} {check.name:<12} {_printable(told)}")
    if report.accepted:
        facts = report.facts
        others = facts["differing"] - facts["void"]
        how = "by override" if facts["override"] else f"{facts['agreeing']} agree, {others} differ"
        how += f", {facts['void']} void" if facts["void"] else ""
        print(_printable(f"  accepted: {facts['clause']} {facts['occurrence']} {facts['signal']}, {how}"))
        for assurance in report.assurances:
            print(f"  shown: {_printable(assurance)}")
        for caveat in report.caveats:
            print(f"  note: {_printable(caveat)}")
    else:
        print("  refused")


def _printable(text: str) -> str:
    """Texts of a pack may hold terminal control characters: they are shown, not obeyed."""
    return "".join(c if c.isprintable() else f"\\u{{{ord(c):x}}}" for c in text)


def _verify(path: str, trust: TrustFile, as_json: bool) -> int:
    try:
        data = _read(path, limits.PACK_BYTES_MAX)
    except OSError as error:
        print(f"nexus-verify: {path}: {error.strerror}", file=sys.stderr)
        return UNUSABLE
    report = verify_pack(data, trust)
    if as_json:
        print(json.dumps({"pack": path, **report.to_json()}))
    else:
        _print_report(path, report)
    return ACCEPTED if report.accepted else REFUSED


def main(arguments: list | None = None) -> int:
    """Runs the command; returns its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # A terminal without UTF-8 shows ? for a mark instead of ending in an error.
            stream.reconfigure(errors="replace")
    given = sys.argv[1:] if arguments is None else arguments
    if given[:1] == ["attest"]:
        return cli_attest.main(given[1:])
    options = _arguments(given)
    try:
        trust = read_trust_file(_read(options.rail, limits.TRUST_BYTES_MAX))
    except OSError as error:
        print(f"nexus-verify: {options.rail}: {error.strerror}", file=sys.stderr)
        return UNUSABLE
    except NexusError as error:
        print(f"nexus-verify: {options.rail}: {error}", file=sys.stderr)
        return UNUSABLE
    return max(_verify(path, trust, options.json) for path in options.packs)
