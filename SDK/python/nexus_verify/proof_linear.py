"""proof-v1 sections 4 and 8: the linear constraints, weighted by the powers of one challenge and added up."""

from .proof_field import ONE, P, ROOT, ZERO, add, invert, multiply, power, powers, scale
from .proof_layout import Layout
from .proof_network import Affine, Maximum


class LinearForm:
    """``groups``: (coefficients of a row's first places, [(row, factor)]); ``target``: the sum of the right sides."""

    def __init__(self, layout: Layout, challenge: tuple, lookups: list, output: list) -> None:
        self.layout, self.challenge, self.weight = layout, challenge, challenge
        self.groups, self.target = [], ZERO
        self.values = [None] * len(layout.network.sizes)
        for index, layer in enumerate(layout.network.layers):
            if isinstance(layer, Affine):
                self._affine(index, layer)
            elif isinstance(layer, Maximum):
                self._maximum(index, layer)
            else:
                weights = self._next(layout.count(index + 1))
                self._to_value(layer.source, weights, 1)
                self._to_value(index + 1, weights, P - 1)
                self._blocks(weights, [(layout.layers[index].relu, 1)])
        weights = self._next(layout.count(layout.network.output))
        for weight, number in zip(weights, output):
            self.target = add(self.target, scale(weight, number % P))
        self._to_value(layout.network.output, weights, 1)
        self.groups += table_groups(layout, self._next(len(layout.widths)), lookups)
        for value, coefficients in enumerate(self.values):
            if coefficients:
                self._blocks(coefficients, [(layout.values[value], 1)])

    def groups_at(self, columns: list):
        """(values at the columns, [(row, factor)]) of each group."""
        for coefficients, rows in self.groups:
            yield self.layout.code.row_at_columns(coefficients, columns), rows

    def _next(self, count: int) -> list:
        weights = []
        for _ in range(count):
            weights.append(self.weight)
            self.weight = multiply(self.weight, self.challenge)
        return weights

    def _value(self, value: int) -> list:
        if self.values[value] is None:
            self.values[value] = [ZERO] * self.layout.count(value)
        return self.values[value]

    def _to_value(self, value: int, weights: list, factor: int) -> None:
        mine = self._value(value)
        for index, weight in enumerate(weights):
            mine[index] = add(mine[index], scale(weight, factor))

    def _blocks(self, weights: list, rows: list) -> None:
        width = self.layout.code.message
        for chunk in range(-(-len(weights) // width)):
            part = weights[chunk * width : (chunk + 1) * width]
            self.groups.append((part, [(row + chunk, (factor % P, 0)) for row, factor in rows]))

    def _affine(self, index: int, layer: Affine) -> None:
        rows, unit, size = self.layout.layers[index], 1 << layer.shift, layer.size
        for term in layer.terms:
            given = self.layout.network.sizes[term.source]
            coefficients = _transposed(term, self.challenge, given, size)
            mine, factor = self._value(term.source), scale(self.weight, term.multiplier)
            step = power(self.challenge, size)
            for item in range(self.layout.batch):
                for place, coefficient in enumerate(coefficients):
                    at = item * given + place
                    mine[at] = add(mine[at], multiply(coefficient, factor))
                factor = multiply(factor, step)
        weights = self._next(self.layout.count(index + 1))
        self._to_value(index + 1, weights, -unit % P)
        self._blocks(weights, limb_factors(rows, layer))
        sides = right_sides(layer)
        for position, weight in enumerate(weights):
            self.target = add(self.target, scale(weight, sides[position % size]))

    def _maximum(self, index: int, layer: Maximum) -> None:
        reads, area = layer.window.pooled(), layer.window.rows * layer.window.columns
        source = self._value(layer.source)
        for place, block in enumerate(self.layout.layers[index].differences):
            weights = self._next(self.layout.count(index + 1))
            self._blocks(weights, [(block, 1)])
            self._to_value(index + 1, weights, P - 1)
            for position, weight in enumerate(weights):
                image, within = divmod(position, len(reads))
                at = image * area + reads[within][place]
                source[at] = add(source[at], weight)


def table_groups(layout: Layout, weights: list, lookups: list) -> list:
    """The tables' constraints with these weights: (coefficients of a row's first places, [(row, factor)])."""
    helpers, counted, by_width = [], [], dict(zip(layout.widths, weights))
    for number, (_, _, width) in enumerate(layout.lookups):
        row = layout.helpers + 2 * number
        helpers += [(row, by_width[width]), (row + 1, multiply(by_width[width], ROOT))]
    for width, challenge in zip(layout.widths, lookups):
        negative = scale(by_width[width], P - 1)
        for entry in range(1 << width):
            counted.append(multiply(negative, invert(((challenge[0] - entry) % P, challenge[1]))))
    step, groups = layout.code.message, [([ONE] * layout.code.message, helpers)]
    for chunk, start in enumerate(range(0, len(counted), step)):
        groups.append((counted[start : start + step], [(layout.multiplicities + chunk, ONE)]))
    return groups


def limb_factors(rows, layer: Affine) -> list:
    """(row of the first chunk, factor) of the limbs in an affine layer's constraints."""
    unit = 1 << layer.shift
    limbs = [(limb.row, -unit << limb.shift) for limb in rows.excess]
    limbs += [(limb.row, unit << limb.shift) for limb in rows.deficit]
    return limbs + [(limb.row, -1 << limb.shift) for limb in rows.remainder]


def right_sides(layer: Affine) -> list:
    """Of an affine layer's constraints, for one input."""
    each = layer.size // len(layer.bias) if layer.bias else 0
    biases = (layer.bias[place // each] if layer.bias else 0 for place in range(layer.size))
    return [-(1 << layer.shift - 1) - layer.terms[0].multiplier * bias for bias in biases]


def spread(kernel: list, window, given: int, challenge: tuple) -> list:
    """A kernel's numbers (channel, place) laid over the image at each output place, with powers of the challenge."""
    area, found = window.rows * window.columns, [ZERO] * given
    for (row, column), weight in zip(window.outputs(), powers(challenge, window.out_area)):
        for place, at in window.reads(row, column):
            for channel in range(window.channels):
                pixel = channel * area + at
                found[pixel] = add(found[pixel], multiply(kernel[channel * window.places + place], weight))
    return found


def _transposed(term, challenge: tuple, given: int, size: int) -> list:
    """Coefficients of x in Σ_i challenge^i · map(x)_i."""
    if term.kind == 0:
        return powers(challenge, size)
    if term.kind == 1:
        return _combined(term.weights.numbers, given, powers(challenge, size))
    window = term.window
    steps = power(challenge, window.out_area)
    if term.kind == 2:
        kernel_size = window.channels * window.places
        kernel = _combined(term.weights.numbers, kernel_size, powers(steps, size // term.area))
    else:
        kernel = [factor for factor in powers(steps, window.channels) for _ in range(window.places)]
    return spread(kernel, window, given, challenge)


def _combined(weights: list, columns: int, factors: list) -> list:
    found = []
    for column in range(columns):
        mine = weights[column::columns]
        found.append((
            sum(factor[0] * weight for factor, weight in zip(factors, mine)) % P,
            sum(factor[1] * weight for factor, weight in zip(factors, mine)) % P,
        ))
    return found
