"""did-key-v1: DIDs, and the public keys that did:key names."""

import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils

from . import limits
from .errors import NexusError, require

_DID = re.compile(r"did:[a-z0-9]+:[A-Za-z0-9.\-_:%]*[A-Za-z0-9.\-_%]")
_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_DIGITS = {letter: value for value, letter in enumerate(_ALPHABET)}
_ED25519_CODEC = b"\xed\x01"
_P256_CODEC = b"\x80\x24"
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_SIGNATURE_BYTES = 64


def check_did(text: str, place: str = "") -> str:
    """The text of a DID of any method, checked against the grammar."""
    good = len(text) <= limits.DID_BYTES_MAX and _DID.fullmatch(text) is not None
    require(good, "trust.bad-did", "not a DID", place)
    return text


@dataclass(frozen=True)
class PublicKey:
    """A key of one of the two suites, with its one did:key text."""

    did: str
    suite: str
    raw: bytes

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether the signature holds under the key's own suite (envelope-v1, "Suites")."""
        if len(signature) != _SIGNATURE_BYTES:
            return False
        try:
            if self.suite == "Ed25519":
                ed25519.Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
            else:
                _verify_p256(self.raw, signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


def _verify_p256(raw: bytes, signature: bytes, message: bytes) -> None:
    r = int.from_bytes(signature[:32], "big")
    s = int.from_bytes(signature[32:], "big")
    # A high s is a second text of the same signature: refused.
    if not 0 < r < P256_ORDER or not 0 < s <= P256_ORDER // 2:
        raise InvalidSignature
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)
    key.verify(utils.encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))


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
    codec, key = raw[:2], raw[2:]
    require(codec in (_ED25519_CODEC, _P256_CODEC), "trust.unknown-suite", "an unknown kind of key", place)
    if codec == _ED25519_CODEC:
        require(len(key) == 32, "trust.bad-key", "not 32 bytes", place)
        return PublicKey(text, "Ed25519", key)
    require(len(key) == 33 and key[0] in (2, 3), "trust.bad-key", "no compressed point", place)
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key)
    except ValueError:
        raise NexusError("trust.bad-key", "no point of P-256", place) from None
    return PublicKey(text, "ECDSA-P256", key)
