"""A decoder of JSON objects that names places and refuses what a format does not know (canonical-json-v1)."""

from collections.abc import Callable

from . import limits, texts
from .errors import NexusError, require

_ABSENT = object()


def as_text(value, place: str, limit: int) -> str:
    require(isinstance(value, str), "base.wrong-type", "not a string", place)
    require(len(value.encode("utf-8")) <= limit, "base.too-large", f"more than {limit} bytes", place)
    return value


def as_integer(value, place: str, low: int, high: int) -> int:
    good = type(value) is int and low <= value <= high
    require(good, "base.wrong-type", f"not an integer from {low} to {high}", place)
    return value


def as_base64(value, place: str, limit: int, *, exact: bool = False) -> bytes:
    require(isinstance(value, str), "base.wrong-type", "not a string", place)
    require(len(value) <= (limit + 2) // 3 * 4, "base.too-large", f"more than {limit} bytes", place)
    raw = texts.base64_bytes(value, place)
    if exact:
        require(len(raw) == limit, "base.wrong-type", f"not {limit} bytes", place)
    require(len(raw) <= limit, "base.too-large", f"more than {limit} bytes", place)
    return raw


def _hash(value, place: str) -> bytes:
    require(isinstance(value, str), "base.wrong-type", "not a string", place)
    raw = texts.base64_bytes(value, place)
    require(len(raw) == limits.HASH_BYTES, "base.bad-encoding", "not 32 bytes", place)
    return raw


class Fields:
    """One object, read field by field; leaving the ``with`` block refuses whatever was not taken."""

    def __init__(self, value, place: str = "") -> None:
        require(isinstance(value, dict), "base.wrong-type", "not an object", place)
        self.place = place
        self._left = dict(value)

    def __enter__(self) -> "Fields":
        return self

    def __exit__(self, kind, error, trace) -> None:
        if kind is None and self._left:
            raise NexusError("base.unknown-field", "unknown field", self.at(min(self._left)))

    def at(self, name: str) -> str:
        return f"{self.place}.{name}" if self.place else name

    def has(self, name: str) -> bool:
        return name in self._left

    def take(self, name: str):
        value = self._left.pop(name, _ABSENT)
        if value is _ABSENT:
            raise NexusError("base.missing-field", f"no {name}", self.place)
        return value

    def optional(self, name: str, reader: Callable, *arguments, **options):
        """``reader(name, ...)`` of these fields if the field is there, else None."""
        return reader(name, *arguments, **options) if self.has(name) else None

    def text(self, name: str, limit: int) -> str:
        return as_text(self.take(name), self.at(name), limit)

    def choice(self, name: str, *choices: str) -> str:
        value = self.text(name, limits.TEXT_BYTES_MAX)
        require(value in choices, "base.wrong-type", "none of its choices", self.at(name))
        return value

    def integer(self, name: str, low: int = 0, high: int = limits.INTEGER_MAX) -> int:
        return as_integer(self.take(name), self.at(name), low, high)

    def boolean(self, name: str) -> bool:
        value = self.take(name)
        require(isinstance(value, bool), "base.wrong-type", "neither true nor false", self.at(name))
        return value

    def base64(self, name: str, limit: int, *, exact: bool = False) -> bytes:
        return as_base64(self.take(name), self.at(name), limit, exact=exact)

    def digest(self, name: str) -> str:
        return texts.digest(self.text(name, limits.GRAMMAR_BYTES_MAX), self.at(name))

    def time(self, name: str) -> str:
        return texts.time(self.text(name, limits.GRAMMAR_BYTES_MAX), self.at(name))

    def decimal(self, name: str) -> int:
        return texts.decimal(self.text(name, limits.GRAMMAR_BYTES_MAX), self.at(name))

    def did(self, name: str) -> str:
        from .did_key import check_did

        return check_did(self.text(name, limits.DID_BYTES_MAX), self.at(name))

    def object(self, name: str) -> "Fields":
        return Fields(self.take(name), self.at(name))

    def array(self, name: str, limit: int) -> list:
        """(place, element) pairs of an array."""
        value = self.take(name)
        place = self.at(name)
        require(isinstance(value, list), "base.wrong-type", "not an array", place)
        require(len(value) <= limit, "base.too-large", f"more than {limit} elements", place)
        return [(f"{place}[{position}]", element) for position, element in enumerate(value)]

    def filled_array(self, name: str, limit: int) -> list:
        """The same for a field that is absent where it would be empty."""
        found = self.take(name)
        good = isinstance(found, list) and 0 < len(found) <= limit
        require(good, "base.wrong-type", f"not 1 to {limit} elements", self.at(name))
        return [(f"{self.at(name)}[{position}]", element) for position, element in enumerate(found)]

    def text_array(self, name: str, count: int, limit: int) -> list:
        return [as_text(element, place, limit) for place, element in self.array(name, count)]

    def path(self, name: str) -> list:
        """A Merkle inclusion path: base64 of 32 bytes each."""
        return [_hash(element, place) for place, element in self.array(name, limits.MERKLE_PATH_MAX)]
