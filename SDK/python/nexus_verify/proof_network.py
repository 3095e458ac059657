"""proof-v1 section 3: the network, its hash and its bounds."""

import struct
from dataclasses import dataclass, field

from .errors import NexusError, require
from .hashing import sha256
from .proof_field import P

LAYERS, VALUE, SIDE, WEIGHTS, POOL, WINDOW, KERNEL = 1_000, 1 << 20, 1 << 16, 1 << 28, 64, 1 << 12, 1 << 22
MULTIPLICATIONS = 1 << 36


@dataclass
class Window:
    channels: int
    rows: int
    columns: int
    height: int
    width: int
    down: int
    right: int
    top: int
    left: int
    out_rows: int
    out_columns: int

    @property
    def places(self) -> int:
        return self.height * self.width

    @property
    def out_area(self) -> int:
        return self.out_rows * self.out_columns

    def check(self, size: int) -> None:
        sides = (self.channels, self.rows, self.columns, self.height, self.width, self.down, self.right,
                 self.out_rows, self.out_columns)
        fits = (
            all(1 <= side <= SIDE for side in sides)
            and self.channels * self.rows * self.columns == size
            and self.top < self.height and self.left < self.width
            and (self.out_rows - 1) * self.down - self.top < self.rows
            and (self.out_columns - 1) * self.right - self.left < self.columns
            and self.channels * self.out_area <= VALUE
            and self.places <= WINDOW and self.channels * self.places <= KERNEL
        )
        require(fits, "proof.bad-network", "a window that does not fit its image")

    def reads(self, row: int, column: int):
        """(place in the window, index in the image) of each place inside the image."""
        for y in range(self.height):
            for x in range(self.width):
                down, right = row * self.down - self.top + y, column * self.right - self.left + x
                if 0 <= down < self.rows and 0 <= right < self.columns:
                    yield y * self.width + x, down * self.columns + right

    def outputs(self):
        for row in range(self.out_rows):
            for column in range(self.out_columns):
                yield row, column


@dataclass
class Term:
    source: int
    multiplier: int
    kind: int  # 0 identity, 1 product, 2 convolution, 3 sums of windows
    window: Window | None = None
    weights: list = field(default_factory=list)

    def check(self, sizes: list, size: int) -> int:
        """Checks shapes; the number of multiplications."""
        require(0 < self.multiplier < 1 << 31, "proof.bad-network", "a multiplier")
        require(self.source < len(sizes), "proof.bad-network", "a source that is no earlier value")
        given = sizes[self.source]
        require(len(self.weights) <= WEIGHTS, "proof.too-large", "weights")
        require(-128 not in self.weights, "proof.bad-bound", "a weight of -128")
        fits, count = given == size, 0
        if self.kind == 1:
            fits, count = len(self.weights) == given * size, len(self.weights)
        if self.kind >= 2:
            self.window.check(given)
            area = self.window.out_area
            if self.kind == 2:
                kernel = self.window.channels * self.window.places
                fits = size % area == 0 and len(self.weights) == size // area * kernel
                count = len(self.weights) * area
            else:
                fits = size == self.window.channels * area
        require(fits, "proof.bad-network", "a map whose sizes do not fit")
        return count

    def largest_sum(self, size: int) -> int:
        if self.kind == 0:
            return 1
        if self.kind == 3:
            return self.window.places
        rows = size if self.kind == 1 else size // self.window.out_area
        columns = len(self.weights) // rows
        return max(sum(map(abs, self.weights[row * columns : (row + 1) * columns])) for row in range(rows))


@dataclass
class Affine:
    size: int
    shift: int
    lower: int
    bias: list
    terms: list
    excess_bits: int = 0
    deficit_bits: int = 0

    def check_bounds(self) -> None:
        reach = 1 << (self.shift - 1)
        for index, term in enumerate(self.terms):
            bound = 128 * term.largest_sum(self.size)
            if index == 0:
                bound += max(map(abs, self.bias), default=0)
            require(bound < 1 << 31, "proof.bad-bound", "an accumulator could leave 31 bits")
            reach += term.multiplier * bound
        quotient = reach >> self.shift
        self.excess_bits = max(0, quotient - 127).bit_length()
        self.deficit_bits = max(0, quotient + 1 + self.lower).bit_length()
        wrapped = (((1 << self.excess_bits) + (1 << self.deficit_bits) + 256) << self.shift) + reach >= P
        require(not wrapped, "proof.bad-bound", "a requantisation could wrap")


@dataclass
class Maximum:
    source: int
    window: Window


@dataclass
class Relu:
    source: int


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, count: int) -> bytes:
        require(len(self.data) - self.at >= count, "proof.malformed", "the network ends early")
        self.at += count
        return self.data[self.at - count : self.at]

    def number(self) -> int:
        return struct.unpack("<I", self.take(4))[0]

    def count(self, size: int) -> int:
        number = self.number()
        require(number * size <= len(self.data) - self.at, "proof.malformed", "a count beyond the end")
        return number

    def window(self) -> Window:
        return Window(*(self.number() for _ in range(11)))

    def weights(self) -> list:
        return [byte - 256 if byte > 127 else byte for byte in self.take(self.count(1))]

    def term(self) -> Term:
        source, multiplier, kind = self.number(), self.number(), self.number()
        require(kind < 4, "proof.malformed", "an unknown kind of map")
        window = self.window() if kind >= 2 else None
        return Term(source, multiplier, kind, window, self.weights() if kind in (1, 2) else [])

    def layer(self):
        kind = self.number()
        if kind == 1:
            size, shift, bound = self.number(), self.number(), self.number()
            require(bound < 2, "proof.malformed", "a lower bound that is neither 0 nor 1")
            bias = [struct.unpack("<i", self.take(4))[0] for _ in range(self.count(4))]
            terms = [self.term() for _ in range(self.count(12))]
            return Affine(size, shift, 0 if bound else -128, bias, terms)
        if kind == 2:
            return Maximum(self.number(), self.window())
        if kind == 3:
            return Relu(self.number())
        raise NexusError("proof.malformed", "an unknown kind of layer")


class Network:
    """A network as its canonical bytes say, checked."""

    def __init__(self, data: bytes) -> None:
        reader = _Reader(data)
        self.input_size, self.output = reader.number(), reader.number()
        self.layers = [reader.layer() for _ in range(reader.count(8))]
        require(reader.at == len(data), "proof.malformed", "bytes after the network")
        tag = b"nexus-proof-v1 network"
        framed = b"".join(struct.pack(">Q", len(part)) + part for part in (tag, data))
        self.hash = "sha256:" + sha256(framed).hex()
        require(1 <= self.input_size <= VALUE and len(self.layers) <= LAYERS, "proof.too-large", "input or layers")
        self.sizes, self.multiplications = [self.input_size], 0
        for layer in self.layers:
            self.sizes.append(self._checked(layer))
            require(self.multiplications <= MULTIPLICATIONS, "proof.too-large", "multiplications")
        require(self.output < len(self.sizes), "proof.bad-network", "the output is no value")
        for layer in self.layers:
            if isinstance(layer, Affine):
                layer.check_bounds()

    def _checked(self, layer) -> int:
        if isinstance(layer, Affine):
            fits = (
                1 <= len(layer.terms) <= 2 and 1 <= layer.shift <= 62 and 1 <= layer.size <= VALUE
                and (not layer.bias or layer.size % len(layer.bias) == 0)
            )
            require(fits, "proof.bad-network", "constants of an affine layer")
            self.multiplications += sum(term.check(self.sizes, layer.size) for term in layer.terms)
            return layer.size
        require(layer.source < len(self.sizes), "proof.bad-network", "a source that is no earlier value")
        if isinstance(layer, Relu):
            return self.sizes[layer.source]
        layer.window.check(self.sizes[layer.source])
        require(layer.window.places <= POOL, "proof.too-large", "a pool's window")
        return layer.window.channels * layer.window.out_area
