"""log-v1: verifier keys, signed notes and checkpoints (C2SP signed-note, tlog-checkpoint, tlog-cosignature)."""

import base64
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ed25519

try:
    from cryptography.hazmat.primitives.asymmetric import mldsa
except ImportError:  # An older `cryptography`: ML-DSA-44 cosignatures are refused, never taken for valid.
    mldsa = None

from . import limits, texts
from .errors import NexusError, require
from .hashing import sha256

LOG_KEY_TYPE = 0x01
COSIGNATURE_TYPE = 0x04
ML_DSA_COSIGNATURE_TYPE = 0x06
_KEY_BYTES = {LOG_KEY_TYPE: 32, COSIGNATURE_TYPE: 32, ML_DSA_COSIGNATURE_TYPE: 1312}
_COSIGNATURE_BYTES = {COSIGNATURE_TYPE: 64, ML_DSA_COSIGNATURE_TYPE: 2420}
_KEY_ID = re.compile(r"[0-9a-f]{8}")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_SIGNATURE_LINE_START = "\u2014 "


def _is_key_name(name: str) -> bool:
    sized = 0 < len(name.encode("utf-8")) <= limits.NOTE_NAME_BYTES_MAX
    return sized and "+" not in name and not any(c.isspace() or ord(c) < 0x20 for c in name)


@dataclass(frozen=True)
class VerifierKey:
    """A key that signs notes, by name, type and public bytes."""

    name: str
    type: int
    raw: bytes

    @property
    def id(self) -> bytes:
        return sha256(self.name.encode("utf-8") + b"\n" + bytes([self.type]) + self.raw)[:4]

    @property
    def text(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(bytes([self.type]) + self.raw).decode('ascii')}"

    def verify(self, signature: bytes, text: bytes) -> None:
        """Verifies the signature's bytes after the key id."""
        if self.type != LOG_KEY_TYPE:
            seconds = int.from_bytes(signature[:8], "big")
            good = len(signature) == 8 + _COSIGNATURE_BYTES[self.type] and seconds < 2**63
            require(good, "log.bad-signature", f"no cosignature by {self.name}")
            signature = signature[8:]
            if self.type == ML_DSA_COSIGNATURE_TYPE:
                return self._verify_ml_dsa(signature, _cosigned_message(self.name, seconds, text))
            text = b"cosignature/v1\ntime %d\n%s" % (seconds, text)
        try:
            ed25519.Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, text)
        except (InvalidSignature, ValueError):
            raise NexusError("log.bad-signature", f"the signature by {self.name} is wrong") from None

    def _verify_ml_dsa(self, signature: bytes, message: bytes) -> None:
        try:
            require(mldsa is not None, "log.unsupported-signature", f"{self.name} cosigns with ML-DSA-44")
            mldsa.MLDSA44PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except UnsupportedAlgorithm:
            raise NexusError("log.unsupported-signature", f"{self.name} cosigns with ML-DSA-44") from None
        except (InvalidSignature, ValueError):
            raise NexusError("log.bad-signature", f"the signature by {self.name} is wrong") from None


def _cosigned_message(name: str, seconds: int, text: bytes) -> bytes:
    """What ML-DSA-44 signs (tlog-cosignature): label, cosigner, time, origin, range of leaves, root."""
    checkpoint = read_checkpoint(text.decode("utf-8"))

    def short(value: str) -> bytes:
        data = value.encode("utf-8")
        return bytes([len(data)]) + data

    numbers = (0).to_bytes(8, "big") + checkpoint.size.to_bytes(8, "big")
    when = seconds.to_bytes(8, "big")
    return b"subtree/v1\n\0" + short(name) + when + short(checkpoint.origin) + numbers + checkpoint.root


def read_verifier_key(text: str) -> VerifierKey | None:
    """``name+key id+base64``; None where it is not a verifier key."""
    parts = text.split("+", 2)
    if len(parts) != 3 or not _is_key_name(parts[0]) or _KEY_ID.fullmatch(parts[1]) is None:
        return None
    try:
        raw = texts.base64_bytes(parts[2])
    except NexusError:
        return None
    if not raw or _KEY_BYTES.get(raw[0]) != len(raw) - 1:
        return None
    key = VerifierKey(parts[0], raw[0], raw[1:])
    return key if key.id.hex() == parts[1] else None


@dataclass(frozen=True)
class Note:
    """A signed note: its text, and its lines as (key name, key id, signature)."""

    text: str
    lines: list


def read_note(text: str) -> Note:
    data = text.encode("utf-8")
    require(len(data) <= limits.NOTE_BYTES_MAX, "log.too-large", "the note is too long")
    controls = any(ord(c) < 0x20 and c != "\n" for c in text)
    split = text.rfind("\n\n")
    good = not controls and split >= 0 and text.endswith("\n") and len(text) > split + 2
    require(good, "log.bad-note", "not a text, an empty line and signature lines")
    lines = text[split + 2 : -1].split("\n")
    require(len(lines) <= limits.NOTE_LINES_MAX, "log.too-large", f"more than {limits.NOTE_LINES_MAX} signature lines")
    return Note(text[: split + 1], [_line(line) for line in lines])


def _line(line: str) -> tuple:
    parts = line[len(_SIGNATURE_LINE_START) :].split(" ")
    good = line.startswith(_SIGNATURE_LINE_START) and len(parts) == 2 and _is_key_name(parts[0])
    require(good, "log.bad-note", "not a signature line")
    try:
        raw = texts.base64_bytes(parts[1])
    except NexusError:
        raise NexusError("log.bad-note", "a signature line without base64") from None
    sized = 4 < len(raw) <= 4 + limits.NOTE_SIGNATURE_BYTES_MAX
    require(sized, "log.bad-note", "a signature line without a signature, or with too long a one")
    return parts[0], raw[:4], raw[4:]


@dataclass(frozen=True)
class Checkpoint:
    origin: str
    size: int
    root: bytes


def read_checkpoint(text: str) -> Checkpoint:
    """The text of a checkpoint: origin, size, root, and up to 16 extension lines."""
    lines = text[:-1].split("\n")
    good = text.endswith("\n") and len(lines) >= 3 and all(lines) and _SIZE.fullmatch(lines[1]) is not None
    require(good, "log.bad-checkpoint", "not origin, size and root")
    extensions = len(lines) - 3
    require(extensions <= limits.CHECKPOINT_EXTENSIONS_MAX, "log.bad-checkpoint", "too many extension lines")
    size = int(lines[1])
    require(size <= limits.TREE_SIZE_MAX, "log.bad-checkpoint", "the size is too large")
    try:
        root = texts.base64_bytes(lines[2])
    except NexusError:
        raise NexusError("log.bad-checkpoint", "the root is not base64") from None
    require(len(root) == limits.HASH_BYTES, "log.bad-checkpoint", "the root is not 32 bytes")
    require(size > 0 or root == sha256(b""), "log.bad-checkpoint", "an empty tree has the hash of nothing")
    named = len(lines[0].encode("utf-8")) <= limits.NOTE_NAME_BYTES_MAX
    require(named, "log.bad-checkpoint", "the origin is too long")
    return Checkpoint(lines[0], size, root)


def verified_lines(note: Note, keys: list) -> list:
    """For each line the known key that signed it, verified, or None; in order."""
    known = {(key.name, key.id): key for key in keys}
    found = []
    for name, key_id, signature in note.lines:
        key = known.get((name, key_id))
        if key is not None:
            key.verify(signature, note.text.encode("utf-8"))
        found.append(key)
    return found
