"""A small rail built from fixed seeds, whose every document a test may change before it is signed."""

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils

from nexus_verify import canonical_json, identifiers
from nexus_verify.clause import read_clause_id
from nexus_verify.did_key import P256_ORDER
from nexus_verify.envelope import BATCH_TYPE, IN_TOTO, STATEMENT_TYPE, pre_authentication
from nexus_verify.genesis import read_genesis
from nexus_verify.governance import BALLOT, PROPOSAL, Fold
from nexus_verify.hashing import digest_of, frame

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
TIME = "2026-01-01T00:00:00.000Z"
LATER = "2026-06-01T00:00:00.000Z"
END = "2027-01-01T00:00:00.000Z"


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def base58(data: bytes) -> str:
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = ALPHABET[digit] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


class Key:
    def __init__(self, seed: str, p256: bool = False) -> None:
        secret = sha(seed.encode())
        self.p256 = p256
        if p256:
            self.private = ec.derive_private_key(int.from_bytes(secret, "big") % (P256_ORDER - 1) + 1, ec.SECP256R1())
            form = serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint
            self.raw, codec = self.private.public_key().public_bytes(*form), b"\x80\x24"
        else:
            self.private = ed25519.Ed25519PrivateKey.from_private_bytes(secret)
            self.raw, codec = self.private.public_key().public_bytes_raw(), b"\xed\x01"
        self.did = "did:key:z" + base58(codec + self.raw)

    def sign(self, message: bytes, high_s: bool = False) -> bytes:
        if not self.p256:
            return self.private.sign(message)
        r, s = utils.decode_dss_signature(self.private.sign(message, ec.ECDSA(hashes.SHA256())))
        if (s > P256_ORDER // 2) != high_s:
            s = P256_ORDER - s
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def verifier(self, name: str, kind: int) -> str:
        return f"{name}+{self.note_id(name, kind).hex()}+{b64(bytes([kind]) + self.raw)}"

    def note_id(self, name: str, kind: int) -> bytes:
        return sha(name.encode() + b"\n" + bytes([kind]) + self.raw)[:4]


def tree_root(leaves: list) -> bytes:
    """RFC 6962 as it is written: by recursion, unlike the code under test."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha(b"")
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha(b"\x01" + tree_root(leaves[:k]) + tree_root(leaves[k:]))


def tree_path(index: int, leaves: list) -> list:
    if len(leaves) == 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if index < k:
        return tree_path(index, leaves[:k]) + [tree_root(leaves[k:])]
    return tree_path(index - k, leaves[k:]) + [tree_root(leaves[:k])]


def statement(predicate_type: str, subject: tuple, predicate: dict) -> dict:
    name, digest = subject
    return {"_type": IN_TOTO, "predicateType": predicate_type,
            "subject": [{"name": name, "digest": {"sha256": digest[7:]}}], "predicate": predicate}


def envelope(payload: bytes, *keys: Key) -> dict:
    message = pre_authentication(STATEMENT_TYPE, payload)
    return {"payloadType": STATEMENT_TYPE, "payload": b64(payload),
            "signatures": [{"keyid": key.did, "sig": b64(key.sign(message))} for key in keys]}


def batch_envelopes(payloads: list, key: Key) -> list:
    leaves = [sha(b"\0" + pre_authentication(STATEMENT_TYPE, payload)) for payload in payloads]
    signed = pre_authentication(BATCH_TYPE, len(leaves).to_bytes(8, "big") + tree_root(leaves))
    signature = b64(key.sign(signed))
    return [
        {"payloadType": STATEMENT_TYPE, "payload": b64(payload),
         "signatures": [{"keyid": key.did, "sig": signature,
                         "batch": {"index": place, "size": len(leaves),
                                   "path": [b64(one) for one in tree_path(place, leaves)]}}]}
        for place, payload in enumerate(payloads)
    ]


def base_clause() -> dict:
    return {
        "format": "nexus.clause/v1", "id": "ISS::Warm@1.0.0", "title": "Warm sea", "language": "en", "text": "Pays.",
        "domain": "test", "jurisdiction": "PE", "parties": [{"name": "A", "role": "insured"}],
        "validity": {"from": TIME, "until": END}, "trigger": {"kinds": ["reading"], "source": "the feed"},
        "occurrence": {"name": "season", "kind": "integer", "minimum": 1950, "maximum": 2100},
        "inputs": [
            {"name": "sea", "kind": "decimal", "unit": "°C", "feed": "buoy", "editions": ["final"], "minimum": "10",
             "maximum": "40"},
            {"name": "region", "kind": "text", "editions": []},
        ],
        "parameters": [{"name": "attach", "value": "24"}],
        "computation": {"kind": "wasm", "module": digest_of(b"module"), "fuel": 1000, "memoryBytes": 65536,
                        "outputBytes": 1024, "wallTimeMilliseconds": 1000},
        "outputs": [{"name": "index", "unit": "°C"}],
        "terms": [
            {"name": "attachment", "expression": "index > attach", "unit": "°C", "role": "trigger",
             "reviewBand": "0.1"},
            {"name": "sane", "expression": "index < 40.0", "role": "obligation"},
        ],
        "execution": {"riskClass": "financial", "tier": "quorum", "nodes": 3, "quorum": 2, "unanimous": False,
                      "retryMax": 1, "deadlineMilliseconds": 1000, "distinct": ["operator", "jurisdiction"],
                      "jurisdictions": ["PE", "CH", "KE"], "attestation": ["simulated"], "onRevocation": "fence",
                      "priority": 5},
        "actions": [], "correctionActions": [], "governance": {"policies": [], "contact": "a@example.com"},
    }


@dataclass
class Scenario:
    """Hooks change a document's value in place before it is hashed or signed; options change the story."""

    hooks: dict[str, Callable] = field(default_factory=dict)
    outcomes: tuple = ("agreed", "agreed", "differed")
    extra: list = field(default_factory=list)
    override: bool = False
    fault: bool = False
    withhold: tuple = ()
    p256: bool = False
    batch: bool = False
    validators: int = 2
    resign: bool = True

    def change(self, name: str, value):
        hook = self.hooks.get(name)
        changed = hook(value) if hook else None
        return value if changed is None else changed

    def keys(self) -> None:
        self.committee = [Key(f"committee {n}", p256=n == 2) for n in range(3)]
        self.operators = [Key(f"operator {n}", p256=self.p256) for n in range(3)]
        self.nodes = [Key(f"node {n}", p256=self.p256) for n in range(3)]
        self.issuer, self.feed, self.rail_key = Key("issuer"), Key("feed", self.p256), Key("rail")
        self.log = Key("log")
        self.validator_keys = [Key(f"validator {n}") for n in range(self.validators)]

    def make_genesis(self) -> None:
        names = [key.verifier(f"v{n}.example", 4) for n, key in enumerate(self.validator_keys)]
        self.genesis = self.change("genesis", {
            "format": "nexus.genesis/v1", "name": "Test", "createdAt": TIME,
            "committee": {"keys": [key.did for key in self.committee], "threshold": 2},
            "railKey": self.rail_key.did, "logKey": self.log.verifier("log.example", 1),
            "validators": {"keys": names, "threshold": len(names)}, "attestation": ["simulated"]})
        self.genesis_bytes = canonical_json.write(self.genesis)
        self.rail = digest_of(self.genesis_bytes)

    def entry(self, decision: dict, number: int, previous: str) -> bytes:
        name = decision["kind"] if decision["kind"] != "clause.advance" else decision["stage"]
        proposal = statement(PROPOSAL, ("rail", self.rail), {
            "rail": self.rail, "proposedAt": TIME, "decision": self.change(f"decision {name}", decision)})
        proposal = canonical_json.write(self.change(f"proposal {name}", proposal))
        voters = [self.issuer] if decision["kind"].endswith(".publish") else self.committee[1:]
        ballots = []
        for place, voter in enumerate(voters):
            ballot = statement(BALLOT, ("proposal", digest_of(proposal)), {
                "proposal": digest_of(proposal), "vote": "approve", "votedAt": TIME})
            ballot = self.change(f"ballot {name} {place}", ballot)
            ballots.append(envelope(canonical_json.write(ballot), voter))
        entry = {"format": "nexus.governance-entry/v1", "number": number, "previous": previous,
                 "proposal": b64(proposal), "ballots": ballots}
        return canonical_json.write(self.change(f"entry {name}", entry))

    def make_governance(self) -> None:
        self.clause_value = self.change("clause", base_clause())
        document = canonical_json.write(self.clause_value)
        self.clause = digest_of(document)
        decisions = [
            {"kind": "operator.approve", "name": f"Op {n}", "did": key.did, "jurisdiction": where}
            for n, (key, where) in enumerate(zip(self.operators, ("PE", "CH", "KE"), strict=True))
        ]
        decisions.append({"kind": "issuer.approve", "name": "ISS", "did": self.issuer.did})
        decisions.append({"kind": "feed.approve", "name": "buoy", "did": self.feed.did})
        decisions.append({"kind": "clause.publish", "document": b64(document)})
        for stage in ("simulated", "reviewed", "active"):
            decision = {"kind": "clause.advance", "clause": self.clause, "stage": stage, "note": ""}
            decisions.append(decision | ({"report": digest_of(b"report")} if stage == "simulated" else {}))
        self.active = len(decisions)
        decisions = self.change("decisions", decisions)
        self.entries, previous = [], self.rail
        try:
            self.fold = Fold(read_genesis(self.genesis))
        except Exception:
            self.fold = None
        clause_id = read_clause_id("ISS::Warm@1.0.0")
        self.occurrence_id = identifiers.occurrence_id(self.rail, clause_id, "1997")
        self.trigger = identifiers.Trigger("reading", "buoy", "e1")
        self.job = identifiers.job_id(self.clause, self.occurrence_id, self.trigger)
        if self.override:
            decisions.append({"kind": "occurrence.override", "occurrenceId": self.occurrence_id, "jobId": self.job,
                              "signal": "TRIGGER", "reason": "people decided"})
        decisions += [make(self) for make in self.extra]
        for number, decision in enumerate(decisions, 1):
            data = self.entry(decision, number, previous)
            self.entries.append(data)
            previous = digest_of(data)
            try:
                self.fold.add(data, number)
            except Exception:
                pass  # A test that breaks an entry looks at the verdict, not at what follows.

    def make_inputs(self) -> None:
        reading = statement("urn:nexus:reading:v1", ("sea", digest_of(b"24.5")), {
            "feed": "buoy", "name": "sea", "occurrence": "1997", "edition": "final", "value": b64(b"24.5"),
            "issuedAt": TIME})
        reading = canonical_json.write(self.change("reading", reading))
        bound = [
            {"name": "sea", "value": b64(b"24.5"), "salt": b64(b"\1" * 32), "edition": "final", "retrievedAt": TIME,
             "feed": self.feed.did, "reading": envelope(reading, self.feed)},
            {"name": "region", "value": b64("Niño".encode()), "salt": b64(b"\2" * 32), "edition": "",
             "retrievedAt": TIME},
        ]
        bound = self.change("inputs", bound)
        self.references, self.inputs, leaves = [], [], []
        for place, one in enumerate(bound):
            name, value = one["name"].encode(), base64.b64decode(one["value"])
            leaf = sha(b"\0" + base64.b64decode(one["salt"]) + frame(name) + value)
            leaves.append(leaf)
            reference = {"name": one["name"], "leaf": "sha256:" + leaf.hex(), "edition": one["edition"],
                         "retrievedAt": one["retrievedAt"]} | ({"feed": one["feed"]} if "feed" in one else {})
            reference = self.change(f"reference {place}", reference)
            self.references.append(reference)
            self.inputs.append({"withheld": reference} if place in self.withhold else {"shown": one})
        self.commitment = "sha256:" + tree_root(leaves).hex()

    def result(self, place: int) -> dict:
        value = {
            "format": "nexus.result/v1", "clause": self.clause, "occurrenceId": self.occurrence_id,
            "inputCommitment": self.commitment,
            "engine": {"features": ["fuel"], "fuelLimit": 1000, "name": "engine", "version": "1"},
            "outputs": {"index": "24.5"}, "signal": "TRIGGER",
            "terms": [
                {"name": "attachment", "expression": "index > attach", "unit": "°C", "observed": "24.5",
                 "threshold": "24", "margin": "0.5", "verdict": "PASS"},
                {"name": "sane", "expression": "index < 40.0", "observed": "24.5", "threshold": "40",
                 "margin": "15.5", "verdict": "PASS"},
            ]}
        if self.fault:
            del value["outputs"]
            value |= {"fault": "trap.unreachable", "signal": "ESCALATE", "terms": []}
        if self.outcomes[place] == "differed" and not self.override:
            value = value | {"outputs": {"index": "24.6"}}
        return self.change("result", value)

    def cac(self, place: int) -> dict:
        node, operator = self.nodes[place], self.operators[place]
        result = canonical_json.write(self.result(place))
        now = self.fold.snapshots[min(self.active, len(self.fold.snapshots) - 1)] if self.fold else None
        execution = identifiers.execution_id(self.job, place + 1, node.did)
        trigger = {"eventId": "e1", "source": "buoy", "type": "reading"}
        predicate = {
            "clause": {"digest": self.clause, "id": "ISS::Warm@1.0.0"}, "occurrenceId": self.occurrence_id,
            "jobId": self.job, "executionId": execution, "attempt": place + 1, "trigger": trigger,
            "inputs": self.references, "inputCommitment": self.commitment, "result": b64(result),
            "resultDigest": digest_of(result),
            "runtime": {"engine": "engine", "fuel": 5, "memoryMax": 6, "moduleDigest": digest_of(b"module"),
                        "version": "1", "wallTimeMicroseconds": 7},
            "attestation": {"evidence": "", "kind": "simulated"},
            "governance": {"jurisdiction": ("PE", "CH", "KE")[place], "logIndex": now.log_index if now else 0,
                           "rail": self.rail, "snapshotDigest": now.digest if now else self.rail},
            "token": {"digest": digest_of(b"token %d" % place), "nonce": b64(b"\3" * 16)},
            "node": node.did, "operator": operator.did, "startedAt": LATER, "finishedAt": LATER}
        return self.change(f"cac {place}", statement("urn:nexus:cac:v1", ("result", digest_of(result)), predicate))

    def make_statements(self) -> None:
        self.statements, self.attempts, self.bindings = [], [], []
        for place, outcome in enumerate(self.outcomes):
            node, operator = self.nodes[place], self.operators[place]
            attempt = {"attempt": place + 1, "node": node.did, "operator": operator.did,
                       "token": digest_of(b"token %d" % place), "outcome": outcome}
            if outcome in ("agreed", "differed", "void"):
                payload = canonical_json.write(self.cac(place))
                both = [payload, b"another payload", b"a third"]
                self.statements.append(batch_envelopes(both, node)[0] if self.batch else envelope(payload, node))
                attempt["statement"] = digest_of(payload)
            self.attempts.append(attempt)
            binding = statement("urn:nexus:node-binding:v1", ("rail", self.rail), {
                "rail": self.rail, "node": node.did, "operator": operator.did,
                "jurisdiction": ("PE", "CH", "KE")[place], "sealingKey": b64(b"\4" * 32), "issuedAt": TIME,
                "expiresAt": END})
            binding = canonical_json.write(self.change(f"binding {place}", binding))
            if "statement" in attempt:
                self.bindings.append(envelope(binding, operator))

    def make_quorum(self) -> None:
        signal = "ESCALATE" if self.fault else "TRIGGER"
        value = {
            "format": "nexus.quorum/v1", "rail": self.rail, "jobId": self.job, "occurrenceId": self.occurrence_id,
            "occurrence": "1997", "clause": {"digest": self.clause, "id": "ISS::Warm@1.0.0"},
            "trigger": {"eventId": "e1", "source": "buoy", "type": "reading"}, "inputCommitment": self.commitment,
            "signal": signal, "attempts": self.attempts, "acknowledgedAt": LATER, "decidedAt": LATER}
        if self.override:
            value["override"] = {"entry": self.active + 1, "inputs": self.references}
        else:
            value["resultDigest"] = digest_of(canonical_json.write(self.result(0)))
        self.quorum = canonical_json.write(self.change("quorum", value))

    def make_rollup(self) -> bytes:
        leaf = "sha256:" + sha(b"\0" + self.quorum).hex()
        leaves = [{"leaf": digest_of(b"other"), "occurrenceId": digest_of(b"other")},
                  {"leaf": leaf, "occurrenceId": self.occurrence_id}]
        leaves = self.change("leaves", leaves)
        root = "sha256:" + tree_root([bytes.fromhex(one["leaf"][7:]) for one in leaves]).hex()
        now = self.fold.current if self.fold else None
        predicate = {"rail": self.rail, "number": 1, "previous": self.rail,
                     "governance": {"number": now.number if now else 0, "snapshotDigest": now.digest if now else root},
                     "leaves": leaves, "root": root, "sealedAt": LATER}
        value = self.change("rollup", statement("urn:nexus:rollup:v1", ("root", root), predicate))
        sealed = envelope(canonical_json.write(value), self.rail_key)
        return canonical_json.write(self.change("rollup envelope", sealed))

    def checkpoint(self, leaves: list) -> str:
        text = self.change("checkpoint text", f"log.example\n{len(leaves)}\n{b64(tree_root(leaves))}\n")
        signature = self.log.note_id("log.example", 1) + self.log.sign(text.encode())
        lines = [f"— log.example {b64(signature)}"]
        for n, key in enumerate(self.validator_keys):
            seconds = 1_767_225_600
            signed = key.sign(f"cosignature/v1\ntime {seconds}\n{text}".encode())
            lines.append(f"— v{n}.example {b64(key.note_id(f'v{n}.example', 4) + seconds.to_bytes(8, 'big') + signed)}")
        lines = self.change("note lines", lines)
        return self.change("checkpoint", text + "\n" + "".join(line + "\n" for line in lines))

    def build(self) -> tuple:
        """(pack bytes, trust file bytes)."""
        self.keys()
        self.make_genesis()
        self.make_governance()
        self.make_inputs()
        self.make_statements()
        self.make_quorum()
        rollup = self.make_rollup()
        log = self.change("log", [self.genesis_bytes, *self.entries, b"something else", rollup])
        leaves = [sha(b"\0" + one) for one in log]

        def logged(data: bytes, index: int) -> dict:
            return {"bytes": b64(data), "index": index, "path": [b64(one) for one in tree_path(index, leaves)]}

        pack = {
            "format": "nexus.evidence-pack/v1", "rail": self.rail, "genesis": logged(self.genesis_bytes, 0),
            "governance": [logged(data, number) for number, data in enumerate(self.entries, 1)],
            "inputs": self.inputs, "bindings": self.bindings, "statements": self.statements,
            "quorum": b64(self.quorum), "rollup": {"entry": logged(rollup, log.index(rollup)), "leafIndex": 1},
            "checkpoint": self.checkpoint(leaves)}
        pack = self.change("pack", pack)
        trust = {"format": "nexus.trust/v1", "genesis": self.genesis, "rail": self.rail, "attestation": ["simulated"]}
        trust = self.change("trust", trust)
        return seal(pack), json.dumps(trust, indent=1, ensure_ascii=False).encode()


def seal(pack: dict) -> bytes:
    """The canonical bytes of a pack with its digest made anew."""
    rest = {key: value for key, value in pack.items() if key != "packDigest"}
    return canonical_json.write(rest | {"packDigest": digest_of(canonical_json.write(rest))})
