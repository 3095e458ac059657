"""proof-v1 section 1, which proof-v2 shares: what a proof is about."""

import base64
from dataclasses import dataclass

from . import canonical_json, texts
from .errors import NexusError, require

V1, V2 = "nexus-proof-v1", "nexus-proof-v2"
FIELDS = {"batch", "context", "inputRoot", "modelHash", "output", "type"}


@dataclass
class Statement:
    data: bytes
    type: str
    model_hash: str
    input_root: bytes
    output: list
    batch: int
    context: bytes

    def check_model(self, type_: str, model_hash: str, output_count: int) -> None:
        """That it is about this model, and has so many outputs. Raises ``proof.wrong-statement``."""
        require(self.type == type_, "proof.wrong-statement", "a statement of the other version")
        same = self.model_hash == model_hash
        require(same, "proof.wrong-statement", "the statement is about another model")
        sized = len(self.output) == output_count
        require(sized, "proof.wrong-statement", "the statement's output has another size")


def _base64(value) -> bytes:
    require(isinstance(value, str), "proof.malformed", "base64 is needed")
    data = base64.b64decode(value, validate=True)
    require(base64.b64encode(data).decode() == value, "proof.malformed", "base64 is strict")
    return data


def _digest(value) -> bytes:
    require(isinstance(value, str), "proof.malformed", "a digest is needed")
    return texts.digest_bytes(texts.digest(value, ""))


def read_statement(data: bytes, *types: str) -> Statement:
    """Section 1: a statement of one of these types, or of proof-v1. Raises ``proof.malformed``."""
    try:
        value = canonical_json.parse_canonical(data)
        require(isinstance(value, dict) and set(value) == FIELDS, "proof.malformed", "other fields than a statement's")
        require(value["type"] in (types or (V1,)), "proof.malformed", "a statement of another type")
        batch, context = value["batch"], _base64(value["context"])
        require(type(batch) is int and 1 <= batch <= 4_096, "proof.malformed", "a batch of 1 to 4,096")
        require(len(context) <= 1_024, "proof.malformed", "a context of at most 1,024 bytes")
        _digest(value["modelHash"])
        output = [byte - 256 if byte > 127 else byte for byte in _base64(value["output"])]
        root = _digest(value["inputRoot"])
        return Statement(data, value["type"], value["modelHash"], root, output, batch, context)
    except ValueError as error:
        raise NexusError("proof.malformed", str(error)) from error
    except NexusError as error:
        raise NexusError("proof.malformed", error.detail, error.place) from error
