"""proof-v2 sections 4 and 8: the linear constraints of one inference, which stand for each input of the batch."""

from operator import mul

from .proof_field import P, ZERO, add, multiply, power, powers, scale
from .proof_layout import BatchLayout
from .proof_linear import limb_factors, right_sides, spread, table_groups
from .proof_network import Affine, Maximum
from .proof_weights import WeightMessage, period


class BatchForm:
    """``target`` is the sum of all right sides; ``groups_at`` gives the rows' coefficients at columns."""

    def __init__(self, layout: BatchLayout, challenges: list, lookups: list, output: list, weights: WeightMessage):
        self.layout, (self.linear, self.rows), self.weights = layout, challenges, weights
        self.exponent, self.next, self.maps, self.slots, sides = 0, self.linear, 0, [], ZERO
        sizes = layout.network.sizes
        self.values = [[ZERO] * size for size in sizes]
        for index, layer in enumerate(layout.network.layers):
            if isinstance(layer, Affine):
                sides = add(sides, self._affine(index, layer))
            elif isinstance(layer, Maximum):
                self._maximum(index, layer)
            else:
                self._relu(index, layer)
        size = sizes[layout.network.output]
        block = self._block(size, size)
        self._to_value(layout.network.output, block, 1)
        for value, coefficients in enumerate(self.values):
            self._blocks(coefficients, [(layout.values[value], 1)])

        self.batch, self.target = powers(power(self.linear, self.exponent), layout.batch + 1), ZERO
        for number, factor in enumerate(self.batch[:-1]):
            given = output[number * size : (number + 1) * size]
            self.target = add(self.target, multiply(factor, add(sides, _combined(block, given))))
        tables = powers(self.linear, len(layout.widths), multiply(self.batch[-1], self.linear))
        self.tables = table_groups(layout, tables, lookups)

    def groups_at(self, columns: list):
        """(values at the columns, [(row, factor)]) of each group."""
        slots = self._slots_at(columns)
        for part, rows in self.slots:
            yield [_product(part, *one) for one in slots], rows
        for coefficients, rows in self.tables:
            yield self.layout.code.row_at_columns(coefficients, columns), rows

    def _slots_at(self, columns: list) -> list:
        """For each column the values of Λ at the points that the slots of a row look at: parts of 1, then of X."""
        code, batch = self.layout.code, self.layout.batch
        padded = self.batch[:-1] + [ZERO] * (code.dimension - batch)
        halves = [code.interpolate([pair[half] for pair in padded]) for half in (0, 1)]
        cosets, found = {}, []
        for column in columns:
            coset, place = divmod(column, code.dimension)
            if coset not in cosets:
                # Twice the coset, so that a step backwards never leaves it.
                cosets[coset] = [code.on_coset(half, coset) * 2 for half in halves]
            start = place + code.dimension
            found.append([half[start : start - self.layout.slots * batch : -batch] for half in cosets[coset]])
        return found

    def _block(self, size: int, turn: int) -> list:
        """f(o) of the next block, whose period is ``turn``."""
        first = powers(self.linear, turn, self.next)
        self.exponent += turn
        self.next = multiply(first[-1], self.linear)
        return [multiply(one, row) for row in powers(self.rows, size // turn) for one in first]

    def _to_value(self, value: int, weights: list, factor: int) -> None:
        mine = self.values[value]
        for index, weight in enumerate(weights):
            mine[index] = add(mine[index], scale(weight, factor % P))

    def _blocks(self, weights: list, rows: list) -> None:
        width = self.layout.slots
        for chunk in range(-(-len(weights) // width)):
            part = weights[chunk * width : (chunk + 1) * width]
            halves = [one[0] for one in part], [one[1] for one in part]
            self.slots.append((halves, [(row + chunk, (factor % P, 0)) for row, factor in rows]))

    def _affine(self, index: int, layer: Affine) -> tuple:
        """The sum of the right sides, for one input."""
        first = self.next
        block = self._block(layer.size, period(layer))
        for term in layer.terms:
            self._to_value(term.source, self._transposed(term, block, first), term.multiplier)
        self._to_value(index + 1, block, -1 << layer.shift)
        self._blocks(block, limb_factors(self.layout.layers[index], layer))
        return _combined(block, right_sides(layer))

    def _transposed(self, term, block: list, first: tuple) -> list:
        """Coefficients of x in Σ_o f(o) · map(x)_o."""
        if term.kind == 0:
            return block
        if term.kind == 3:
            kernel = [block[channel * term.area] for channel in range(term.window.channels)
                      for _ in range(term.window.places)]
        else:
            kernel = self.weights.row(self.maps, first, self.linear, self.rows)
            self.maps += 1
        if term.kind == 1:
            return kernel
        return spread(kernel, term.window, self.layout.network.sizes[term.source], self.linear)

    def _maximum(self, index: int, layer: Maximum) -> None:
        reads, area = layer.window.pooled(), layer.window.rows * layer.window.columns
        size, source = self.layout.network.sizes[index + 1], self.values[layer.source]
        for place, row in enumerate(self.layout.layers[index].differences):
            block = self._block(size, size)
            self._blocks(block, [(row, 1)])
            self._to_value(index + 1, block, -1)
            for position, weight in enumerate(block):
                image, within = divmod(position, len(reads))
                at = image * area + reads[within][place]
                source[at] = add(source[at], weight)

    def _relu(self, index: int, layer) -> None:
        size = self.layout.network.sizes[index + 1]
        block = self._block(size, size)
        self._to_value(layer.source, block, 1)
        self._to_value(index + 1, block, -1)
        self._blocks(block, [(self.layout.layers[index].relu, 1)])


def _combined(weights: list, numbers: list) -> tuple:
    first = sum(weight[0] * number for weight, number in zip(weights, numbers))
    return first % P, sum(weight[1] * number for weight, number in zip(weights, numbers)) % P


def _product(part: tuple, low: list, high: list) -> tuple:
    """Σ of products in F_p²; sums are reduced once."""
    first = sum(map(mul, part[0], low)) + 7 * sum(map(mul, part[1], high))
    return first % P, (sum(map(mul, part[0], high)) + sum(map(mul, part[1], low))) % P
