"""proof-v1: verifies that a network, applied to committed inputs, gives the stated output. Written from the page."""

from .proof_layout import choose
from .proof_linear import LinearForm
from .proof_network import Network
from .proof_run import Run
from .proof_statement import V1, read_statement
from .proof_transcript import Transcript


def verify_proof(network: bytes, statement: bytes, proof: bytes) -> bytes:
    """Returns the transcript's last state if the proof holds; raises ``NexusError`` with a ``proof.`` code if not.

    Where the input comes from is another question: check a signature over the statement's ``inputRoot``, and that its
    context is yours.
    """
    model, claim = Network(network), read_statement(statement)
    layout, transcript = choose(model, claim.batch), Transcript(V1, proof)
    claim.check_model(V1, model.hash, layout.count(model.output))
    run = Run(layout, claim, transcript)
    run.begin()
    linear, local = transcript.pairs(7, 1)[0], transcript.pairs(8, 1)[0]
    run.receive_polynomials()
    run.draw_columns()
    run.open()
    transcript.end()
    run.test(LinearForm(layout, linear, run.lookups, claim.output), local)
    return transcript.state
