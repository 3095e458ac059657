"""input-commitment-v1: bound inputs, references, the commitment, and feeds' readings."""

from dataclasses import dataclass

from . import limits, merkle
from .did_key import read_did_key
from .envelope import Envelope, read_envelope, read_statement
from .errors import require
from .fields import Fields
from .hashing import digest_of, frame, sha256
from .texts import digest_bytes, digest_text

READING = "urn:nexus:reading:v1"


@dataclass(frozen=True)
class Reference:
    """How statements name an input."""

    name: str
    leaf: str
    edition: str
    retrieved_at: str
    feed: str | None


@dataclass(frozen=True)
class Bound:
    """An input that is shown."""

    name: str
    value: bytes
    salt: bytes
    edition: str
    retrieved_at: str
    feed: str | None
    reading: Envelope | None

    @property
    def reference(self) -> Reference:
        leaf = sha256(b"\x00" + self.salt + frame(self.name.encode("utf-8")) + self.value)
        return Reference(self.name, digest_text(leaf), self.edition, self.retrieved_at, self.feed)


def read_bound(fields: Fields) -> Bound:
    with fields:
        return Bound(
            fields.text("name", limits.NAME_BYTES_MAX),
            fields.base64("value", limits.INPUT_BYTES_MAX),
            fields.base64("salt", limits.SALT_BYTES, exact=True),
            fields.text("edition", limits.NAME_BYTES_MAX),
            fields.time("retrievedAt"),
            fields.optional("feed", fields.did),
            read_envelope(fields.take("reading"), fields.at("reading")) if fields.has("reading") else None,
        )


def read_reference(fields: Fields) -> Reference:
    with fields:
        name, leaf = fields.text("name", limits.NAME_BYTES_MAX), fields.digest("leaf")
        edition = fields.text("edition", limits.NAME_BYTES_MAX)
        return Reference(name, leaf, edition, fields.time("retrievedAt"), fields.optional("feed", fields.did))


def commitment(references: list) -> str:
    """The Merkle root over the leaves, which are used as they are."""
    return digest_text(merkle.root([digest_bytes(one.leaf) for one in references]))


@dataclass(frozen=True)
class Reading:
    feed: str
    name: str
    occurrence: str
    edition: str
    value: bytes


def read_reading(envelope: Envelope, feed_key: str) -> Reading:
    """A reading, its signature verified under the feed's key."""
    statement = read_statement(envelope, READING)
    with statement.predicate as fields:
        reading = Reading(
            fields.text("feed", limits.NAME_BYTES_MAX),
            fields.text("name", limits.NAME_BYTES_MAX),
            fields.text("occurrence", limits.NAME_BYTES_MAX),
            fields.text("edition", limits.NAME_BYTES_MAX),
            fields.base64("value", limits.INPUT_BYTES_MAX),
        )
        fields.time("issuedAt")
    statement.require_subject(reading.name, digest_of(reading.value), "evidence.mismatch")
    key = read_did_key(feed_key)
    require(key.did == feed_key, "trust.bad-did", "not the one text of the key")
    envelope.verify(key)
    return reading
