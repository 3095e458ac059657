"""proof-v1 section 3: the network, its hash and its bounds. A header of proof-v2 is a `Graph` without the weights."""

import struct
from dataclasses import dataclass

from .errors import NexusError, require
from .hashing import digest_of, frame
from .proof_field import P

LAYERS, VALUE, SIDE, WEIGHTS, POOL, WINDOW, KERNEL = 1_000, 1 << 20, 1 << 16, 1 << 28, 64, 1 << 12, 1 << 22
MULTIPLICATIONS = 1 << 36
TAG = b"nexus-proof-v1 network"


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

    def pooled(self) -> list:
        """For each output place the image's places that a maximum reads; one outside is the window's first inside."""
        found = []
        for row, column in self.outputs():
            inside = dict(self.reads(row, column))
            first = next(iter(inside.values()))
            found.append([inside.get(place, first) for place in range(self.places)])
        return found

    def outputs(self):
        for row in range(self.out_rows):
            for column in range(self.out_columns):
                yield row, column


@dataclass
class Weights:
    """A map's weights; ``start`` is their place in the network's bytes."""

    numbers: list
    start: int

    def check(self) -> None:
        require(len(self.numbers) <= WEIGHTS, "proof.too-large", "weights")
        require(-128 not in self.numbers, "proof.bad-bound", "a weight of -128")

    def check_shape(self, rows: int, columns: int) -> None:
        fits = len(self.numbers) == rows * columns
        require(fits, "proof.bad-network", "a map whose sizes do not fit")
        sums = (sum(map(abs, self.numbers[row * columns : (row + 1) * columns])) for row in range(rows))
        self.largest_sum = max(sums)


@dataclass
class Term:
    source: int
    multiplier: int
    kind: int  # 0 identity, 1 product, 2 convolution, 3 sums of windows
    window: Window | None = None
    weights: object = None  # of kinds 1 and 2: `Weights`, or what a header says of them

    @property
    def area(self) -> int:
        """Numbers of one output channel: what one row of weights computes."""
        return self.window.out_area if self.window else 1

    def check(self, sizes: list, size: int) -> int:
        """Checks shapes; the number of multiplications."""
        require(0 < self.multiplier < 1 << 31, "proof.bad-network", "a multiplier")
        require(self.source < len(sizes), "proof.bad-network", "a source that is no earlier value")
        given = sizes[self.source]
        if self.weights is not None:
            self.weights.check()
        if self.window:
            self.window.check(given)
        fits = {0: given == size, 1: True, 2: size % self.area == 0,
                3: self.window is not None and size == self.window.channels * self.area}
        require(fits[self.kind], "proof.bad-network", "a map whose sizes do not fit")
        if self.weights is None:
            return 0
        columns = self.window.channels * self.window.places if self.window else given
        self.weights.check_shape(size // self.area, columns)
        return size * columns

    def largest_sum(self) -> int:
        if self.weights is not None:
            return self.weights.largest_sum
        return self.window.places if self.window else 1


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
            bound = 128 * term.largest_sum()
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


class Reader:
    """The bytes of section 3."""

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

    def weights(self):
        count = self.count(1)
        numbers = [byte - 256 if byte > 127 else byte for byte in self.take(count)]
        return Weights(numbers, self.at - count)

    def term(self) -> Term:
        source, multiplier, kind = self.number(), self.number(), self.number()
        require(kind < 4, "proof.malformed", "an unknown kind of map")
        window = self.window() if kind >= 2 else None
        return Term(source, multiplier, kind, window, self.weights() if kind in (1, 2) else None)

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

    def end(self) -> None:
        require(self.at == len(self.data), "proof.malformed", "bytes after the network")


class Graph:
    """Layers as the reader finds them. Sizes and multiplications are known once `check_shapes` has passed."""

    def __init__(self, reader: Reader) -> None:
        self.input_size, self.output = reader.number(), reader.number()
        self.layers = [reader.layer() for _ in range(reader.count(8))]

    @property
    def affine(self) -> list:
        return [layer for layer in self.layers if isinstance(layer, Affine)]

    def check_shapes(self) -> None:
        require(1 <= self.input_size <= VALUE and len(self.layers) <= LAYERS, "proof.too-large", "input or layers")
        self.sizes, self.multiplications = [self.input_size], 0
        for layer in self.layers:
            self.sizes.append(self._checked(layer))
            require(self.multiplications <= MULTIPLICATIONS, "proof.too-large", "multiplications")
        require(self.output < len(self.sizes), "proof.bad-network", "the output is no value")

    def check_bounds(self) -> None:
        for layer in self.affine:
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


class Network(Graph):
    """A network as its canonical bytes say, checked."""

    def __init__(self, data: bytes) -> None:
        reader = Reader(data)
        super().__init__(reader)
        reader.end()
        self.hash = digest_of(frame(TAG) + frame(data))
        self.check_shapes()
        self.check_bounds()


def unframed(tag: bytes, file: bytes, place: str = "") -> bytes:
    """The bytes in a file that is a frame of the tag and one of them. Raises ``proof.malformed``."""
    head = frame(tag)
    data = file[len(head) + 8 :]
    whole = len(file) >= len(head) + 8 and file == head + frame(data)
    require(whole, "proof.malformed", "the file does not begin as its kind does", place)
    return data
