"""proof-v2: proofs of an honest prover that follows the page, and what a dishonest one, or a changed byte, gets."""

import random
import struct
from collections import Counter
from functools import cache

import pytest
from proof_networks import affine, drawn, every_layer, maximum, network, perceptron, product, wide, window_sum
from proof_prover import Cheat, map_rows, matrix_rows, prove, run

from nexus_verify import NexusError, header_of_network, verify_proof, verify_proof_v2
from nexus_verify.hashing import digest_of, frame
from nexus_verify.proof_batch import BatchForm
from nexus_verify.proof_field import P, add, multiply, power, scale
from nexus_verify.proof_header import TAG as HEADER_TAG
from nexus_verify.proof_header import Header
from nexus_verify.proof_layout import BatchLayout, choose
from nexus_verify.proof_network import TAG, Network, unframed
from nexus_verify.proof_statement import V2, read_statement
from nexus_verify.proof_weights import WeightMessage

NETWORKS = {"perceptron": (perceptron, 4), "every layer": (every_layer, 32), "wide": (wide, 600)}


@cache
def proved(name: str, batch: int) -> tuple:
    make, size = NETWORKS[name]
    inputs = [drawn(size, 100 + number) for number in range(batch)]
    return make(), inputs, *prove(make(), inputs)


def refused(*arguments, code: str = "proof.rejected", match: str | None = None) -> None:
    with pytest.raises(NexusError, match=match) as error:
        verify_proof_v2(*arguments)
    assert error.value.code == code


@pytest.mark.parametrize("name, batch", [("perceptron", 1), ("perceptron", 3), ("every layer", 2), ("wide", 1)])
def test_an_honest_proof_is_accepted(name, batch):
    file, inputs, header, statement, proof = proved(name, batch)
    assert len(verify_proof_v2(header, statement, proof)) == 32
    model = Network(unframed(TAG, file))
    expected = [one for given in inputs for one in run(model, given)[model.output]]
    assert read_statement(statement, V2).output == expected and len(set(expected)) > 1


def test_these_networks_have_rows_chunks_segments_and_joined_rows():
    large, joined = Header(proved("wide", 1)[2]).matrix, Header(proved("every layer", 2)[2]).matrix
    assert large.rows > 1 and large.chunks > 1 and large.maps[1].segments(large.rows) > 1
    assert [one.joined for one in joined.maps] == [1, 1, 4, 3, 2, 1, 1, 3, 1]


def test_a_batch_that_leaves_places_over():
    _, _, header, statement, proof = proved("perceptron", 100)
    layout = choose(Header(header), 100, BatchLayout)
    assert layout.slots == 3 and layout.code.message - 300 > 0 and layout.chunks(0) == layout.chunks(1) == 2
    assert len(verify_proof_v2(header, statement, proof)) == 32


def test_every_batch_of_a_statement_fits_a_row():
    assert choose(Header(header_of_network(perceptron())), 4_096, BatchLayout).slots >= 1


# What a byte belongs to, in the order of the proof.


def regions(header: bytes, batch: int) -> dict:
    model = Header(header)
    layout, matrix = choose(model, batch, BatchLayout), model.matrix
    k, width, sizes = layout.code.dimension, matrix.code.dimension, {}
    sizes["root of the witness"] = sizes["root of the helpers"] = 32
    sizes["V"], sizes["Q_lin"], sizes["Q_loc"] = 16 * k, 32 * k, 32 * k
    sizes["U"], sizes["V_w"] = 16 * matrix.chunks * width, 16 * width
    sizes["columns of the input"] = layout.code.queries * (32 + 8 * layout.input_rows)
    found, at = {}, 0
    for name, size in sizes.items():
        found[name] = (at, at + size)
        at += size
    return found


@pytest.mark.parametrize("name", ["root of the witness", "root of the helpers", "V", "Q_lin", "Q_loc", "U", "V_w",
                                  "columns of the input"])
def test_a_changed_byte_of_each_part_is_refused(name):
    _, _, header, statement, proof = proved("perceptron", 3)
    first, end = regions(header, 3)[name]
    for at in (first, (first + end) // 2, end - 8):
        refused(header, statement, proof[:at] + bytes([proof[at] ^ 1]) + proof[at + 1 :])


@pytest.mark.parametrize("part", range(12))
def test_a_changed_byte_of_the_openings_is_refused(part):
    _, _, header, statement, proof = proved("wide", 1)
    first = regions(header, 1)["columns of the input"][1]
    at = first + part * (len(proof) - first - 1) // 11
    with pytest.raises(NexusError) as error:
        verify_proof_v2(header, statement, proof[:at] + bytes([proof[at] ^ 1]) + proof[at + 1 :])
    assert error.value.code in ("proof.rejected", "proof.malformed")


def test_a_column_of_weights_and_its_hashes_are_bound_to_the_root():
    _, _, header, statement, proof = proved("wide", 1)
    # The tail of a proof: the hashes beside the weights' columns.
    for back in (1, 33, 3000):
        at = len(proof) - back
        refused(header, statement, proof[:at] + bytes([proof[at] ^ 1]) + proof[at + 1 :], match="not under its root")


def test_bytes_that_are_no_proof_are_malformed():
    _, _, header, statement, proof = proved("perceptron", 1)
    start = regions(header, 1)["U"][0]
    for changed in (proof + b"\0", proof[:-1], proof[: start + 5], b"",
                    proof[:start] + struct.pack("<Q", P) + proof[start + 8 :]):
        refused(header, statement, changed, code="proof.malformed")


def test_a_statement_is_bound():
    _, _, header, statement, proof = proved("perceptron", 1)
    refused(header, statement.replace(b'"context":"YSB0', b'"context":"YSB1'), proof)
    refused(header, statement.replace(b'"batch":1', b'"batch":3'), proof, code="proof.wrong-statement")
    refused(header_of_network(perceptron(1)), statement, proof, code="proof.wrong-statement")
    refused(header, statement.replace(b"proof-v2", b"proof-v1"), proof, code="proof.wrong-statement")
    refused(header, statement.replace(b"proof-v2", b"proof-v3"), proof, code="proof.malformed")
    refused(header, b" " + statement, proof, code="proof.malformed")
    with pytest.raises(NexusError, match="another type"):
        verify_proof(unframed(TAG, perceptron()), statement, proof)


# A prover that lies.


def cheated(batch: int = 1, **cheat) -> tuple:
    return prove(perceptron(), [drawn(4, 100 + number) for number in range(batch)], Cheat(**cheat))


def test_other_weights_with_their_own_combination():
    refused(*cheated(model=perceptron(1)), match="the combination of weights")


def test_other_weights_with_the_registered_combination():
    refused(*cheated(model=perceptron(1), combination=perceptron()), match="the linear test")


def test_the_right_witness_with_another_combination():
    refused(*cheated(combination=perceptron(1)), match="the combination of weights")


@pytest.mark.parametrize("at", [0, 23, 511])
def test_a_combination_that_is_wrong_at_one_place(at):
    refused(*cheated(message={at: 1}), match="the combination of weights")


def test_a_mixture_that_is_wrong_at_one_place():
    refused(*cheated(message={512 + 7: 1}), match="the weights' proximity")


@pytest.mark.parametrize("output", [{0: 1}, {4: 1}, {0: 1, 3: -1}, {0: 1, 1: -1}])
def test_a_wrong_output_even_where_errors_would_cancel(output):
    refused(*cheated(batch=2, output=output), match="a linear constraint")


@pytest.mark.parametrize("numbers", [
    {(1, 1, 2): 1},  # a hidden value of the second input alone
    {(1, 0, 2): 1, (1, 1, 2): -1},  # errors of two inputs that would cancel
    {(1, 1, 2): 1, (1, 1, 3): -1},
])
def test_a_hidden_number_of_one_input(numbers):
    refused(*cheated(batch=2, numbers=numbers))


# Headers.


def header_with(change) -> bytes:
    data = bytearray(unframed(HEADER_TAG, proved("perceptron", 1)[2]))
    return frame(HEADER_TAG) + frame(bytes(change(data)))


def number(at: int, value: int):
    def changed(data: bytearray) -> bytearray:
        struct.pack_into("<I", data, at if at >= 0 else len(data) + at, value)
        return data

    return changed


# The first layer's count stands after 3 + 5 + 6 + 1 + 3 numbers; behind the layers k_w, R, C and 32 bytes.
@pytest.mark.parametrize("change, code", [
    (number(-36, 2), "proof.malformed"),  # C
    (number(-40, 2), "proof.malformed"),  # R
    (number(-44, 1_024), "proof.malformed"),  # k_w
    (number(72, 25), "proof.malformed"),  # the count
    (number(76, 4 * 127 + 1), "proof.bad-bound"),
    (number(0, 5), "proof.malformed"),  # another input's size: the count is not its
    (number(4, 9), "proof.bad-network"),  # the output
    (number(20, 63), "proof.bad-network"),  # the shift
    (number(68, 4), "proof.malformed"),  # the map's kind
    (lambda data: data + b"\0", "proof.malformed"),
    (lambda data: data[:-1], "proof.malformed"),
    (lambda data: data[:60], "proof.malformed"),
])
def test_another_header_is_refused(change, code):
    with pytest.raises(NexusError) as error:
        Header(header_with(change))
    assert error.value.code == code


def test_a_header_with_another_matrix_is_refused_though_the_statement_names_it():
    _, _, _, statement, proof = proved("perceptron", 1)
    header = header_with(number(-40, 2))
    old = read_statement(statement, V2).model_hash.encode()
    refused(header, statement.replace(old, digest_of(header).encode()), proof, code="proof.malformed")


def mutated(data: bytes, source: random.Random) -> bytes:
    found = bytearray(data)
    for _ in range(source.choice((1, 1, 2, 3))):
        at, kind = 4 * source.randrange(len(found) // 4), source.randrange(4)
        if kind == 0:
            found[at + source.randrange(4)] ^= 1 << source.randrange(8)
        elif kind == 1:
            struct.pack_into("<I", found, at, source.choice((0, 1, 3, 255, 1 << 16, 1 << 20, 1 << 31, (1 << 32) - 1)))
        elif kind == 2:
            del found[at : at + 4]
        else:
            found[at:at] = found[at : at + 4]
    return bytes(found)


@pytest.mark.parametrize("make", [perceptron, every_layer])
def test_a_mutated_header_is_read_or_refused_with_a_code(make):
    source, codes = random.Random(17), Counter()
    data = unframed(HEADER_TAG, header_of_network(make()))
    for _ in range(300):
        try:
            choose(Header(frame(HEADER_TAG) + frame(mutated(data, source))), 3, BatchLayout)
        except NexusError as error:
            codes[error.code] += 1
    assert {"proof.malformed", "proof.bad-network"} <= set(codes) and all(one.startswith("proof.") for one in codes)


def test_a_largest_sum_is_what_the_network_has():
    model = Header(header_of_network(perceptron()))
    weights = drawn(24, 1)
    sums = [sum(map(abs, weights[row : row + 4])) for row in range(0, 24, 4)]
    assert model.affine[0].terms[0].weights.largest_sum == max(sums)
    network_bounds = Network(unframed(TAG, perceptron())).affine
    assert [(one.excess_bits, one.deficit_bits) for one in model.affine] == [
        (one.excess_bits, one.deficit_bits) for one in network_bounds]


@pytest.mark.parametrize("file, code", [
    (network(4, 1, [maximum(0, (1, 2, 2, 2, 2, 1, 1, 0, 0, 1, 1))]), "proof.bad-network"),
    (network(4, 1, [affine(1, 3, [window_sum(0, 1, (1, 2, 2, 2, 2, 1, 1, 0, 0, 1, 1))])]), "proof.bad-network"),
    (network(2, 1, [affine(1, 3, [product(0, 1, [1, -128])])]), "proof.bad-bound"),
    (network(2, 1, [affine(1, 3, [product(0, 1, [1])])]), "proof.bad-network"),
    (perceptron() + b"\0", "proof.malformed"),
])
def test_a_network_that_cannot_be_registered(file, code):
    with pytest.raises(NexusError) as error:
        header_of_network(file)
    assert error.value.code == code


def test_a_header_is_a_frame_of_at_most_16_mebibytes():
    for file, code in ((bytes((1 << 24) + 1), "proof.too-large"), (b"", "proof.malformed"),
                       (perceptron(), "proof.malformed")):
        with pytest.raises(NexusError) as error:
            Header(file)
        assert error.value.code == code


def test_a_message_stands_for_the_combination_of_the_rows_that_the_page_names():
    """Σ_o f(o) · ∂map_o/∂x, from the message, against the sum over all outputs."""
    file = every_layer()
    model, header = Network(unframed(TAG, file)), Header(header_of_network(file))
    chi, eta = (3, 5), (7, 11)
    rows, matrix = matrix_rows(model)
    values = [(0, 0)] * len(rows[0])
    for row, factor in zip(rows, (power(eta, one) for one in range(matrix.rows))):
        values = [add(sum_, scale(factor, one % P)) for sum_, one in zip(values, row)]
    message = WeightMessage(header.matrix, values + [(0, 0)] * matrix.code.dimension)
    layout = choose(header, 1, BatchLayout)
    lookups = [(1 << 40, one) for one in range(1, 1 + len(layout.widths))]
    form = BatchForm(layout, [chi, eta], lookups, [0] * 5, message)
    # Value 8's coefficients: of its own block of period 3, and of the product that reads it, whose period is 1.
    own = 1 + 16 + 4 * 12 + 12 + 4 + 12 + 12 + 1
    expected = [scale(multiply(power(chi, own + at % 3), power(eta, at // 3)), P - (1 << 10)) for at in range(6)]
    for output, reads in enumerate(map_rows(model.layers[8].terms[0], 5)):
        for at, weight in reads:
            factor = multiply(power(chi, own + 3), power(eta, output))
            expected[at] = add(expected[at], scale(factor, weight % P))
    assert form.values[8] == expected
