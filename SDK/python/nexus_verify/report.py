"""What a verification found: a verdict, each check, and what an accepted pack does not show."""

from dataclasses import dataclass, field

CHECKS = ("form", "rail", "checkpoint", "genesis", "governance", "rollup", "clause", "inputs", "statements",
          "quorum", "result", "attestation")
# Where the clause computes a model, the proof is checked after the result.
CHECKS_OF_MODELS = (*CHECKS[:-1], "proof", CHECKS[-1])


@dataclass
class Check:
    """One check. ``code`` is None if it holds."""

    name: str
    detail: str
    code: str | None = None


@dataclass
class Report:
    """The verdict on one pack. Facts are as the pack says them and mean something only if it is accepted."""

    checks: list = field(default_factory=list)
    # The checks to make, by name.
    asked: tuple = CHECKS
    facts: dict = field(default_factory=dict)
    caveats: list = field(default_factory=list)
    # What cosignatures and anchors exclude, and on whose word.
    assurances: list = field(default_factory=list)

    @property
    def accepted(self) -> bool:
        held = tuple(check.name for check in self.checks if check.code is None)
        return held == self.asked and len(self.checks) == len(self.asked)

    @property
    def failed(self) -> Check | None:
        return next((check for check in self.checks if check.code is not None), None)

    def to_json(self) -> dict:
        """The report as values of JSON; facts and caveats only if accepted."""
        checks = [
            {"check": one.name, "holds": one.code is None, "detail": one.detail}
            | ({} if one.code is None else {"code": one.code})
            for one in self.checks
        ]
        if self.accepted:
            return {"verdict": "accept", **self.facts, "checks": checks, "caveats": self.caveats,
                    "assurances": self.assurances}
        failed = self.failed
        assert failed is not None
        return {"verdict": "reject", "check": failed.name, "code": failed.code, "checks": checks}
