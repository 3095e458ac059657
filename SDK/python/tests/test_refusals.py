"""Each condition of evidence-pack-v1 broken alone: the verdict must name its check and its code."""

import base64

import pytest
from scenario import END, TIME, Key, Scenario, b64, digest_of, seal

from nexus_verify import canonical_json, read_trust_file, verify_pack

OTHER = digest_of(b"other")


def put(*path_and_value):
    """A hook that sets one place of a document."""
    *path, last, value = path_and_value

    def change(document):
        for step in path:
            document = document[step]
        document[last] = value

    return change


def drop(*path):
    def change(document):
        for step in path[:-1]:
            document = document[step]
        del document[path[-1]]

    return change


def both(*changes):
    def change(document):
        for one in changes:
            one(document)

    return change


def replaced(old, new):
    return lambda document: document.replace(old, new)


def in_predicate(*path_and_value):
    return put("predicate", *path_and_value)


def swap_sig(document):
    one = document["signatures"][0]
    one["sig"] = b64(bytes(64))


def flip_path(entry):
    entry["path"][0] = b64(bytes(32))


def twice(key):
    def change(document):
        document[key].append(document[key][0])

    return change


def lines(change):
    def apply(found):
        change(found)
        return found

    return apply


def leaf(name, value):
    return lambda leaves: leaves[1].update({name: value})


def shown(place, **values):
    return lambda bound: bound[place].update(values)


def not_cosigned_twice(found):
    found.append(found[1])


CASES = [
    # form
    ("pack", put("extra", 1), {}, "form", "base.unknown-field"),
    ("pack", drop("quorum"), {}, "form", "base.missing-field"),
    ("pack", put("format", "nexus.evidence-pack/v2"), {}, "form", "evidence.not-a-certificate"),
    ("pack", put("format", None), {}, "form", "base.wrong-type"),
    ("pack", put("format", "x" * 257), {}, "form", "base.too-large"),
    ("pack", put("rail", "sha256:00"), {}, "form", "base.bad-encoding"),
    ("pack", put("genesis", "index", -1), {}, "form", "base.wrong-type"),
    ("pack", put("genesis", "index", True), {}, "form", "base.wrong-type"),
    ("pack", put("genesis", "bytes", "A"), {}, "form", "base.bad-encoding"),
    ("pack", put("genesis", "bytes", "QQ"), {}, "form", "base.bad-encoding"),
    ("pack", put("genesis", "bytes", "QR=="), {}, "form", "base.bad-encoding"),
    ("pack", put("genesis", "path", [b64(bytes(31))]), {}, "form", "base.bad-encoding"),
    ("pack", put("genesis", "path", [b64(bytes(32))] * 64), {}, "form", "base.too-large"),
    ("pack", put("genesis", "bytes", b64(bytes(65_536))), {}, "form", "base.too-large"),
    ("pack", put("inputs", 0, "withheld", {}), {}, "form", "base.unknown-field"),
    ("pack", put("inputs", 0, {}), {}, "form", "base.missing-field"),
    ("pack", put("inputs", 0, "shown", "salt", b64(bytes(31))), {}, "form", "base.wrong-type"),
    ("pack", put("inputs", 0, "shown", "retrievedAt", "2026-02-30T00:00:00.000Z"), {}, "form", "base.bad-time"),
    ("pack", put("inputs", 0, "shown", "feed", "did:key:"), {}, "form", "trust.bad-did"),
    ("pack", put("statements", 0, "signatures", []), {}, "form", "trust.missing-signature"),
    ("pack", lambda pack: twice("signatures")(pack["statements"][0]), {}, "form", "trust.missing-signature"),
    ("pack", put("statements", 0, "signatures", 0, "keyid", "me"), {}, "form", "trust.bad-did"),
    # rail
    ("pack", put("rail", OTHER), {}, "rail", "evidence.other-rail"),
    # checkpoint
    ("checkpoint", lambda note: note[:-1], {}, "checkpoint", "log.bad-note"),
    ("checkpoint", replaced("—", "-"), {}, "checkpoint", "log.bad-note"),
    ("checkpoint", replaced("\n\n", "\n\t\n\n"), {}, "checkpoint", "log.bad-note"),
    ("checkpoint", lambda note: note.split("\n\n")[0] + "\n\n", {}, "checkpoint", "log.bad-note"),
    ("note lines", lines(lambda found: found.extend(found[:1] * 64)), {}, "checkpoint", "log.too-large"),
    ("checkpoint text", lambda note: note.replace("\n12\n", "\n012\n"), {}, "checkpoint", "log.bad-checkpoint"),
    ("checkpoint text", lambda note: note + "x\n" * 17, {}, "checkpoint", "log.bad-checkpoint"),
    ("checkpoint text", lambda note: f"log.example\n{2**62 + 1}\n{b64(bytes(32))}\n", {}, "checkpoint",
     "log.bad-checkpoint"),
    ("checkpoint", lambda note: note.replace("log.example\n", "log.examplf\n", 1), {}, "checkpoint",
     "log.bad-signature"),
    ("checkpoint", lambda note: note.split("\n\n")[0] + f"\n\n— you {b64(bytes(68))}\n", {}, "checkpoint",
     "log.no-known-signature"),
    ("checkpoint text", replaced("log.example", "log.other"), {}, "checkpoint", "log.wrong-origin"),
    ("note lines", lambda found: found[1:], {}, "checkpoint", "evidence.bad-checkpoint"),
    ("note lines", lines(lambda found: found.append(f"— you {b64(bytes(68))}")), {}, "checkpoint",
     "evidence.bad-checkpoint"),
    ("note lines", lines(not_cosigned_twice), {}, "checkpoint", "evidence.bad-checkpoint"),
    ("note lines", lambda found: found[:2], {}, "checkpoint", "evidence.bad-checkpoint"),
    ("note lines", lines(lambda found: found.append(f"— {'y' * 256} {b64(bytes(68))}")), {}, "checkpoint",
     "log.bad-note"),
    ("note lines", lines(lambda found: found.append(f"— {'y' * 255} {b64(bytes(8196))}")), {}, "checkpoint",
     "evidence.bad-checkpoint"),
    ("note lines", lines(lambda found: found.append(f"— you {b64(bytes(8197))}")), {}, "checkpoint", "log.bad-note"),
    ("checkpoint text", lambda note: f"log.example\n0\n{b64(bytes(32))}\n", {}, "checkpoint", "log.bad-checkpoint"),
    ("checkpoint text", replaced("log.example", "y" * 256), {}, "checkpoint", "log.bad-checkpoint"),
    # genesis
    ("pack", put("genesis", "bytes", b64(b"{}")), {}, "genesis", "evidence.mismatch"),
    ("pack", put("genesis", "index", 1), {}, "genesis", "evidence.mismatch"),
    ("pack", lambda pack: flip_path(pack["genesis"]), {}, "genesis", "evidence.not-in-log"),
    ("pack", put("genesis", "path", []), {}, "genesis", "evidence.not-in-log"),
    # governance
    ("pack", lambda pack: flip_path(pack["governance"][2]), {}, "governance", "evidence.not-in-log"),
    ("pack", put("governance", 2, "index", 10**9), {}, "governance", "evidence.not-in-log"),
    ("pack", lambda pack: twice("governance")(pack), {}, "governance", "evidence.mismatch"),
    ("pack", lambda pack: pack["governance"].pop(2) and None, {}, "governance", "governance.broken-chain"),
    ("entry feed.approve", put("number", 9), {}, "governance", "governance.broken-chain"),
    ("entry feed.approve", put("previous", OTHER), {}, "governance", "governance.broken-chain"),
    ("entry feed.approve", put("format", "x"), {}, "governance", "base.wrong-type"),
    ("proposal feed.approve", put("predicate", "rail", OTHER), {}, "governance", "governance.other-rail"),
    ("proposal feed.approve", put("subject", []), {}, "governance", "governance.other-rail"),
    ("proposal feed.approve", put("predicateType", "urn:nexus:ballot:v1"), {}, "governance", "trust.wrong-predicate"),
    ("proposal feed.approve", put("_type", "x"), {}, "governance", "trust.wrong-predicate"),
    ("decision feed.approve", put("kind", "feed.forget"), {}, "governance", "base.wrong-type"),
    ("decision feed.approve", put("did", "did:web:example.com"), {}, "governance", "trust.bad-did"),
    ("decision feed.approve", put("did", "did:key:z1111"), {}, "governance", "trust.unknown-suite"),
    ("decision operator.approve", put("name", "x" * 257), {}, "governance", "base.too-large"),
    ("ballot feed.approve 0", in_predicate("vote", "reject"), {}, "governance", "governance.too-few-votes"),
    ("ballot feed.approve 0", in_predicate("vote", "perhaps"), {}, "governance", "base.wrong-type"),
    ("ballot feed.approve 0", in_predicate("proposal", OTHER), {}, "governance", "governance.bad-vote"),
    ("ballot feed.approve 0", put("subject", 0, "name", "x"), {}, "governance", "governance.bad-vote"),
    ("entry feed.approve", lambda entry: twice("ballots")(entry), {}, "governance", "governance.bad-vote"),
    ("entry feed.approve", lambda entry: swap_sig(entry["ballots"][0]), {}, "governance", "trust.bad-signature"),
    ("entry feed.approve", put("ballots", 0, "signatures", 0, "keyid", Key("nobody").did), {}, "governance",
     "governance.bad-vote"),
    ("entry feed.approve", put("ballots", []), {}, "governance", "governance.too-few-votes"),
    ("decision simulated", drop("report"), {}, "governance", "governance.not-allowed"),
    ("decision reviewed", put("stage", "active"), {}, "governance", "governance.not-allowed"),
    ("decision simulated", put("clause", OTHER), {}, "governance", "governance.unknown-subject"),
    ("decision issuer.approve", put("name", "ABC"), {}, "governance", "governance.unknown-subject"),
    ("decisions", lambda found: found.insert(1, found[0]), {}, "governance", "governance.already-decided"),
    ("clause", put("title", ""), {}, "governance", "clause.schema"),
    ("clause", put("extra", ""), {}, "governance", "clause.schema"),
    ("clause", put("execution", "quorum", 1), {}, "governance", "clause.inconsistent"),
    ("clause", put("execution", "attestation", []), {}, "governance", "clause.inconsistent"),
    ("clause", put("execution", "attestation", ["tdx"]), {}, "governance", "governance.not-allowed"),
    # rollup
    ("quorum", put("clause", "id", "ISS"), {}, "rollup", "clause.bad-identifier"),
    ("quorum", put("override", {"entry": 1, "inputs": []}), {}, "rollup", "base.unknown-field"),
    ("quorum", drop("resultDigest"), {}, "rollup", "base.missing-field"),
    ("quorum", put("signal", "MAYBE"), {}, "rollup", "base.wrong-type"),
    ("pack", lambda pack: flip_path(pack["rollup"]["entry"]), {}, "rollup", "evidence.not-in-log"),
    ("rollup envelope", put("signatures", []), {}, "rollup", "trust.missing-signature"),
    ("rollup envelope", lambda sealed: sealed["signatures"].append(
        {"keyid": Key("feed").did, "sig": b64(bytes(64))}), {}, "rollup", "evidence.mismatch"),
    ("rollup envelope", swap_sig, {}, "rollup", "trust.bad-signature"),
    ("rollup envelope", put("signatures", 0, "keyid", Key("feed").did), {}, "rollup", "trust.missing-signature"),
    ("rollup envelope", put("payloadType", "text/plain"), {}, "rollup", "trust.bad-signature"),
    ("rollup", in_predicate("root", OTHER), {}, "rollup", "evidence.mismatch"),
    ("rollup", put("subject", 0, "name", "roots"), {}, "rollup", "evidence.mismatch"),
    ("rollup", in_predicate("rail", OTHER), {}, "rollup", "evidence.other-rail"),
    ("rollup", in_predicate("governance", "number", 8), {}, "rollup", "evidence.mismatch"),
    ("rollup", in_predicate("governance", "snapshotDigest", OTHER), {}, "rollup", "evidence.mismatch"),
    ("pack", put("rollup", "leafIndex", 0), {}, "rollup", "evidence.mismatch"),
    ("pack", put("rollup", "leafIndex", 2), {}, "rollup", "evidence.mismatch"),
    ("leaves", leaf("occurrenceId", OTHER), {}, "rollup", "evidence.mismatch"),
    ("leaves", leaf("occurrenceId", digest_of(b"third")), {}, "rollup", "evidence.mismatch"),
    ("leaves", leaf("correction", True), {}, "rollup", "evidence.mismatch"),
    ("leaves", leaf("correction", False), {}, "rollup", "base.wrong-type"),
    ("quorum", put("supersedes", OTHER), {}, "rollup", "evidence.mismatch"),
    ("pack", lambda pack: pack["governance"].pop() and None, {}, "rollup", "evidence.mismatch"),
    # clause
    ("quorum", put("rail", OTHER), {}, "clause", "evidence.other-rail"),
    ("quorum", put("clause", "digest", OTHER), {}, "clause", "evidence.mismatch"),
    ("quorum", put("clause", "id", "ISS::Warm@1.0.1"), {}, "clause", "evidence.mismatch"),
    ("decisions", lambda found: found.pop() and None, {}, "clause", "evidence.not-entitled"),
    ("quorum", put("acknowledgedAt", END), {}, "clause", "evidence.not-entitled"),
    ("quorum", put("acknowledgedAt", "2025-12-31T23:59:59.999Z"), {}, "clause", "evidence.not-entitled"),
    ("quorum", put("trigger", "type", "manual"), {}, "clause", "evidence.not-entitled"),
    # inputs
    ("inputs", lambda bound: bound.pop() and None, {}, "inputs", "evidence.bad-commitment"),
    ("inputs", lambda bound: bound.reverse(), {}, "inputs", "evidence.bad-commitment"),
    ("inputs", shown(0, edition="early"), {"withhold": (0,)}, "inputs", "evidence.mismatch"),
    ("inputs", shown(0, feed=Key("nobody").did), {"withhold": (0,)}, "inputs", "evidence.not-entitled"),
    ("inputs", shown(1, feed=Key("feed").did), {"withhold": (1,)}, "inputs", "evidence.not-entitled"),
    ("inputs", shown(0, edition="early"), {}, "inputs", "clause.bad-binding"),
    ("inputs", shown(0, value=b64(b"24.50")), {}, "inputs", "clause.bad-binding"),
    ("inputs", shown(1, value=b64(b"\xff")), {}, "inputs", "clause.bad-binding"),
    ("inputs", shown(1, value=b64(bytes(1_048_577))), {}, "inputs", "clause.bad-binding"),
    ("inputs", shown(0, value=b64(b"9.9")), {}, "inputs", "clause.out-of-range"),
    ("inputs", shown(0, value=b64(b"40.1")), {}, "inputs", "clause.out-of-range"),
    ("inputs", shown(1, feed=Key("feed").did), {}, "inputs", "evidence.mismatch"),
    ("inputs", shown(0, feed=Key("nobody").did), {}, "inputs", "evidence.not-entitled"),
    ("inputs", drop(0, "reading"), {}, "inputs", "evidence.not-entitled"),
    ("decision feed.approve", put("name", "else"), {}, "inputs", "evidence.not-entitled"),
    ("inputs", lambda bound: swap_sig(bound[0]["reading"]), {}, "inputs", "trust.bad-signature"),
    ("inputs", lambda bound: bound[0]["reading"]["signatures"].append(
        {"keyid": Key("x").did, "sig": ""}), {}, "inputs", "evidence.mismatch"),
    ("reading", in_predicate("value", b64(b"24.6")), {}, "inputs", "evidence.mismatch"),
    ("reading", in_predicate("occurrence", "1998"), {}, "inputs", "evidence.mismatch"),
    ("reading", in_predicate("feed", "else"), {}, "inputs", "evidence.mismatch"),
    ("pack", put("inputs", 1, "shown", "salt", b64(bytes(32))), {}, "inputs", "evidence.bad-commitment"),
    # statements
    ("pack", lambda pack: swap_sig(pack["bindings"][0]), {}, "statements", "trust.bad-signature"),
    ("pack", lambda pack: twice("bindings")(pack), {}, "statements", "evidence.mismatch"),
    ("binding 0", in_predicate("rail", OTHER), {}, "statements", "governance.bad-binding"),
    ("binding 0", in_predicate("sealingKey", b64(bytes(31))), {}, "statements", "governance.bad-binding"),
    ("binding 0", in_predicate("operator", Key("operator 1").did), {}, "statements", "trust.missing-signature"),
    ("quorum", put("attempts", 1, "attempt", 3), {}, "statements", "evidence.mismatch"),
    ("quorum", put("attempts", 1, "token", digest_of(b"token 0")), {}, "statements", "evidence.mismatch"),
    ("pack", lambda pack: pack["statements"].pop() and None, {}, "statements", "evidence.mismatch"),
    ("pack", lambda pack: swap_sig(pack["statements"][0]), {}, "statements", "trust.bad-signature"),
    ("pack", lambda pack: pack["statements"][0]["signatures"].append(
        {"keyid": Key("x").did, "sig": ""}), {}, "statements", "evidence.mismatch"),
    ("cac 0", in_predicate("resultDigest", OTHER), {}, "statements", "evidence.mismatch"),
    ("cac 0", put("subject", 0, "name", "results"), {}, "statements", "evidence.mismatch"),
    ("cac 0", in_predicate("executionId", OTHER), {}, "statements", "evidence.mismatch"),
    ("cac 0", in_predicate("occurrenceId", OTHER), {}, "statements", "evidence.mismatch"),
    ("cac 0", in_predicate("runtime", "version", "2"), {}, "statements", "evidence.mismatch"),
    ("cac 0", in_predicate("finishedAt", TIME), {}, "statements", "evidence.mismatch"),
    ("cac 0", in_predicate("token", "nonce", b64(bytes(15))), {}, "statements", "base.wrong-type"),
    ("cac 0", in_predicate("runtime", "fuel", -1), {}, "statements", "base.wrong-type"),
    ("quorum", put("attempts", 0, "statement", OTHER), {}, "statements", "evidence.mismatch"),
    ("quorum", put("attempts", 0, "node", Key("node 1").did), {}, "statements", "evidence.bad-token"),
    ("cac 0", in_predicate("token", "digest", OTHER), {}, "statements", "evidence.bad-token"),
    ("pack", lambda pack: pack["bindings"].pop(0) and None, {}, "statements", "evidence.not-entitled"),
    ("cac 0", in_predicate("governance", "rail", OTHER), {}, "statements", "evidence.other-rail"),
    ("cac 0", in_predicate("governance", "snapshotDigest", OTHER), {}, "statements", "evidence.mismatch"),
    ("cac 0", in_predicate("governance", "logIndex", 8), {}, "statements", "evidence.mismatch"),
    ("cac 0", in_predicate("governance", "jurisdiction", "XX"), {}, "statements", "evidence.mismatch"),
    ("cac 0", in_predicate("startedAt", TIME), {"hooks": {"binding 0": in_predicate("issuedAt", END)}}, "statements",
     "governance.bad-binding"),
    ("binding 0", in_predicate("jurisdiction", "XX"), {}, "statements", "governance.bad-binding"),
    ("binding 0", in_predicate("expiresAt", "2026-06-01T00:00:00.000Z"), {}, "statements", "governance.bad-binding"),
    ("quorum", put("attempts", 0, "outcome", "void"), {}, "statements", "evidence.mismatch"),
    ("pack", lambda pack: pack["statements"].reverse(), {}, "statements", "evidence.mismatch"),
    ("pack", lambda pack: pack["bindings"].reverse(), {}, "statements", "evidence.mismatch"),
    # quorum
    ("clause", both(put("execution", "nodes", 2), put("execution", "retryMax", 0)), {}, "quorum", "evidence.mismatch"),
    ("quorum", put("attempts", 0, "outcome", "differed"), {}, "quorum", "evidence.mismatch"),
    ("quorum", put("attempts", 0, "outcome", "silent"), {}, "quorum", "evidence.mismatch"),
    ("quorum", put("attempts", 2, "outcome", "agreed"), {}, "quorum", "evidence.mismatch"),
    ("quorum", put("attempts", 2, "outcome", "agreed"), {"outcomes": ("agreed", "agreed", "silent")}, "quorum",
     "evidence.mismatch"),
    ("quorum", put("override", "entry", 9), {"override": True, "outcomes": ("differed",)}, "quorum",
     "evidence.no-quorum"),
    ("quorum", put("signal", "PASS"), {"override": True, "outcomes": ("differed",)}, "quorum", "evidence.no-quorum"),
    ("clause", put("execution", "jurisdictions", ["KE"]), {}, "quorum", "evidence.not-entitled"),
    ("clause", put("title", "x"), {"outcomes": ("agreed", "differed", "silent")}, "quorum", "evidence.no-quorum"),
    ("clause", put("execution", "unanimous", True), {}, "quorum", "evidence.no-quorum"),
    ("quorum", lambda q: q["attempts"][1].update(statement=q["attempts"][0]["statement"]), {
        "outcomes": ("agreed",) * 3, "hooks": {"pack": lambda pack: pack["statements"].__setitem__(
            1, pack["statements"][0])}}, "statements", "evidence.mismatch"),
    # result
    ("cac 0", in_predicate("clause", "id", "ISS::Warm@1.0.1"), {}, "result", "evidence.mismatch"),
    ("cac 0", in_predicate("trigger", "eventId", "e2"), {}, "result", "evidence.mismatch"),
    ("cac 0", in_predicate("runtime", "moduleDigest", OTHER), {}, "result", "evidence.mismatch"),
    ("result", put("engine", "fuelLimit", 1001), {}, "result", "evidence.mismatch"),
    ("result", put("signal", "PASS"), {}, "result", "evidence.mismatch"),
    ("result", put("terms", []), {}, "result", "evidence.mismatch"),
    ("result", put("terms", 0, "unit", "K"), {}, "result", "evidence.mismatch"),
    ("result", drop("terms", 0, "unit"), {}, "result", "evidence.mismatch"),
    ("result", put("terms", 0, "verdict", "FAIL"), {}, "result", "evidence.mismatch"),
    ("result", put("terms", 0, "verdict", "UNDECIDED"), {}, "result", "evidence.mismatch"),
    ("result", put("terms", 0, "margin", "0.09"), {}, "result", "evidence.mismatch"),
    ("result", put("terms", 0, "margin", "-0.099999999999999999"), {}, "result", "evidence.mismatch"),
    ("result", put("terms", 1, "verdict", "FAIL"), {}, "result", "evidence.mismatch"),
    ("result", put("terms", 0, "margin", "0.50"), {}, "statements", "base.bad-decimal"),
    ("result", put("outputs", {"index": "24.5", "more": "1"}), {"outcomes": ("agreed", "agreed")}, "result", "evidence.mismatch"),
    ("result", put("terms", 0, "observed", "x" * 65_537), {}, "statements", "base.too-large"),
    ("result", put("terms", 0, "margin", "1" * 101), {}, "statements", "base.too-large"),
    ("result", put("fault", "trap.unreachable"), {}, "statements", "base.unknown-field"),
    ("result", drop("outputs"), {}, "statements", "base.missing-field"),
    ("result", put("signal", "TRIGGER"), {"fault": True, "outcomes": ("agreed", "agreed")}, "result",
     "evidence.mismatch"),
    ("quorum", put("occurrence", "1998"), {"withhold": (0,)}, "result", "evidence.mismatch"),
    ("clause", put("occurrence", "maximum", 1996), {}, "result", "clause.out-of-range"),
    ("clause", put("occurrence", {"name": "day", "kind": "date"}), {}, "result", "clause.out-of-range"),
    # attestation
    ("trust", put("attestation", []), {}, "attestation", "evidence.attestation-not-allowed"),
    ("cac 0", in_predicate("attestation", "kind", "tdx"), {}, "attestation", "evidence.attestation-not-allowed"),
    ("clause", put("execution", "attestation", ["tdx"]), {"hooks": {"genesis": put("attestation", [
        "simulated", "tdx"])}}, "attestation", "evidence.attestation-not-allowed"),
]


def name_of(case) -> str:
    return f"{case[3]}: {case[0]} {case[4]}"


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_a_pack_with_one_broken_condition_is_refused_by_its_check_and_code(case):
    hook, change, options, check, code = case
    options = dict(options)
    hooks = {**options.pop("hooks", {}), hook: change}
    data, trust = Scenario(hooks=hooks, **options).build()
    report = verify_pack(data, read_trust_file(trust))
    assert not report.accepted
    assert (report.failed.name, report.failed.code) == (check, code), report.failed.detail
    assert report.to_json()["verdict"] == "reject"


def test_a_pack_whose_digest_is_of_other_content_is_damaged():
    data, trust = Scenario().build()
    value = canonical_json.parse(data)
    value["packDigest"] = OTHER
    report = verify_pack(canonical_json.write(value), read_trust_file(trust))
    assert (report.failed.name, report.failed.code) == ("form", "evidence.pack-damaged")


@pytest.mark.parametrize("change, code", [
    (lambda data: data + b"\n", "base.not-canonical"),
    (lambda data: data[:-1], "base.malformed-json"),
    (lambda data: b"", "base.malformed-json"),
    (lambda data: b"[" * 65, "base.too-large"),
    (lambda data: b'{"a":1,"a":1}', "base.duplicate-key"),
    (lambda data: b'{"a":"\xff"}', "base.not-utf8"),
    (lambda data: b"[]", "base.wrong-type"),
    (lambda data: b" " * (64 * 2**20 + 1), "base.too-large"),
])
def test_bytes_that_are_not_canonical_json_are_refused_by_form(change, code):
    data, trust = Scenario().build()
    report = verify_pack(change(data), read_trust_file(trust))
    assert (report.failed.name, report.failed.code) == ("form", code)


def test_a_high_s_signature_of_p256_is_refused():
    data, trust = Scenario(p256=True).build()
    value = canonical_json.parse(data)
    one = value["statements"][0]["signatures"][0]
    raw = base64.b64decode(one["sig"])
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    one["sig"] = b64(raw[:32] + (order - int.from_bytes(raw[32:], "big")).to_bytes(32, "big"))
    report = verify_pack(seal(value), read_trust_file(trust))
    assert (report.failed.name, report.failed.code) == ("statements", "trust.bad-signature")


@pytest.mark.parametrize("key, value, code", [
    ("index", 3, "base.wrong-type"), ("size", 4097, "base.wrong-type"), ("path", [], "base.bad-inclusion"),
    ("size", 2, "trust.bad-signature"), ("index", 1, "trust.bad-signature"),
])
def test_a_batch_signature_holds_only_at_its_place(key, value, code):
    data, trust = Scenario(batch=True).build()
    pack = canonical_json.parse(data)
    batch = pack["statements"][0]["signatures"][0]["batch"]
    batch[key] = value
    report = verify_pack(seal(pack), read_trust_file(trust))
    assert report.failed.code in (code, "base.bad-inclusion")
