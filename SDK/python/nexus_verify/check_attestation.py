"""The last check: the kinds of evidence that statements name, and the documents that their nodes were admitted with."""

from .admission import taken_under
from .appraisal import appraise
from .attestation import report_data_prefix, roots_of, verify_evidence
from .claims import Verified
from .errors import NexusError, require
from .genesis import SIMULATED
from .hashing import digest_of
from .snapshot import Admission
from .state import MISMATCH, Verification, VerifiedStatement

_NOT_ALLOWED = "evidence.attestation-not-allowed"
_BOUND_BYTES = 32


def _require_good(state: Verification, one: VerifiedStatement, admission: Admission, document: bytes) -> Verified:
    """The document is what the node was admitted as, and good enough by the rule that the node acted under."""
    rules = taken_under(state.fold.snapshot(one.cac.snapshot_digest).admission, state.genesis)
    at, challenged = admission.proposed_at, admission.attestation == "tpm"
    verified = verify_evidence(document, at, roots_of(rules), challenged=challenged)
    require(verified.kind == admission.attestation, _NOT_ALLOWED, f"the evidence is {verified.kind}")
    appraisal = appraise(verified, rules, None)
    bound = verified.claims.eat_nonce[:_BOUND_BYTES] == report_data_prefix(one.cac.node, one.binding.sealing_key)
    require(bound, "attestation.key-not-bound", "the evidence binds other keys than the node's")
    for refusal in appraisal.refusals:
        raise NexusError(refusal["code"], refusal["message"], refusal["place"])
    return verified


def _check_documents(state: Verification) -> list:
    """What the documents of the agreeing statements turned out to be, each document once."""
    documents = {digest_of(one): one for one in reversed(state.pack.attestations)}
    shown: list = []
    found = []
    for one in state.agreeing:
        kind, node = one.cac.attestation_kind, one.cac.node
        admission = state.fold.snapshot(one.cac.snapshot_digest).admitted.get(node)
        if admission is None or admission.evidence is None:
            require(kind == SIMULATED, _NOT_ALLOWED, f"no evidence of {kind} was admitted", "statements")
            continue
        document = documents.get(admission.evidence)
        require(document is not None, MISMATCH, "the evidence of an admission is not shown", "attestations")
        require(kind in (admission.attestation, SIMULATED), _NOT_ALLOWED, f"admitted as {admission.attestation}")
        try:
            found.append(_require_good(state, one, admission, document))
        except NexusError as error:
            raise NexusError(error.code, error.message, f"evidence of {node}") from None
        if document not in shown:
            shown.append(document)
    require(shown == state.pack.attestations, MISMATCH, "not the statements' documents in their order", "attestations")
    return found


def check_attestation(state: Verification) -> str:
    kinds = sorted({one.cac.attestation_kind for one in state.agreeing}, key=lambda text: text.encode("utf-8"))
    for kind in kinds:
        require(kind in state.clause.execution.attestation, _NOT_ALLOWED, f"the clause does not take {kind}")
        require(kind in state.trust.attestation, _NOT_ALLOWED, f"the trust file does not take {kind}")
    state.evidence = _check_documents(state)
    told = ", ".join(kinds) if kinds else "none asked for"
    return f"{told}; {len(state.pack.attestations)} documents hold" if state.evidence else told
