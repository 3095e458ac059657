"""AMD SEV-SNP's ATTESTATION_REPORT (AMD publication 56860, "Attestation"), versions 2, 3 and 5."""

from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from .errors import require

_MALFORMED = "attestation.malformed-report"
REPORT_BYTES, _SIGNED_BYTES, _NUMBER_BYTES = 1184, 0x2A0, 72
VCEK, VLEK, _NONE = 0, 1, 7
# Reserved bytes, by the first version that uses them otherwise.
_RESERVED_ALWAYS = [(0x4C, 0x50), (0x1EB, 0x1EC), (0x1EF, 0x1F0), (0x208, 0x2A0), (0x330, 0x4A0)]
_RESERVED = {2: [(0x188, 0x1A0), (0x1F8, 0x208)], 3: [(0x18B, 0x1A0), (0x1F8, 0x208)], 5: [(0x18B, 0x1A0)]}


@dataclass(frozen=True)
class Policy:
    """The guest's policy (publication 56860, "Guest Policy")."""

    bits: int

    def has(self, bit: int) -> bool:
        return bool(self.bits >> bit & 1)

    @property
    def allows_migration(self) -> bool:
        return self.has(18)

    @property
    def allows_debugging(self) -> bool:
        return self.has(19)

    @property
    def needs_single_socket(self) -> bool:
        return self.has(20)

    @property
    def hides_ciphertext(self) -> bool:
        return self.has(24)


@dataclass(frozen=True)
class Report:
    """A report, read and not yet believed. Versions are kept as their eight bytes."""

    data: bytes
    version: int
    guest_svn: int
    policy: Policy
    vmpl: int
    platform: int
    signing_key: int
    # Of the processor, from version 3 on.
    family: int | None
    model: int | None

    def field(self, start: int, size: int) -> bytes:
        return self.data[start : start + size]

    def tcb(self, start: int, has_fmc: bool) -> dict:
        """TCB_VERSION at an offset, by the names of attestation-v1 (publication 57230 for Turin's)."""
        raw = self.field(start, 8)
        places = {"fmc": 0, "bootloader": 1, "tee": 2, "snp": 3, "microcode": 7} if has_fmc else {
            "bootloader": 0, "tee": 1, "snp": 6, "microcode": 7}
        spare = [byte for place, byte in enumerate(raw) if place not in places.values()]
        require(not any(spare), _MALFORMED, "reserved bytes are zero", f"report byte {start}")
        return {name: raw[place] for name, place in places.items()}

    def require_signed_by(self, key) -> None:
        """ECDSA P-384 with SHA-384; r and s stand in 72 bytes each, the least significant first."""
        numbers = [self.field(_SIGNED_BYTES + place, _NUMBER_BYTES) for place in (0, _NUMBER_BYTES)]
        r, s = (int.from_bytes(one, "little") for one in numbers)
        good = isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP384R1)
        require(good, "attestation.unsuitable-key", "the endorsement key is not of P-384", "certificates[0]")
        require(max(r, s) < 1 << 384, _MALFORMED, "reserved bytes are zero", "report.signature")
        try:
            key.verify(encode_dss_signature(r, s), self.data[:_SIGNED_BYTES], ec.ECDSA(hashes.SHA384()))
            signed = True
        except InvalidSignature:
            signed = False
        require(signed, "attestation.bad-signature", "the endorsement key did not sign the report", "report.signature")


def read_report(data: bytes) -> Report:
    """``attestation.malformed-report``, ``unsupported-version`` and ``unsupported-algorithm``."""
    require(len(data) == REPORT_BYTES, _MALFORMED, f"{REPORT_BYTES} bytes", "report")

    def number(start: int, size: int = 4) -> int:
        return int.from_bytes(data[start : start + size], "little")

    version = number(0)
    require(version in _RESERVED, "attestation.unsupported-version", f"version {version}", "report.version")
    require(number(0x34) == 1, "attestation.unsupported-algorithm", "ECDSA P-384 with SHA-384", "report.signatureAlgo")
    for start, end in _RESERVED_ALWAYS + _RESERVED[version]:
        require(not any(data[start:end]), _MALFORMED, "reserved bytes are zero", f"report byte {start}")
    flags, policy, platform, vmpl = number(0x48), number(0x08, 8), number(0x40, 8), number(0x30)
    signing_key = flags >> 2 & 7
    require(flags < 1 << 5, _MALFORMED, "reserved bits are zero", "report.flags")
    require(policy >> 17 & 1 == 1 and policy < 1 << 26, _MALFORMED, "reserved bits of the policy", "report.policy")
    require(signing_key in (VCEK, VLEK, _NONE), _MALFORMED, "a reserved kind of key", "report.flags")
    require(signing_key != _NONE, "attestation.bad-signature", "the report says that nobody signed it", "report.flags")
    return Report(data, version, number(0x04), Policy(policy), vmpl, platform, signing_key,
                  *(data[0x188:0x18A] if version >= 3 else (None, None)))
