"""Random damage to a real pack: never accepted, never anything but a coded refusal.

NEXUS_FUZZ says how many mutations are tried (default 2000), NEXUS_FUZZ_SEED with which seed. A third of them changes
bytes; the others change values, and most of those get a new packDigest so that the damage is met further down.
"""

import base64
import copy
import os
import random
from pathlib import Path

import pytest
from scenario import Scenario, seal

from nexus_verify import CHECKS, NexusError, canonical_json, read_trust_file, verify_pack
from nexus_verify.binding import read_binding
from nexus_verify.cac import read_cac
from nexus_verify.clause import read_clause
from nexus_verify.envelope import STATEMENT_TYPE, Envelope
from nexus_verify.genesis import read_genesis
from nexus_verify.governance import Fold
from nexus_verify.inputs import read_reading
from nexus_verify.note import read_checkpoint, read_note, read_verifier_key
from nexus_verify.quorum import read_quorum
from nexus_verify.result import read_result
from nexus_verify.rollup import read_rollup

COUNT = int(os.environ.get("NEXUS_FUZZ", "2000"))
SEED = int(os.environ.get("NEXUS_FUZZ_SEED", "1"))
DEMO = os.environ.get("NEXUS_DEMO")
ODD = [None, True, False, 0, 1, -1, 2**53 - 1, -(2**53 - 1), "", "x", "\x00", "\n", "é", "\U0010ffff", [], {}, [[]],
       {"": ""}, "sha256:" + "0" * 64, "A" * 44, "AAAA", "0" * 70_000, "-0", "1e9", "9" * 60,
       "2026-01-01T00:00:00.000Z", "did:key:z6Mk", "did:key:z" + "1" * 300, "ISS::Warm@1.0.0"]


def places(value, path=()):
    """Every place in a document, the root left out."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, element in items:
        yield (*path, key)
        yield from places(element, (*path, key))


def change_value(document, dice: random.Random):
    """Changes one place of a document; the copy may by chance be the same."""
    changed = copy.deepcopy(document)
    *path, last = dice.choice(list(places(changed)))
    holder = changed
    for step in path:
        holder = holder[step]
    old = holder[last]
    kind = dice.choice((0, 1, 2, 3, 4, 5, 5, 5, 5, 5, 6))
    if kind == 0:
        del holder[last]
    elif kind == 1:
        holder[last] = dice.choice(ODD)
    elif kind == 2 and isinstance(holder, list):
        holder.insert(last, copy.deepcopy(dice.choice(holder)))
    elif kind == 2:
        holder[dice.choice(["x", "", "format", last + "s"])] = old
    elif kind == 3 and isinstance(old, str) and old:
        at = dice.randrange(len(old))
        holder[last] = old[:at] + dice.choice("A0z=+/ .\n\u2014é") + old[at + 1 :]
    elif kind == 4 and isinstance(old, str) and old:
        at = dice.randrange(len(old))
        holder[last] = old[:at] + old[at + 1 :]
    elif kind == 5 and isinstance(old, str):
        holder[last] = nested(old, dice)
    elif isinstance(old, int) and not isinstance(old, bool):
        holder[last] = old + dice.choice([-1, 1, 2**31, 2**53])
    else:
        holder[last] = dice.choice(ODD)
    return changed


def nested(text: str, dice: random.Random) -> str:
    """Base64 of a JSON document is changed inside; other base64 gets one bit flipped."""
    try:
        raw = base64.b64decode(text, validate=True)
        document = canonical_json.parse(raw)
        if list(places(document)):
            return base64.b64encode(canonical_json.write(change_value(document, dice))).decode()
    except (ValueError, NexusError):
        return text + "x"
    return text + "A"


def change_bytes(data: bytes, dice: random.Random) -> bytes:
    at, kind = dice.randrange(len(data)), dice.randrange(5)
    if kind == 0:
        return data[:at] + bytes([data[at] ^ (1 << dice.randrange(8))]) + data[at + 1 :]
    if kind == 1:
        return data[:at]
    if kind == 2:
        return data[:at] + dice.randbytes(dice.randrange(1, 9)) + data[at:]
    if kind == 3:
        return data[:at] + data[at + dice.randrange(1, 65) :]
    other = dice.randrange(len(data))
    return data[:at] + data[other : other + 32] + data[at + 32 :]


def originals() -> list:
    """(pack, trust) of every kind of pack at hand."""
    if DEMO:
        trust = (Path(DEMO) / "rail.json").read_bytes()
        return [(path.read_bytes(), trust) for path in sorted((Path(DEMO) / "evidence").glob("*.aep.json"))]
    stories = [Scenario(), Scenario(p256=True, batch=True), Scenario(withhold=(0,)),
               Scenario(override=True, outcomes=("differed", "differed")),
               Scenario(fault=True, outcomes=("agreed",) * 3)]
    return [story.build() for story in stories]


def test_no_random_mutation_of_a_pack_is_accepted_or_ends_in_anything_but_a_code():
    dice = random.Random(SEED)
    found = [(data, read_trust_file(trust), canonical_json.parse(data)) for data, trust in originals()]
    checks: dict = dict.fromkeys(CHECKS, 0)
    tried = 0
    while tried < COUNT:
        data, trust, value = dice.choice(found)
        if dice.randrange(3) == 0:
            changed = change_bytes(data, dice)
        else:
            document = change_value(value, dice)
            try:
                changed = seal(document) if dice.randrange(8) else canonical_json.write(document)
            except UnicodeEncodeError:
                continue
        if changed == data:
            continue
        tried += 1
        report = verify_pack(changed, trust)
        assert not report.accepted, f"seed {SEED}, mutation {tried}"
        checks[report.failed.name] += 1
    print(f"{tried} mutations, none accepted:", checks)


@pytest.mark.parametrize("batch", [False, True])
def test_every_single_place_of_a_pack_matters(batch):
    data, trust_bytes = Scenario(batch=batch, p256=batch).build()
    trust, value = read_trust_file(trust_bytes), canonical_json.parse(data)
    for path in list(places(value)):
        if path == ("packDigest",):
            continue
        for odd in (None, "", 0, [], {}):
            changed = copy.deepcopy(value)
            holder = changed
            for step in path[:-1]:
                holder = holder[step]
            if holder[path[-1]] == odd and type(holder[path[-1]]) is type(odd):
                continue
            holder[path[-1]] = odd
            assert not verify_pack(seal(changed), trust).accepted, path


def readers(scenario: Scenario) -> dict:
    """Every reader below a signature, with a good document: here damage is not hidden by a broken signature."""
    data, _ = scenario.build()
    pack = canonical_json.parse(data)

    def payload(envelope):
        return base64.b64decode(envelope["payload"])

    def as_envelope(reader):
        return lambda raw: reader(Envelope(STATEMENT_TYPE, raw, []))

    genesis = read_genesis(scenario.genesis)
    cac = payload(pack["statements"][0])
    result = base64.b64decode(canonical_json.parse(cac)["predicate"]["result"])
    rollup = canonical_json.parse(base64.b64decode(pack["rollup"]["entry"]["bytes"]))
    return {
        "clause": (read_clause, canonical_json.write(scenario.clause_value)),
        "quorum": (read_quorum, scenario.quorum),
        "result": (read_result, result),
        "cac": (as_envelope(read_cac), cac),
        "rollup": (as_envelope(read_rollup), payload(rollup)),
        "binding": (as_envelope(lambda one: read_binding(one, scenario.rail)), payload(pack["bindings"][0])),
        "reading": (as_envelope(lambda one: read_reading(one, scenario.feed.did)),
                    payload(pack["inputs"][0]["shown"]["reading"])),
        "genesis": (lambda raw: read_genesis(canonical_json.parse(raw)), scenario.genesis_bytes),
        "entry": (lambda raw: Fold(genesis).add(raw, 1), scenario.entries[0]),
    }


def test_no_reader_below_a_signature_ends_in_anything_but_a_code():
    dice = random.Random(SEED)
    for name, (reader, good) in readers(Scenario()).items():
        document = canonical_json.parse(good)
        for _ in range(max(COUNT // 10, 100)):
            try:
                raw = change_bytes(good, dice) if dice.randrange(4) == 0 else canonical_json.write(
                    change_value(document, dice))
            except UnicodeEncodeError:
                continue
            try:
                reader(raw)
            except NexusError as error:
                assert "." in error.code, name


def test_no_damaged_note_ends_in_anything_but_a_code():
    dice = random.Random(SEED)
    data, trust_bytes = Scenario().build()
    pack, trust = canonical_json.parse(data), read_trust_file(trust_bytes)
    note = pack["checkpoint"].encode()
    for _ in range(max(COUNT // 10, 100)):
        text = change_bytes(note, dice).decode("utf-8", "ignore")
        if text == pack["checkpoint"]:
            continue
        try:
            read_checkpoint(read_note(text).text)
        except NexusError as error:
            assert error.code.startswith("log.")
        read_verifier_key(text[:60])
        assert not verify_pack(seal({**pack, "checkpoint": text}), trust).accepted
