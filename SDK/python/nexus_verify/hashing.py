"""SHA-256 and framed digests (canonical-json-v1, "Framed bytes")."""

import hashlib

from .texts import digest_text


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def digest_of(data: bytes) -> str:
    """``sha256:...`` of the bytes."""
    return digest_text(sha256(data))


def frame(field: bytes) -> bytes:
    return len(field).to_bytes(8, "big") + field


def framed_digest(label: str, *fields: bytes) -> str:
    """SHA-256 over the frames of the label and of each field."""
    return digest_of(b"".join(frame(field) for field in (label.encode("ascii"), *fields)))
