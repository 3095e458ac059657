"""Time stamps and ML-DSA-44 cosignatures of the golden vectors, spoiled bit by bit."""

import base64
import json

import pytest
from test_vectors import ROOT

from nexus_verify import NexusError, anchor, read_trust_file
from nexus_verify.note import mldsa, read_checkpoint, read_note, verified_lines


def _vector(name: str) -> tuple[dict, dict]:
    vector = json.loads((ROOT / "evidence-pack/v1/accept" / name).read_bytes())
    return json.loads(vector["pack"]), read_trust_file(vector["trust"].encode())


def test_a_time_stamp_with_any_bit_changed_is_refused():
    pack, trust = _vector("016-time-stamped.json")
    proof, note = base64.b64decode(pack["anchors"][0]["proof"]), pack["checkpoint"].encode()
    assert anchor.verify(proof, note, trust.time_stamp_roots).is_trusted
    taken = []
    for place in range(len(proof)):
        for bit in range(8):
            changed = bytearray(proof)
            changed[place] ^= 1 << bit
            try:
                anchor.verify(bytes(changed), note, trust.time_stamp_roots)
                taken.append((place, bit))
            except anchor.BadAnchor:
                pass
    assert not taken


def test_a_time_stamp_of_another_note_or_authority_is_refused():
    pack, trust = _vector("016-time-stamped.json")
    proof, note = base64.b64decode(pack["anchors"][0]["proof"]), pack["checkpoint"].encode()
    for spoiled, roots in ((note + b"\n", trust.time_stamp_roots), (note + b"\n", [])):
        with pytest.raises(anchor.BadAnchor):
            anchor.verify(proof, spoiled, roots)
    assert not anchor.verify(proof, note, []).is_trusted
    for junk in (b"", b"\x30", b"\x30\x80\x00\x00", proof + b"\x00", b"\x30" * 70_000):
        with pytest.raises(anchor.BadAnchor):
            anchor.verify(junk, note, trust.time_stamp_roots)


@pytest.mark.skipif(mldsa is None, reason="this cryptography has no ML-DSA")
def test_an_ml_dsa_44_cosignature_holds_for_its_own_time_name_and_root_only():
    pack, trust = _vector("015-witnesses.json")
    note = read_note(pack["checkpoint"])
    assert read_checkpoint(note.text).size > 0
    key = trust.witnesses[1]
    assert verified_lines(note, [key])[-1] == key
    signature = note.lines[-1][2]
    for place in [*range(0, 8), *range(8, len(signature), 101)]:
        changed = bytearray(signature)
        changed[place] ^= 1
        with pytest.raises(NexusError, match="log.bad-signature"):
            key.verify(bytes(changed), note.text.encode())
    with pytest.raises(NexusError, match="log.bad-signature"):
        key.verify(signature, note.text.replace("example.com/rail", "example.com/rain").encode())
