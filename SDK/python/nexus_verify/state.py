"""What the checks of one verification hand on to the later ones."""

from dataclasses import dataclass, field

from .binding import Binding
from .cac import Attested
from .clause import Clause
from .genesis import Genesis, TrustFile
from .governance import Fold
from .note import Checkpoint
from .pack import Pack
from .quorum import Attempt, Quorum
from .snapshot import Snapshot

MISMATCH = "evidence.mismatch"
NOT_ENTITLED = "evidence.not-entitled"


@dataclass(frozen=True)
class VerifiedStatement:
    cac: Attested
    attempt: Attempt
    binding: Binding


@dataclass
class Verification:
    """Fields appear as the checks that make them hold; a check reads only what an earlier one made."""

    data: bytes
    trust: TrustFile
    pack: Pack = field(init=False)
    checkpoint: Checkpoint = field(init=False)
    # Names.
    validators: list = field(init=False)
    witnesses: list = field(init=False)
    stamps: list = field(init=False)
    fold: Fold = field(init=False)
    quorum: Quorum = field(init=False)
    clause: Clause = field(init=False)
    statements: list = field(init=False)
    agreeing: list = field(init=False)
    # What the evidence documents turned out to be.
    evidence: list = field(init=False)

    @property
    def cosigners(self) -> list:
        return self.validators + self.witnesses

    @property
    def genesis(self) -> Genesis:
        return self.trust.genesis

    @property
    def current(self) -> Snapshot:
        return self.fold.current
