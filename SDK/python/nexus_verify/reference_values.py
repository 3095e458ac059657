"""Reference values: what a committee approves of (attestation-v1, "Reference values")."""

from dataclasses import dataclass

from . import limits
from .chain import Root
from .errors import require
from .fields import Fields, as_text

_MALFORMED = "attestation.malformed-evidence"
KINDS = ("sev-snp", "sgx", "simulated", "tdx", "tpm")
STATUSES = ("UpToDate", "SWHardeningNeeded", "ConfigurationNeeded", "ConfigurationAndSWHardeningNeeded", "OutOfDate",
            "OutOfDateConfigurationNeeded", "Revoked", "OlderThanListed")


@dataclass(frozen=True)
class Rule:
    """What is asked of evidence of one kind. Registers' values are hexadecimal, versions (least, greatest)."""

    kind: str
    roots: list
    registers: dict
    versions: dict
    flags: dict
    tcb_status: list
    debug: bool
    revocation_lists: bool


RULE_OF_SIMULATED = Rule("simulated", [], {}, {}, {}, [], False, False)


def _hexadecimal(value, place: str) -> str:
    text = as_text(value, place, 256)
    good = len(text) % 2 == 0 and all(digit in "0123456789abcdef" for digit in text)
    require(good, _MALFORMED, "lower-case hexadecimal digits", place)
    return text


def _members(one: Fields, key: str) -> dict:
    value = one.take(key)
    good = isinstance(value, dict) and len(value) <= limits.REFERENCE_LIST_MAX
    require(good, _MALFORMED, "an object of free names", one.at(key))
    return value


def _roots(one: Fields) -> list:
    found = []
    for place, root in one.array("roots", limits.REFERENCE_LIST_MAX):
        with Fields(root, place) as inner:
            key = inner.digest("key")
            found.append(Root(inner.text("name", 256), key))
    return found


def _bounds(value, place: str) -> tuple:
    with Fields(value, place) as inner:
        return inner.optional("least", inner.integer), inner.optional("greatest", inner.integer)


def _values(value, place: str) -> list:
    require(isinstance(value, list), _MALFORMED, "a list of values", place)
    return [_hexadecimal(one, place) for one in value]


def _require_use(rule: Rule, place: str) -> None:
    if rule.kind == "simulated":
        asked = (rule.debug, rule.revocation_lists, rule.flags, rule.registers, rule.versions, rule.roots,
                 rule.tcb_status)
        require(not any(asked), _MALFORMED, "nothing can be asked of simulated", place)
    else:
        require(bool(rule.roots), _MALFORMED, "name a root", place)
        named = bool(rule.registers) and all(rule.registers.values())
        require(named, _MALFORMED, "name a register and its values", place)


def _rule(element, place: str) -> Rule:
    with Fields(element, place) as one:
        debug, lists = one.boolean("debug"), one.boolean("revocationLists")
        flags, registers, versions = (_members(one, key) for key in ("flags", "registers", "versions"))
        kind = one.choice("kind", *KINDS)
        roots = _roots(one)
        statuses = one.array("tcbStatus", len(STATUSES))
        for at, status in statuses:
            require(status in STATUSES, _MALFORMED, "no status", at)
    require(all(isinstance(value, bool) for value in flags.values()), _MALFORMED, "true or false", place)
    rule = Rule(kind, roots, {name: _values(value, place) for name, value in registers.items()},
                {name: _bounds(value, place) for name, value in versions.items()}, flags,
                [status for _, status in statuses], debug, lists)
    _require_use(rule, place)
    return rule


def read_rules(fields: Fields) -> dict:
    """The rules of a document by their kinds."""
    found = [_rule(element, place) for place, element in fields.array("rules", len(KINDS))]
    kinds = [rule.kind for rule in found]
    ordered = kinds == sorted(kinds) and len(set(kinds)) == len(kinds)
    require(ordered, _MALFORMED, "one rule a kind, in the order of the kinds", "rules")
    return {rule.kind: rule for rule in found}
