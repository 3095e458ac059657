"""proof-v1 sections 7 and 8: the messages and tests that proof-v1 and proof-v2 have in common."""

from .errors import require
from .proof_field import ONE, P, ZERO, add, multiply, powers, scale
from .proof_layout import Layout
from .proof_statement import Statement
from .proof_transcript import Transcript


class Run:
    """One verification. The methods are called in their order; between them a version draws what is its own."""

    def __init__(self, layout: Layout, claim: Statement, transcript: Transcript) -> None:
        self.layout, self.claim, self.transcript = layout, claim, transcript

    def begin(self) -> None:
        """Kinds 1 to 6."""
        layout, transcript = self.layout, self.transcript
        self.witness_root = transcript.receive_root(1)
        transcript.absorb(2, self.claim.data)
        transcript.absorb_zeros(layout.zeros)
        self.lookups = transcript.pairs(4, len(layout.widths))
        self.helper_root = transcript.receive_root(5)
        self.proximity = transcript.pairs(6, layout.row_count - 2)

    def receive_polynomials(self) -> None:
        """Kinds 9 to 11."""
        dimension = self.layout.code.dimension
        self.combined = self.transcript.receive(9, dimension)
        self.linear_sums = self.transcript.receive(10, 2 * dimension)
        self.local_sums = self.transcript.receive(11, 2 * dimension)

    def draw_columns(self) -> None:
        """Kind 12."""
        code = self.layout.code
        self.columns = self.transcript.columns(12, code.queries, code.length)

    def open(self) -> None:
        """The columns of the three tableaus, each column's elements one after the other."""
        layout = self.layout
        tableaus = (
            (self.claim.input_root, layout.input_rows),
            (self.witness_root, layout.helpers - layout.input_rows),
            (self.helper_root, layout.row_count - layout.helpers),
        )
        self.opened = [[] for _ in self.columns]
        for number, (root, rows) in enumerate(tableaus):
            parts = self.transcript.opening(number, self.columns, layout.code.length, rows, root)
            for column, part in zip(self.opened, parts):
                column += part

    def test(self, form, local: tuple) -> None:
        """``form`` has the linear constraints added up: ``target`` and ``groups_at(columns)``; ``local`` is γ."""
        code = self.layout.code
        total = scale(add(self.linear_sums[0], self.linear_sums[code.dimension]), code.dimension)
        require(total == form.target, "proof.rejected", "a linear constraint does not hold")
        vanishing = code.on_message_group(self.local_sums)[: code.message]
        require(all(pair == ZERO for pair in vanishing), "proof.rejected", "a local constraint does not hold")
        self._compare(self.combined, self._proximity(), "the proximity test")
        self._compare(self.linear_sums, self._linear(form), "the linear test")
        self._compare(self.local_sums, self._local(local), "the local test")

    def _compare(self, announced: list, found: list, what: str) -> None:
        at_columns = self.layout.code.pairs_at_columns(announced, self.columns)
        require(at_columns == found, "proof.rejected", f"{what} fails at a column")

    def _proximity(self) -> list:
        challenges, mask, found = self.proximity, self.layout.blinding, []
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

    def _linear(self, form) -> list:
        sums = self._blinding(self.layout.blinding + 2)
        for weights, rows in form.groups_at(self.columns):
            for index, column in enumerate(self.opened):
                first = sum(factor[0] * column[row] for row, factor in rows) % P
                second = sum(factor[1] * column[row] for row, factor in rows) % P
                sums[index] = add(sums[index], multiply(weights[index], (first, second)))
        return sums

    def _local(self, challenge: tuple) -> list:
        layout, sums = self.layout, self._blinding(self.layout.blinding + 8)
        weights = powers(challenge, 1 + len(layout.locals) + len(layout.lookups))[1:]
        by_width = dict(zip(layout.widths, self.lookups))
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
