"""An honest prover of proof-v2 for tests: it follows the page constraint by constraint, without the verifier's algebra.

Slow, and its randomness is seeded. ``Cheat`` says what it does dishonestly.
"""

import base64
import random
import struct
from dataclasses import dataclass, field

from nexus_verify import canonical_json
from nexus_verify.hashing import digest_of, sha256
from nexus_verify.proof_field import P, ZERO, add, inverse, invert, multiply, power, root, scale, transform
from nexus_verify.proof_header import Header, header_of_network
from nexus_verify.proof_layout import BatchLayout, choose
from nexus_verify.proof_network import TAG, Affine, Maximum, Network, unframed
from nexus_verify.proof_transcript import Transcript
from nexus_verify.proof_weights import choose_matrix, period


@dataclass
class Cheat:
    """Each a change made where an honest prover would do otherwise."""

    model: bytes | None = None  # the network's file whose witness and combination are used
    combination: bytes | None = None  # the network's file whose weights are combined in kind 14
    message: dict = field(default_factory=dict)  # index in kind 14: number added to it
    numbers: dict = field(default_factory=dict)  # (value, input, number): added before the proof is made
    output: dict = field(default_factory=dict)  # index in the statement's output: added
    header: bytes | None = None  # the header that the statement names


# What the network computes, and the maps as lists of (number read, coefficient).


def map_rows(term, size: int) -> list:
    if term.kind == 0:
        return [[(place, 1)] for place in range(size)]
    if term.kind == 1:
        given = len(term.weights.numbers) // size
        return [list(enumerate(term.weights.numbers[row * given : (row + 1) * given])) for row in range(size)]
    window, found = term.window, []
    area, each = window.rows * window.columns, window.channels * window.places
    for channel in range(size // term.area):
        for row, column in window.outputs():
            reads = list(window.reads(row, column))
            if term.kind == 3:
                found.append([(channel * area + at, 1) for _, at in reads])
                continue
            kernel = term.weights.numbers[channel * each : (channel + 1) * each]
            found.append([(given * area + at, kernel[given * window.places + place])
                          for given in range(window.channels) for place, at in reads])
    return found


def bias_of(layer, output: int) -> int:
    return layer.bias[output // (layer.size // len(layer.bias))] if layer.bias else 0


def sums(layer, values: list) -> list:
    """z of each output: Σ M · map(x) + M₀ · bias."""
    found = [layer.terms[0].multiplier * bias_of(layer, output) for output in range(layer.size)]
    for term in layer.terms:
        for output, row in enumerate(map_rows(term, layer.size)):
            found[output] += term.multiplier * sum(weight * values[term.source][at] for at, weight in row)
    return found


def run(network: Network, given: list) -> list:
    values = [given]
    for layer in network.layers:
        if isinstance(layer, Affine):
            half = 1 << layer.shift - 1
            values.append([max(layer.lower, min(127, (z + half) >> layer.shift)) for z in sums(layer, values)])
        elif isinstance(layer, Maximum):
            window, area = layer.window, layer.window.rows * layer.window.columns
            values.append([max(values[layer.source][channel * area + at] for _, at in window.reads(*place))
                           for channel in range(window.channels) for place in window.outputs()])
        else:
            values.append([max(0, one) for one in values[layer.source]])
    return values


class Rows:
    """Section 4: all rows of the batch, each k numbers."""

    def __init__(self, network: Network, layout: BatchLayout, inputs: list, cheat: Cheat, draw) -> None:
        self.layout, self.draw = layout, draw
        code = layout.code
        self.rows = [[0] * code.message + [draw() for _ in range(code.queries)] for _ in range(layout.row_count)]
        for number, given in enumerate(inputs):
            values = run(network, given)
            for (value, one, at), change in cheat.numbers.items():
                if one == number:
                    values[value][at] += change
            self._put(layout.values[0], number, values[0])
            for index, layer in enumerate(network.layers):
                self._layer(layer, layout.layers[index], layout.values[index + 1], number, values, values[index + 1])
        self.outputs = [self.cell(layout.values[network.output], at, number)
                        for number in range(layout.batch) for at in range(network.sizes[network.output])]

    def place(self, row: int, at: int, number: int) -> tuple:
        group = self.layout.code.message // self.layout.batch
        return row + at // group, at % group * self.layout.batch + number

    def cell(self, row: int, at: int, number: int) -> int:
        row, column = self.place(row, at, number)
        return self.rows[row][column]

    def _put(self, row: int, number: int, numbers: list) -> None:
        for at, one in enumerate(numbers):
            place = self.place(row, at, number)
            self.rows[place[0]][place[1]] = one

    def _limbs(self, limbs: list, bits: int, number: int, numbers: list) -> None:
        for limb in limbs:
            width = min(self.layout.limb_width, bits - limb.shift)
            self._put(limb.row, number, [one >> limb.shift & (1 << width) - 1 for one in numbers])

    def _layer(self, layer, rows, row: int, number: int, values: list, mine: list) -> None:
        self._put(row, number, mine)
        if isinstance(layer, Affine):
            whole = [z + (1 << layer.shift - 1) for z in sums(layer, values)]
            rounded = [one >> layer.shift for one in whole]
            self._limbs(rows.excess, layer.excess_bits, number, [max(0, one - 127) for one in rounded])
            self._limbs(rows.deficit, layer.deficit_bits, number, [max(0, layer.lower - one) for one in rounded])
            self._limbs(rows.remainder, layer.shift, number, [one & (1 << layer.shift) - 1 for one in whole])
        elif isinstance(layer, Maximum):
            reads = pool_reads(layer.window)
            differences = [[one - values[layer.source][reads[at][place]] for at, one in enumerate(mine)]
                           for place in range(layer.window.places)]
            for place, numbers in enumerate(differences):
                self._put(rows.differences[place], number, numbers)
            product = differences[0]
            last = rows.differences[-1] + self.layout.chunks(self.layout.values.index(row))
            for place in range(1, layer.window.places - 1):
                product = [one * other for one, other in zip(product, differences[place])]
                self._put(last + (place - 1) * self.layout.chunks(self.layout.values.index(row)), number, product)
        else:
            self._put(rows.relu, number, [max(0, -one) for one in values[layer.source]])

    def multiplicities(self) -> None:
        counts = {width: [0] * (1 << width) for width in self.layout.widths}
        for row, offset, width in self.layout.lookups:
            for one in self.rows[row][: self.layout.code.message]:
                if 0 <= one + offset < 1 << width:
                    counts[width][one + offset] += 1
        together = [count for width in self.layout.widths for count in counts[width]]
        for at, count in enumerate(together):
            chunk, place = divmod(at, self.layout.code.message)
            self.rows[self.layout.multiplicities + chunk][place] = count

    def helpers(self, challenges: list) -> None:
        by_width = dict(zip(self.layout.widths, challenges))
        for number, (row, offset, width) in enumerate(self.layout.lookups):
            first = self.layout.helpers + 2 * number
            for place in range(self.layout.code.message):
                challenge = by_width[width]
                pole = (challenge[0] - self.rows[row][place] - offset) % P, challenge[1]
                self.rows[first][place], self.rows[first + 1][place] = invert(pole)

    def blinding(self) -> None:
        """Section 9: free values, but for what makes b_lin sum to zero and b_loc vanish at the message places."""
        code, first = self.layout.code, self.layout.blinding
        k, half = code.dimension, code.dimension // 2
        for row in range(first, first + 14):
            self.rows[row] = [self.draw() for _ in range(k)]
        for part in (0, 1):
            low, high, middle = (code.interpolate(self.rows[first + 2 + 2 * one + part]) for one in range(3))
            low[0] = -(high[0] + middle[half]) % P
            self.rows[first + 2 + part] = transform(low, code.omega)
            low, high, middle = (self.rows[first + 8 + 2 * one + part] for one in range(3))
            for place in range(code.message):
                turned = pow(code.omega, place * half, P) * middle[place]
                low[place] = (-high[place] - turned) % P


def pool_reads(window) -> list:
    area, found = window.rows * window.columns, []
    for channel in range(window.channels):
        for place in window.outputs():
            inside = dict(window.reads(*place))
            first = inside[min(inside)]
            found.append([channel * area + inside.get(one, first) for one in range(window.places)])
    return found


class Constraints:
    """Section 4, one linear constraint after the other: ``coefficients`` of each row's places."""

    def __init__(self, network: Network, rows: Rows, challenges: list, lookups: list) -> None:
        self.network, self.rows, self.layout = network, rows, rows.layout
        self.chi, self.eta = challenges
        self.coefficients: dict = {}
        blocks = [size for sizes in map(self._blocks, range(len(network.layers))) for size in sizes]
        blocks.append((network.sizes[network.output],) * 2)
        self.total = sum(turn for _, turn in blocks)
        for number in range(self.layout.batch):
            self.number, self.first = number, 1
            for index, layer in enumerate(network.layers):
                self._layer(index, layer)
            size = network.sizes[network.output]
            for at in range(size):
                self._add(self._weight(at, size), self.layout.values[network.output], at, 1)
        for position, width in enumerate(self.layout.widths):
            self._table(position, width, lookups[position])

    def _blocks(self, index: int) -> list:
        layer, size = self.network.layers[index], self.network.sizes[index + 1]
        if isinstance(layer, Affine):
            return [(size, period(layer))]
        return [(size, size)] * (layer.window.places if isinstance(layer, Maximum) else 1)

    def _weight(self, output: int, turn: int) -> tuple:
        exponent = self.number * self.total + self.first + output % turn
        return multiply(power(self.chi, exponent), power(self.eta, output // turn))

    def _at(self, row: int, place: int, factor: tuple) -> None:
        mine = self.coefficients.setdefault(row, [ZERO] * self.layout.code.dimension)
        mine[place] = add(mine[place], factor)

    def _add(self, weight: tuple, row: int, at: int, factor: int) -> None:
        self._at(*self.rows.place(row, at, self.number), scale(weight, factor % P))

    def _layer(self, index: int, layer) -> None:
        values, rows, (size, turn) = self.layout.values, self.layout.layers[index], self._blocks(index)[0]
        mine = values[index + 1]
        if isinstance(layer, Affine):
            unit = 1 << layer.shift
            maps = [(term, map_rows(term, size)) for term in layer.terms]
            for output in range(size):
                weight = self._weight(output, turn)
                for term, reads in maps:
                    for at, factor in reads[output]:
                        self._add(weight, values[term.source], at, term.multiplier * factor)
                self._add(weight, mine, output, -unit)
                for limbs, factor in ((rows.excess, -unit), (rows.deficit, unit), (rows.remainder, -1)):
                    for limb in limbs:
                        self._add(weight, limb.row, output, factor << limb.shift)
            self.first += turn
        elif isinstance(layer, Maximum):
            reads = pool_reads(layer.window)
            for place, row in enumerate(rows.differences):
                for output in range(size):
                    weight = self._weight(output, turn)
                    self._add(weight, row, output, 1)
                    self._add(weight, mine, output, -1)
                    self._add(weight, values[layer.source], reads[output][place], 1)
                self.first += turn
        else:
            for output in range(size):
                weight = self._weight(output, turn)
                self._add(weight, values[layer.source], output, 1)
                self._add(weight, mine, output, -1)
                self._add(weight, rows.relu, output, 1)
            self.first += turn

    def _table(self, position: int, width: int, challenge: tuple) -> None:
        layout = self.layout
        weight = power(self.chi, layout.batch * self.total + 1 + position)
        for number, (_, _, its) in enumerate(layout.lookups):
            for place in range(layout.code.message if its == width else 0):
                self._at(layout.helpers + 2 * number, place, weight)
                self._at(layout.helpers + 2 * number + 1, place, multiply(weight, (0, 1)))
        start = sum(1 << one for one in layout.widths if one < width)
        for entry in range(1 << width):
            chunk, place = divmod(start + entry, layout.code.message)
            pole = invert(((challenge[0] - entry) % P, challenge[1]))
            self._at(layout.multiplicities + chunk, place, scale(multiply(weight, pole), P - 1))


class Tree:
    """Section 6: a tableau's columns, with salts or without, and their openings."""

    def __init__(self, number: int, rows: list, draw) -> None:
        self.leaves = []
        for column in zip(*rows):
            salt = struct.pack("<4Q", *(draw() for _ in range(4))) if draw else b""
            self.leaves.append(salt + struct.pack(f"<{len(column)}Q", *column))
        self.levels = [[sha256(bytes([0, number]) + leaf) for leaf in self.leaves]]
        while len(self.levels[-1]) > 1:
            below = self.levels[-1]
            self.levels.append([sha256(b"\x01" + below[at] + below[at + 1]) for at in range(0, len(below), 2)])
        self.root = self.levels[-1][0]

    def opening(self, columns: list) -> bytes:
        found, known = [self.leaves[column] for column in columns], set(columns)
        for level in self.levels[:-1]:
            found += [level[one ^ 1] for one in sorted(known) if one ^ 1 not in known]
            known = {one // 2 for one in known}
        return b"".join(found)


class Writer(Transcript):
    """The transcript from the other side: what is sent is appended and absorbed."""

    def send(self, kind: int, data: bytes) -> None:
        self.proof += data
        self.absorb(kind, data)

    def send_pairs(self, kind: int, pairs: list) -> None:
        self.send(kind, b"".join(struct.pack("<2Q", *pair) for pair in pairs))


def matrix_rows(network: Network) -> tuple:
    """Section 5: the matrix of weights as rows of C · k_w numbers, and how it is cut."""
    matrix = choose_matrix(network)
    width, found = matrix.code.dimension, [[] for _ in range(matrix.rows)]
    for layer in network.layers:
        for term in layer.terms if isinstance(layer, Affine) else []:
            if term.weights is None:
                continue
            numbers, wide = list(term.weights.numbers), layer.size // period(layer)
            each = len(numbers) // wide
            segments = -(-wide // matrix.rows)
            numbers += [0] * (segments * matrix.rows * each - len(numbers))
            for segment in range(segments):
                for row in found:
                    row += numbers[:each]
                    numbers = numbers[each:]
    return [row + [0] * (matrix.chunks * width - len(row)) for row in found], matrix


def codeword(code, row: list) -> list:
    coefficients = code.interpolate([one % P for one in row])
    return [one for coset in range(code.length // code.dimension) for one in code.on_coset(coefficients, coset)]


def coefficients_of_double(code, values: list) -> list:
    """2k coefficients of a polynomial of degree below 2k from its values at all columns: cosets 0 and 2 are enough."""
    k, found = code.dimension, []
    for half in (0, 1):
        points = [0] * (2 * k)
        for place in range(k):
            points[2 * place], points[2 * place + 1] = values[place][half], values[2 * k + place][half]
        size = inverse(2 * k)
        raw = transform(points, inverse(root(2 * k)))
        found.append([one * size % P * pow(inverse(7), at, P) % P for at, one in enumerate(raw)])
    return list(zip(*found))


def linear_polynomial(layout: BatchLayout, words: list, constraints: Constraints) -> list:
    """Q_lin at cosets 0 and 2, interpolated."""
    code, k = layout.code, layout.code.dimension
    values = blinding_values(layout, words, layout.blinding + 2)
    for row, pairs in constraints.coefficients.items():
        halves = [code.interpolate([pair[half] for pair in pairs]) for half in (0, 1)]
        for coset in (0, 2):
            first, second = (code.on_coset(half, coset) for half in halves)
            for place, pair in enumerate(zip(first, second)):
                column = coset * k + place
                values[column] = add(values[column], scale(pair, words[row][column]))
    return coefficients_of_double(code, values)


def blinding_values(layout: BatchLayout, words: list, row: int) -> list:
    """b₀ + X^k · b₁ + X^(k/2) · b₂ at all columns."""
    code, found = layout.code, []
    for column in range(code.length):
        point = code.point(column)
        factors = 1, pow(point, code.dimension, P), pow(point, code.dimension // 2, P)
        found.append(tuple(sum(factor * words[row + 2 * one + part][column] for one, factor in enumerate(factors)) % P
                           for part in (0, 1)))
    return found


def local_polynomial(layout: BatchLayout, words: list, challenge: tuple, lookups: list) -> list:
    values, by_width = blinding_values(layout, words, layout.blinding + 8), dict(zip(layout.widths, lookups))
    k = layout.code.dimension
    for column in [*range(k), *range(2 * k, 3 * k)]:
        weight = challenge
        for left, right, offset, result in layout.locals:
            product = words[left][column] * (words[right][column] + offset)
            product -= words[result][column] if result is not None else 0
            values[column], weight = add(values[column], scale(weight, product % P)), multiply(weight, challenge)
        for number, (row, offset, width) in enumerate(layout.lookups):
            helper = words[layout.helpers + 2 * number][column], words[layout.helpers + 2 * number + 1][column]
            pole = (by_width[width][0] - words[row][column] - offset) % P, by_width[width][1]
            one = add(multiply(helper, pole), (P - 1, 0))
            values[column], weight = add(values[column], multiply(weight, one)), multiply(weight, challenge)
    return coefficients_of_double(layout.code, values)


def proximity_polynomial(layout: BatchLayout, rows: list, factors: list) -> list:
    code, mask = layout.code, layout.blinding
    sums_ = [list(rows[mask]), list(rows[mask + 1])]
    for row, factor in zip(rows[:mask] + rows[mask + 2 :], factors):
        for half in (0, 1):
            sums_[half] = [(sum_ + factor[half] * one) % P for sum_, one in zip(sums_[half], row)]
    return list(zip(code.interpolate(sums_[0]), code.interpolate(sums_[1])))


def weight_message(network: Network, eta: tuple, mixers: list) -> list:
    rows, matrix = matrix_rows(network)
    width = matrix.code.dimension
    combined = [ZERO] * (matrix.chunks * width)
    for number, row in enumerate(rows):
        factor = power(eta, number)
        combined = [add(sum_, scale(factor, one % P)) for sum_, one in zip(combined, row)]
    mixed = [ZERO] * width
    for number, factor in enumerate(mixers):
        chunk, row = divmod(number, matrix.rows)
        part = rows[row][chunk * width : (chunk + 1) * width]
        mixed = [add(sum_, scale(factor, one % P)) for sum_, one in zip(mixed, part)]
    return combined + mixed


def prove(file: bytes, inputs: list, cheat: Cheat | None = None, seed: int = 1) -> tuple:
    """The header's file, the statement and the proof that the network of this file gives its outputs."""
    cheat, source = cheat or Cheat(), random.Random(seed)
    draw = lambda: source.randrange(P)  # noqa: E731
    header = cheat.header or header_of_network(file)
    network = Network(unframed(TAG, cheat.model or file))
    layout = choose(network if cheat.header else Header(header), len(inputs), BatchLayout)
    for one, other in zip(network.affine, layout.network.affine):
        one.excess_bits, one.deficit_bits = other.excess_bits, other.deficit_bits
    rows = Rows(network, layout, inputs, cheat, draw)
    rows.multiplicities()
    words = [codeword(layout.code, row) for row in rows.rows[: layout.helpers]]
    trees = [Tree(0, words[: layout.input_rows], draw), Tree(1, words[layout.input_rows :], draw)]
    output = [(one + cheat.output.get(at, 0)) % 256 for at, one in enumerate(rows.outputs)]
    statement = canonical_json.write({
        "batch": len(inputs), "context": base64.b64encode(b"a test").decode(), "type": "nexus-proof-v2",
        "inputRoot": "sha256:" + trees[0].root.hex(), "modelHash": digest_of(header),
        "output": base64.b64encode(bytes(output)).decode(),
    })
    writer = Writer("nexus-proof-v2", b"")
    writer.send(1, trees[1].root)
    writer.absorb(2, statement)
    writer.absorb_zeros(layout.helpers * layout.code.message // len(inputs) + network.multiplications // 32)
    lookups = writer.pairs(4, len(layout.widths))
    rows.helpers(lookups)
    rows.blinding()
    words += [codeword(layout.code, row) for row in rows.rows[layout.helpers :]]
    trees.append(Tree(2, words[layout.helpers :], draw))
    writer.send(5, trees[2].root)
    proximity = writer.pairs(6, layout.row_count - 2)
    challenges, local = writer.pairs(7, 2), writer.pairs(8, 1)[0]
    weights, matrix = matrix_rows(Network(unframed(TAG, file)))
    mixers = writer.pairs(13, matrix.rows * matrix.chunks)
    writer.send_pairs(9, proximity_polynomial(layout, rows.rows, proximity))
    writer.send_pairs(10, linear_polynomial(layout, words, Constraints(network, rows, challenges, lookups)))
    writer.send_pairs(11, local_polynomial(layout, words, local, lookups))
    message = weight_message(Network(unframed(TAG, cheat.combination or cheat.model or file)), challenges[1], mixers)
    for at, change in cheat.message.items():
        message[at] = add(message[at], (change % P, 0))
    writer.send_pairs(14, message)
    columns = writer.columns(12, layout.code.queries, layout.code.length)
    weight_columns = writer.columns(15, matrix.code.queries, matrix.code.length)
    width = matrix.code.dimension
    parts = [row[chunk * width : (chunk + 1) * width] for chunk in range(matrix.chunks) for row in weights]
    trees.append(Tree(3, [codeword(matrix.code, part) for part in parts], None))
    for tree, opened in zip(trees, [columns] * 3 + [weight_columns]):
        writer.proof += tree.opening(opened)
    return header, statement, writer.proof
