"""Claims of evidence in one vocabulary (attestation-v1, "Claims"; names of RFC 9711 where it has one)."""

import hashlib
from dataclasses import dataclass, field

from .hashing import frame

_UEID = b"nexus/attestation/ueid/v1"


@dataclass
class Claims:
    """What evidence says of a machine; ``None`` and empty where it says nothing."""

    eat_nonce: bytes
    ueid: str | None = None
    oemid: str | None = None
    hwmodel: str | None = None
    dbgstat: str | None = None
    tcb_status: str | None = None
    measurements: dict = field(default_factory=dict)
    versions: dict = field(default_factory=dict)
    flags: dict = field(default_factory=dict)
    advisories: list = field(default_factory=list)

    def to_json(self) -> dict:
        """The claims as a value of canonical JSON; what is not claimed is left out."""
        found = {"dbgstat": self.dbgstat, "hwmodel": self.hwmodel, "oemid": self.oemid, "tcbStatus": self.tcb_status,
                 "ueid": self.ueid, "advisories": sorted(set(self.advisories)) or None}
        return {key: value for key, value in found.items() if value is not None} | {
            "eat_nonce": self.eat_nonce.hex(),
            "flags": self.flags,
            "measurements": {key: value.hex() for key, value in self.measurements.items()},
            "versions": self.versions,
        }


def ueid(kind: str, identity: bytes) -> str:
    """RFC 9711 section 4.2.1: type RAND (0x01) and 32 bytes, here of the hardware's identity."""
    framed = b"".join(frame(one) for one in (_UEID, kind.encode("ascii"), identity))
    return "01" + hashlib.sha256(framed).hexdigest()


@dataclass(frozen=True)
class Verified:
    """Evidence that is in order: what kind it turned out to be, what it claims, and what it does not show."""

    kind: str
    claims: Claims
    not_shown: list
    root: str | None = None
    valid_until: str | None = None
    lists_complete: bool = False

    def to_json(self) -> dict:
        found = {"kind": self.kind, "claims": self.claims.to_json(), "notShown": self.not_shown}
        return found | ({} if self.valid_until is None else {"validUntil": self.valid_until})
