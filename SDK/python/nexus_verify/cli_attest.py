"""``nexus-verify attest FILE``: what evidence of a machine shows, and whether it is good enough."""

import argparse
import json
import sys
from datetime import datetime, timezone
from pathlib import Path

from . import limits, texts
from .appraisal import Appraisal
from .attestation import appraise_evidence, verify_evidence
from .claims import Verified
from .errors import NexusError

ACCEPTED, REFUSED, UNUSABLE = 0, 1, 2


def _arguments(arguments: list) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="nexus-verify attest",
        description="Verifies attestation evidence offline. Without --reference the roots are AMD's for Milan and "
        "Intel's, and nothing is appraised. Exit status: 0 it holds (and is accepted), 1 refused, 2 a file could not be read.",
    )
    parser.add_argument("file", metavar="FILE", help="a document of attestation-v1")
    parser.add_argument("--reference", metavar="FILE", help="reference values of attestation-v1")
    parser.add_argument("--report-data", metavar="HEX", help="the 64 bytes that must be bound")
    parser.add_argument("--at", metavar="TIME", help="the date at which it must hold, as 2026-01-31T00:00:00.000Z; now "
                        "unless given")
    parser.add_argument("--json", action="store_true", help="one JSON document")
    options = parser.parse_args(arguments)
    if (options.reference is None) != (options.report_data is None):
        parser.error("--reference and --report-data go together: a key that is not bound proves nothing")
    try:
        options.bound = bytes.fromhex(options.report_data or "")
        options.at = texts.time(options.at or datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z"))
    except (ValueError, NexusError) as error:
        parser.error(str(error))
    return options


def _read(path: str) -> bytes:
    with Path(path).open("rb") as file:
        return file.read(limits.EVIDENCE_BYTES_MAX + 1)


def _print_claims(found: Verified) -> None:
    told = found.claims.to_json()
    for key in sorted(told):
        if isinstance(told[key], dict):
            for name in sorted(told[key]):
                print(f"  {name:<24} {_word(told[key][name])}")
        else:
            print(f"  {key:<24} {_word(told[key])}")
    for one in found.not_shown:
        print(f"  not shown: {one}")


def _word(value) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    text = ", ".join(value) if isinstance(value, list) else str(value)
    return "".join(c if c.isprintable() else f"\\u{{{ord(c):x}}}" for c in text)


def _print(found: Verified | Appraisal, at: str) -> None:
    verified = found.verified if isinstance(found, Appraisal) else found
    print(f"✓ the evidence holds at {at}; kind {verified.kind}")
    _print_claims(verified)
    if isinstance(found, Appraisal):
        for refusal in found.refusals:
            print(f"  ✗ {refusal['code']}: {refusal['place']}: {refusal['message']}")
        for warning in found.warnings:
            print(f"  note: {warning}")
        print(f"  appraisal: {found.status}")


def main(arguments: list) -> int:
    """Runs the command; returns its exit status."""
    options = _arguments(arguments)
    try:
        data = _read(options.file)
        if options.reference is None:
            found = verify_evidence(data, options.at)
            value = {"appraised": False} | found.to_json()
        else:
            found = appraise_evidence(data, _read(options.reference), options.bound, options.at)
            value = found.to_json()
    except OSError as error:
        print(f"nexus-verify: {error.filename}: {error.strerror}", file=sys.stderr)
        return UNUSABLE
    except NexusError as error:
        if options.json:
            told = {"code": error.code, "message": error.detail, "place": error.place}
            print(json.dumps({"error": told}, indent=2, sort_keys=True))
        print(f"✗ {_word(str(error))}", file=sys.stderr)
        return REFUSED
    if options.json:
        print(json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False))
    else:
        _print(found, options.at)
    return ACCEPTED if isinstance(found, Verified) or found.accepted else REFUSED
