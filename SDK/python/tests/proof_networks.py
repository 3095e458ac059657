"""Small networks in the bytes of proof-v1, section 3, for tests of proofs."""

import random
import struct

from nexus_verify.hashing import frame


def numbers(*values: int) -> bytes:
    return struct.pack(f"<{len(values)}I", *values)


def identity(source: int, multiplier: int) -> bytes:
    return numbers(source, multiplier, 0)


def product(source: int, multiplier: int, weights: list) -> bytes:
    return numbers(source, multiplier, 1, len(weights)) + struct.pack(f"{len(weights)}b", *weights)


def convolution(source: int, multiplier: int, window: tuple, weights: list) -> bytes:
    head = numbers(source, multiplier, 2, *window, len(weights))
    return head + struct.pack(f"{len(weights)}b", *weights)


def window_sum(source: int, multiplier: int, window: tuple) -> bytes:
    return numbers(source, multiplier, 3, *window)


def affine(size: int, shift: int, terms: list, bias: tuple = (), clamped: bool = False) -> bytes:
    head = numbers(1, size, shift, int(clamped), len(bias)) + struct.pack(f"<{len(bias)}i", *bias)
    return head + numbers(len(terms)) + b"".join(terms)


def maximum(source: int, window: tuple) -> bytes:
    return numbers(2, source, *window)


def relu(source: int) -> bytes:
    return numbers(3, source)


def network(size: int, output: int, layers: list) -> bytes:
    """The network's file."""
    data = numbers(size, output, len(layers)) + b"".join(layers)
    return frame(b"nexus-proof-v1 network") + frame(data)


def drawn(count: int, seed: int, reach: int = 127) -> list:
    source = random.Random(seed)
    return [source.randint(-reach, reach) for _ in range(count)]


def perceptron(change: int = 0) -> bytes:
    """4 numbers, 6 (at least 0), 3."""
    first = drawn(24, 1)
    first[7] += change
    return network(4, 2, [
        affine(6, 9, [product(0, 5, first)], bias=tuple(drawn(6, 2, 900)), clamped=True),
        affine(3, 7, [product(1, 1, drawn(18, 3))]),
    ])


def every_layer() -> bytes:
    """An image of 2 · 4 · 4 numbers through each kind of layer and map, and pairs of maps of different areas."""
    padded = (2, 4, 4, 3, 3, 1, 1, 1, 1, 4, 4)
    halved, pooled = (3, 4, 4, 2, 2, 2, 2, 0, 0, 2, 2), (3, 4, 4, 3, 3, 2, 2, 1, 1, 2, 2)
    wide, square = (2, 4, 4, 3, 2, 2, 1, 0, 0, 1, 3), (3, 2, 2, 2, 2, 1, 1, 1, 1, 2, 2)
    tall = (3, 4, 4, 2, 2, 1, 3, 0, 0, 3, 2)
    return network(32, 9, [
        affine(48, 8, [convolution(0, 1, padded, drawn(54, 4))], bias=(50, -60, 70)),  # 1: 3 · 4 · 4
        maximum(1, halved),  # 2: 3 · 2 · 2
        affine(12, 5, [window_sum(1, 3, pooled), identity(2, 2)], clamped=True),  # 3, without weights
        # 4: areas 4 and 1, so a product's rows go four by four
        affine(12, 9, [convolution(3, 2, square, drawn(36, 5)), product(0, 1, drawn(384, 6))], bias=(7, 8, 9, 10)),
        relu(4),  # 5
        # 6: areas 4 and 6: period 12, both joined
        affine(12, 9, [convolution(5, 1, square, drawn(36, 7)), convolution(1, 1, tall, drawn(24, 8))]),
        affine(12, 9, [product(6, 3, drawn(144, 9)), identity(3, 20)], clamped=True),  # 7
        affine(6, 10, [convolution(0, 1, wide, drawn(24, 10)), product(7, 2, drawn(72, 11))]),  # 8: areas 3 and 1
        affine(5, 8, [product(8, 1, drawn(30, 12))], bias=(1, -2, 3, -4, 5)),  # 9
    ])


def wide() -> bytes:
    """600 numbers, 3, 40: the matrix of weights has rows, chunks and segments."""
    return network(600, 2, [
        affine(3, 14, [product(0, 2, drawn(1800, 13))]),
        affine(40, 7, [product(1, 1, drawn(120, 14))], clamped=True),
    ])
