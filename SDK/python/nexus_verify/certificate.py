"""X.509 certificates and revocation lists (RFC 5280), as strictly as attestation-v1 reads them.

Only public keys and bare signatures are left to `cryptography`: which algorithms, extensions and encodings are taken is
said here.
"""

from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from . import der, limits, texts
from .der import BadDER, Members
from .errors import NexusError, require

_CERTIFICATE, _LIST = "attestation.malformed-certificate", "attestation.malformed-revocation-list"
UNSUPPORTED = "attestation.unsupported-algorithm"
_HASHES = {"2.16.840.1.101.3.4.2.1": hashes.SHA256, "2.16.840.1.101.3.4.2.2": hashes.SHA384,
           "2.16.840.1.101.3.4.2.3": hashes.SHA512}
_WITH_RSA = {"1.2.840.113549.1.1.11": hashes.SHA256, "1.2.840.113549.1.1.12": hashes.SHA384,
             "1.2.840.113549.1.1.13": hashes.SHA512}
_WITH_ECDSA = {"1.2.840.10045.4.3.2": hashes.SHA256, "1.2.840.10045.4.3.3": hashes.SHA384,
               "1.2.840.10045.4.3.4": hashes.SHA512}
_PSS, _MGF1 = "1.2.840.113549.1.1.10", "1.2.840.113549.1.1.8"
_RSA_KEY, _EC_KEY = "1.2.840.113549.1.1.1", "1.2.840.10045.2.1"
_CURVES = {"1.2.840.10045.3.1.7": (ec.SECP256R1(), 32), "1.3.132.0.34": (ec.SECP384R1(), 48)}
_SUBJECT_KEY, _AUTHORITY_KEY = "2.5.29.14", "2.5.29.35"
KEY_USAGE, ALTERNATIVE_NAME, BASIC_CONSTRAINTS, EXTENDED_USAGE = "2.5.29.15", "2.5.29.17", "2.5.29.19", "2.5.29.37"
_KNOWN = (KEY_USAGE, ALTERNATIVE_NAME, BASIC_CONSTRAINTS, EXTENDED_USAGE)
_SHORT_NAMES = {"2.5.4.3": "CN", "2.5.4.6": "C", "2.5.4.7": "L", "2.5.4.8": "ST", "2.5.4.10": "O", "2.5.4.11": "OU"}
CERT_SIGN, LIST_SIGN = 5, 6


@dataclass(frozen=True)
class Scheme:
    """How a signature is made: ``rsa``, ``pss`` or ``ecdsa``, and the hash."""

    name: str
    hash: type


def _parameters(rest: Members, *, null: bool | None) -> None:
    """Parameters that are NULL, absent, or (``None``) either."""
    found = rest.take_if(der.NULL)
    if found is not None and found.content or null is not None and (found is not None) != null:
        raise BadDER("other parameters than the algorithm has")


def _hash_of(node: der.Node) -> type:
    with Members(node) as one:
        name = der.as_name(one.take(der.NAME).content)
        require(name in _HASHES, UNSUPPORTED, f"the hash {name}")
        _parameters(one, null=None)
    return _HASHES[name]


def _explicit(members: Members, tag: int) -> der.Node:
    with Members(members.take(), tag) as wrapper:
        return wrapper.take()


def _pss(one: Members) -> Scheme:
    """RSASSA-PSS-params (RFC 4055 section 3.1): one hash for both, the salt as long as it."""
    with Members(one.take()) as parameters:
        function = _hash_of(_explicit(parameters, 0xA0))
        with Members(_explicit(parameters, 0xA1)) as mask:
            require(der.as_name(mask.take(der.NAME).content) == _MGF1, UNSUPPORTED, "another mask than MGF1")
            same = _hash_of(mask.take()) is function
        salt = der.as_natural(_explicit(parameters, 0xA2).content)
        trailer = parameters.take_if(0xA3)
        if trailer is not None:
            with Members(trailer, 0xA3) as wrapper:
                same = same and wrapper.integer() == 1
    require(same and salt == function.digest_size, UNSUPPORTED, "other parameters of RSASSA-PSS")
    return Scheme("pss", function)


def _scheme(node: der.Node) -> Scheme:
    with Members(node) as one:
        name = der.as_name(one.take(der.NAME).content)
        if name == _PSS:
            return _pss(one)
        require(name in _WITH_RSA or name in _WITH_ECDSA, UNSUPPORTED, f"the signature algorithm {name}")
        _parameters(one, null=name in _WITH_RSA)
    return Scheme("rsa", _WITH_RSA[name]) if name in _WITH_RSA else Scheme("ecdsa", _WITH_ECDSA[name])


def _rsa_key(bits: bytes) -> rsa.RSAPublicKey:
    with Members(der.parse(bits)) as one:
        modulus, exponent = (der.as_natural(one.take(der.INTEGER).content) for _ in range(2))
    good = 2048 <= modulus.bit_length() <= 4096 and exponent % 2 == 1 and 3 <= exponent < 2**32
    require(good, UNSUPPORTED, "an RSA key of 2048 to 4096 bits is needed")
    try:
        return rsa.RSAPublicNumbers(exponent, modulus).public_key()
    except ValueError:
        raise BadDER("not a key of RSA") from None


def _public_key(node: der.Node):
    with Members(node) as one:
        with Members(one.take()) as algorithm:
            name = der.as_name(algorithm.take(der.NAME).content)
            curve = ""
            if name == _EC_KEY:
                curve = der.as_name(algorithm.take(der.NAME).content)
            else:
                require(name == _RSA_KEY, UNSUPPORTED, f"a key of {name}")
                _parameters(algorithm, null=True)
        bits = der.whole_octets(one.take())
    if name == _RSA_KEY:
        return _rsa_key(bits)
    require(curve in _CURVES, UNSUPPORTED, f"the curve {curve}")
    kind, size = _CURVES[curve]
    if len(bits) != 1 + 2 * size or bits[0] != 4:
        raise BadDER("a point that is not written out")
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(kind, bits)
    except ValueError:
        raise BadDER("not a point of the curve") from None


def _time(node: der.Node) -> str:
    """RFC 5280 section 4.1.2.5: two digits of the year until 2049, four from then on."""
    raw = node.content
    good = node.tag in (der.UTC_TIME, der.TIME) and len(raw) == (13 if node.tag == der.UTC_TIME else 15)
    if not good or not raw[:-1].isdigit() or raw[-1:] != b"Z":
        raise BadDER("a time in another form")
    digits = raw[:-1].decode("ascii")
    if node.tag == der.UTC_TIME:
        digits = ("20" if digits < "50" else "19") + digits
    elif digits < "2050":
        raise BadDER("a time before 2050 with four digits of the year")
    y, mo, d, h, mi, s = digits[:4], *(digits[at : at + 2] for at in range(4, 14, 2))
    try:
        return texts.time(f"{y}-{mo}-{d}T{h}:{mi}:{s}.000Z")
    except NexusError:
        raise BadDER("no such time") from None


def _named(node: der.Node) -> str:
    """A name for people; names are compared by their bytes."""
    parts = []
    for set_ in Members(node).all():
        for pair in Members(set_, der.SET).all():
            with Members(pair) as one:
                kind, value = der.as_name(one.take(der.NAME).content), one.take()
            try:
                parts.append(f"{_SHORT_NAMES.get(kind, kind)}={der.as_text(value)}")
            except BadDER:
                parts.append(f"{_SHORT_NAMES.get(kind, kind)}=#{value.encoded.hex()}")
    return ", ".join(parts)


def _extensions(node: der.Node, known: tuple) -> dict:
    found: dict = {}
    members = Members(node).all()
    if not members:
        raise BadDER("an empty list of extensions")
    for member in members:
        with Members(member) as one:
            name = der.as_name(one.take(der.NAME).content)
            mark = one.take_if(der.BOOLEAN)
            if mark is not None and not der.as_boolean(mark.content):
                raise BadDER("a default that is written out")
            value = one.take(der.OCTETS).content
        if name in found:
            raise BadDER("an extension stands twice")
        unknown = mark is not None and name not in known
        require(not unknown, "attestation.unsupported-extension", f"a critical extension {name} that is not known")
        found[name] = value
    return found


@dataclass(frozen=True)
class Signed:
    """What is signed, how, and the signature."""

    tbs: bytes
    scheme: Scheme
    signature: bytes

    def is_by(self, key) -> bool:
        try:
            if self.scheme.name == "ecdsa":
                if not isinstance(key, ec.EllipticCurvePublicKey):
                    return False
                with Members(der.parse(self.signature)) as one:
                    one.take(der.INTEGER), one.take(der.INTEGER)
                key.verify(self.signature, self.tbs, ec.ECDSA(self.scheme.hash()))
                return True
            if not isinstance(key, rsa.RSAPublicKey):
                return False
            function = self.scheme.hash()
            pss = padding.PSS(padding.MGF1(function), function.digest_size)
            key.verify(self.signature, self.tbs, pss if self.scheme.name == "pss" else padding.PKCS1v15(), function)
        except (InvalidSignature, BadDER, ValueError, UnsupportedAlgorithm):
            return False
        return True


def _signed(data: bytes) -> tuple[der.Node, der.Node, bytes]:
    with Members(der.parse(data)) as outer:
        tbs, algorithm = outer.take(der.SEQUENCE), outer.take(der.SEQUENCE)
        return tbs, algorithm, der.whole_octets(outer.take())


def _same_scheme(inner: der.Node, outer: der.Node) -> Scheme:
    if inner.encoded != outer.encoded:
        raise BadDER("the signed algorithm differs from the one outside")
    return _scheme(inner)


@dataclass(frozen=True)
class Certificate:
    """A certificate, read and not yet believed. Times are texts of canonical-json-v1, names DER."""

    encoded: bytes
    signed: Signed
    serial: bytes
    issuer: bytes
    subject: bytes
    named: str
    issuer_named: str
    not_before: str
    not_after: str
    key_bytes: bytes
    key: object
    extensions: dict
    is_authority: bool
    path_length: int | None
    usage: set | None
    subject_key: bytes | None
    authority_key: bytes | None


def _authority(value: bytes | None) -> tuple:
    if value is None:
        return False, None
    with Members(der.parse(value)) as one:
        mark, length = one.take_if(der.BOOLEAN), one.take_if(der.INTEGER)
    if mark is not None and not der.as_boolean(mark.content) or length is not None and mark is None:
        raise BadDER("basic constraints in another form")
    return mark is not None, None if length is None else der.as_natural(length.content)


def _key_identifiers(extensions: dict) -> tuple:
    """Those of the subject's key and of its issuer's (RFC 5280 sections 4.2.1.1 and 4.2.1.2)."""
    own, others = extensions.get(_SUBJECT_KEY), extensions.get(_AUTHORITY_KEY)
    if own is not None:
        node = der.parse(own)
        if node.tag != der.OCTETS:
            raise BadDER("a key identifier that is no bytes")
        own = node.content
    if others is not None:
        with Members(der.parse(others)) as one:
            key, _, _ = one.take_if(0x80), one.take_if(0xA1), one.take_if(0x82)
        others = None if key is None else key.content
    return own, others


def _read_certificate(data: bytes) -> Certificate:
    tbs, algorithm, signature = _signed(data)
    with Members(tbs) as one:
        version = one.take_if(0xA0)
        is_third = version is not None and version.content == b"\x02\x01\x02"
        require(is_third, _CERTIFICATE, "version 3 is read")
        serial = one.take(der.INTEGER).content
        der.as_integer(serial)
        signed = Signed(tbs.encoded, _same_scheme(one.take(der.SEQUENCE), algorithm), signature)
        issuer = one.take(der.SEQUENCE)
        with Members(one.take()) as validity:
            times = _time(validity.take()), _time(validity.take())
        subject, key = one.take(der.SEQUENCE), one.take(der.SEQUENCE)
        extensions = _extensions(_explicit(one, 0xA3), _KNOWN)
    usage = extensions.get(KEY_USAGE)
    return Certificate(data, signed, serial, issuer.encoded, subject.encoded, _named(subject), _named(issuer), *times,
                       key.encoded, _public_key(key), extensions, *_authority(extensions.get(BASIC_CONSTRAINTS)),
                       None if usage is None else der.named_bits(der.parse(usage)), *_key_identifiers(extensions))


def read_certificate(data: bytes, place: str) -> Certificate:
    """One certificate in DER; ``attestation.malformed-certificate`` and what its algorithms are refused with."""
    require(len(data) <= limits.CERTIFICATE_BYTES_MAX, "attestation.too-large", "too long a certificate", place)
    try:
        return _read_certificate(data)
    except BadDER as error:
        raise NexusError(_CERTIFICATE, str(error), place) from None
    except NexusError as error:
        raise NexusError(error.code, error.detail, place) from None


@dataclass(frozen=True)
class RevocationList:
    signed: Signed
    issuer: bytes
    issuer_named: str
    this_update: str
    next_update: str
    serials: frozenset


def _read_entries(node: der.Node) -> frozenset:
    found = set()
    entries = Members(node).all()
    if not entries:
        raise BadDER("an empty list of entries")
    for entry in entries:
        with Members(entry) as one:
            serial = one.take(der.INTEGER).content
            der.as_integer(serial)
            _time(one.take())
            extensions = one.take_if(der.SEQUENCE)
            if extensions is not None:
                _extensions(extensions, ())
        found.add(serial)
    return frozenset(found)


def _read_list(data: bytes) -> RevocationList:
    tbs, algorithm, signature = _signed(data)
    with Members(tbs) as one:
        require(one.integer() == 1, _LIST, "version 2 is read")
        signed = Signed(tbs.encoded, _same_scheme(one.take(der.SEQUENCE), algorithm), signature)
        issuer = one.take(der.SEQUENCE)
        times = _time(one.take()), _time(one.take())
        entries = one.take_if(der.SEQUENCE)
        serials = frozenset() if entries is None else _read_entries(entries)
        _extensions(_explicit(one, 0xA0), ())
    return RevocationList(signed, issuer.encoded, _named(issuer), *times, serials)


def read_revocation_list(data: bytes, place: str) -> RevocationList:
    """One revocation list in DER (RFC 5280 section 5), no delta and of one issuer."""
    require(len(data) <= limits.REVOCATION_LIST_BYTES_MAX, "attestation.too-large", "too long a list", place)
    try:
        return _read_list(data)
    except BadDER as error:
        raise NexusError(_LIST, str(error), place) from None
    except NexusError as error:
        raise NexusError(error.code, error.detail, place) from None
