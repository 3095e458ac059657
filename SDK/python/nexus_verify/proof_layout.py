"""proof-v1 section 4: which row holds what, what is looked up and what is multiplied. proof-v2 has other places."""

from dataclasses import dataclass, field

from .errors import require
from .proof_field import Code
from .proof_network import MULTIPLICATIONS, Affine, Graph, Maximum

QUERIES = {512: 141, 1_024: 145, 2_048: 146, 4_096: 147, 8_192: 148, 16_384: 148}
BATCH, LINEAR, LOOKUPS, ROWS = 4_096, 1 << 21, 1 << 22, 1 << 14
BLINDING = 14


@dataclass
class Limb:
    row: int
    shift: int


@dataclass
class Rows:
    """Rows of one layer besides its value's."""

    excess: list = field(default_factory=list)
    deficit: list = field(default_factory=list)
    remainder: list = field(default_factory=list)
    differences: list = field(default_factory=list)
    relu: int = 0


class Layout:
    def __init__(self, network: Graph, batch: int, dimension: int, limb_width: int) -> None:
        self.network, self.batch, self.limb_width = network, batch, limb_width
        self.code = Code(dimension, QUERIES[dimension])
        self.values, self.layers, self.lookups, self.locals = [0], [], [], []
        self.input_rows = self.next_row = self.chunks(0)
        self._look_up(0, self.chunks(0), 128, 8)
        for index, layer in enumerate(network.layers):
            self._add(layer, self.chunks(index + 1))
        self.widths = sorted({width for _, _, width in self.lookups})
        self.table_size = sum(1 << width for width in self.widths)
        self.multiplicities = self._block(-(-self.table_size // self.code.message))
        self.helpers = self.next_row
        self.blinding = self.helpers + 2 * len(self.lookups)
        self.row_count = self.blinding + BLINDING

    def count(self, value: int) -> int:
        return self.batch * self.network.sizes[value]

    def chunks(self, value: int) -> int:
        return -(-self.count(value) // self.code.message)

    def _block(self, chunks: int) -> int:
        self.next_row += chunks
        return self.next_row - chunks

    def _look_up(self, row: int, chunks: int, offset: int, width: int) -> None:
        self.lookups += [(row + chunk, offset, width) for chunk in range(chunks)]

    def _limbs(self, bits: int, chunks: int) -> list:
        limbs = []
        for shift in range(0, bits, self.limb_width):
            limbs.append(Limb(self._block(chunks), shift))
            self._look_up(limbs[-1].row, chunks, 0, min(self.limb_width, bits - shift))
        return limbs

    def _add(self, layer, chunks: int) -> None:
        value, rows = self._block(chunks), Rows()
        self.values.append(value)
        self.layers.append(rows)
        if isinstance(layer, Affine):
            self._look_up(value, chunks, -layer.lower, 7 if layer.lower == 0 else 8)
            rows.excess = self._limbs(layer.excess_bits, chunks)
            rows.deficit = self._limbs(layer.deficit_bits, chunks)
            rows.remainder = self._limbs(layer.shift, chunks)
            for chunk in range(chunks):
                for limbs, offset in ((rows.excess, -127), (rows.deficit, -layer.lower)):
                    self.locals += [(limb.row + chunk, value + chunk, offset, None) for limb in limbs]
        elif isinstance(layer, Maximum):
            places = layer.window.places
            rows.differences = [self._block(chunks) for _ in range(places)]
            for row in rows.differences:
                self._look_up(row, chunks, 0, 8)
            products = [self._block(chunks) for _ in range(places - 2)]
            for chunk in range(chunks):
                left = rows.differences[0] + chunk
                if places == 1:
                    self.locals.append((left, left, 0, None))
                for index in range(1, places):
                    result = products[index - 1] + chunk if index <= len(products) else None
                    self.locals.append((left, rows.differences[index] + chunk, 0, result))
                    left = result
        else:
            self._look_up(value, chunks, 0, 7)
            rows.relu = self._block(chunks)
            self._look_up(rows.relu, chunks, 0, 8)
            self.locals += [(rows.relu + chunk, value + chunk, 0, None) for chunk in range(chunks)]

    @property
    def estimate(self) -> int:
        depth = self.code.length.bit_length() - 1
        return self.code.queries * (8 * self.row_count + 96 * (depth - 7)) + 80 * self.code.dimension

    @property
    def fits(self) -> bool:
        looked_up = len(self.lookups) * self.code.message + self.table_size
        return self.row_count <= ROWS and looked_up <= LOOKUPS

    @property
    def zeros(self) -> int:
        return self.helpers * self.code.message + self.batch * self.network.multiplications // 32


class BatchLayout(Layout):
    """proof-v2, section 4: a slot of B places holds one number of each input of the batch."""

    @property
    def slots(self) -> int:
        return self.code.message // self.batch

    def chunks(self, value: int) -> int:
        return -(-self.network.sizes[value] // self.slots)

    @property
    def zeros(self) -> int:
        return self.helpers * self.code.message // self.batch + self.network.multiplications // 32


def choose(network: Graph, batch: int, kind: type = Layout) -> Layout:
    require(1 <= batch <= BATCH, "proof.too-large", "a batch")
    constraints = batch * network.sizes[network.output]
    for index, layer in enumerate(network.layers):
        places = layer.window.places if isinstance(layer, Maximum) else 1
        constraints += places * batch * network.sizes[index + 1]
    require(batch * network.multiplications <= MULTIPLICATIONS, "proof.too-large", "multiplications")
    small = constraints + 13 <= LINEAR and batch * network.input_size <= LOOKUPS
    require(small, "proof.too-large", "linear constraints")
    # An input of the batch needs a place in every row of proof-v2.
    dimensions = [one for one, queries in QUERIES.items() if kind is Layout or batch <= one - queries]
    layouts = [kind(network, batch, dimension, width) for dimension in dimensions for width in range(8, 14)]
    fitting = [layout for layout in layouts if layout.fits]
    require(bool(fitting), "proof.too-large", "rows or lookups")
    return min(fitting, key=lambda layout: layout.estimate)
