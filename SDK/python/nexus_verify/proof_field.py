"""proof-v1 and proof-v2, sections 2 and 5: F_p, F_p² (pairs), and the Reed-Solomon code. Plain integers only."""

from functools import lru_cache

P = 2**64 - 2**32 + 1
GENERATOR = 7
ZERO, ONE, ROOT = (0, 0), (1, 0), (0, 1)


def inverse(value: int) -> int:
    return pow(value, P - 2, P)


def root(order: int) -> int:
    """The root of unity of that order that the page names."""
    return pow(GENERATOR, (P - 1) // order, P)


def add(left: tuple, right: tuple) -> tuple:
    return (left[0] + right[0]) % P, (left[1] + right[1]) % P


def multiply(left: tuple, right: tuple) -> tuple:
    return (
        (left[0] * right[0] + 7 * left[1] * right[1]) % P,
        (left[0] * right[1] + left[1] * right[0]) % P,
    )


def scale(left: tuple, factor: int) -> tuple:
    return left[0] * factor % P, left[1] * factor % P


def power(base: tuple, exponent: int) -> tuple:
    result = ONE
    while exponent:
        if exponent & 1:
            result = multiply(result, base)
        base = multiply(base, base)
        exponent >>= 1
    return result


def invert(value: tuple) -> tuple:
    norm = inverse((value[0] * value[0] - 7 * value[1] * value[1]) % P)
    return value[0] * norm % P, -value[1] * norm % P


def powers(base: tuple, count: int, first: tuple = ONE) -> list:
    """first, first · base, first · base², …"""
    found, next_ = [], first
    for _ in range(count):
        found.append(next_)
        next_ = multiply(next_, base)
    return found


@lru_cache(maxsize=128)
def _turns(omega: int, count: int) -> tuple:
    """The first powers of a root."""
    found = [1]
    while len(found) < count:
        found.append(found[-1] * omega % P)
    return tuple(found)


def transform(values: list, omega: int) -> list:
    """Values of the polynomial with these coefficients at the powers of ``omega``, whose order is their number."""
    if len(values) == 1:
        return values
    if len(values) == 2:
        return [(values[0] + values[1]) % P, (values[0] - values[1]) % P]
    even = transform(values[0::2], omega * omega % P)
    odd = transform(values[1::2], omega * omega % P)
    turned = [one * factor % P for one, factor in zip(odd, _turns(omega, len(odd)))]
    low = [(one + other) % P for one, other in zip(even, turned)]
    return low + [(one - other) % P for one, other in zip(even, turned)]


class Code:
    """Dimension k, length 4k (8k for the weights of proof-v2), t queries."""

    def __init__(self, dimension: int, queries: int, cosets: int = 4) -> None:
        self.dimension, self.queries = dimension, queries
        self.length, self.message = cosets * dimension, dimension - queries
        self.omega, self.omega_long = root(dimension), root(self.length)

    def point(self, column: int) -> int:
        coset, place = divmod(column, self.dimension)
        return GENERATOR * pow(self.omega_long, coset, P) * pow(self.omega, place, P) % P

    def interpolate(self, values: list) -> list:
        """Coefficients of the polynomial with these values at the message group."""
        size = inverse(self.dimension)
        return [value * size % P for value in transform(values, inverse(self.omega))]

    def at_columns(self, coefficients: list, columns: list) -> list:
        """Values of a polynomial over F_p at the columns; at most k coefficients times any multiple."""
        cosets: dict = {}
        found = []
        for column in columns:
            coset, place = divmod(column, self.dimension)
            if coset not in cosets:
                cosets[coset] = self.on_coset(coefficients, coset)
            found.append(cosets[coset][place])
        return found

    def on_coset(self, coefficients: list, coset: int) -> list:
        """Values at the k columns from ``coset`` times k on."""
        shift = GENERATOR * pow(self.omega_long, coset, P) % P
        folded, factor = [0] * self.dimension, 1
        for index, coefficient in enumerate(coefficients):
            folded[index % self.dimension] = (folded[index % self.dimension] + coefficient * factor) % P
            factor = factor * shift % P
        return transform(folded, self.omega)

    def pairs_at_columns(self, coefficients: list, columns: list) -> list:
        first = self.at_columns([pair[0] for pair in coefficients], columns)
        return list(zip(first, self.at_columns([pair[1] for pair in coefficients], columns)))

    def row_at_columns(self, values: list, columns: list) -> list:
        """Values at the columns of the row polynomial with these pairs at the first message places and zeros after."""
        padded = values + [ZERO] * (self.dimension - len(values))
        first = self.at_columns(self.interpolate([pair[0] for pair in padded]), columns)
        return list(zip(first, self.at_columns(self.interpolate([pair[1] for pair in padded]), columns)))

    def on_message_group(self, coefficients: list) -> list:
        folded = [ZERO] * self.dimension
        for index, coefficient in enumerate(coefficients):
            folded[index % self.dimension] = add(folded[index % self.dimension], coefficient)
        first = transform([pair[0] for pair in folded], self.omega)
        return list(zip(first, transform([pair[1] for pair in folded], self.omega)))
