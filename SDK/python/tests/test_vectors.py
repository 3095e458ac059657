"""The golden vectors of the checkout (Vectors/<format>/v1/{accept,reject}): verdict, check, code and value agree.

NEXUS_GOLDEN names another folder. What is read by other implementations only is skipped by name.
"""

import base64
import json
import os
from pathlib import Path

import pytest

from nexus_verify import NexusError, canonical_json, header_of_network, merkle, read_trust_file, texts, verify_pack
from nexus_verify import verify_proof, verify_proof_v2
from nexus_verify.attestation import read_reference_values, verify_evidence
from nexus_verify.clause import read_clause
from nexus_verify.did_key import read_did_key
from nexus_verify.envelope import read_envelope
from nexus_verify.genesis import read_genesis
from nexus_verify.governance import Fold
from nexus_verify.hashing import frame
from nexus_verify.policy import read_policy

ROOT = Path(os.environ.get("NEXUS_GOLDEN", Path(__file__).resolve().parents[3] / "Vectors"))
FILES = sorted([*ROOT.glob("*/v1/*/*.json"), *ROOT.glob("proof/v2/*/*.json")])


def pack(vector: dict) -> dict:
    data = base64.b64decode(vector["packBase64"]) if "packBase64" in vector else vector["pack"].encode()
    report = verify_pack(data, read_trust_file(vector["trust"].encode())).to_json()
    return {key: report.get(key) for key in vector["expect"]}


def document(vector: dict) -> dict:
    data = base64.b64decode(vector["input"])
    value = canonical_json.parse_canonical(data) if vector["strict"] else canonical_json.parse(data)
    return {"canonical": base64.b64encode(canonical_json.write(value)).decode()}


def decimal(vector: dict) -> dict:
    text = vector["text"]
    scaled = texts.decimal(text)
    scale = len(text.partition(".")[2])
    return {"coefficient": str(scaled // 10 ** (18 - scale)), "scale": scale}


def instant(vector: dict) -> dict:
    text = texts.time(vector["text"])
    # Days by counting them: the library compares texts and needs no arithmetic.
    year, month, day = int(text[:4]), int(text[5:7]), int(text[8:10])
    leaps = (year - 1) // 4 - (year - 1) // 100 + (year - 1) // 400
    month_days = sum(next(d for d in range(31, 27, -1) if texts.date_exists(year, m, d)) for m in range(1, month))
    days = 365 * (year - 1) + leaps + month_days + day - 719_163
    seconds = int(text[11:13]) * 3600 + int(text[14:16]) * 60 + int(text[17:19])
    return {"milliseconds": (days * 86_400 + seconds) * 1000 + int(text[20:23])}


def did_key(vector: dict) -> dict:
    key = read_did_key(vector["did"])
    return {"key": key.raw.hex(), "suite": key.suite}


def envelope(vector: dict) -> dict:
    one = read_envelope(canonical_json.parse_canonical(base64.b64decode(vector["envelope"])))
    one.verify(read_did_key(vector["key"]))
    return {"payloadDigest": one.digest}


def inclusion(vector: dict) -> dict:
    path = [base64.b64decode(text) for text in vector["path"]]
    leaf = merkle.leaf_hash(base64.b64decode(vector["entry"]))
    root = merkle.root_from_path(leaf, vector["index"], vector["size"], path).hex()
    if "rootIsNot" in vector["expect"]:
        assert root != vector["expect"]["rootIsNot"]
        return vector["expect"]
    return {"root": root}


def clause(vector: dict) -> dict:
    if "json" not in vector and "canonical" not in vector["expect"]:
        pytest.skip("YAML is read by those who write clauses, not by verifiers")
    text = vector["expect"].get("canonical") or vector["json"]
    data = text.encode()
    if "json" in vector and "canonical" in vector["expect"]:
        assert canonical_json.write(canonical_json.parse(vector["json"].encode())) == data
    return {"canonical": text, "digest": read_clause(data).digest}


def changed_proof(vector: dict, version: str) -> tuple:
    if "of" not in vector:
        return vector, base64.b64decode(vector["proof"])
    changed = json.loads((ROOT / "proof" / version / "accept" / vector["of"]).read_bytes()) | vector
    data = bytearray(base64.b64decode(changed["proof"]))
    patch = base64.b64decode(vector.get("bytes", ""))
    data[vector.get("offset", 0) : vector.get("offset", 0) + len(patch)] = patch
    return changed, bytes(data[: len(data) - vector.get("cut", 0)]) + base64.b64decode(vector.get("append", ""))


def proof(vector: dict) -> dict:
    changed, data = changed_proof(vector, "v1")
    state = verify_proof(base64.b64decode(changed["network"]), changed["statement"].encode(), data)
    return {"state": "sha256:" + state.hex()}


def proof_v2(vector: dict) -> dict:
    changed, data = changed_proof(vector, "v2")
    header = base64.b64decode(changed["header"])
    state = verify_proof_v2(header, changed["statement"].encode(), data)
    network = frame(b"nexus-proof-v1 network") + frame(base64.b64decode(changed["network"]))
    assert header_of_network(network) == header
    return {"state": "sha256:" + state.hex()}


def policy(vector: dict) -> dict:
    if vector.get("expressions"):
        pytest.skip("what only a reader of expressions can refuse")
    one = read_policy(vector["json"].encode())
    return {"digest": one.digest, "id": one.id, "issuer": one.issuer}


def governance(vector: dict) -> dict:
    if vector.get("credentials"):
        pytest.skip("what only a reader of credentials can refuse")
    fold = Fold(read_genesis(canonical_json.parse_canonical(base64.b64decode(vector["genesis"]))))
    for index, entry in enumerate(vector["entries"]):
        fold.add(base64.b64decode(entry), index + 1)
    return {"snapshots": [one.digest for one in fold.snapshots[1:]]}


def attestation(vector: dict) -> dict:
    data = base64.b64decode(vector["document"])
    if vector["type"] == "referenceValues":
        return {"digest": read_reference_values(data)}
    return {"kind": verify_evidence(data, vector["date"]).kind}


READERS = {"attestation": attestation, "governance": governance, "evidence-pack": pack, "canonical-json": document, "decimal": decimal, "instant": instant,
           "did-key": did_key, "envelope": envelope, "merkle": inclusion, "clause": clause, "proof": proof,
           "proof/v2": proof_v2, "policy": policy}


# What `cryptography` cannot compute is refused with a code, never taken for valid.
UNSUPPORTED = {"envelope/accept/007-slh-dsa-sha2-128s"}


def kind_of(path: Path) -> str:
    """The format; a version but the first is named."""
    name, version = path.parts[-4:-2]
    return name if version == "v1" else f"{name}/{version}"


def name_of(path: Path) -> str:
    return f"{kind_of(path)}/{path.parts[-2]}/{path.stem}"


@pytest.mark.skipif(not ROOT.is_dir(), reason="this checkout has no Vectors")
def test_there_are_vectors_of_every_kind_that_this_package_reads():
    kinds = {(kind_of(path), path.parts[-2]) for path in FILES}
    assert kinds >= {(name, verdict) for name in READERS for verdict in ("accept", "reject")}


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_golden_vector_is_answered_as_it_says(path):
    vector = json.loads(path.read_bytes())
    reader = READERS.get(kind_of(path))
    if reader is None:
        pytest.skip("a format of another part of the project")
    expected = vector["expect"]
    accepted = path.parts[-2] == "accept"
    try:
        found = reader(vector)
    except NexusError as error:
        if name_of(path) in UNSUPPORTED:
            assert error.code == "trust.unsupported-suite"
            return
        assert not accepted, error
        found = {"code": error.code} | ({"place": error.place} if "place" in expected else {})
    assert name_of(path) not in UNSUPPORTED
    assert found == expected
    if reader is pack:
        assert (expected["verdict"] == "accept") == accepted
    elif not accepted:
        assert "code" in expected or "rootIsNot" in expected
