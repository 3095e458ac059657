"""did-key-v1: DIDs, and the public keys that did:key names."""

import hashlib
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils

try:
    from cryptography.hazmat.primitives.asymmetric import mldsa
except ImportError:
    mldsa = None

from . import limits
from .errors import NexusError, require

_DID = re.compile(r"did:[a-z0-9]+:[A-Za-z0-9.\-_:%]*[A-Za-z0-9.\-_%]")
_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_DIGITS = {letter: value for value, letter in enumerate(_ALPHABET)}
_ED25519 = "Ed25519"
_P256 = "ECDSA-P256"
_ML_DSA_65 = "ML-DSA-65"
_HYBRID = "Ed25519+ML-DSA-65"
_SLH_DSA_128S = "SLH-DSA-SHA2-128s"
_CODECS = {
    _ED25519: b"\xed\x01",
    _P256: b"\x80\x24",
    _ML_DSA_65: b"\x91\x24",
    _HYBRID: b"\x81\x80\xc0\x01",
    _SLH_DSA_128S: b"\xa0\x24",
}
_KEY_BYTES = {_ED25519: 32, _P256: 33, _ML_DSA_65: 1952, _HYBRID: 1984, _SLH_DSA_128S: 32}
_SIGNATURE_BYTES = {_ED25519: 64, _P256: 64, _ML_DSA_65: 3309, _HYBRID: 3373, _SLH_DSA_128S: 7856}
SUITES = frozenset(_CODECS)
POST_QUANTUM_SUITES = frozenset({_ML_DSA_65, _HYBRID, _SLH_DSA_128S})
_HYBRID_LABEL = b"nexus/hybrid/Ed25519+ML-DSA-65/v1\0"
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def check_did(text: str, place: str = "") -> str:
    """The text of a DID of any method, checked against the grammar."""
    good = len(text) <= limits.DID_BYTES_MAX and _DID.fullmatch(text) is not None
    require(good, "trust.bad-did", "not a DID", place)
    return text


@dataclass(frozen=True)
class PublicKey:
    """A key of one suite, with its one did:key text."""

    did: str
    suite: str
    raw: bytes

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether the signature holds under the key's own suite (envelope-v1, "Suites").

        Raises ``trust.unsupported-suite`` where this installation cannot compute the suite: never "valid".
        """
        if len(signature) != _SIGNATURE_BYTES[self.suite]:
            return False
        try:
            _VERIFIERS[self.suite](self.raw, signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


def _verify_ed25519(raw: bytes, signature: bytes, message: bytes) -> None:
    ed25519.Ed25519PublicKey.from_public_bytes(raw).verify(signature, message)


def _verify_ml_dsa_65(raw: bytes, signature: bytes, message: bytes) -> None:
    if mldsa is None:
        raise NexusError("trust.unsupported-suite", f"this version of cryptography has no {_ML_DSA_65}")
    try:
        key = mldsa.MLDSA65PublicKey.from_public_bytes(raw)
    except UnsupportedAlgorithm:
        raise NexusError("trust.unsupported-suite", f"this build of cryptography has no {_ML_DSA_65}") from None
    key.verify(signature, message)


def _verify_hybrid(raw: bytes, signature: bytes, message: bytes) -> None:
    bound = _HYBRID_LABEL + hashlib.sha256(raw).digest() + message
    _verify_ml_dsa_65(raw[32:], signature[64:], bound)
    _verify_ed25519(raw[:32], signature[:64], bound)


def _verify_slh_dsa(raw: bytes, signature: bytes, message: bytes) -> None:
    raise NexusError("trust.unsupported-suite", f"cryptography has no {_SLH_DSA_128S}")


def _verify_p256(raw: bytes, signature: bytes, message: bytes) -> None:
    r = int.from_bytes(signature[:32], "big")
    s = int.from_bytes(signature[32:], "big")
    # A high s is a second text of the same signature: refused.
    if not 0 < r < P256_ORDER or not 0 < s <= P256_ORDER // 2:
        raise InvalidSignature
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)
    key.verify(utils.encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))


_VERIFIERS = {
    _ED25519: _verify_ed25519,
    _P256: _verify_p256,
    _ML_DSA_65: _verify_ml_dsa_65,
    _HYBRID: _verify_hybrid,
    _SLH_DSA_128S: _verify_slh_dsa,
}


def base58_bytes(text: str) -> bytes:
    number = 0
    for letter in text:
        digit = _DIGITS.get(letter)
        if digit is None:
            raise NexusError("trust.bad-did", "a letter outside base58btc")
        number = number * 58 + digit
    zeros = len(text) - len(text.lstrip("1"))
    return b"\x00" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def read_did_key(text: str, place: str = "") -> PublicKey:
    """The public key of a did:key text."""
    check_did(text, place)
    good = text.startswith("did:key:z") and len(text) <= limits.DID_KEY_BYTES_MAX
    require(good, "trust.bad-did", "not a did:key", place)
    raw = base58_bytes(text[len("did:key:z") :])
    suite = next((name for name, codec in _CODECS.items() if raw.startswith(codec)), None)
    is_long = len(text) > limits.CLASSICAL_KEY_BYTES_MAX
    require(not is_long or suite in (_ML_DSA_65, _HYBRID, _SLH_DSA_128S), "trust.bad-did", "not a did:key", place)
    if suite is None:
        raise NexusError("trust.unknown-suite", "an unknown kind of key", place)
    key = raw[len(_CODECS[suite]) :]
    require(len(key) == _KEY_BYTES[suite], "trust.bad-key", f"not {_KEY_BYTES[suite]} bytes", place)
    if suite == _P256:
        require(key[0] in (2, 3), "trust.bad-key", "no compressed point", place)
        try:
            ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key)
        except ValueError:
            raise NexusError("trust.bad-key", "no point of P-256", place) from None
    return PublicKey(text, suite, key)


def require_suites(suites: list | None, keys: list, place: str = "") -> None:
    """Whether each key is of a suite that is taken; None takes every suite."""
    for key in keys:
        taken = suites is None or key.suite in suites
        require(taken, "trust.suite-refused", f"{key.suite} is not accepted here", place)
