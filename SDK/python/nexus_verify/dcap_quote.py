"""Intel's DCAP quotes, versions 3 to 5 (SGX and TDX DCAP quoting library API, appendix "Quote format")."""

import base64
import binascii
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from . import limits
from .errors import NexusError, require

_MALFORMED, _PEM = "attestation.malformed-quote", "attestation.malformed-pem"
_INTEL = bytes.fromhex("939a7233f79c4ca9940a0db3957f0607")
_P256, _PCK_CHAIN, _QE_REPORT = 2, 5, 6
_TEE_SGX, _TEE_TDX = 0x00, 0x81
ENCLAVE_BYTES, _TD_BYTES, _TD15_BYTES = 384, 584, 648
# Version 5 names the body: its type, the technology and its bytes.
_BODIES = {1: (_TEE_SGX, ENCLAVE_BYTES), 2: (_TEE_TDX, _TD_BYTES), 3: (_TEE_TDX, _TD15_BYTES)}
_BLOCK = re.compile(rb"-----BEGIN CERTIFICATE-----\n((?:[A-Za-z0-9+/]{64}\n)*[A-Za-z0-9+/=]{1,64}\n)"
                    rb"-----END CERTIFICATE-----\n?")


class _Reader:
    def __init__(self, data: bytes, place: str) -> None:
        self.data, self.at, self.place = data, 0, place

    def take(self, count: int) -> bytes:
        found = self.data[self.at : self.at + count]
        require(len(found) == count, _MALFORMED, "the bytes end", self.place)
        self.at += count
        return found

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "little")

    def zeros(self, count: int, what: str) -> None:
        start = self.at
        require(not any(self.take(count)), _MALFORMED, "reserved bytes are zero", f"{what}, byte {start}")

    def finish(self) -> None:
        require(self.at == len(self.data), _MALFORMED, "bytes after the structure", self.place)


@dataclass(frozen=True)
class Enclave:
    """REPORTBODY of SGX."""

    cpu_svn: bytes
    miscselect: bytes
    attributes: bytes
    mrenclave: bytes
    mrsigner: bytes
    config_id: bytes
    isv_prod_id: int
    isv_svn: int
    config_svn: int
    report_data: bytes


def read_enclave(data: bytes, place: str) -> Enclave:
    one = _Reader(data, place)
    cpu_svn, miscselect = one.take(16), one.take(4)
    one.zeros(12, place)
    one.take(16)
    attributes, mrenclave = one.take(16), one.take(32)
    one.zeros(32, place)
    mrsigner = one.take(32)
    one.zeros(32, place)
    config_id = one.take(64)
    prod_id, svn, config_svn = one.number(2), one.number(2), one.number(2)
    one.zeros(42, place)
    one.take(16)
    report_data = one.take(64)
    one.finish()
    return Enclave(cpu_svn, miscselect, attributes, mrenclave, mrsigner, config_id, prod_id, svn, config_svn,
                   report_data)


@dataclass(frozen=True)
class Domain:
    """TD report body of TDX 1.0 and 1.5, field by field."""

    tee_tcb_svn: bytes
    mrsignerseam: bytes
    seam_attributes: bytes
    report_data: bytes
    # Of the vocabulary of attestation-v1.
    measurements: dict
    is_15: bool


def read_domain(data: bytes) -> Domain:
    one = _Reader(data, "quote.body")
    svn = one.take(16)
    found = {"mrseam": one.take(48)}
    signer, seam_attributes = one.take(48), one.take(8)
    found["tdattributes"], found["xfam"] = one.take(8), one.take(8)
    for name in ("mrtd", "mrconfigid", "mrowner", "mrownerconfig", "rtmr0", "rtmr1", "rtmr2", "rtmr3"):
        found[name] = one.take(48)
    report_data = one.take(64)
    is_15 = len(data) == _TD15_BYTES
    if is_15:
        one.take(16)
        found["mrservicetd"] = one.take(48)
    one.finish()
    # The rest of the group that says whether a domain can be looked into (TDX module, "TD attributes").
    require(found["tdattributes"][0] < 2, _MALFORMED, "reserved bits are zero", "quote.body.attributes")
    return Domain(svn, signer, seam_attributes, report_data, found, is_15)


def verify_p256(key, signature: bytes, message: bytes, place: str) -> None:
    """r and s, 32 bytes each, the most significant first."""
    require(len(signature) == 64, "attestation.bad-signature", "r and s have 64 bytes", place)
    good = isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)
    require(good, "attestation.unsuitable-key", "not a key of P-256", place)
    r, s = (int.from_bytes(signature[at : at + 32], "big") for at in (0, 32))
    try:
        key.verify(encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
        signed = True
    except InvalidSignature:
        signed = False
    require(signed, "attestation.bad-signature", "the signature does not verify", place)


def point(data: bytes, place: str) -> ec.EllipticCurvePublicKey:
    """A point of P-256 as x and y."""
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\x04" + data)
    except ValueError:
        raise NexusError(_MALFORMED, "not a point of P-256", place) from None


def read_pem(data: bytes, place: str) -> list:
    """Certificates in PEM (RFC 7468) in its one form: 64 characters a line, nothing between; a zero byte may end it."""
    data = data[:-1] if data.endswith(b"\0") else data
    found, at = [], 0
    while at < len(data):
        match = _BLOCK.match(data, at)
        require(match is not None, _PEM, "not PEM in its one form", place)
        try:
            raw = base64.b64decode(match.group(1).replace(b"\n", b""), validate=True)
        except binascii.Error:
            raise NexusError(_PEM, "not base64", place) from None
        lines = base64.b64encode(raw)
        lines = b"".join(lines[start : start + 64] + b"\n" for start in range(0, len(lines), 64))
        require(lines == match.group(1), _PEM, "not the one base64 text", place)
        found.append(raw)
        at = match.end()
    require(bool(found) and len(found) <= limits.CERTIFICATES_MAX, _PEM, "one certificate or more", place)
    return found


@dataclass(frozen=True)
class Quote:
    """A quote, read and not yet believed."""

    version: int
    # An Enclave or a Domain.
    body: object
    # What the attestation key signed.
    signed: bytes
    signature: bytes
    attestation_key: bytes
    quoting_report: bytes
    quoting_enclave: Enclave
    quoting_signature: bytes
    authentication: bytes
    # DER, the PCK's first.
    certificates: list


def _header(one: _Reader) -> tuple[int, int]:
    version = one.number(2)
    require(version in (3, 4, 5), "attestation.unsupported-version", f"version {version}", "quote.version")
    key_type, tee = one.number(2), one.number(4)
    require(key_type == _P256, "attestation.unsupported-algorithm", "ECDSA P-256 is read", "quote.attestationKeyType")
    taken = (_TEE_SGX,) if version == 3 else (_TEE_SGX, _TEE_TDX)
    require(tee in taken, _MALFORMED, "neither SGX nor TDX", "quote.teeType")
    if version == 3:
        one.take(4)
    else:
        one.zeros(4, "quote.header")
    require(one.take(16) == _INTEL, "attestation.wrong-quoting-enclave", "another vendor's enclave", "quote.vendor")
    one.take(20)
    return version, tee


def _body(one: _Reader, version: int, tee: int):
    size = ENCLAVE_BYTES if tee == _TEE_SGX else _TD_BYTES
    if version == 5:
        kind, told = one.number(2), one.number(4)
        good = kind in _BODIES and (tee, told) == _BODIES[kind]
        require(good, _MALFORMED, "a body of another type or size", "quote.body")
        size = told
    data = one.take(size)
    return read_enclave(data, "quote.body") if tee == _TEE_SGX else read_domain(data)


def _certification(one: _Reader, place: str, wanted: int) -> bytes:
    kind, size = one.number(2), one.number(4)
    require(kind == wanted, "attestation.unsupported-algorithm", f"certification data {kind}", place)
    return one.take(size)


def read_quote(data: bytes) -> Quote:
    """``attestation.malformed-quote``, ``malformed-pem``, ``unsupported-version`` and ``unsupported-algorithm``."""
    require(len(data) <= limits.QUOTE_BYTES_MAX, "attestation.too-large", "too long a quote", "quote")
    one = _Reader(data, "quote")
    version, tee = _header(one)
    body = _body(one, version, tee)
    signed = data[: one.at]
    inner = _Reader(one.take(one.number(4)), "quote.signatureData")
    start = one.at
    require(not any(data[start:]), _MALFORMED, "reserved bytes are zero", f"quote.padding, byte {start}")
    signature, key = inner.take(64), inner.take(64)
    if version >= 4:
        nested = _Reader(_certification(inner, "quote.certificationData", _QE_REPORT), "quote.certificationData")
        inner.finish()
        inner = nested
    report, report_signature = inner.take(ENCLAVE_BYTES), inner.take(64)
    authentication = inner.take(inner.number(2))
    chain = _certification(inner, "quote.certificationData", _PCK_CHAIN)
    inner.finish()
    certificates = read_pem(chain, "quote.certificates")
    enclave = read_enclave(report, "quote.qeReport")
    return Quote(version, body, signed, signature, key, report, enclave, report_signature, authentication, certificates)
