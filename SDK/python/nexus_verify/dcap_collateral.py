"""What Intel publishes of its platforms: TCB info 3 and enclave identity 2 (certification service API)."""

from dataclasses import dataclass

from . import canonical_json, der, limits, texts
from .certificate import Certificate
from .der import BadDER, Members
from .errors import NexusError, require
from .fields import Fields

_MALFORMED = "attestation.malformed-collateral"
_ARC = "1.2.840.113741.1.13.1"
STATUSES = ("UpToDate", "SWHardeningNeeded", "ConfigurationNeeded", "ConfigurationAndSWHardeningNeeded", "OutOfDate",
            "OutOfDateConfigurationNeeded", "Revoked")
OLDER = "OlderThanListed"
_COMPONENTS = 16
_LEVELS_MAX = 256
_MODULES_MAX = 32


@dataclass(frozen=True)
class Level:
    """One level and the advisories that hold for it."""

    status: str
    advisories: list
    sgx: list
    tdx: list
    # PCESVN, or ISVSVN for modules and enclaves.
    svn: int


@dataclass(frozen=True)
class Module:
    id: str
    mrsigner: bytes
    attributes: bytes
    mask: bytes
    levels: list


@dataclass(frozen=True)
class TCBInfo:
    is_tdx: bool
    issued: str
    next_update: str
    fmspc: bytes
    pce_id: bytes
    module: Module | None
    modules: list
    levels: list


@dataclass(frozen=True)
class Identity:
    """Enclave identity: what the quoting enclave must be."""

    id: str
    issued: str
    next_update: str
    miscselect: bytes
    miscselect_mask: bytes
    attributes: bytes
    attributes_mask: bytes
    mrsigner: bytes
    isv_prod_id: int
    levels: list


class _Object(Fields):
    """An object of Intel's: what Intel adds is passed over, since ``version`` says what the other fields mean."""

    def __exit__(self, kind, error, trace) -> None:
        pass

    def object(self, name: str) -> "_Object":
        return _Object(self.take(name), self.at(name))

    def hexadecimal(self, name: str, size: int) -> bytes:
        text = self.text(name, 2 * size)
        good = len(text) == 2 * size and all(digit in "0123456789abcdefABCDEF" for digit in text)
        require(good, _MALFORMED, f"{size} bytes in hexadecimal", self.at(name))
        return bytes.fromhex(text)

    def date(self, name: str) -> str:
        """A time in whole seconds, as one of canonical-json-v1."""
        text = self.text(name, 20)
        require(text.endswith("Z"), "base.bad-time", "a time in UTC", self.at(name))
        return texts.time(text[:-1] + ".000Z", self.at(name))


def _component(value, place: str) -> int:
    with _Object(value, place) as one:
        return one.integer("svn", 0, 255)


def _components(value, place: str) -> list:
    require(isinstance(value, list) and len(value) == _COMPONENTS, _MALFORMED, "16 components", place)
    return [_component(one, place) for one in value]


def _level(value, place: str, *, is_platform: bool, is_tdx: bool = False) -> Level:
    with _Object(value, place) as one:
        status = one.choice("tcbStatus", *STATUSES)
        one.date("tcbDate")
        advisories = one.optional("advisoryIDs", one.text_array, limits.REFERENCE_LIST_MAX, 128) or []
        with one.object("tcb") as tcb:
            if not is_platform:
                return Level(status, advisories, [], [], tcb.integer("isvsvn", 0, 65_535))
            sgx = _components(tcb.take("sgxtcbcomponents"), tcb.at("sgxtcbcomponents"))
            tdx = _components(tcb.take("tdxtcbcomponents"), tcb.at("tdxtcbcomponents")) if is_tdx else []
            return Level(status, advisories, sgx, tdx, tcb.integer("pcesvn", 0, 65_535))


def _levels(one: _Object, **how) -> list:
    return [_level(value, place, **how) for place, value in one.array("tcbLevels", _LEVELS_MAX)]


def _module(one: _Object, *, named: bool) -> Module:
    with one:
        parts = one.hexadecimal("mrsigner", 48), one.hexadecimal("attributes", 8), one.hexadecimal("attributesMask", 8)
        if not named:
            return Module("", *parts, [])
        return Module(one.text("id", 16), *parts, _levels(one, is_platform=False))


def _read(data: bytes, what: str, read):
    require(len(data) <= limits.COLLATERAL_BYTES_MAX, "attestation.too-large", "too long", what)
    try:
        with _Object(canonical_json.parse(data, limits.COLLATERAL_BYTES_MAX), what) as one:
            one.integer("tcbEvaluationDataNumber")
            return read(one)
    except NexusError as error:
        code = _MALFORMED if error.code.startswith("base.") else error.code
        raise NexusError(code, error.detail, error.place or what) from None


def _tcb_info(one: _Object) -> TCBInfo:
    is_tdx = one.choice("id", "SGX", "TDX") == "TDX"
    version = one.integer("version")
    require(version == 3, "attestation.unsupported-version", "TCB info 3 is read", one.at("version"))
    require(one.integer("tcbType") == 0, "attestation.unsupported-version", "TCB type 0 is read", one.at("tcbType"))
    modules = one.optional("tdxModuleIdentities", one.array, _MODULES_MAX) or [] if is_tdx else []
    return TCBInfo(is_tdx, one.date("issueDate"), one.date("nextUpdate"), one.hexadecimal("fmspc", 6),
                   one.hexadecimal("pceId", 2), _module(one.object("tdxModule"), named=False) if is_tdx else None,
                   [_module(_Object(value, place), named=True) for place, value in modules],
                   _levels(one, is_platform=True, is_tdx=is_tdx))


def _identity(one: _Object) -> Identity:
    version = one.integer("version")
    require(version == 2, "attestation.unsupported-version", "enclave identity 2 is read", one.at("version"))
    return Identity(one.choice("id", "QE", "TD_QE"), one.date("issueDate"), one.date("nextUpdate"), one.hexadecimal("miscselect", 4),
                    one.hexadecimal("miscselectMask", 4), one.hexadecimal("attributes", 16),
                    one.hexadecimal("attributesMask", 16), one.hexadecimal("mrsigner", 32),
                    one.integer("isvprodid", 0, 65_535), _levels(one, is_platform=False))


def read_tcb_info(data: bytes) -> TCBInfo:
    return _read(data, "collateral.tcbInfo", _tcb_info)


def read_identity(data: bytes) -> Identity:
    return _read(data, "collateral.qeIdentity", _identity)


@dataclass(frozen=True)
class Platform:
    """What a PCK certificate says of its platform (PCK certificate profile, "SGX extensions")."""

    ppid: bytes
    components: list
    pce_svn: int
    cpu_svn: bytes
    pce_id: bytes
    fmspc: bytes


def _pairs(node: der.Node) -> dict:
    found: dict = {}
    for member in Members(node).all():
        with Members(member) as one:
            name, value = der.as_name(one.take(der.NAME).content), one.take()
        if name in found:
            raise BadDER("an extension of SGX stands twice")
        found[name] = value
    return found


def _value(pairs: dict, name: str, tag: int) -> bytes:
    node = pairs.get(name)
    if node is None or node.tag != tag:
        raise BadDER(f"no {name} of SGX")
    return node.content


def _platform(data: bytes) -> Platform:
    pairs = _pairs(der.parse(data))
    tcb = _pairs(der.Node(der.SEQUENCE, _value(pairs, f"{_ARC}.2", der.SEQUENCE), b""))
    numbers = [der.as_natural(_value(tcb, f"{_ARC}.2.{place}", der.INTEGER)) for place in range(1, 18)]
    found = Platform(_value(pairs, f"{_ARC}.1", der.OCTETS), numbers[:16], numbers[16],
                     _value(tcb, f"{_ARC}.2.18", der.OCTETS), _value(pairs, f"{_ARC}.3", der.OCTETS),
                     _value(pairs, f"{_ARC}.4", der.OCTETS))
    sizes = [len(one) for one in (found.ppid, found.cpu_svn, found.pce_id, found.fmspc)]
    if sizes != [16, 16, 2, 6] or max(found.components) > 255 or found.pce_svn > 65_535:
        raise BadDER("an extension of SGX of another size")
    return found


def read_platform(certificate: Certificate) -> Platform:
    """``attestation.malformed-certificate`` where the certificate is no PCK's."""
    try:
        value = certificate.extensions.get(_ARC)
        if value is None:
            raise BadDER("not a PCK's certificate")
        return _platform(value)
    except BadDER as error:
        raise NexusError("attestation.malformed-certificate", str(error), certificate.named) from None
