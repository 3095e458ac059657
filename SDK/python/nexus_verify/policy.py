"""policy-v1: a policy document from its canonical JSON, as far as it can be checked without evaluating expressions."""

import re
from dataclasses import dataclass

from . import canonical_json, limits
from .errors import NexusError, require
from .fields import Fields, as_text
from .hashing import digest_of

_ID = re.compile(r"([A-Za-z0-9_.-]+)::[A-Za-z0-9_.-]+@" + r"\.".join([r"(?:0|[1-9][0-9]{0,8})"] * 3))
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")
_WORD = re.compile(r"[A-Za-z0-9_]*")
_RESERVED = set(
    "true false null in as break const continue else for function if import let loop package namespace return var void "
    "while".split()
)
_SIMPLE = set("bool int uint double string bytes timestamp duration decimal quantity dyn".split())
_SHORT = {"map": "map(string,dyn)", "list": "list(dyn)"}
_GENERIC = {"list": 1, "map": 2, "optional": 1}
_FACTS = "map(string,dyn)"
# What a rail fills; every other variable has its value in the document.
_RAIL = {
    "rail": "string", "step": "string", "now": "timestamp", "clause": _FACTS, "event": _FACTS, "job": _FACTS,
    "operators": "list(string)", "jurisdictions": "list(string)", "inputs": f"list({_FACTS})",
    "nodes": f"list({_FACTS})", "actions": f"list({_FACTS})", "approvals": f"list({_FACTS})",
}


@dataclass(frozen=True)
class Policy:
    id: str
    issuer: str
    digest: str

    @property
    def lineage(self) -> str:
        """The id without its version."""
        return self.id.partition("@")[0]


def _type(text: str, depth: int = 0) -> tuple:
    """(the type in one spelling, what follows it) or (None, ...) for no type."""
    name = _WORD.match(text).group()
    rest, inner = text[len(name) :], []
    if rest.startswith("("):
        while not inner or rest.startswith(","):
            one, rest = _type(rest[1:], depth + 1) if depth < 15 else (None, "")
            if one is None:
                return None, ""
            inner.append(one)
        if not rest.startswith(")"):
            return None, ""
        rest = rest[1:]
    if inner:
        return (f"{name}({','.join(inner)})", rest) if _GENERIC.get(name) == len(inner) else (None, "")
    return (_SHORT.get(name, name) if name in _SIMPLE or name in _SHORT else None), rest


def _read_type(text: str, place: str) -> str:
    found, rest = _type(text.replace(" ", ""))
    require(found is not None and rest == "", "base.wrong-type", "no type of a policy", place)
    return found


def _variable(one: Fields) -> tuple:
    name = one.text("name", limits.POLICY_NAME_BYTES_MAX)
    kind = one.text("type", limits.POLICY_TYPE_BYTES_MAX)
    one.optional("sizeMax", one.integer)
    fixed = one.has("value")
    one.optional("value", one.take)
    good = _NAME.fullmatch(name) is not None and name not in _RESERVED
    require(good, "base.bad-identifier", "not a name of the language", one.at("name"))
    return name, _read_type(kind, one.at("type")), fixed


def _rule(one: Fields) -> str:
    effect = one.choice("effect", "deny", "require", "notify")
    name = one.text("name", limits.POLICY_NAME_BYTES_MAX)
    one.text("when", limits.TEXT_BYTES_MAX)
    one.text("because", limits.TEXT_BYTES_MAX)
    if effect == "notify":
        one.text("notify", limits.POLICY_NAME_BYTES_MAX)
    return name


def _names(fields: Fields, key: str) -> None:
    for place, element in fields.array(key, limits.POLICY_NAMES_MAX):
        as_text(element, place, limits.CANONICAL_POLICY_BYTES_MAX)


def _test(one: Fields) -> str:
    name = one.text("name", limits.POLICY_NAME_BYTES_MAX)
    one.take("given")
    with one.object("expect") as expect:
        expect.boolean("permitted")
        for key in ("refusedBy", "notified"):
            if expect.has(key):
                _names(expect, key)
    return name


def _records(fields: Fields, key: str, limit: int, reader) -> list:
    found = []
    for place, element in fields.array(key, limit):
        with Fields(element, place) as one:
            found.append(reader(one))
    return found


def _require_distinct(key: str, names: list) -> None:
    for position, name in enumerate(names):
        require(name not in names[:position], "base.duplicate-key", "a name in use", f"{key}[{position}].name")


def _document(fields: Fields, digest: str) -> tuple:
    fields.choice("type", "nexus.policy/v1")
    text = fields.text("id", limits.POLICY_NAME_BYTES_MAX)
    match = _ID.fullmatch(text)
    if match is None:
        raise NexusError("base.bad-identifier", "not ISSUER::Name@major.minor.patch", fields.at("id"))
    fields.optional("description", fields.text, limits.TEXT_BYTES_MAX)
    fields.optional("container", fields.text, limits.POLICY_NAME_BYTES_MAX)
    variables = _records(fields, "variables", limits.POLICY_VARIABLES_MAX, _variable)
    _require_distinct("variables", [name for name, _, _ in variables])
    rules = _records(fields, "rules", limits.POLICY_RULES_MAX, _rule)
    require(bool(rules), "base.missing-field", "a policy has at least one rule", "rules")
    _require_distinct("rules", rules)
    _require_distinct("tests", _records(fields, "tests", limits.POLICY_TESTS_MAX, _test))
    return Policy(text, match.group(1), digest), variables


def read_policy(data: bytes) -> Policy:
    """A policy from its canonical bytes, as a rail takes it."""
    value = canonical_json.parse_canonical(data, limits.CANONICAL_POLICY_BYTES_MAX)
    try:
        with Fields(value) as fields:
            policy, variables = _document(fields, digest_of(data))
    except NexusError as error:
        raise NexusError("policy.bad-policy", error.detail, error.place) from None
    for position, (name, kind, fixed) in enumerate(variables):
        known = fixed or _RAIL.get(name) == kind
        require(known, "governance.not-allowed", "a variable that no rail fills", f"variables[{position}]")
    return policy
