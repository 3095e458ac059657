"""Checks 3 to 6: checkpoint, genesis, governance, rollup."""

from . import canonical_json, limits, merkle
from .envelope import read_envelope
from .errors import NexusError, require
from .governance import Fold
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
    signers = verified_lines(note, [genesis.log_key, *genesis.validators])
    known = [key for key in signers if key is not None]
    require(bool(known), "log.no-known-signature", "no signature by a key of the trust file")
    require(checkpoint.origin == genesis.log_key.name, "log.wrong-origin", "not the log of the trust file")
    require(genesis.log_key in known, code, "the log's key did not sign")
    require(len(known) == len(signers), code, "a signature by an unknown key")
    require(len(set(known)) == len(known), code, "a key signed twice")
    state.cosigners = len(known) - 1
    wanted = genesis.validator_threshold
    require(state.cosigners >= wanted, code, f"{state.cosigners} cosignatures of {wanted}")
    state.checkpoint = checkpoint
    return f"{checkpoint.origin}, {checkpoint.size} entries, {state.cosigners} cosignatures"


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
    return f"{state.current.number} entries, each decided by its electorate"


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
