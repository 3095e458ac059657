"""Evidence of real machines from the public vectors (NEXUS_VECTORS), and of made ones with roots of their own."""

import base64
import hashlib
import json
import os
import re
from datetime import datetime, timedelta, timezone
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.x509.oid import NameOID, ObjectIdentifier

from nexus_verify import canonical_json

VECTORS = Path(os.environ.get("NEXUS_VECTORS", Path(__file__).resolve().parents[4] / "shared" / "vectors"))
MILAN = "2023-01-01T00:00:00.000Z"
SUMMER, WINTER = "2025-07-01T00:00:00.000Z", "2026-03-01T00:00:00.000Z"
AT = "2026-01-15T00:00:00.000Z"
_FROM, _UNTIL = datetime(2025, 12, 1, tzinfo=timezone.utc), datetime(2026, 2, 1, tzinfo=timezone.utc)


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def document(value: dict) -> bytes:
    return canonical_json.write(value | {"version": 1})


def vector(name: str) -> bytes:
    return (VECTORS / name).read_bytes()


def pem(text: str) -> list:
    blocks = re.findall("-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", text, re.DOTALL)
    return [base64.b64decode("".join(block.split())) for block in blocks]


def milan() -> dict:
    """AMD's real report of a Milan machine."""
    chain = [vector("sev-snp/vcek.testcer"), *pem(vector("sev-snp/milan.testcer").decode())]
    return {"format": "sev-snp", "report": b64(vector("sev-snp/attestation.bin")),
            "certificates": [b64(one) for one in chain], "revocationLists": []}


def quoted(quote: str, collateral: str) -> dict:
    """A real quote with real collateral."""
    data = vector(quote)
    if quote.endswith(".hex"):
        data = bytes.fromhex(data.decode().strip().removeprefix("0x"))
    told = json.loads(vector(collateral))
    lists = [b64(bytes.fromhex(told[key])) for key in ("root_ca_crl", "pck_crl")]
    return {"format": "dcap", "quote": b64(data), "collateral": {
        "tcbInfo": b64(told["tcb_info"].encode()), "tcbInfoSignature": b64(bytes.fromhex(told["tcb_info_signature"])),
        "qeIdentity": b64(told["qe_identity"].encode()),
        "qeIdentitySignature": b64(bytes.fromhex(told["qe_identity_signature"])),
        "certificates": [b64(one) for one in pem(told["tcb_info_issuer_chain"])], "revocationLists": lists}}


# Every real report and quote with the collateral that fits it: name, maker, date.
REAL = {
    "sev-snp milan": (milan, MILAN),
    "sgx": (lambda: quoted("dcap/sgx_quote", "dcap/sgx_quote_collateral.json"), SUMMER),
    "tdx": (lambda: quoted("dcap/tdx_quote", "dcap/tdx_quote_collateral.json"), SUMMER),
    "tdx outdated": (lambda: quoted("dcap/tdx_quote_outdated", "dcap/tdx_quote_outdated_collateral.json"), WINTER),
    "tdx of a service": (lambda: quoted("dcap/quote-from-tappd.hex", "dcap/tdx_quote_collateral.json"), SUMMER),
    "tdx in hexadecimal": (lambda: quoted("dcap/tdx-quote.hex", "dcap/tdx_quote_collateral.json"), SUMMER),
    "tdx version 5": (lambda: quoted("tdx/quote_v5_sample.dat", "dcap/tdx_quote_outdated_collateral.json"), WINTER),
}


def _named(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common),
                      x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Made")])


class Authority:
    """A key with a certificate, which may issue others."""

    def __init__(self, name: str, key, issuer: "Authority | None" = None, *, ca: bool = True, extensions: dict | None = None,
                 start=_FROM, end=_UNTIL, length: int | None = None, critical: str | None = None, serial: int = 7) -> None:
        self.name, self.key = _named(name), key
        top = issuer or self
        builder = (x509.CertificateBuilder().subject_name(self.name).issuer_name(top.name).serial_number(serial)
                   .public_key(key.public_key()).not_valid_before(start).not_valid_after(end)
                   .add_extension(x509.BasicConstraints(ca, length), critical=True))
        if ca:
            usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
            builder = builder.add_extension(usage, critical=True)
        for oid, value in (extensions or {}).items():
            builder = builder.add_extension(x509.UnrecognizedExtension(ObjectIdentifier(oid), value), oid == critical)
        self.der = top._sign(builder).public_bytes(serialization.Encoding.DER)

    def _sign(self, builder):
        if isinstance(self.key, rsa.RSAPrivateKey):
            return builder.sign(self.key, hashes.SHA384(), rsa_padding=padding.PSS(padding.MGF1(hashes.SHA384()), 48))
        return builder.sign(self.key, hashes.SHA256())

    def revoke(self, *serials: int, end=_UNTIL) -> bytes:
        builder = x509.CertificateRevocationListBuilder().issuer_name(self.name).last_update(_FROM).next_update(end)
        builder = builder.add_extension(x509.CRLNumber(1), critical=False)
        for serial in serials:
            one = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(_FROM).build()
            builder = builder.add_revoked_certificate(one)
        return self._sign(builder).public_bytes(serialization.Encoding.DER)

    @property
    def digest(self) -> str:
        form = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        return "sha256:" + hashlib.sha256(self.key.public_key().public_bytes(*form)).hexdigest()

    def root(self, name: str = "made") -> dict:
        return {"key": self.digest, "name": name}


_RSA_KEYS: list = []


def rsa_key(place: int):
    """Keys take long to make: the same ones serve every test."""
    while len(_RSA_KEYS) <= place:
        _RSA_KEYS.append(rsa.generate_private_key(65537, 4096))
    return _RSA_KEYS[place]


def p256(seed: str):
    return ec.derive_private_key(int.from_bytes(hashlib.sha256(seed.encode()).digest(), "big") >> 1, ec.SECP256R1())


def p384(seed: str):
    return ec.derive_private_key(int.from_bytes(hashlib.sha384(seed.encode()).digest(), "big") >> 1, ec.SECP384R1())


def der(tag: int, content: bytes) -> bytes:
    size = len(content)
    length = bytes([size]) if size < 128 else (b"\x81" if size < 256 else b"\x82") + size.to_bytes(1 + (size > 255), "big")
    return bytes([tag]) + length + content


def integer(value: int) -> bytes:
    return der(2, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _amd(place: str) -> str:
    return "1.3.6.1.4.1.3704.1." + place


class SNP:
    """A made machine of AMD's kind. Fields of the report and options of the certificates may be changed before `value`."""

    def __init__(self, *, vlek: bool = False, turin: bool = False, **fields) -> None:
        self.vlek, self.turin = vlek, turin
        self.chip = hashlib.sha512(b"chip").digest() if not turin else hashlib.sha512(b"chip").digest()[:8]
        self.fields = {"version": 3 if turin else 2, "policy": 1 << 17 | 1 << 16, "platform": 1, "vmpl": 0, "svn": 4,
                       "report_data": bytes(64), "tcb": (1, 3, 0, 8, 115) if turin else (0, 3, 0, 8, 115)} | fields
        self.ark = Authority("ARK-Made", rsa_key(0))
        self.ask = Authority("SEV-Made", rsa_key(1), self.ark, length=0)
        self.key = p384("vcek")
        self.lists: list = []
        self.certificate: dict = {}

    def endorsement(self) -> Authority:
        fmc, boot, tee, snp, microcode = self.certificate.get("tcb", self.fields["tcb"])
        numbers = {"3.1": boot, "3.2": tee, "3.3": snp, "3.4": 0, "3.5": 0, "3.6": 0, "3.7": 0, "3.8": microcode}
        if self.turin:
            numbers["3.9"] = fmc
        extensions = {_amd(place): integer(number) for place, number in numbers.items()}
        product = self.fields.get("product", "Turin-B1" if self.turin else "Milan-B0")
        extensions |= {_amd("1"): integer(0), _amd("2"): der(0x16, product.encode())}
        if self.vlek:
            extensions[_amd("5")] = der(0x16, b"a service")
        else:
            extensions[_amd("4")] = self.certificate.get("chip", self.chip)
        name = self.certificate.get("name", "SEV-VLEK" if self.vlek else "SEV-VCEK")
        more = {key: value for key, value in self.certificate.items() if key in ("start", "end", "ca", "critical")}
        return Authority(name, self.key, self.ask, **({"ca": False} | more),
                         extensions=extensions | self.certificate.get("extensions", {}))

    def _tcb(self, versions: tuple) -> bytes:
        fmc, boot, tee, snp, microcode = versions
        if self.turin:
            return bytes([fmc, boot, tee, snp, 0, 0, 0, microcode])
        return bytes([boot, tee, 0, 0, 0, 0, snp, microcode])

    def report(self) -> bytes:
        told = self.fields
        data = bytearray(1184)

        def put(start: int, value: bytes) -> None:
            data[start : start + len(value)] = value

        put(0x00, told["version"].to_bytes(4, "little") + told["svn"].to_bytes(4, "little"))
        put(0x08, told["policy"].to_bytes(8, "little"))
        put(0x30, told["vmpl"].to_bytes(4, "little") + b"\1")
        put(0x40, told["platform"].to_bytes(8, "little"))
        put(0x48, bytes([told.get("flags", (4 if self.vlek else 0))]))
        put(0x50, told["report_data"])
        put(0x90, hashlib.sha384(b"measurement").digest())
        if told["version"] >= 3:
            put(0x188, bytes([0x1A, 2, 1]) if self.turin else bytes([0x19, 1, 1]))
        put(0x1A0, self.chip.ljust(64, b"\0"))
        for start, name in ((0x38, "current"), (0x180, "reported"), (0x1E0, "committed"), (0x1F0, "launched")):
            put(start, self._tcb(told.get(name, told["tcb"])))
        put(0x1E8, bytes(told.get("build", (3, 49, 1))))
        put(0x1EC, bytes(told.get("committed_build", told.get("build", (3, 49, 1)))))
        for start, value in told.get("patch", {}).items():
            put(start, value)
        r, s = decode_dss_signature(self.key.sign(bytes(data[:0x2A0]), ec.ECDSA(hashes.SHA384())))
        put(0x2A0, r.to_bytes(72, "little") + s.to_bytes(72, "little"))
        return bytes(data)

    def value(self) -> dict:
        chain = [self.endorsement().der, self.ask.der, self.ark.der]
        return {"format": "sev-snp", "report": b64(self.report()), "certificates": [b64(one) for one in chain],
                "revocationLists": [b64(one) for one in self.lists]}

    def rule(self, **changes) -> dict:
        measurement = {"measurement": [hashlib.sha384(b"measurement").hexdigest()]}
        return rule("sev-snp", [self.ark.root()], measurement) | changes


def rule(kind: str, roots: list, registers: dict, **changes) -> dict:
    return {"debug": False, "flags": {}, "kind": kind, "registers": registers, "revocationLists": False, "roots": roots,
            "tcbStatus": [], "versions": {}} | changes


def reference_values(*rules: dict) -> bytes:
    return document({"rules": sorted(rules, key=lambda one: one["kind"])})


_INTEL = "1.2.840.113741.1.13.1"


def _item(name: str, value: bytes) -> bytes:
    """SEQUENCE { identifier, value } below Intel's arc."""
    arc = bytes([0x2A, 0x86, 0x48, 0x86, 0xF8, 0x4D, 0x01, 0x0D, 0x01])
    return der(0x30, der(6, arc + bytes(int(part) for part in name.split("."))) + value)


def _signature(key, message: bytes) -> bytes:
    r, s = decode_dss_signature(key.sign(message, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def _enclave(report_data: bytes, told: dict) -> bytes:
    body = bytes([5] * 16) + told.get("miscselect", bytes(4)) + bytes(28)
    body += told.get("attributes", bytes([0x11] + [0] * 15)) + bytes(32) + bytes(32)
    body += told.get("mrsigner", bytes([0xAA] * 32)) + bytes(32) + bytes(64)
    body += told.get("isvprodid", 2).to_bytes(2, "little") + told.get("isvsvn", 4).to_bytes(2, "little") + bytes(2)
    return body + bytes(42) + bytes(16) + report_data


class DCAP:
    """A made machine of Intel's kind: TDX (1.0, or 1.5 in version 5) or SGX."""

    def __init__(self, *, version: int = 4, sgx: bool = False, **told) -> None:
        self.version, self.sgx, self.told = version, sgx, told
        self.ca = Authority("Intel SGX Root CA", p256("root"))
        self.platform = Authority("Intel SGX PCK Platform CA", p256("platform"), self.ca, length=0)
        self.signer = Authority("Intel SGX TCB Signing", p256("signer"), self.ca, ca=False, serial=8)
        self.components = told.get("components", [3] * 16)
        self.pck = Authority("Intel SGX PCK Certificate", p256("pck"), self.platform, ca=False,
                             extensions={_INTEL: self._extension()} | told.get("extensions", {}),
                             **told.get("certificate", {}))
        self.lists = [self.ca.revoke(), self.platform.revoke()]
        self.levels = [self.level("UpToDate", 3, 11)]
        self.identity_levels = [{"tcb": {"isvsvn": 4}, "tcbDate": "2025-01-01T00:00:00Z", "tcbStatus": "UpToDate"}]
        self.modules: list = []
        self.info: dict = {}
        self.identity: dict = {}

    def level(self, status: str, least: int, pce: int, advisories: tuple = (), tdx: list | None = None) -> dict:
        tcb = {"sgxtcbcomponents": [{"svn": least}] * 16, "pcesvn": pce}
        if not self.sgx:
            tcb["tdxtcbcomponents"] = [{"svn": one} for one in (tdx or [least, 0] + [least] * 14)]
        found = {"tcb": tcb, "tcbDate": "2025-01-01T00:00:00Z", "tcbStatus": status}
        return found | ({"advisoryIDs": list(advisories)} if advisories else {})

    def _extension(self) -> bytes:
        tcb = b"".join(_item(f"2.{place + 1}", integer(number)) for place, number in enumerate(self.components))
        tcb += _item("2.17", integer(self.told.get("pce", 11))) + _item("2.18", der(4, bytes(16)))
        parts = [_item("1", der(4, bytes([9] * 16))), _item("2", der(0x30, tcb)), _item("3", der(4, bytes(2))),
                 _item("4", der(4, bytes([1] * 6))), _item("5", der(0x0A, b"\0"))]
        return der(0x30, b"".join(parts))

    def _body(self) -> bytes:
        data = self.told.get("report_data", bytes(64))
        if self.sgx:
            return _enclave(data, {"isvprodid": 1} | self.told)
        svn = bytes(self.told.get("svn", [3] + [0] + [3] * 14))
        body = svn + bytes([1] * 48) + self.told.get("mrsignerseam", bytes(48)) + self.told.get("seam_attributes", bytes(8))
        body += self.told.get("tdattributes", bytes(8)) + bytes([0xE7] + [0] * 7) + bytes([2] * 48) + bytes(48 * 3)
        body += b"".join(bytes([10 + place] * 48) for place in range(4)) + data
        return body + (bytes(16) + bytes(48) if self.version == 5 else b"")

    def quote(self) -> bytes:
        tee = 0 if self.sgx else 0x81
        data = self.version.to_bytes(2, "little") + b"\2\0" + tee.to_bytes(4, "little") + bytes(4)
        data += bytes.fromhex("939a7233f79c4ca9940a0db3957f0607") + bytes(20)
        body = self._body()
        if self.version == 5:
            data += (1 if self.sgx else 3).to_bytes(2, "little") + len(body).to_bytes(4, "little")
        data += body
        key = p256("attestation")
        point = key.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)[1:]
        authentication = b"authentication"
        bound = hashlib.sha256(self.told.get("bound", point) + authentication).digest() + bytes(32)
        enclave = _enclave(bound, {"isvprodid": 1 if self.sgx else 2} | self.told.get("enclave", {}))
        chain = b"".join(_pem(one.der) for one in (self.pck, self.platform, self.ca))
        inner = enclave + _signature(self.pck.key, enclave) + len(authentication).to_bytes(2, "little") + authentication
        inner += (5).to_bytes(2, "little") + len(chain).to_bytes(4, "little") + chain
        if self.version >= 4:
            inner = (6).to_bytes(2, "little") + len(inner).to_bytes(4, "little") + inner
        signed = _signature(self.told.get("signer", key), data) + point + inner
        return data + len(signed).to_bytes(4, "little") + signed

    def value(self) -> dict:
        info = {"id": "SGX" if self.sgx else "TDX", "version": 3, "issueDate": "2025-12-15T00:00:00Z",
                "nextUpdate": "2026-01-31T00:00:00Z", "fmspc": "010101010101", "pceId": "0000", "tcbType": 0,
                "tcbEvaluationDataNumber": 17, "tcbLevels": self.levels}
        if not self.sgx:
            info |= {"tdxModule": {"mrsigner": "00" * 48, "attributes": "00" * 8, "attributesMask": "FF" * 8},
                     "tdxModuleIdentities": self.modules}
        identity = {"id": "QE" if self.sgx else "TD_QE", "version": 2, "issueDate": "2025-12-15T00:00:00Z",
                    "nextUpdate": "2026-01-30T00:00:00Z", "tcbEvaluationDataNumber": 17, "miscselect": "00000000",
                    "miscselectMask": "FFFFFFFF", "attributes": "11" + "00" * 15, "attributesMask": "FB" + "FF" * 7 + "00" * 8,
                    "mrsigner": "AA" * 32, "isvprodid": 1 if self.sgx else 2, "tcbLevels": self.identity_levels}
        texts = [json.dumps(one, separators=(",", ":")).encode() for one in (info | self.info, identity | self.identity)]
        return {"format": "dcap", "quote": b64(self.quote()), "collateral": {
            "tcbInfo": b64(texts[0]), "tcbInfoSignature": b64(_signature(self.signer.key, texts[0])),
            "qeIdentity": b64(texts[1]), "qeIdentitySignature": b64(_signature(self.signer.key, texts[1])),
            "certificates": [b64(self.signer.der), b64(self.ca.der)], "revocationLists": [b64(one) for one in self.lists]}}

    def rule(self, **changes) -> dict:
        registers = {"mrsigner": ["aa" * 32]} if self.sgx else {"mrtd": ["02" * 48]}
        return rule("sgx" if self.sgx else "tdx", [self.ca.root()], registers, tcbStatus=["UpToDate"]) | changes


def _pem(data: bytes) -> bytes:
    text = base64.b64encode(data)
    lines = b"".join(text[at : at + 64] + b"\n" for at in range(0, len(text), 64))
    return b"-----BEGIN CERTIFICATE-----\n" + lines + b"-----END CERTIFICATE-----\n"


def module(name: str, *levels: tuple) -> dict:
    return {"id": name, "mrsigner": "00" * 48, "attributes": "00" * 8, "attributesMask": "FF" * 8, "tcbLevels": [
        {"tcb": {"isvsvn": svn}, "tcbDate": "2025-01-01T00:00:00Z", "tcbStatus": status} for svn, status in levels]}


LATE = _UNTIL + timedelta(days=30)


def _sized(data: bytes) -> bytes:
    return len(data).to_bytes(2, "big") + data


class TPM:
    """A made TPM: an endorsement certificate by a maker of its own, an attestation key of P-256, a quote over two registers."""

    def __init__(self, report_data: bytes = bytes(64), *, attributes: int = 0x00050072, purpose: str = "2.23.133.8.1",
                 safe: int = 1, registers: tuple = (bytes(32), bytes([7] * 32)), said: tuple | None = None) -> None:
        self.report_data, self.attributes, self.safe = report_data, attributes, safe
        self.registers, self.said = registers, said or registers
        self.maker = Authority("Made TPMs", p256("maker"))
        named = bytes([0x67, 0x81, 0x05, 8, 1]) if purpose == "2.23.133.8.1" else bytes([0x2A, 3])
        usage = {"2.5.29.37": der(0x30, der(6, named))}
        self.endorsement = Authority("Made EK", p256("endorsement"), self.maker, ca=False, extensions=usage)

    def value(self) -> dict:
        key = p256("tpm attestation")
        numbers = key.public_key().public_numbers()
        public = b"\x00\x23\x00\x0b" + self.attributes.to_bytes(4, "big") + _sized(b"")
        public += b"\x00\x10\x00\x18\x00\x0b\x00\x03\x00\x10"
        public += _sized(numbers.x.to_bytes(32, "big")) + _sized(numbers.y.to_bytes(32, "big"))
        quote = b"\xffTCG\x80\x18" + _sized(b"signer") + _sized(hashlib.sha256(self.report_data).digest()) + bytes(8)
        quote += (5).to_bytes(4, "big") + (6).to_bytes(4, "big") + bytes([self.safe]) + bytes(8)
        quote += (1).to_bytes(4, "big") + b"\x00\x0b\x03\x81\x00\x00"
        quote += _sized(hashlib.sha256(b"".join(self.registers)).digest())
        r, s = decode_dss_signature(key.sign(quote, ec.ECDSA(hashes.SHA256())))
        signature = b"\x00\x18\x00\x0b" + _sized(r.to_bytes(32, "big")) + _sized(s.to_bytes(32, "big"))
        return {"format": "tpm", "quote": b64(quote), "signature": b64(signature), "attestationKey": b64(public),
                "registers": [{"bank": "sha256", "index": index, "value": b64(value)}
                              for index, value in zip((0, 7), self.said, strict=True)],
                "reportData": b64(self.report_data), "certificates": [b64(self.endorsement.der), b64(self.maker.der)],
                "revocationLists": []}

    def rule(self, **changes) -> dict:
        return rule("tpm", [self.maker.root()], {"pcr.sha256.7": [self.registers[1].hex()]}) | changes
