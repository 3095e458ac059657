"""Check 12, where the clause computes a model: the proof of its result. Packs hold proof-v1 only, never proof-v2."""

import base64

from . import canonical_json
from .errors import require
from .hashing import digest_of
from .inputs import Bound
from .proof import verify_proof
from .proof_network import TAG, Network, unframed
from .result import Result
from .state import MISMATCH, Verification
from .texts import digest_bytes

_BAD_PROOF = "evidence.bad-proof"
_ENGINE = ("nexus-int8", "1", ["int8-network-v1", "proof-v1"])
# Decimals are counts of 10^-18.
_ONE = 10**18


def _output(state: Verification, result: Result) -> bytes:
    engine = (result.engine, result.engine_version, result.features)
    require(engine == _ENGINE, MISMATCH, "not the engine of models", "result.engine")
    output = bytearray()
    for name in state.clause.outputs:
        value = result.outputs.get(name) if result.outputs is not None else None
        fits = value is not None and value % _ONE == 0 and -128 <= value // _ONE <= 127
        require(fits, MISMATCH, "no integer from -128 to 127", "result.outputs")
        output.append(value // _ONE % 256)
    return bytes(output)


def _statement(state: Verification, root: str, output: bytes) -> bytes:
    return canonical_json.write({
        "batch": 1,
        "context": base64.b64encode(digest_bytes(state.quorum.job_id)).decode(),
        "inputRoot": root,
        "modelHash": state.clause.module,
        "output": base64.b64encode(output).decode(),
        "type": "nexus-proof-v1",
    })


def check_proof(state: Verification) -> str:
    found, clause = state.pack.proof, state.clause
    if state.quorum.override is not None:
        require(found is None, MISMATCH, "a proof beside an override", "proof")
        return "none (override)"
    require(found is not None, _BAD_PROOF, "the result comes without its proof", "proof")
    file, proof = found
    position = next(at for at, one in enumerate(clause.inputs) if one.kind == "committed")
    bound = state.pack.inputs[position]
    require(isinstance(bound, Bound), _BAD_PROOF, "input unbound: the commitment is withheld", "inputs")
    require(digest_of(file) == clause.module, MISMATCH, "another model", "proof.model")
    network = unframed(TAG, file, "proof.model")
    fits = Network(network).multiplications <= clause.fuel
    require(fits, MISMATCH, "more multiplications than the clause's fuel", "proof.model")
    output = _output(state, state.agreeing[0].cac.result)
    statement = _statement(state, bound.value.decode("utf-8"), output)
    for one in state.agreeing:
        same = one.cac.proof is not None and one.cac.proof[1] == statement
        require(same, MISMATCH, "the statement proves something else", "statements")
    named = any(one.cac.proof[0] == digest_of(proof) for one in state.agreeing)
    require(named, _BAD_PROOF, "no statement names this proof", "proof.proof")
    verify_proof(network, statement, proof)
    return f"{len(proof)} bytes; the input stays hidden"
