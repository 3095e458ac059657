"""proof-v1: the field, and an independent view of the rules beside the golden vectors."""

import base64
import json
from pathlib import Path

import pytest

from nexus_verify import NexusError, verify_proof
from nexus_verify.proof_field import P, Code, invert, multiply, root

VECTORS = Path(__file__).resolve().parents[3] / "Vectors/proof/v1"


def accepted() -> tuple:
    vector = json.loads((VECTORS / "accept/001-perceptron.json").read_bytes())
    return base64.b64decode(vector["network"]), vector["statement"].encode(), base64.b64decode(vector["proof"])


def test_the_field_and_its_roots():
    assert P == 18446744069414584321 and pow(7, (P - 1) // 2, P) == P - 1
    assert multiply((3, 5), invert((3, 5))) == (1, 0)
    assert pow(root(1 << 32), 1 << 31, P) == P - 1


def test_the_code_evaluates_the_row_polynomial():
    code = Code(8, 2)
    values = [(i * i + 3, i) for i in range(5)]
    coefficients = code.interpolate([pair[0] for pair in values] + [0] * 3)
    columns = [0, 3, 9, 31]
    direct = [sum(c * pow(code.point(j), i, P) for i, c in enumerate(coefficients)) % P for j in columns]
    assert [pair[0] for pair in code.row_at_columns(values, columns)] == direct
    assert all(pow(code.point(j), 8, P) != 1 for j in range(32))


@pytest.mark.parametrize("part", [0.0, 0.2, 0.37, 0.5, 0.77, 0.99])
def test_a_changed_byte_is_refused(part):
    network, statement, proof = accepted()
    at = int(part * len(proof))
    changed = proof[:at] + bytes([proof[at] ^ 4]) + proof[at + 1 :]
    with pytest.raises(NexusError) as error:
        verify_proof(network, statement, changed)
    assert error.value.code in ("proof.rejected", "proof.malformed")
