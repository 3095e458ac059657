"""proof-v1: verifies that a network, applied to committed inputs, gives the stated output. Written from the page."""

import base64
import hashlib
import struct
from dataclasses import dataclass

from . import canonical_json
from .errors import NexusError, require
from .hashing import sha256
from .proof_field import ONE, P, ZERO, add, multiply, powers, scale
from .proof_layout import Layout, choose
from .proof_linear import LinearForm
from .proof_network import Network

FIELDS = {"batch", "context", "inputRoot", "modelHash", "output", "type"}


@dataclass
class Statement:
    data: bytes
    model_hash: str
    input_root: bytes
    output: list
    batch: int
    context: bytes


def _base64(value) -> bytes:
    require(isinstance(value, str), "proof.malformed", "base64 is needed")
    data = base64.b64decode(value, validate=True)
    require(base64.b64encode(data).decode() == value, "proof.malformed", "base64 is strict")
    return data


def _digest(value) -> bytes:
    fits = isinstance(value, str) and len(value) == 71 and value.startswith("sha256:") and value == value.lower()
    require(fits, "proof.malformed", "a digest is needed")
    return bytes.fromhex(value[7:])


def read_statement(data: bytes) -> Statement:
    """Section 1. Raises ``proof.malformed``."""
    try:
        value = canonical_json.parse_canonical(data)
        require(isinstance(value, dict) and set(value) == FIELDS, "proof.malformed", "other fields than a statement's")
        require(value["type"] == "nexus-proof-v1", "proof.malformed", "a statement of another type")
        batch, context = value["batch"], _base64(value["context"])
        require(type(batch) is int and 1 <= batch <= 4_096, "proof.malformed", "a batch of 1 to 4,096")
        require(len(context) <= 1_024, "proof.malformed", "a context of at most 1,024 bytes")
        _digest(value["modelHash"])
        output = [byte - 256 if byte > 127 else byte for byte in _base64(value["output"])]
        return Statement(data, value["modelHash"], _digest(value["inputRoot"]), output, batch, context)
    except ValueError as error:
        raise NexusError("proof.malformed", str(error)) from error
    except NexusError as error:
        raise NexusError("proof.malformed", error.detail, error.place) from error


class _Transcript:
    """Section 7, with the proof's bytes: a message is absorbed when it is read, so none can be forgotten."""

    def __init__(self, proof: bytes) -> None:
        self.state, self.proof, self.at = sha256(b"nexus-proof-v1 transcript"), proof, 0

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

    def columns(self, count: int, length: int) -> list:
        found: set = set()
        for word in self.words(12):
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

    def opening(self, number: int, columns: list, length: int, rows: int, root: bytes) -> list:
        """Section 6: the columns' elements, once they are shown to lie under the root."""
        parts, level = [], []
        for column in columns:
            salt, start = self.take(32), self.at
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


def verify_proof(network: bytes, statement: bytes, proof: bytes) -> bytes:
    """Returns the transcript's last state if the proof holds; raises ``NexusError`` with a ``proof.`` code if not.

    Where the input comes from is another question: check a signature over the statement's ``inputRoot``, and that its
    context is yours.
    """
    model = Network(network)
    claim = read_statement(statement)
    layout = choose(model, claim.batch)
    require(claim.model_hash == model.hash, "proof.wrong-statement", "the statement is about another model")
    sized = len(claim.output) == layout.count(model.output)
    require(sized, "proof.wrong-statement", "the statement's output has another size")
    return _Run(layout, claim, _Transcript(proof)).check()


class _Run:
    def __init__(self, layout: Layout, claim: Statement, transcript: _Transcript) -> None:
        self.layout, self.claim, self.transcript = layout, claim, transcript

    def check(self) -> bytes:
        layout, code, transcript = self.layout, self.layout.code, self.transcript
        witness_root = transcript.receive_root(1)
        transcript.absorb(2, self.claim.data)
        transcript.absorb_zeros(layout.zeros)
        lookups = transcript.pairs(4, len(layout.widths))
        helper_root = transcript.receive_root(5)
        proximity = transcript.pairs(6, layout.row_count - 2)
        linear, local = transcript.pairs(7, 1)[0], transcript.pairs(8, 1)[0]
        combined = transcript.receive(9, code.dimension)
        linear_sums = transcript.receive(10, 2 * code.dimension)
        local_sums = transcript.receive(11, 2 * code.dimension)
        self.columns = transcript.columns(code.queries, code.length)
        tableaus = (
            (self.claim.input_root, layout.input_rows),
            (witness_root, layout.helpers - layout.input_rows),
            (helper_root, layout.row_count - layout.helpers),
        )
        self.opened = [[] for _ in self.columns]
        for number, (root, rows) in enumerate(tableaus):
            parts = transcript.opening(number, self.columns, code.length, rows, root)
            for column, part in zip(self.opened, parts):
                column += part
        require(transcript.at == len(transcript.proof), "proof.malformed", "bytes after the proof")

        form = LinearForm(layout, linear, lookups, self.claim.output)
        total = scale(add(linear_sums[0], linear_sums[code.dimension]), code.dimension)
        require(total == form.target, "proof.rejected", "a linear constraint does not hold")
        vanishing = code.on_message_group(local_sums)[: code.message]
        require(all(pair == ZERO for pair in vanishing), "proof.rejected", "a local constraint does not hold")
        self._compare(combined, self._proximity(proximity), "the proximity test")
        self._compare(linear_sums, self._linear(form), "the linear test")
        self._compare(local_sums, self._local(local, lookups), "the local test")
        return transcript.state

    def _compare(self, announced: list, found: list, what: str) -> None:
        at_columns = self.layout.code.pairs_at_columns(announced, self.columns)
        require(at_columns == found, "proof.rejected", f"{what} fails at a column")

    def _proximity(self, challenges: list) -> list:
        mask, found = self.layout.blinding, []
        for column in self.opened:
            rows = column[:mask] + column[mask + 2 :]
            first = column[mask] + sum(factor[0] * element for factor, element in zip(challenges, rows))
            second = column[mask + 1] + sum(factor[1] * element for factor, element in zip(challenges, rows))
            found.append((first % P, second % P))
        return found

    def _blinding(self, row: int) -> list:
        half, found = self.layout.code.dimension // 2, []
        for index, column in zip(self.columns, self.opened):
            low, high, middle = ((column[row + 2 * part], column[row + 2 * part + 1]) for part in range(3))
            shift = pow(self.layout.code.point(index), half, P)
            found.append(add(add(low, scale(high, shift * shift % P)), scale(middle, shift)))
        return found

    def _linear(self, form: LinearForm) -> list:
        sums = self._blinding(self.layout.blinding + 2)
        for coefficients, rows in form.groups:
            weights = self.layout.code.row_at_columns(coefficients, self.columns)
            for index, column in enumerate(self.opened):
                first = sum(factor[0] * column[row] for row, factor in rows) % P
                second = sum(factor[1] * column[row] for row, factor in rows) % P
                sums[index] = add(sums[index], multiply(weights[index], (first, second)))
        return sums

    def _local(self, challenge: tuple, lookups: list) -> list:
        layout, sums = self.layout, self._blinding(self.layout.blinding + 8)
        weights = powers(challenge, 1 + len(layout.locals) + len(layout.lookups))[1:]
        by_width = dict(zip(layout.widths, lookups))
        for index, column in enumerate(self.opened):
            for weight, (left, right, offset, result) in zip(weights, layout.locals):
                value = column[left] * (column[right] + offset) - (0 if result is None else column[result])
                sums[index] = add(sums[index], scale(weight, value % P))
            for number, (row, offset, width) in enumerate(layout.lookups):
                helper = (column[layout.helpers + 2 * number], column[layout.helpers + 2 * number + 1])
                challenge_ = by_width[width]
                inverse = ((challenge_[0] - column[row] - offset) % P, challenge_[1])
                value = add(multiply(helper, inverse), (P - ONE[0], 0))
                sums[index] = add(sums[index], multiply(weights[len(layout.locals) + number], value))
        return sums
