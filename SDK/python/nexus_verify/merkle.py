"""merkle-v1: SHA-256 Merkle trees of RFC 6962."""

from . import limits
from .errors import require
from .hashing import sha256


def leaf_hash(entry: bytes) -> bytes:
    return sha256(b"\x00" + entry)


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right)


def root(leaves: list) -> bytes:
    """The root over leaf hashes, used as they are."""
    if not leaves:
        return sha256(b"")
    # Peaks of full subtrees, merged as a binary counter carries: the same tree without recursion.
    peaks: list = []
    for position, leaf in enumerate(leaves):
        hash_, carry = leaf, position
        while carry & 1:
            hash_ = node_hash(peaks.pop(), hash_)
            carry >>= 1
        peaks.append(hash_)
    hash_ = peaks.pop()
    while peaks:
        hash_ = node_hash(peaks.pop(), hash_)
    return hash_


def root_from_path(leaf: bytes, index: int, size: int, path: list) -> bytes:
    """The root to which an inclusion path leads; a path of the wrong length is ``base.bad-inclusion``."""
    fits = 0 <= index < size and len(path) <= limits.MERKLE_PATH_MAX
    require(fits, "base.bad-inclusion", "index not below size, or path too long")
    first, last, hash_ = index, size - 1, leaf
    for sibling in path:
        require(last != 0, "base.bad-inclusion", "the path is too long")
        if first & 1 or first == last:
            hash_ = node_hash(sibling, hash_)
            while first and not first & 1:
                first >>= 1
                last >>= 1
        else:
            hash_ = node_hash(hash_, sibling)
        first >>= 1
        last >>= 1
    require(last == 0, "base.bad-inclusion", "the path is too short")
    return hash_
