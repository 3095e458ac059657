"""Signed governance from key files, for what the command line has no single call for: a statement, its ballots, and the
document that the rail's control socket and its HTTP API take (Documentation/Formats/governance-entry-v1.md)."""
import base64
import datetime
import hashlib
import json
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

TYPE = "application/vnd.in-toto+json"
LETTERS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def canonical(json_value: object) -> bytes:
    """RFC 8785 for what stands here: ASCII names, no fractions."""
    return json.dumps(json_value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def now() -> str:
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


class Signer:
    """An Ed25519 key file's key, with its did:key."""

    def __init__(self, path: Path):
        self.key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(json.loads(path.read_bytes())["private"]))
        number = int.from_bytes(b"\xed\x01" + self.key.public_key().public_bytes_raw(), "big")
        text = ""
        while number:
            number, rest = divmod(number, 58)
            text = LETTERS[rest] + text
        self.did = f"did:key:z{text}"

    def envelope(self, payload: bytes) -> dict:
        signed = b"DSSEv1 %d %s %d %s" % (len(TYPE), TYPE.encode(), len(payload), payload)
        return {"payload": base64.b64encode(payload).decode(), "payloadType": TYPE,
                "signatures": [{"keyid": self.did, "sig": base64.b64encode(self.key.sign(signed)).decode()}]}


def statement(kind: str, subject: str, about: str, predicate: dict) -> bytes:
    return canonical({"_type": "https://in-toto.io/Statement/v1", "predicate": predicate,
                      "predicateType": f"urn:nexus:{kind}:v1",
                      "subject": [{"digest": {"sha256": about.removeprefix("sha256:")}, "name": subject}]})


def proposal(rail: str, decision: dict, voters: list[Signer]) -> dict:
    """A decision that these approve."""
    proposed = statement("proposal", "rail", rail, {"decision": decision, "proposedAt": now(), "rail": rail})
    name = digest(proposed)
    ballots = [voter.envelope(statement("ballot", "proposal", name, {
        "proposal": name, "vote": "approve", "votedAt": now()})) for voter in voters]
    return {"ballots": ballots, "proposal": base64.b64encode(proposed).decode()}
