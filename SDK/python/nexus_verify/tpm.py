"""TPM 2.0 structures (Part 2) as attestation-v1 reads them: a key, a signature, a quote."""

import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from . import limits
from .errors import NexusError, require

_MALFORMED = "attestation.malformed-tpm"
_UNSUPPORTED = "attestation.unsupported-algorithm"
_HASHES = {0x000B: ("sha256", hashes.SHA256()), 0x000C: ("sha384", hashes.SHA384()), 0x000D: ("sha512", hashes.SHA512())}
_RSA, _ECC, _NULL, _AES, _CFB = 0x0001, 0x0023, 0x0010, 0x0006, 0x0043
_RSASSA, _RSAPSS, _ECDSA, _RSAES, _OAEP = 0x0014, 0x0016, 0x0018, 0x0015, 0x0017
_CURVES = {0x0003: (ec.SECP256R1(), 32), 0x0004: (ec.SECP384R1(), 48)}
# fixedTPM, fixedParent, sensitiveDataOrigin, restricted, sign: a key that signs only what its TPM wrote.
_NEEDED = 1 << 1 | 1 << 4 | 1 << 5 | 1 << 16 | 1 << 18
_DECRYPT = 1 << 17


class _Reader:
    def __init__(self, data: bytes, place: str) -> None:
        require(len(data) <= limits.TPM_STRUCTURE_BYTES_MAX, "attestation.too-large", "too long", place)
        self._data, self._at, self.place = data, 0, place

    def take(self, count: int) -> bytes:
        found = self._data[self._at : self._at + count]
        require(len(found) == count, _MALFORMED, "the bytes end", self.place)
        self._at += count
        return found

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "big")

    def sized(self, most: int) -> bytes:
        size = self.number(2)
        require(size <= most, _MALFORMED, f"at most {most} bytes", self.place)
        return self.take(size)

    def hash(self) -> tuple:
        identifier = self.number(2)
        require(identifier in _HASHES, _UNSUPPORTED, f"the hash {identifier:#x}", self.place)
        return _HASHES[identifier]

    def finish(self) -> None:
        require(self._at == len(self._data), _MALFORMED, "bytes after the structure", self.place)


@dataclass(frozen=True)
class Key:
    attributes: int
    # (scheme, hash's name), or None.
    scheme: tuple | None
    public: object

    def require_attestation_key(self) -> None:
        good = self.attributes & _NEEDED == _NEEDED and not self.attributes & _DECRYPT and self.scheme is not None
        require(good, "attestation.unsuitable-key", "not a restricted signing key of a TPM", "attestationKey")


def _symmetric(reader: _Reader) -> None:
    algorithm = reader.number(2)
    if algorithm != _NULL:
        bits, mode = reader.number(2), reader.number(2)
        good = algorithm == _AES and bits in (128, 256) and mode == _CFB
        require(good, _UNSUPPORTED, "AES in CFB or none", reader.place)


def _scheme(reader: _Reader, is_rsa: bool) -> tuple | None:
    algorithm = reader.number(2)
    if algorithm == _NULL or (is_rsa and algorithm == _RSAES):
        return None
    if is_rsa and algorithm == _OAEP:
        reader.hash()
        return None
    known = (_RSASSA, _RSAPSS) if is_rsa else (_ECDSA,)
    require(algorithm in known, _UNSUPPORTED, f"the scheme {algorithm:#x}", reader.place)
    return algorithm, reader.hash()[0]


def _rsa(reader: _Reader) -> rsa.RSAPublicKey:
    bits, exponent = reader.number(2), reader.number(4)
    modulus = reader.sized(512)
    good = len(modulus) * 8 == bits and bits >= 2048 and modulus[0] >= 0x80
    require(good, _MALFORMED, "a modulus has exactly the key's bits", reader.place)
    try:
        return rsa.RSAPublicNumbers(exponent or 65_537, int.from_bytes(modulus, "big")).public_key()
    except ValueError:
        raise NexusError(_MALFORMED, "not a key of RSA", reader.place) from None


def _point(reader: _Reader) -> ec.EllipticCurvePublicKey:
    identifier = reader.number(2)
    require(identifier in _CURVES, _UNSUPPORTED, "curves are P-256 and P-384", reader.place)
    require(reader.number(2) == _NULL, _UNSUPPORTED, "no key derivation of its own", reader.place)
    curve, size = _CURVES[identifier]
    x, y = (int.from_bytes(reader.sized(size), "big") for _ in range(2))
    try:
        return ec.EllipticCurvePublicNumbers(x, y, curve).public_key()
    except ValueError as error:
        raise NexusError(_MALFORMED, "not a point of the curve", reader.place) from error


def read_key(data: bytes) -> Key:
    reader = _Reader(data, "attestationKey")
    kind = reader.number(2)
    require(kind in (_RSA, _ECC), _UNSUPPORTED, "keys are RSA or ECC", reader.place)
    reader.hash()
    attributes = reader.number(4)
    reader.sized(64)
    _symmetric(reader)
    scheme = _scheme(reader, kind == _RSA)
    public = _rsa(reader) if kind == _RSA else _point(reader)
    reader.finish()
    return Key(attributes, scheme, public)


def verify_signature(key: Key, data: bytes, message: bytes) -> str:
    """The name of the hash, if the key signed the message with its one scheme."""
    reader = _Reader(data, "signature")
    algorithm, (name, function) = reader.number(2), reader.hash()
    require(algorithm in (_RSASSA, _RSAPSS, _ECDSA), _UNSUPPORTED, f"the scheme {algorithm:#x}", reader.place)
    parts = [reader.sized(48), reader.sized(48)] if algorithm == _ECDSA else [reader.sized(512)]
    reader.finish()
    bad = NexusError("attestation.bad-signature", "the attestation key did not sign the quote", "signature")
    if key.scheme != (algorithm, name):
        raise bad
    try:
        if isinstance(key.public, ec.EllipticCurvePublicKey):
            r, s = (int.from_bytes(part, "big") for part in parts)
            key.public.verify(encode_dss_signature(r, s), message, ec.ECDSA(function))
        else:
            pss = padding.PSS(padding.MGF1(function), function.digest_size)
            key.public.verify(parts[0], message, pss if algorithm == _RSAPSS else padding.PKCS1v15(), function)
    except InvalidSignature as error:
        raise bad from error
    return name


@dataclass(frozen=True)
class Quote:
    extra_data: bytes
    # (bank, index) each, in order.
    registers: list
    digest: bytes
    reset_count: int
    restart_count: int
    is_clock_safe: bool


def read_quote(data: bytes) -> Quote:
    reader = _Reader(data, "quote")
    require(reader.number(4) == 0xFF544347, _MALFORMED, "not written by a TPM", "quote.magic")
    require(reader.number(2) == 0x8018, _MALFORMED, "not a quote", "quote.type")
    reader.sized(66)
    extra = reader.sized(66)
    reader.take(8)
    resets, restarts, safe = reader.number(4), reader.number(4), reader.number(1)
    require(safe <= 1, _MALFORMED, "YES or NO", "quote.safe")
    reader.take(8)
    count = reader.number(4)
    require(1 <= count <= 8, _MALFORMED, "1 to 8 banks", "quote.selections")
    registers, banks = [], set()
    for _ in range(count):
        bank, size = reader.hash()[0], reader.number(1)
        require(size <= 4 and bank not in banks, _MALFORMED, "each bank once", "quote.selections")
        banks.add(bank)
        bits = int.from_bytes(reader.take(size), "little")
        registers += [(bank, index) for index in range(8 * size) if bits >> index & 1]
    digest = reader.sized(64)
    reader.finish()
    return Quote(extra, registers, digest, resets, restarts, bool(safe))


def require_registers(registers: list, quote: Quote, name: str) -> None:
    """The values, (bank, index, value) each, are those that were quoted."""
    wrong = "attestation.wrong-digest"
    same = [(bank, index) for bank, index, _ in registers] == quote.registers
    sized = all(len(value) == hashlib.new(bank).digest_size for bank, _, value in registers) if same else False
    require(same and sized, wrong, "the registers are not those that were quoted", "registers")
    found = hashlib.new(name, b"".join(value for _, _, value in registers)).digest()
    require(found == quote.digest, wrong, "the registers' values do not hash to the quote", "registers")
