"""Whether verified evidence is good enough for a committee, in words of EAR and AR4SI (attestation-v1, "Result")."""

from dataclasses import dataclass, field

from .claims import Verified
from .errors import NexusError
from .reference_values import Rule

NOT_CLAIMED, AFFIRMED, PUT_UP_WITH, REFUSED = 0, 2, 32, 96
IDENTITY, CONFIGURATION, EXECUTABLES, HARDWARE, RUNTIME = (
    "instance-identity", "configuration", "executables", "hardware", "runtime-opaque")
_ELEMENTS = (CONFIGURATION, EXECUTABLES, HARDWARE, IDENTITY, RUNTIME)
_STATUS = {NOT_CLAIMED: "none", AFFIRMED: "affirming", PUT_UP_WITH: "warning", REFUSED: "contraindicated"}
# Statuses that no rule can put up with.
_NEVER = ("Revoked", "OlderThanListed")
# Intel's software mitigates what SWHardeningNeeded tells of: nothing that the platform could change.
_AFFIRMED = ("UpToDate", "SWHardeningNeeded")
_OPAQUE = ("sev-snp", "sgx", "tdx")


@dataclass
class Appraisal:
    """All reasons at once; refused evidence is ``contraindicated``."""

    verified: Verified
    vector: dict
    refusals: list = field(default_factory=list)
    warnings: list = field(default_factory=list)

    @property
    def status(self) -> str:
        return _STATUS[max(self.vector.values())]

    @property
    def accepted(self) -> bool:
        return not self.refusals

    def refuse(self, element: str, code: str, message: str, place: str) -> None:
        self.vector[element] = REFUSED
        self.refusals.append({"code": f"attestation.{code}", "message": message, "place": f"evidence.{place}"})

    def warn(self, element: str, message: str) -> None:
        self.vector[element] = max(self.vector[element], PUT_UP_WITH)
        self.warnings.append(message)

    def to_json(self) -> dict:
        return self.verified.to_json() | {"refusals": self.refusals, "status": self.status, "version": 1,
                                          "trustworthinessVector": self.vector, "warnings": self.warnings}


def _judge_status(found: Appraisal, rule: Rule) -> None:
    status = found.verified.claims.tcb_status
    if status is None:
        return
    if status in _NEVER or status not in rule.tcb_status:
        found.refuse(HARDWARE, "outdated-platform", f"the platform's status is {status}", "tcbStatus")
    elif status not in _AFFIRMED:
        found.warn(HARDWARE, f"the platform's status is {status}, which the rule puts up with")


def _judge_versions(found: Appraisal, rule: Rule) -> None:
    for name, (least, greatest) in sorted(rule.versions.items()):
        value, place = found.verified.claims.versions.get(name), f"versions.{name}"
        if value is None:
            found.refuse(HARDWARE, "outdated-platform", "the evidence has no such version", place)
            continue
        if least is not None and value < least:
            found.refuse(HARDWARE, "outdated-platform", f"{value}, at least {least} is needed", place)
        if greatest is not None and value > greatest:
            found.refuse(HARDWARE, "configuration-refused", f"{value}, at most {greatest}", place)


def _judge_configuration(found: Appraisal, rule: Rule) -> None:
    claims = found.verified.claims
    if claims.dbgstat == "enabled":
        if rule.debug:
            found.warn(CONFIGURATION, "the machine can be debugged, which the rule puts up with")
        else:
            found.refuse(CONFIGURATION, "debug-enabled", "the machine can be debugged", "dbgstat")
    for name, wanted in sorted(rule.flags.items()):
        if claims.flags.get(name) is not wanted:
            told = "must be on" if wanted else "must be off"
            found.refuse(CONFIGURATION, "configuration-refused", told, f"flags.{name}")


def _judge_registers(found: Appraisal, rule: Rule) -> None:
    for name, values in sorted(rule.registers.items()):
        value = found.verified.claims.measurements.get(name)
        if value is None or value.hex() not in values:
            found.refuse(EXECUTABLES, "wrong-measurement", "not among the approved values", f"measurements.{name}")


def appraise(verified: Verified, rules: dict, report_data: bytes | None) -> Appraisal:
    """By the rule of its kind; ``attestation.kind-not-allowed`` where there is none. Without report data, all else."""
    kind = verified.kind
    rule = rules.get(kind)
    if rule is None:
        raise NexusError("attestation.kind-not-allowed", f"evidence of kind {kind} is not accepted", "evidence")
    vector = dict.fromkeys(_ELEMENTS, NOT_CLAIMED if kind == "simulated" else AFFIRMED)
    if kind not in _OPAQUE:
        vector[RUNTIME] = NOT_CLAIMED
    found = Appraisal(verified, vector)
    if report_data is not None and verified.claims.eat_nonce != report_data:
        found.refuse(IDENTITY, "key-not-bound", "the report data does not bind the node's keys", "eat_nonce")
    if rule.revocation_lists and not verified.lists_complete:
        found.refuse(HARDWARE, "missing-revocation-list", "a revocation list of each issuer is needed",
                     "revocationLists")
    _judge_status(found, rule)
    _judge_versions(found, rule)
    _judge_configuration(found, rule)
    _judge_registers(found, rule)
    return found
