"""Evidence packs: fetched bytes, and their verification by a program that never asks the rail."""

from dataclasses import dataclass
from pathlib import Path

from nexus_verify import Report, TrustFile, read_trust_file, verify_pack

from .errors import NotVerified


@dataclass(frozen=True)
class Evidence:
    """A pack, byte for byte as the rail gave it."""

    job: str
    data: bytes

    def save(self, path: str | Path) -> Path:
        path = Path(path)
        path.write_bytes(self.data)
        return path

    def verify(self, trust: TrustFile | bytes | str | Path) -> Report:
        """The report of an accepted pack.

        ``trust`` is the rail's trust file, which you got from somebody you trust, never from the rail that you check.
        Raises :class:`NotVerified` where a check fails.
        """
        if isinstance(trust, (str, Path)):
            trust = Path(trust).read_bytes()
        report = verify_pack(self.data, read_trust_file(trust) if isinstance(trust, bytes) else trust)
        if not report.accepted:
            raise NotVerified(report)
        return report
