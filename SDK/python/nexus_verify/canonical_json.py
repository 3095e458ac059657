"""canonical-json-v1: strict JSON without floating point, and its canonical form (RFC 8785)."""

import re

from . import limits
from .errors import NexusError, require

# Bytes that are not UTF-8 are decoded to U+DC80..U+DCFF, so the reader meets them where they stand.
_RUN = re.compile(r'[^"\\\x00-\x1f\udc80-\udcff]*')
_SPACE = re.compile(r"[ \t\n\r]*")
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_HEX4 = re.compile(r"[0-9a-fA-F]{4}")
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_INTEGER_CHARACTERS_MAX = 17
_WORDS = {"n": ("null", None), "t": ("true", True), "f": ("false", False)}


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def fail(self, what: str) -> NexusError:
        return NexusError("base.malformed-json", f"{what} at character {self.at}")

    def skip_space(self) -> None:
        self.at = _SPACE.match(self.text, self.at).end()

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def value(self, depth: int):
        mark = self.peek()
        if mark == '"':
            return self.string()
        if mark == "{" or mark == "[":
            require(depth < limits.JSON_DEPTH_MAX, "base.too-large", f"nesting above {limits.JSON_DEPTH_MAX}")
            return self.object(depth + 1) if mark == "{" else self.array(depth + 1)
        if mark in _WORDS and mark:
            word, value = _WORDS[mark]
            if not self.text.startswith(word, self.at):
                raise self.fail("unknown word")
            self.at += len(word)
            return value
        return self.integer()

    def integer(self) -> int:
        match = _INTEGER.match(self.text, self.at)
        if match is None:
            raise self.fail("no value")
        digits = match.group()
        following = self.text[match.end() : match.end() + 1]
        if digits == "-0" or following in (".", "e", "E") and following:
            raise self.fail("not an integer in its one form")
        if len(digits) > _INTEGER_CHARACTERS_MAX or abs(int(digits)) > limits.INTEGER_MAX:
            raise self.fail("integer out of range")
        self.at = match.end()
        return int(digits)

    def string(self) -> str:
        self.at += 1
        parts = []
        while True:
            match = _RUN.match(self.text, self.at)
            parts.append(match.group())
            self.at = match.end()
            mark = self.peek()
            if mark == '"':
                self.at += 1
                return "".join(parts)
            if mark == "\\":
                parts.append(self.escape())
            elif "\udc80" <= mark <= "\udcff":
                raise NexusError("base.not-utf8", f"a string is not UTF-8 at character {self.at}")
            else:
                raise self.fail("control character or end inside a string")

    def escape(self) -> str:
        letter = self.text[self.at + 1 : self.at + 2]
        if letter in _ESCAPES and letter:
            self.at += 2
            return _ESCAPES[letter]
        unit = self.unit()
        if 0xD800 <= unit <= 0xDBFF:
            low = self.unit()
            if not 0xDC00 <= low <= 0xDFFF:
                raise self.fail("lone surrogate")
            return chr(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00))
        if 0xDC00 <= unit <= 0xDFFF:
            raise self.fail("lone surrogate")
        return chr(unit)

    def unit(self) -> int:
        match = _HEX4.match(self.text, self.at + 2)
        if not self.text.startswith("\\u", self.at) or match is None:
            raise self.fail("unknown escape or lone surrogate")
        self.at = match.end()
        return int(match.group(), 16)

    def array(self, depth: int) -> list:
        elements: list = []
        self.at += 1
        self.skip_space()
        if self.peek() == "]":
            self.at += 1
            return elements
        while True:
            require(len(elements) < limits.JSON_ELEMENTS_MAX, "base.too-large", "too many elements")
            elements.append(self.value(depth))
            if self.closes("]"):
                return elements

    def object(self, depth: int) -> dict:
        members: dict = {}
        self.at += 1
        self.skip_space()
        if self.peek() == "}":
            self.at += 1
            return members
        while True:
            require(len(members) < limits.JSON_ELEMENTS_MAX, "base.too-large", "too many members")
            if self.peek() != '"':
                raise self.fail("no key")
            key = self.string()
            require(key not in members, "base.duplicate-key", f"a key stands twice before character {self.at}")
            self.skip_space()
            if self.peek() != ":":
                raise self.fail("no colon")
            self.at += 1
            self.skip_space()
            members[key] = self.value(depth)
            if self.closes("}"):
                return members

    def closes(self, mark: str) -> bool:
        self.skip_space()
        found = self.peek()
        if found != mark and found != ",":
            raise self.fail(f"neither , nor {mark}")
        self.at += 1
        if found == ",":
            self.skip_space()
        return found == mark


def parse(data: bytes, limit: int = limits.JSON_BYTES_MAX):
    """Reads one JSON document in any layout."""
    require(len(data) <= limit, "base.too-large", f"{len(data)} bytes, at most {limit}")
    reader = _Reader(data.decode("utf-8", "surrogateescape"))
    reader.skip_space()
    value = reader.value(0)
    reader.skip_space()
    if reader.at != len(reader.text):
        raise reader.fail("text after the document")
    return value


def parse_canonical(data: bytes, limit: int = limits.JSON_BYTES_MAX):
    """Reads one JSON document whose bytes must be its own canonical form."""
    value = parse(data, limit)
    require(write(value) == data, "base.not-canonical", "the bytes are not their own canonical form")
    return value


_NEEDS_ESCAPE = re.compile(r'["\\\x00-\x1f]')
_SHORT = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def _escaped(match: re.Match) -> str:
    character = match.group()
    return _SHORT.get(character) or f"\\u{ord(character):04x}"


def _quoted(text: str) -> str:
    return '"' + _NEEDS_ESCAPE.sub(_escaped, text) + '"'


def _append(value, parts: list) -> None:
    if isinstance(value, str):
        parts.append(_quoted(value))
    elif isinstance(value, dict):
        parts.append("{")
        # UTF-16 code units order as their big-endian bytes do.
        for position, key in enumerate(sorted(value, key=lambda text: text.encode("utf-16-be"))):
            parts.append(("," if position else "") + _quoted(key) + ":")
            _append(value[key], parts)
        parts.append("}")
    elif isinstance(value, list):
        parts.append("[")
        for position, element in enumerate(value):
            if position:
                parts.append(",")
            _append(element, parts)
        parts.append("]")
    else:
        # 1 == True in Python, so the words are told apart by identity.
        word = "null" if value is None else "true" if value is True else "false" if value is False else None
        parts.append(word or str(value))


def write(value) -> bytes:
    """The canonical bytes of a value that :func:`parse` may return."""
    parts: list = []
    _append(value, parts)
    return "".join(parts).encode("utf-8")
