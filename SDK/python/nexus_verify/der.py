"""DER (X.690 section 10), as far as certificates and time-stamp tokens need it: definite lengths, low tags."""

from dataclasses import dataclass

INTEGER, BOOLEAN, BITS, OCTETS, NULL, NAME, TIME = 0x02, 0x01, 0x03, 0x04, 0x05, 0x06, 0x18
ENUMERATED, UTC_TIME = 0x0A, 0x17
SEQUENCE, SET = 0x30, 0x31


class BadDER(Exception):
    """Not DER, or not the structure that was asked for."""


@dataclass(frozen=True)
class Node:
    tag: int
    content: bytes
    encoded: bytes


def _read(data: bytes, start: int) -> tuple[Node, int]:
    if len(data) - start < 2:
        raise BadDER("the bytes end within a value")
    tag, length, offset = data[start], data[start + 1], start + 2
    if tag & 0x1F == 0x1F:
        raise BadDER("a high tag number")
    if length >= 0x80:
        count = length - 0x80
        digits = data[offset : offset + count]
        if not 1 <= count <= 4 or len(digits) < count or digits[0] == 0 or int.from_bytes(digits, "big") < 0x80:
            raise BadDER("a length that is not in its shortest form")
        length, offset = int.from_bytes(digits, "big"), offset + count
    end = offset + length
    if end > len(data):
        raise BadDER("the bytes end within a value")
    return Node(tag, data[offset:end], data[start:end]), end


def parse(data: bytes) -> Node:
    """One value that is all of the bytes."""
    node, end = _read(data, 0)
    if end != len(data):
        raise BadDER("bytes after the value")
    return node


class Members:
    """The members of a constructed value, one after the other; leaving the ``with`` block refuses any that are left."""

    def __init__(self, node: Node, tag: int = SEQUENCE) -> None:
        if node.tag != tag:
            raise BadDER(f"tag {node.tag:#x} where {tag:#x} is needed")
        self._nodes, offset = [], 0
        while offset < len(node.content):
            member, offset = _read(node.content, offset)
            self._nodes.append(member)
        self._next = 0

    def __enter__(self) -> "Members":
        return self

    def __exit__(self, kind, error, trace) -> None:
        if kind is None and self._next < len(self._nodes):
            raise BadDER("a member too many")

    def take(self, tag: int | None = None) -> Node:
        if self._next == len(self._nodes):
            raise BadDER("a member is missing")
        node = self._nodes[self._next]
        if tag is not None and node.tag != tag:
            raise BadDER(f"tag {node.tag:#x} where {tag:#x} is needed")
        self._next += 1
        return node

    def take_if(self, tag: int) -> Node | None:
        there = self._next < len(self._nodes) and self._nodes[self._next].tag == tag
        return self.take() if there else None

    def all(self) -> list:
        found, self._next = self._nodes[self._next :], len(self._nodes)
        return found

    def integer(self) -> int:
        return as_integer(self.take(INTEGER).content)

    def rest_is_optional(self) -> None:
        """Lets the block be left with members over."""
        self._next = len(self._nodes)


def as_integer(content: bytes) -> int:
    minimal = len(content) > 0 and not (len(content) > 1 and content[0] in (0, 0xFF) and (content[0] ^ content[1]) < 0x80)
    if not minimal:
        raise BadDER("an integer that is not in its shortest form")
    return int.from_bytes(content, "big", signed=True)


def as_natural(content: bytes) -> int:
    number = as_integer(content)
    if number < 0:
        raise BadDER("a number below zero")
    return number


def as_boolean(content: bytes) -> bool:
    if content not in (b"\x00", b"\xff"):
        raise BadDER("neither true nor false in its one form")
    return content == b"\xff"


def whole_octets(node: Node) -> bytes:
    """The bytes of a BIT STRING that has no unused bits."""
    if node.tag != BITS or node.content[:1] != b"\x00":
        raise BadDER("not a string of bits that is whole bytes")
    return node.content[1:]


def named_bits(node: Node) -> set:
    """The places of the ones in a BIT STRING. Named bits may end in zeros here: AMD's certificates have them so."""
    if node.tag != BITS or not node.content or node.content[0] > 7:
        raise BadDER("not a string of bits")
    unused, data = node.content[0], node.content[1:]
    if data and data[-1] & ((1 << unused) - 1) or not data and unused:
        raise BadDER("unused bits that are not zero")
    return {8 * place + bit for place, byte in enumerate(data) for bit in range(8) if byte >> (7 - bit) & 1}


_TEXTS = {0x0C: "utf-8", 0x12: "ascii", 0x13: "ascii", 0x16: "ascii"}


def as_text(node: Node) -> str:
    """A UTF8String, NumericString, PrintableString or IA5String."""
    try:
        return node.content.decode(_TEXTS[node.tag])
    except (KeyError, UnicodeDecodeError):
        raise BadDER("not a text") from None


def as_name(content: bytes) -> str:
    """An object identifier in dotted decimal."""
    arcs, number, fresh = [], 0, True
    for byte in content:
        if fresh and byte == 0x80:
            raise BadDER("an object identifier that is not in its shortest form")
        number, fresh = number << 7 | byte & 0x7F, byte < 0x80
        if fresh:
            arcs.append(number)
            number = 0
    if not arcs or not fresh:
        raise BadDER("an object identifier that ends within an arc")
    first = min(arcs[0] // 40, 2)
    return ".".join(str(arc) for arc in (first, arcs[0] - 40 * first, *arcs[1:]))


def algorithm(node: Node) -> bytes:
    """The name of an algorithm whose parameters are absent or NULL."""
    with Members(node) as one:
        name = one.take(NAME).content
        parameters = one.take_if(NULL)
        if parameters is not None and parameters.content:
            raise BadDER("a NULL that is not empty")
    return name
