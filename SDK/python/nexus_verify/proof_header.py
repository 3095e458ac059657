"""proof-v2 section 3: the header, which a verifier holds in place of the network."""

import struct
from dataclasses import dataclass

from .errors import require
from .hashing import digest_of, frame
from .proof_network import TAG as NETWORK_TAG
from .proof_network import WEIGHTS, Graph, Network, Reader, unframed
from .proof_weights import Matrix, choose_matrix, commit

TAG = b"nexus-proof-v2 model"
FILE_BYTES = 1 << 24


@dataclass
class WeightSums:
    """What a header says of a map's weights."""

    count: int
    largest_sum: int

    def check(self) -> None:
        """Nothing that could be known without the map's shape."""

    def check_shape(self, rows: int, columns: int) -> None:
        require(self.count == rows * columns, "proof.malformed", "a count that is not the shape's")
        require(self.count <= WEIGHTS, "proof.too-large", "weights")
        require(self.largest_sum <= 127 * columns, "proof.bad-bound", "a sum that weights cannot have")


class _HeaderReader(Reader):
    def weights(self) -> WeightSums:
        return WeightSums(self.number(), self.number())


class Header(Graph):
    """A header's file, checked. Whether root and sums are a network's, only its registration knows."""

    matrix: Matrix

    def __init__(self, file: bytes) -> None:
        require(len(file) <= FILE_BYTES, "proof.too-large", "a header")
        reader = _HeaderReader(unframed(TAG, file))
        super().__init__(reader)
        stated = reader.number(), reader.number(), reader.number()
        self.weight_root = reader.take(32)
        reader.end()
        self.hash = digest_of(file)
        self.check_shapes()
        self.matrix = choose_matrix(self)
        found = self.matrix.code.dimension, self.matrix.rows, self.matrix.chunks
        require(stated == found, "proof.malformed", "another matrix of weights than the page chooses")
        self.check_bounds()


def header_of_network(file: bytes) -> bytes:
    """Registration: the header's file of a network's file (proof-v1, section 3). Its SHA-256 is the model's hash.

    Raises ``NexusError`` with the ``proof.`` code of a network that is refused, or that has no weights.
    """
    data = unframed(NETWORK_TAG, file)
    network = Network(data)
    matrix, parts, at = choose_matrix(network), [], 0
    for one in matrix.maps:
        # A count stays; the largest sum takes the place of the weights themselves.
        weights = one.term.weights
        parts += [data[at : weights.start], struct.pack("<I", weights.largest_sum)]
        at = weights.start + len(weights.numbers)
    parts += [data[at:], struct.pack("<3I", matrix.code.dimension, matrix.rows, matrix.chunks), commit(matrix)]
    return frame(TAG) + frame(b"".join(parts))
