"""Checks 3 to 6: checkpoint, genesis, governance, rollup."""

from . import anchor, canonical_json, limits, merkle
from .envelope import read_envelope
from .errors import NexusError, require
from .governance import Fold, read_rotation
from .note import read_checkpoint, read_note, verified_lines
from .pack import LogEntry
from .quorum import read_quorum
from .rollup import read_rollup
from .state import MISMATCH, Verification
from .texts import digest_text


def check_checkpoint(state: Verification) -> str:
    genesis, code = state.genesis, "evidence.bad-checkpoint"
    note = read_note(state.pack.checkpoint)
    checkpoint = read_checkpoint(note.text)
    log, validators, witnesses = _keys_in_force(state)
    signers = verified_lines(note, [log, *validators, *witnesses])
    known = [key for key in signers if key is not None]
    require(bool(known), "log.no-known-signature", "no signature by a key of the trust file")
    require(checkpoint.origin == log.name, "log.wrong-origin", "not the log of the trust file")
    require(log in known, code, "the log's key did not sign")
    require(len(known) == len(signers), code, "a signature by an unknown key")
    require(len(set(known)) == len(known), code, "a key signed twice")
    state.validators = [key.name for key in validators if key in known]
    state.witnesses = [key.name for key in witnesses if key in known]
    for found, wanted in ((state.validators, genesis.validator_threshold),
                          (state.witnesses, state.trust.witness_threshold)):
        require(len(found) >= wanted, code, f"{len(found)} cosignatures of {wanted}")
    state.checkpoint = checkpoint
    state.stamps = [_stamp(state, position, *one) for position, one in enumerate(state.pack.anchors)]
    return f"{checkpoint.origin}, {checkpoint.size} entries, {len(state.cosigners)} cosignatures"


def _keys_in_force(state: Verification) -> tuple:
    """The keys that the pack's rotations lead to; that these are real is for check_governance."""
    found = [state.genesis.log_key, *state.genesis.validators, *state.trust.witnesses]
    for entry in [*state.pack.governance, *state.pack.rotations]:
        rotation = read_rotation(entry.bytes)
        if rotation is not None:
            found = [rotation[1] if key == rotation[0] else key for key in found]
    count = 1 + len(state.genesis.validators)
    return found[0], found[1:count], found[count:]


def _stamp(state: Verification, position: int, kind: str, proof: bytes) -> anchor.Stamp:
    code, place = "evidence.bad-anchor", f"anchors[{position}]"
    require(kind == anchor.KIND, code, f"no known kind of anchor: {kind}", place)
    try:
        return anchor.verify(proof, state.pack.checkpoint.encode("utf-8"), state.trust.time_stamp_roots)
    except anchor.BadAnchor as error:
        raise NexusError(code, str(error), place) from None


def _require_in_log(state: Verification, entry: LogEntry, place: str) -> None:
    code = "evidence.not-in-log"
    try:
        root = merkle.root_from_path(merkle.leaf_hash(entry.bytes), entry.index, state.checkpoint.size, entry.path)
    except NexusError as error:
        raise NexusError(code, error.detail, place) from None
    require(root == state.checkpoint.root, code, "the path leads to another root", place)


def check_genesis(state: Verification) -> str:
    entry = state.pack.genesis
    require(entry.bytes == state.genesis.bytes, MISMATCH, "not the genesis of the trust file", "genesis.bytes")
    require(entry.index == 0, MISMATCH, "not entry 0", "genesis.index")
    _require_in_log(state, entry, "genesis")
    return f"{state.genesis.name}, entry 0 of the log"


def check_governance(state: Verification) -> str:
    state.fold = Fold(state.genesis, state.trust.taken)
    last = 0
    for position, entry in enumerate(state.pack.governance):
        place = f"governance[{position}]"
        _require_in_log(state, entry, place)
        require(entry.index > last, MISMATCH, "not above the index before", place)
        last = entry.index
        try:
            state.fold.add(entry.bytes, entry.index)
        except NexusError as error:
            raise NexusError(error.code, error.message, place) from None
    _check_rotations(state, last)
    return f"{state.current.number} entries, each decided by its electorate"


def _check_rotations(state: Verification, last: int) -> None:
    """What came between is not shown, so each rotation stands on its own votes."""
    later = state.fold.rotations_only()
    for position, entry in enumerate(state.pack.rotations):
        place = f"rotations[{position}]"
        _require_in_log(state, entry, place)
        require(entry.index > last, MISMATCH, "not above the index before", place)
        last = entry.index
        try:
            later.add(entry.bytes)
        except NexusError as error:
            raise NexusError(error.code, error.message, place) from None


def check_rollup(state: Verification) -> str:
    pack = state.pack
    quorum = state.quorum = read_quorum(pack.quorum)
    _require_in_log(state, pack.rollup, "rollup.entry")
    envelope = read_envelope(canonical_json.parse_canonical(pack.rollup.bytes, limits.LOG_ENTRY_BYTES_MAX))
    require(len(envelope.signatures) == 1, MISMATCH, "not one signature", "rollup")
    envelope.verify(state.genesis.rail_key)
    rollup = read_rollup(envelope)
    require(rollup.rail == state.trust.rail, "evidence.other-rail", "a rollup of another rail", "rollup")
    require(pack.rollup.index > state.current.log_index, MISMATCH, "not above the last governance entry", "rollup")
    require(pack.leaf_index < len(rollup.leaves), MISMATCH, "no such leaf", "rollup.leafIndex")
    leaf = rollup.leaves[pack.leaf_index]
    hash_ = digest_text(merkle.leaf_hash(pack.quorum))
    require(leaf.hash == hash_, MISMATCH, "not the leaf of the quorum statement", "rollup.leafIndex")
    require(leaf.occurrence_id == quorum.occurrence_id, MISMATCH, "the leaf names another occurrence")
    corrects = quorum.supersedes is not None
    require(leaf.correction == corrects, MISMATCH, "the leaf and supersedes tell two stories")
    told = (rollup.governance_number, rollup.snapshot_digest)
    same = told == (state.current.number, state.current.digest)
    require(same, MISMATCH, "not the governance that the pack shows", "rollup.governance")
    return f"leaf {pack.leaf_index} of {len(rollup.leaves)}, entry {pack.rollup.index} of the log"
