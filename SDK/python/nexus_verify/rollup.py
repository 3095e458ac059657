"""rollup-v1: a batch of decided jobs under one Merkle root."""

from dataclasses import dataclass

from . import limits, merkle
from .envelope import Envelope, read_statement
from .errors import require
from .fields import Fields
from .texts import digest_bytes, digest_text

ROLLUP = "urn:nexus:rollup:v1"


@dataclass(frozen=True)
class Leaf:
    occurrence_id: str
    hash: str
    correction: bool


@dataclass(frozen=True)
class Rollup:
    rail: str
    governance_number: int
    snapshot_digest: str
    leaves: list


def _leaf(value, place: str) -> Leaf:
    with Fields(value, place) as one:
        occurrence, hash_ = one.digest("occurrenceId"), one.digest("leaf")
        correction = one.has("correction")
        if correction:
            require(one.boolean("correction"), "base.wrong-type", "written only if true", one.at("correction"))
    return Leaf(occurrence, hash_, correction)


def read_rollup(envelope: Envelope) -> Rollup:
    """A rollup; its signature is verified by the caller."""
    statement = read_statement(envelope, ROLLUP)
    with statement.predicate as fields:
        rail = fields.digest("rail")
        fields.integer("number", 1)
        fields.digest("previous")
        with fields.object("governance") as one:
            number, snapshot = one.integer("number"), one.digest("snapshotDigest")
        leaves = [_leaf(element, at) for at, element in fields.array("leaves", limits.ROLLUP_LEAVES_MAX)]
        root = fields.digest("root")
        fields.time("sealedAt")
    code = "evidence.mismatch"
    require(len({one.occurrence_id for one in leaves}) == len(leaves), code, "an occurrence stands twice", "leaves")
    require(bool(leaves), code, "no leaf", "leaves")
    over_leaves = digest_text(merkle.root([digest_bytes(one.hash) for one in leaves]))
    require(root == over_leaves, code, "not the root of the leaves", "root")
    statement.require_subject("root", root, code)
    return Rollup(rail, number, snapshot, leaves)
