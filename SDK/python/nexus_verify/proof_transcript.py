"""proof-v1 sections 6 and 7, which proof-v2 shares: the transcript, the proof's messages and its openings."""

import hashlib
import struct

from .errors import require
from .hashing import sha256
from .proof_field import P


class Transcript:
    """Section 7, with the proof's bytes: a message is absorbed when it is read, so none can be forgotten."""

    def __init__(self, version: str, proof: bytes) -> None:
        self.state, self.proof, self.at = sha256(version.encode() + b" transcript"), proof, 0

    def absorb(self, kind: int, data: bytes) -> None:
        self.state = sha256(b"\x01" + self.state + bytes([kind]) + struct.pack("<Q", len(data)) + data)

    def absorb_zeros(self, count: int) -> None:
        hasher = hashlib.sha256(b"\x01" + self.state + b"\x03" + struct.pack("<Q", count))
        for start in range(0, count, 1 << 20):
            hasher.update(bytes(min(1 << 20, count - start)))
        self.state = hasher.digest()

    def words(self, kind: int):
        self.state = sha256(b"\x02" + self.state + bytes([kind]))
        seed, counter = self.state, 0
        while True:
            yield from struct.unpack("<4Q", sha256(b"\x03" + seed + struct.pack("<Q", counter)))
            counter += 1

    def pairs(self, kind: int, count: int) -> list:
        elements = (word for word in self.words(kind) if word < P)
        return [(next(elements), next(elements)) for _ in range(count)]

    def columns(self, kind: int, count: int, length: int) -> list:
        found: set = set()
        for word in self.words(kind):
            found.add(word % length)
            if len(found) == count:
                return sorted(found)

    def take(self, count: int) -> bytes:
        require(len(self.proof) - self.at >= count, "proof.malformed", f"the proof ends early at byte {self.at}")
        self.at += count
        return self.proof[self.at - count : self.at]

    def elements(self, count: int) -> list:
        found = list(struct.unpack(f"<{count}Q", self.take(8 * count)))
        require(all(one < P for one in found), "proof.malformed", "an element that is not below p")
        return found

    def receive(self, kind: int, count: int) -> list:
        start = self.at
        found = self.elements(2 * count)
        self.absorb(kind, self.proof[start : self.at])
        return list(zip(found[0::2], found[1::2]))

    def receive_root(self, kind: int) -> bytes:
        found = self.take(32)
        self.absorb(kind, found)
        return found

    def opening(self, number: int, columns: list, length: int, rows: int, root: bytes,
                salt_bytes: int = 32) -> list:
        """Section 6: the columns' elements, once they are shown to lie under the root."""
        parts, level = [], []
        for column in columns:
            salt, start = self.take(salt_bytes), self.at
            parts.append(self.elements(rows))
            level.append((length + column, sha256(bytes([0, number]) + salt + self.proof[start : self.at])))
        while level[0][0] > 1:
            above, position = [], 0
            while position < len(level):
                node, mine = level[position]
                position += 1
                if node % 2 == 0 and position < len(level) and level[position][0] == node + 1:
                    pair = mine + level[position][1]
                    position += 1
                else:
                    other = self.take(32)
                    pair = mine + other if node % 2 == 0 else other + mine
                above.append((node // 2, sha256(b"\x01" + pair)))
            level = above
        require(level[0][1] == root, "proof.rejected", "an opened column is not under its root")
        return parts

    def end(self) -> None:
        require(self.at == len(self.proof), "proof.malformed", "bytes after the proof")
