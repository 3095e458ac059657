"""result-v1: what a computation came to, and the signal that follows from its terms."""

from dataclasses import dataclass

from . import canonical_json, limits, texts
from .clause import SIGNALS, Clause
from .errors import require
from .fields import Fields, as_text


@dataclass(frozen=True)
class ResultTerm:
    name: str
    expression: str
    unit: str | None
    margin: int | None
    verdict: str


@dataclass(frozen=True)
class Result:
    clause: str
    occurrence_id: str
    input_commitment: str
    engine: str
    engine_version: str
    features: list
    fuel_limit: int
    outputs: dict | None
    terms: list
    signal: str


def read_engine(fields: Fields, *, fuel_limit: bool) -> tuple:
    """(name, version, features, fuel limit or 0) of an engine."""
    with fields:
        features = fields.text_array("features", limits.ENGINE_FEATURES_MAX, limits.RESULT_BYTES_MAX)
        fuel = fields.integer("fuelLimit") if fuel_limit else 0
        name, version = fields.text("name", limits.SHORT_BYTES_MAX), fields.text("version", limits.SHORT_BYTES_MAX)
        return name, version, features, fuel


def _outputs(value, place: str) -> dict:
    require(isinstance(value, dict), "base.wrong-type", "not an object", place)
    outputs = {}
    for name, text in value.items():
        as_text(text, f"{place}.{name}", limits.GRAMMAR_BYTES_MAX)
        outputs[name] = texts.decimal(text, f"{place}.{name}")
    return outputs


def _term(value, place: str) -> ResultTerm:
    with Fields(value, place) as one:
        name = one.text("name", limits.TEXT_BYTES_MAX)
        expression = one.text("expression", limits.TEXT_BYTES_MAX)
        unit = one.optional("unit", one.text, limits.TEXT_BYTES_MAX)
        one.optional("observed", one.text, limits.TEXT_BYTES_MAX)
        one.optional("threshold", one.text, limits.TEXT_BYTES_MAX)
        margin = one.optional("margin", one.decimal)
        return ResultTerm(name, expression, unit, margin, one.choice("verdict", "PASS", "FAIL", "UNDECIDED"))


def read_result(data: bytes) -> Result:
    """A result from its canonical bytes."""
    with Fields(canonical_json.parse_canonical(data, limits.RESULT_BYTES_MAX), "result") as fields:
        fields.choice("format", "nexus.result/v1")
        clause, occurrence = fields.digest("clause"), fields.digest("occurrenceId")
        commitment = fields.digest("inputCommitment")
        engine, version, features, fuel = read_engine(fields.object("engine"), fuel_limit=True)
        outputs = None
        if fields.has("fault"):
            # With both, outputs is left over and refused as unknown.
            fields.text("fault", limits.NAME_BYTES_MAX)
        else:
            outputs = _outputs(fields.take("outputs"), fields.at("outputs"))
        terms = [_term(element, at) for at, element in fields.array("terms", limits.RESULT_TERMS_MAX)]
        signal = fields.choice("signal", *SIGNALS)
    return Result(clause, occurrence, commitment, engine, version, features, fuel, outputs, terms, signal)


def signal_of(clause: Clause, terms: list) -> str:
    """The signal that follows from verdicts and margins, pair by pair with the clause's terms."""
    pairs = list(zip(clause.terms, terms, strict=True))
    for agreed, found in pairs:
        if found.verdict == "UNDECIDED" and agreed.role != "information":
            return "ESCALATE"
        banded = agreed.review_band is not None and found.margin is not None
        if banded and abs(found.margin) < agreed.review_band:
            return "ESCALATE"
    if any(agreed.role == "obligation" and found.verdict == "FAIL" for agreed, found in pairs):
        return "FAIL"
    triggers = [found.verdict for agreed, found in pairs if agreed.role == "trigger"]
    return "TRIGGER" if triggers and all(verdict == "PASS" for verdict in triggers) else "PASS"
