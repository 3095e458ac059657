"""clause-v1: the clause document from its canonical JSON, and what in it must fit together."""

import re
from dataclasses import dataclass

from . import canonical_json, limits, texts
from .errors import NexusError, require
from .fields import Fields, as_text
from .hashing import digest_of

_ID = re.compile(
    r"([A-Za-z][A-Za-z0-9_-]*)::([A-Za-z][A-Za-z0-9_-]*)@"
    r"(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})"
)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
SIGNALS = ("TRIGGER", "PASS", "FAIL", "ESCALATE")
ROLES = ("trigger", "obligation", "information")
TRIGGER_KINDS = ("schedule", "reading", "proposal", "simulation", "manual")


@dataclass(frozen=True)
class ClauseID:
    text: str
    issuer: str
    name: str


def read_clause_id(text: str, place: str = "") -> ClauseID:
    match = _ID.fullmatch(text) if len(text) <= limits.NAME_BYTES_MAX else None
    if match is None:
        raise NexusError("clause.bad-identifier", "not ISSUER::Name@major.minor.patch", place)
    return ClauseID(text, match.group(1), match.group(2))


@dataclass(frozen=True)
class Input:
    name: str
    kind: str
    feed: str | None
    editions: list
    minimum: int | None
    maximum: int | None


@dataclass(frozen=True)
class Term:
    name: str
    expression: str
    unit: str | None
    role: str
    review_band: int | None


@dataclass(frozen=True)
class Execution:
    risk_class: str
    tier: str
    nodes: int
    quorum: int
    unanimous: bool
    retry_max: int
    distinct: list
    jurisdictions: list
    attestation: list
    on_revocation: str


@dataclass(frozen=True)
class Action:
    name: str
    kind: str
    payment: dict


@dataclass(frozen=True)
class Clause:
    digest: str
    id: ClauseID
    valid_from: str
    valid_until: str | None
    trigger_kinds: list
    occurrence_kind: str
    occurrence_minimum: int | None
    occurrence_maximum: int | None
    inputs: list
    parameters: list
    computation: str
    module: str
    fuel: int
    outputs: list
    terms: list
    execution: Execution
    actions: list
    correction_actions: list


class _ClauseFields(Fields):
    """The types of clause-v1 on top of the general fields."""

    def name(self, key: str) -> str:
        return as_name(self.text(key, limits.NAME_BYTES_MAX), self.at(key))

    def line(self, key: str) -> str:
        return _as_line(self.text(key, limits.NAME_BYTES_MAX), self.at(key))

    def expression(self, key: str) -> str:
        return self.text(key, limits.EXPRESSION_BYTES_MAX)

    def object(self, name: str) -> "_ClauseFields":
        return _ClauseFields(self.take(name), self.at(name))

    def lines(self, key: str) -> list:
        return [_as_line(text, place) for place, text in self._texts(key)]

    def names(self, key: str) -> list:
        return [as_name(text, place) for place, text in self._texts(key)]

    def choices(self, key: str, *choices: str) -> list:
        found = self._texts(key)
        for place, one in found:
            require(one in choices, "base.wrong-type", "none of its choices", place)
        return [one for _, one in found]

    def records(self, key: str, reader) -> list:
        found = []
        for place, element in self.array(key, limits.CLAUSE_LIST_MAX):
            with _ClauseFields(element, place) as one:
                found.append(reader(one))
        return found

    def _texts(self, key: str) -> list:
        found = self.array(key, limits.CLAUSE_LIST_MAX)
        return [(place, as_text(element, place, limits.NAME_BYTES_MAX)) for place, element in found]


def as_name(text: str, place: str) -> str:
    require(_NAME.fullmatch(text) is not None, "base.wrong-type", "not a name", place)
    return text


def _as_line(text: str, place: str) -> str:
    require(text != "" and min(text) >= " ", "base.wrong-type", "not a line", place)
    return text


def _input(one: _ClauseFields) -> Input:
    name, kind = one.name("name"), one.choice("kind", "decimal", "text", "committed")
    one.optional("unit", one.line)
    feed = one.optional("feed", one.name)
    editions = one.lines("editions")
    minimum, maximum = one.optional("minimum", one.decimal), one.optional("maximum", one.decimal)
    one.optional("residency", one.line)
    return Input(name, kind, feed, editions, minimum, maximum)


def _parameter(one: _ClauseFields) -> str:
    name = one.name("name")
    one.decimal("value")
    one.optional("unit", one.line)
    return name


def _output(one: _ClauseFields) -> str:
    name = one.name("name")
    one.optional("unit", one.line)
    return name


def _term(one: _ClauseFields) -> Term:
    name, expression = one.name("name"), one.expression("expression")
    unit = one.optional("unit", one.line)
    return Term(name, expression, unit, one.choice("role", *ROLES), one.optional("reviewBand", one.decimal))


def _policy(one: _ClauseFields) -> None:
    one.name("name")
    one.expression("expression")
    one.line("because")


def _party(one: _ClauseFields) -> None:
    one.line("name")
    one.line("role")


def _action(one: _ClauseFields) -> Action:
    name, kind = one.name("name"), one.choice("kind", "payment-instruction", "webhook")
    one.choices("on", *SIGNALS)
    one.name("endpoint")
    payment = {"payee": one.optional("payee", one.line), "currency": one.optional("currency", one.line),
               "limit": one.optional("limit", one.decimal), "rate": one.optional("rate", one.name)}
    return Action(name, kind, payment)


def _execution(one: _ClauseFields) -> Execution:
    execution = Execution(
        one.choice("riskClass", "routine", "operational", "financial", "treaty"),
        one.choice("tier", "single", "quorum", "proof"),
        one.integer("nodes", 1, 64),
        one.integer("quorum", 1, 64),
        one.boolean("unanimous"),
        one.integer("retryMax", 0, 16),
        one.choices("distinct", "operator", "jurisdiction"),
        one.lines("jurisdictions"),
        one.lines("attestation"),
        one.choice("onRevocation", "finish", "fence"),
    )
    one.integer("deadlineMilliseconds", 100, 86_400_000)
    one.integer("priority", 0, 9)
    return execution


def _computation(one: _ClauseFields) -> tuple:
    kind = one.choice("kind", "wasm", "model")
    module, fuel = one.digest("module"), one.integer("fuel", 1, 10**12)
    one.integer("memoryBytes", 65_536, 2**30)
    one.integer("outputBytes", 2, 2**24)
    one.integer("wallTimeMilliseconds", 1, 3_600_000)
    return kind, module, fuel


def _document(fields: _ClauseFields, digest: str) -> Clause:
    fields.choice("format", "nexus.clause/v1")
    clause_id = read_clause_id(fields.text("id", limits.NAME_BYTES_MAX), fields.at("id"))
    fields.line("title")
    fields.line("language")
    fields.text("text", limits.CLAUSE_TEXT_BYTES_MAX)
    fields.line("domain")
    fields.line("jurisdiction")
    fields.records("parties", _party)
    with fields.object("validity") as one:
        valid_from, valid_until = one.time("from"), one.optional("until", one.time)
    with fields.object("trigger") as one:
        kinds = one.choices("kinds", *TRIGGER_KINDS)
        one.line("source")
    with fields.object("occurrence") as one:
        one.name("name")
        kind = one.choice("kind", "integer", "date", "text")
        low, high = -limits.OCCURRENCE_BOUND_MAX, limits.OCCURRENCE_BOUND_MAX
        minimum = one.optional("minimum", one.integer, low, high)
        maximum = one.optional("maximum", one.integer, low, high)
    inputs = fields.records("inputs", _input)
    parameters = fields.records("parameters", _parameter)
    with fields.object("computation") as one:
        computation, module, fuel = _computation(one)
    outputs = fields.records("outputs", _output)
    terms = fields.records("terms", _term)
    with fields.object("execution") as one:
        execution = _execution(one)
    actions = fields.records("actions", _action)
    corrections = fields.names("correctionActions")
    with fields.object("governance") as one:
        one.records("policies", _policy)
        one.line("contact")
    return Clause(digest, clause_id, valid_from, valid_until, kinds, kind, minimum, maximum, inputs, parameters,
                  computation, module, fuel, outputs, terms, execution, actions, corrections)


def _rule(condition: bool, place: str, detail: str) -> None:
    require(condition, "clause.inconsistent", detail, place)


def _require_distinct(places_and_names: list) -> None:
    seen: set = set()
    for place, name in places_and_names:
        _rule(name not in seen, place, "a name in use")
        seen.add(name)


def _placed(key: str, names: list) -> list:
    return [(f"{key}[{position}].name", name) for position, name in enumerate(names)]


def _require_quorum_fits(execution: Execution) -> None:
    _rule(execution.quorum <= execution.nodes, "execution.quorum", "more than nodes")
    _rule(2 * execution.quorum > execution.nodes, "execution.quorum", "no majority of nodes")
    needs_quorum = execution.risk_class in ("financial", "treaty")
    _rule(not needs_quorum or execution.tier != "single", "execution.tier", "the risk class needs another tier")
    _rule(execution.tier != "single" or execution.nodes == 1, "execution.nodes", "tier single has one node")
    if execution.tier == "quorum":
        _rule(execution.quorum >= 2, "execution.quorum", "tier quorum needs two")
        _rule("operator" in execution.distinct, "execution.distinct", "tier quorum needs distinct operators")
    _rule(bool(execution.attestation), "execution.attestation", "empty")


def _require_proof_fits(clause: Clause) -> None:
    proved = clause.execution.tier == "proof"
    _rule((clause.computation == "model") == proved, "execution.tier", "kind model goes with tier proof, and only with it")
    committed = [position for position, one in enumerate(clause.inputs) if one.kind == "committed"]
    if not proved:
        _rule(not committed, f"inputs[{committed[0] if committed else 0}]", "only tier proof has committed inputs")
        return
    _rule(clause.execution.nodes == 1, "execution.nodes", "tier proof has one node")
    _rule(len(committed) == 1, "inputs", "tier proof has exactly one committed input")
    _rule(clause.inputs[committed[0]].feed is not None, f"inputs[{committed[0]}]", "a committed input without a feed")


def _require_consistent(clause: Clause) -> None:
    """What must fit together, in the page's order; expressions are not compiled here."""
    inputs = _placed("inputs", [one.name for one in clause.inputs])
    _require_distinct(inputs + _placed("parameters", clause.parameters) + _placed("outputs", clause.outputs))
    _require_distinct(_placed("terms", [one.name for one in clause.terms]))
    _require_distinct(_placed("actions", [one.name for one in clause.actions]))
    _require_quorum_fits(clause.execution)
    _require_proof_fits(clause)
    for position, action in enumerate(clause.actions):
        place, rate = f"actions[{position}]", action.payment["rate"]
        _rule(rate is None or rate in clause.outputs, f"{place}.rate", "no output")
        payment = action.kind != "payment-instruction" or None not in action.payment.values()
        _rule(payment, f"{place}.kind", "a payment instruction without payee, currency, limit or rate")
    names = {action.name for action in clause.actions}
    for position, name in enumerate(clause.correction_actions):
        _rule(name in names, f"correctionActions[{position}]", "no such action")
    _rule(clause.valid_until is None or clause.valid_until > clause.valid_from, "validity.until", "not after from")
    _rule(bool(clause.trigger_kinds), "trigger.kinds", "empty")
    for position, one in enumerate(clause.inputs):
        bounded = one.minimum is not None or one.maximum is not None
        _rule(one.kind == "decimal" or not bounded, f"inputs[{position}]", "bounds on a text")
    bounded = clause.occurrence_minimum is not None or clause.occurrence_maximum is not None
    _rule(clause.occurrence_kind == "integer" or not bounded, "occurrence", "bounds on what is no integer")


def read_clause(data: bytes) -> Clause:
    """A clause from its canonical bytes."""
    value = canonical_json.parse_canonical(data, limits.CLAUSE_BYTES_MAX)
    try:
        with _ClauseFields(value) as fields:
            clause = _document(fields, digest_of(data))
    except NexusError as error:
        raise NexusError("clause.schema", error.detail, error.place) from None
    _require_consistent(clause)
    return clause


def require_occurrence(clause: Clause, text: str) -> None:
    """Whether the text is an occurrence of the clause: ``clause.out-of-range`` if not."""
    good = text != "" and len(text.encode("utf-8")) <= limits.NAME_BYTES_MAX and min(text) >= " "
    if good and clause.occurrence_kind == "date":
        good = texts.is_date(text)
    elif good and clause.occurrence_kind == "integer":
        good = re.fullmatch(r"0|-?[1-9][0-9]*", text) is not None
        if good:
            low, high = clause.occurrence_minimum, clause.occurrence_maximum
            good = (low is None or int(text) >= low) and (high is None or int(text) <= high)
    require(good, "clause.out-of-range", "not an occurrence of the clause", "occurrence")


def require_value(given: Input, value: bytes, edition: str) -> None:
    """Whether the clause takes the value in the edition."""
    bad = "clause.bad-binding"
    require(not given.editions or edition in given.editions, bad, "an edition that the clause does not take", given.name)
    require(len(value) <= limits.INPUT_VALUE_BYTES_MAX, bad, "the value is too long", given.name)
    try:
        text = value.decode("utf-8")
        number = texts.decimal(text) if given.kind == "decimal" else 0
        if given.kind == "committed":
            texts.digest(text)
    except (UnicodeDecodeError, NexusError):
        raise NexusError(bad, "not a value of the input's kind", given.name) from None
    if given.kind == "decimal":
        within = (given.minimum is None or number >= given.minimum) and (given.maximum is None or number <= given.maximum)
        require(within, "clause.out-of-range", "below minimum or above maximum", given.name)
