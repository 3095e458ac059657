"""proof-v2 section 5: the matrix of all weights, its commitment, and what a proof says about it (section 8)."""

import struct
from dataclasses import dataclass
from math import lcm

from . import merkle
from .errors import require
from .hashing import sha256
from .proof_field import ZERO, Code, add, multiply, power, powers, scale
from .proof_layout import ROWS
from .proof_network import Graph, Term

QUERIES = {512: 119, 1_024: 120, 2_048: 120, 4_096: 121, 8_192: 121, 16_384: 121}
TABLEAU = 3


@dataclass
class Map:
    """A term with weights: ``count`` wide rows of ``width`` weights, each ``joined`` rows of the map."""

    term: Term
    size: int
    joined: int
    width: int

    @property
    def count(self) -> int:
        return self.size // (self.term.area * self.joined)

    @property
    def columns(self) -> int:
        """Weights of one row."""
        return self.width // self.joined

    def segments(self, rows: int) -> int:
        return -(-self.count // rows)


def period(layer) -> int:
    """Section 4: of the block of an affine layer."""
    if all(term.weights is None for term in layer.terms):
        return layer.size
    return lcm(*(term.area for term in layer.terms if term.kind != 0))


def weighted_maps(graph: Graph) -> list:
    """In the order of layers and terms."""
    found = []
    for layer in graph.affine:
        for term in layer.terms:
            if term.weights is not None:
                joined = period(layer) // term.area
                columns = term.window.channels * term.window.places if term.window else graph.sizes[term.source]
                found.append(Map(term, layer.size, joined, joined * columns))
    return found


class Matrix:
    """Maps side by side in R rows, cut into C chunks of k_w columns."""

    def __init__(self, maps: list, dimension: int, rows: int) -> None:
        self.maps, self.rows = maps, rows
        self.code = Code(dimension, QUERIES[dimension], 8)
        self.starts, at = [], 0
        for one in maps:
            self.starts.append(at)
            at += one.segments(rows) * one.width
        self.chunks = -(-at // dimension)

    @property
    def estimate(self) -> int:
        depth = self.code.length.bit_length() - 1
        opened = self.code.queries * (8 * self.rows * self.chunks + 32 * (depth - 7))
        return opened + 16 * (self.chunks + 1) * self.code.dimension


def choose_matrix(graph: Graph) -> Matrix:
    maps = weighted_maps(graph)
    require(bool(maps), "proof.bad-network", "a network without weights has no header")
    matrices = (Matrix(maps, dimension, 1 << rows) for dimension in QUERIES for rows in range(15))
    fitting = [matrix for matrix in matrices if matrix.rows * matrix.chunks <= ROWS]
    require(bool(fitting), "proof.too-large", "the matrix of weights")
    return min(fitting, key=lambda matrix: matrix.estimate)


def commit(matrix: Matrix) -> bytes:
    """The root of the weights' tableau; the maps hold their weights."""
    width = matrix.code.dimension
    table = [[0] * (matrix.chunks * width) for _ in range(matrix.rows)]
    for one, start in zip(matrix.maps, matrix.starts):
        for number in range(one.count):
            segment, row = divmod(number, matrix.rows)
            at = start + segment * one.width
            table[row][at : at + one.width] = one.term.weights.numbers[number * one.width : (number + 1) * one.width]
    codewords = []
    for chunk in range(matrix.chunks):
        for row in table:
            coefficients = matrix.code.interpolate(row[chunk * width : (chunk + 1) * width])
            codewords.append([one for coset in range(8) for one in matrix.code.on_coset(coefficients, coset)])
    leaves = (sha256(bytes([0, TABLEAU]) + struct.pack(f"<{len(column)}Q", *column)) for column in zip(*codewords))
    return merkle.root(list(leaves))


class WeightMessage:
    """Kind 14: a combination of the matrix's rows, chunk by chunk, and one of all the tableau's rows."""

    def __init__(self, matrix: Matrix, values: list) -> None:
        end = matrix.chunks * matrix.code.dimension
        self.matrix, self.combined, self.mixed = matrix, values[:end], values[end:]

    def row(self, index: int, block: tuple, linear: tuple, rows: tuple) -> list:
        """Σ F(τ) · W(τ, ·) of a map, whose block's first weight is ``block``; ``linear`` is χ, ``rows`` η."""
        one, start = self.matrix.maps[index], self.matrix.starts[index]
        wide = [ZERO] * one.width
        for factor in powers(power(rows, self.matrix.rows), one.segments(self.matrix.rows)):
            segment = self.combined[start : start + one.width]
            wide = [add(sum_, multiply(factor, number)) for sum_, number in zip(wide, segment)]
            start += one.width
        found = [ZERO] * one.columns
        for number, factor in enumerate(powers(power(linear, one.term.area), one.joined, block)):
            part = wide[number * one.columns : (number + 1) * one.columns]
            found = [add(sum_, multiply(factor, one_)) for sum_, one_ in zip(found, part)]
        return found

    def test(self, columns: list, opened: list, rows: tuple, mixers: list) -> None:
        """Section 8, weights, at the opened columns of the weights' tableau."""
        matrix, width = self.matrix, self.matrix.code.dimension
        for chunk in range(matrix.chunks):
            announced = self.combined[chunk * width : (chunk + 1) * width]
            parts = [column[chunk * matrix.rows : (chunk + 1) * matrix.rows] for column in opened]
            self._compare(announced, columns, parts, powers(rows, matrix.rows), "the combination of weights")
        self._compare(self.mixed, columns, opened, mixers, "the weights' proximity")

    def _compare(self, announced: list, columns: list, parts: list, factors: list, what: str) -> None:
        expected = self.matrix.code.row_at_columns(announced, columns)
        for found, part in zip(expected, parts):
            sum_ = ZERO
            for factor, element in zip(factors, part):
                sum_ = add(sum_, scale(factor, element))
            require(sum_ == found, "proof.rejected", f"{what} fails at a column")
