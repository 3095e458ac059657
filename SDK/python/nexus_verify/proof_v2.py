"""proof-v2: verifies a batch of a network's answers from the network's header, without its weights. From the page."""

from .proof_batch import BatchForm
from .proof_header import Header
from .proof_layout import BatchLayout, choose
from .proof_run import Run
from .proof_statement import V1, V2, read_statement
from .proof_transcript import Transcript
from .proof_weights import TABLEAU, WeightMessage


def verify_proof_v2(header: bytes, statement: bytes, proof: bytes) -> bytes:
    """Returns the transcript's last state if the proof holds; raises ``NexusError`` with a ``proof.`` code if not.

    ``header`` is the file of proof-v2, section 3. It is worth what its registration was worth: `header_of_network`
    computes it from the network. As in proof-v1, the caller checks ``inputRoot`` and ``context``.
    """
    model, claim = Header(header), read_statement(statement, V1, V2)
    claim.check_model(V2, model.hash, claim.batch * model.sizes[model.output])
    layout, transcript = choose(model, claim.batch, BatchLayout), Transcript(V2, proof)
    run, matrix = Run(layout, claim, transcript), model.matrix
    rows, dimension = matrix.rows * matrix.chunks, matrix.code.dimension
    run.begin()
    challenges, local = transcript.pairs(7, 2), transcript.pairs(8, 1)[0]
    mixers = transcript.pairs(13, rows)
    run.receive_polynomials()
    weights = WeightMessage(matrix, transcript.receive(14, (matrix.chunks + 1) * dimension))
    run.draw_columns()
    columns = transcript.columns(15, matrix.code.queries, matrix.code.length)
    run.open()
    opened = transcript.opening(TABLEAU, columns, matrix.code.length, rows, model.weight_root, salt_bytes=0)
    transcript.end()
    weights.test(columns, opened, challenges[1], mixers)
    run.test(BatchForm(layout, challenges, run.lookups, claim.output, weights), local)
    return transcript.state
