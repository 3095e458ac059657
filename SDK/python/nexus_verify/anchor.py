"""anchor-v1: time stamps of RFC 3161 over a checkpoint's note, verified offline.

The certificates' own signatures are `cryptography`'s to check; CMS and the path are read here.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from . import der, limits
from .der import BadDER, Members

KIND = "rfc3161"


def _pkcs(*rest: int) -> bytes:
    return bytes([0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, *rest])


_SIGNED_DATA, _TIME_STAMP_INFO = _pkcs(7, 2), _pkcs(9, 16, 1, 4)
_CONTENT_TYPE, _MESSAGE_DIGEST = _pkcs(9, 3), _pkcs(9, 4)
_SIGNING_CERTIFICATE, _SIGNING_CERTIFICATE_V2 = _pkcs(9, 16, 2, 12), _pkcs(9, 16, 2, 47)
_HASH_PREFIX = bytes([0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02])
_HASHES = {_HASH_PREFIX + b"\x01": ("sha256", hashes.SHA256), _HASH_PREFIX + b"\x02": ("sha384", hashes.SHA384),
           _HASH_PREFIX + b"\x03": ("sha512", hashes.SHA512)}
_ECDSA_PREFIX = bytes([0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03])
_RSA_ENCRYPTION, _ED25519 = _pkcs(1, 1), bytes([0x2B, 0x65, 0x70])
_WITH_RSA = {_pkcs(1, 11): "sha256", _pkcs(1, 12): "sha384", _pkcs(1, 13): "sha512"}
_WITH_ECDSA = {_ECDSA_PREFIX + b"\x02": "sha256", _ECDSA_PREFIX + b"\x03": "sha384", _ECDSA_PREFIX + b"\x04": "sha512"}
_KNOWN_EXTENSIONS = {"2.5.29.19", "2.5.29.15", "2.5.29.37", "2.5.29.17"}
_CERTIFICATE_HASHES = (hashes.SHA256, hashes.SHA384, hashes.SHA512)


class BadAnchor(Exception):
    """A proof that does not verify, in words."""


@dataclass(frozen=True)
class Stamp:
    """The note existed by ``time``; ``is_trusted`` if one of the roots leads to the authority."""

    time: str
    authority: str
    is_trusted: bool


def is_certificate(data: bytes) -> bool:
    try:
        x509.load_der_x509_certificate(data)
    except Exception:  # noqa: BLE001: the library raises whatever it likes on a hostile certificate.
        return False
    return True


def _demand(condition: bool, why: str) -> None:
    if not condition:
        raise BadAnchor(why)


def verify(proof: bytes, message: bytes, roots: list) -> Stamp:
    """Raises BadAnchor unless the token is over the message, by an authority that a root leads to if any is given."""
    try:
        content, signer, certificates = _signed_data(proof)
        info = _Info(content)
        trusted = _check_path(signer, certificates, [x509.load_der_x509_certificate(root) for root in roots], info.at)
    except BadDER as error:
        raise BadAnchor(str(error)) from None
    except BadAnchor:
        raise
    except Exception as error:  # noqa: BLE001: the library raises whatever it likes on a hostile certificate.
        raise BadAnchor(f"a certificate that does not read: {error!r}") from None
    _demand(info.imprint == hashlib.new(info.hash, message).digest(), "the token is about other bytes")
    return Stamp(info.latest, signer.subject.rfc4514_string(), trusted)


class _Info:
    """TSTInfo (RFC 3161 section 2.4.2)."""

    def __init__(self, data: bytes) -> None:
        with Members(der.parse(data)) as one:
            _demand(one.integer() == 1, "another version than 1")
            one.take(der.NAME)
            with Members(one.take()) as imprint:
                self.hash = _hash(der.algorithm(imprint.take()))[0]
                self.imprint = imprint.take(der.OCTETS).content
            one.integer()
            self.at = _time(one.take(der.TIME).content)
            accuracy = one.take_if(der.SEQUENCE)
            one.take_if(der.BOOLEAN)
            one.take_if(der.INTEGER)
            one.take_if(0xA0)
            _demand(one.take_if(0xA1) is None, "extensions that are not known here")
        latest = self.at + (_accuracy(accuracy) if accuracy else timedelta())
        self.latest = latest.strftime("%Y-%m-%dT%H:%M:%S.") + f"{latest.microsecond // 1000:03}Z"


def _time(text: bytes) -> datetime:
    """GeneralizedTime in UTC, rounded up to the millisecond."""
    whole, dot, fraction = text[:-1].partition(b".")
    good = text.endswith(b"Z") and len(whole) == 14 and whole.isdigit() and (not dot or fraction.isdigit())
    _demand(good, "genTime reads YYYYMMDDhhmmss[.fff]Z")
    try:
        at = datetime.strptime(whole.decode("ascii"), "%Y%m%d%H%M%S").replace(tzinfo=timezone.utc)
    except ValueError:
        raise BadAnchor("no such time") from None
    thousandths = int(fraction[:3].ljust(3, b"0")) + (fraction[3:].strip(b"0") != b"")
    return at + timedelta(milliseconds=thousandths)


def _accuracy(node: der.Node) -> timedelta:
    with Members(node) as one:
        values = [(one.take_if(tag), most) for tag, most in ((der.INTEGER, 86_400), (0x80, 999), (0x81, 999))]
    numbers = [der.as_integer(found.content) if found else 0 for found, _ in values]
    within = all(0 <= number <= most for number, (_, most) in zip(numbers, values, strict=True))
    _demand(within, "an accuracy out of range")
    return timedelta(seconds=numbers[0], milliseconds=numbers[1] + (numbers[2] > 0))


def _hash(name: bytes) -> tuple:
    _demand(name in _HASHES, "another hash function than SHA-256, SHA-384 and SHA-512")
    return _HASHES[name]


def _signed_data(proof: bytes) -> tuple:
    """(content, the signer's certificate, all certificates), the signature verified (RFC 5652 section 5)."""
    _demand(len(proof) <= limits.ANCHOR_BYTES_MAX, "too many bytes")
    with Members(der.parse(proof)) as outer:
        _demand(outer.take(der.NAME).content == _SIGNED_DATA, "no SignedData of CMS")
        with Members(outer.take(), 0xA0) as wrapper:
            data = wrapper.take()
    with Members(data) as one:
        _demand(one.integer() == 3, "another version of SignedData than 3")
        with Members(one.take(), der.SET) as digests:
            hash_name = der.algorithm(digests.take())
        with Members(one.take()) as inner:
            _demand(inner.take(der.NAME).content == _TIME_STAMP_INFO, "the content is no TSTInfo")
            with Members(inner.take(), 0xA0) as wrapper:
                content = wrapper.take(der.OCTETS).content
        with Members(one.take(), 0xA0) as list_:
            certificates = [x509.load_der_x509_certificate(node.encoded) for node in list_.all()]
        with Members(one.take(), der.SET) as signers:
            signer_info = signers.take()
    return content, _check_signer(signer_info, hash_name, content, certificates), certificates


def _check_signer(node: der.Node, hash_name: bytes, content: bytes, certificates: list) -> x509.Certificate:
    name, hash_type = _hash(hash_name)
    with Members(node) as one:
        _demand(one.integer() == 1, "a signer that is not named by issuer and serial number")
        with Members(one.take()) as who:
            issuer, serial = who.take().encoded, who.integer()
        _demand(der.algorithm(one.take()) == hash_name, "two hash functions")
        signed = one.take()
        values = _attributes(signed)
        algorithm = der.algorithm(one.take())
        signature = one.take(der.OCTETS).content
        _demand(one.take_if(0xA1) is None, "unsigned attributes, which anybody could have added")
    found = [each for each in certificates
             if each.serial_number == serial and each.issuer.public_bytes() == issuer]
    _demand(bool(found), "the signer's certificate is not in the token")
    _check_attributes(values, name, content, found[0].public_bytes(Encoding.DER))
    _check_signature(found[0].public_key(), algorithm, name, hash_type, signature, b"\x31" + signed.encoded[1:])
    return found[0]


def _attributes(signed: der.Node) -> dict:
    values: dict = {}
    for member in Members(signed, 0xA0).all():
        with Members(member) as one:
            type_ = one.take(der.NAME).content
            with Members(one.take(), der.SET) as set_:
                value = set_.take()
        _demand(type_ not in values, "an attribute stands twice")
        values[type_] = value
    return values


def _check_attributes(values: dict, name: str, content: bytes, certificate: bytes) -> None:
    type_, digest = values.get(_CONTENT_TYPE), values.get(_MESSAGE_DIGEST)
    _demand(type_ is not None and (type_.tag, type_.content) == (der.NAME, _TIME_STAMP_INFO), "another content type")
    expected = (der.OCTETS, hashlib.new(name, content).digest())
    _demand(digest is not None and (digest.tag, digest.content) == expected, "the content is not what was signed")
    second = values.get(_SIGNING_CERTIFICATE_V2)
    named = second or values.get(_SIGNING_CERTIFICATE)
    _demand(named is not None, "no signed attribute of the certificate")
    attribute = Members(named)
    first = Members(Members(attribute.take()).take())
    function = "sha1"
    if second is not None:
        algorithm = first.take_if(der.SEQUENCE)
        function = _hash(der.algorithm(algorithm))[0] if algorithm else "sha256"
    good = first.take(der.OCTETS).content == hashlib.new(function, certificate).digest()
    _demand(good, "signed for another certificate")


def _check_signature(key, algorithm: bytes, name: str, hash_type, signature: bytes, signed: bytes) -> None:
    try:
        if isinstance(key, rsa.RSAPublicKey) and _WITH_RSA.get(algorithm, name) == name and (
            algorithm in _WITH_RSA or algorithm == _RSA_ENCRYPTION
        ):
            key.verify(signature, signed, padding.PKCS1v15(), hash_type())
        elif isinstance(key, ec.EllipticCurvePublicKey) and _WITH_ECDSA.get(algorithm) == name:
            key.verify(signature, signed, ec.ECDSA(hash_type()))
        elif isinstance(key, ed25519.Ed25519PublicKey) and algorithm == _ED25519:
            key.verify(signature, signed)
        else:
            raise BadAnchor("a signature algorithm that is not taken here")
    except InvalidSignature:
        raise BadAnchor("the token's signature does not verify") from None


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _check_path(leaf: x509.Certificate, others: list, roots: list, at: datetime) -> bool:
    """Whether a given root leads to the leaf; raises where some are given and none does."""
    _check_authority(leaf)
    path, trusted = [leaf], leaf in roots
    while not trusted:
        root = next((each for each in roots if _issued(path[-1], each)), None)
        step = root or next((each for each in others if each not in path and _issued(path[-1], each)), None)
        if step is None:
            break
        path.append(step)
        trusted = root is not None
        _demand(len(path) <= limits.CERTIFICATE_PATH_MAX, "too long a path of certificates")
    _demand(trusted or not roots, "no given root leads to the authority")
    for below, certificate in enumerate(path):
        _check_certificate(certificate, at)
        if below:
            _check_issuer(certificate, below - 1)
    stray = any(each not in path and each not in roots for each in others)
    _demand(not stray, "a certificate that is no part of the path")
    return trusted


def _extension(certificate: x509.Certificate, type_):
    try:
        return certificate.extensions.get_extension_for_class(type_)
    except x509.ExtensionNotFound:
        return None


def _check_authority(leaf: x509.Certificate) -> None:
    usage = _extension(leaf, x509.ExtendedKeyUsage)
    alone = usage is not None and usage.critical and list(usage.value) == [x509.oid.ExtendedKeyUsageOID.TIME_STAMPING]
    _demand(alone, "a certificate that is not for time stamps alone")
    key = _extension(leaf, x509.KeyUsage)
    signs = key is None or key.value.digital_signature or key.value.content_commitment
    _demand(signs, "a certificate whose key does not sign")


def _check_certificate(certificate: x509.Certificate, at: datetime) -> None:
    _demand(certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc, "not valid at the time")
    hash_type = certificate.signature_hash_algorithm
    good = hash_type is None or isinstance(hash_type, _CERTIFICATE_HASHES)
    _demand(good, "a certificate signed with an algorithm that is not taken here")
    for extension in certificate.extensions:
        known = not extension.critical or extension.oid.dotted_string in _KNOWN_EXTENSIONS
        _demand(known, "a critical extension that is not known here")


def _check_issuer(certificate: x509.Certificate, below: int) -> None:
    constraints, key = _extension(certificate, x509.BasicConstraints), _extension(certificate, x509.KeyUsage)
    good = constraints is not None and constraints.value.ca and (key is None or key.value.key_cert_sign)
    _demand(good, "a certificate that may not issue others")
    most = constraints.value.path_length
    _demand(most is None or below <= most, "too long a path below a certificate")
