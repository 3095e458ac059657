"""evidence-pack-v1, "Verification": the checks in their order."""

from collections.abc import Callable

from .check_attestation import check_attestation
from .check_clause import check_clause, check_inputs
from .check_log import check_checkpoint, check_genesis, check_governance, check_rollup
from .check_proof import check_proof
from .check_quorum import check_quorum, check_result
from .check_statements import check_statements
from .errors import NexusError, require
from .genesis import SIMULATED, TrustFile
from .inputs import Reference
from .pack import read_pack
from .report import CHECKS, CHECKS_OF_MODELS, Check, Report
from .state import Verification


def _check_form(state: Verification) -> str:
    state.pack = read_pack(state.data)
    return "canonical, complete, digest as written"


def _check_rail(state: Verification) -> str:
    require(state.pack.rail == state.trust.rail, "evidence.other-rail", "not the rail of the trust file", "rail")
    return state.trust.rail


_STEPS: dict[str, Callable[[Verification], str]] = {
    "form": _check_form,
    "rail": _check_rail,
    "checkpoint": check_checkpoint,
    "genesis": check_genesis,
    "governance": check_governance,
    "rollup": check_rollup,
    "clause": check_clause,
    "inputs": check_inputs,
    "statements": check_statements,
    "quorum": check_quorum,
    "result": check_result,
    "proof": check_proof,
    "attestation": check_attestation,
}


def verify_pack(data: bytes, trust: TrustFile) -> Report:
    """Verifies an evidence pack's bytes offline, with nothing but a trust file.

    Never raises on bad input: the report's last check then has the code, and ``accepted`` is false.
    """
    report, state = Report(), Verification(data, trust)
    names = list(CHECKS)
    while names:
        name = names.pop(0)
        try:
            report.checks.append(Check(name, _STEPS[name](state)))
        except NexusError as error:
            report.checks.append(Check(name, error.message, error.code))
            return report
        if name == "clause" and state.clause.computation == "model":
            report.asked = CHECKS_OF_MODELS
            names = list(CHECKS_OF_MODELS[len(report.checks):])
    _tell(report, state)
    return report


def _tell(report: Report, state: Verification) -> None:
    quorum = state.quorum
    report.facts = {
        "signal": quorum.signal,
        "override": quorum.override is not None,
        "agreeing": len(state.agreeing),
        "differing": len(state.statements) - len(state.agreeing),
        "void": sum(one.outcome == "void" for one in quorum.attempts),
        "clause": quorum.clause_id,
        "occurrence": quorum.occurrence,
        "validators": len(state.validators),
        "witnesses": len(state.witnesses),
    }
    if state.evidence:
        report.facts["attestation"] = sorted({one.kind for one in state.evidence})
    trusted = [stamp for stamp in state.stamps if stamp.is_trusted]
    if trusted:
        report.facts["existedBy"] = trusted[0].time
    report.assurances = list(_assurances(state, trusted))
    report.caveats = list(_caveats(state))


def _assurances(state: Verification, trusted: list):
    if state.cosigners:
        names = ", ".join(state.cosigners)
        yield f"rollback and a second history excluded, unless all of these cosigned both: {names}"
    for stamp in trusted:
        yield f"the checkpoint existed by {stamp.time}, on the word of {stamp.authority}"


def _rests_on_credentials(state: Verification) -> bool:
    """Whether an agreeing statement is by a node that was admitted on credentials."""
    for one in state.agreeing:
        for snapshot in (state.fold.snapshot(one.cac.snapshot_digest), state.current):
            admission = snapshot.admitted.get(one.cac.node)
            if admission is not None and admission.on_credentials:
                return True
    return False


def _caveats(state: Verification):
    if any(one.cac.attestation_kind == SIMULATED for one in state.agreeing):
        yield "attestation is simulated: it shows nothing about hardware"
    if any(one.kind != SIMULATED for one in state.evidence):
        yield "evidence is that of the admission: what a machine became since is the rail's word, which asks again"
    if any(one.kind == "tpm" for one in state.evidence):
        yield "that a TPM answered a challenge is the committee's word"
    if _rests_on_credentials(state):
        yield "credentials of admitted nodes were not verified: the committee is relied on (trust.unsupported-credential)"
    if not state.cosigners:
        yield "rollback not excluded: no validator or witness cosigned the checkpoint"
    for stamp in state.stamps:
        if not stamp.is_trusted:
            yield f"time not shown: the trust file has no root for the time stamp by {stamp.authority}"
    withheld = [one.name for one in state.pack.inputs if isinstance(one, Reference)]
    if withheld:
        yield "inputs withheld: " + ", ".join(withheld)
    if state.quorum.override is not None:
        yield "the signal was decided by people (an override), not by agreement of nodes"
    if state.pack.proof is None:
        yield "the computation was not run again: outputs, margins and verdicts are what the nodes signed"
    else:
        yield "the model's outputs are proved; margins and verdicts over them are what the node signed"
    yield "times are claims of who signed them"
    yield "that no revocation stands in the log between the last entry shown and the rollup is for validators to check"
