"""Texts with a grammar (canonical-json-v1): digests, base64, times, decimals."""

import base64
import binascii
import re

from . import limits
from .errors import NexusError, require

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_HEX32 = re.compile(r"[0-9a-f]{64}")
_TIME = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})\.[0-9]{3}Z")
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_DECIMAL = re.compile(r"(-?)(0|[1-9][0-9]*)(?:\.([0-9]*[1-9]))?")
_DECIMAL_CHARACTERS_MAX = 2 + limits.DECIMAL_COEFFICIENT_DIGITS_MAX + limits.DECIMAL_SCALE_MAX
_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def digest(text: str, place: str = "") -> str:
    """A digest's text, checked; digests are compared as texts since each has one."""
    require(_DIGEST.fullmatch(text) is not None, "base.bad-encoding", "not a sha256: digest", place)
    return text


def digest_text(raw: bytes) -> str:
    return "sha256:" + raw.hex()


def digest_bytes(text: str) -> bytes:
    return bytes.fromhex(text[7:])


def bare_hex_digest(text: str, place: str = "") -> str:
    """The ``sha256`` member of an in-toto subject, as the text of a digest."""
    require(_HEX32.fullmatch(text) is not None, "base.bad-encoding", "not 64 lower-case hexadecimal digits", place)
    return "sha256:" + text


def base64_bytes(text: str, place: str = "") -> bytes:
    """Strict RFC 4648 base64: padded, no white space, unused bits zero."""
    try:
        raw = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError, ValueError):
        raise NexusError("base.bad-encoding", "not base64", place) from None
    require(base64.b64encode(raw).decode("ascii") == text, "base.bad-encoding", "not the one base64 text", place)
    return raw


def date_exists(year: int, month: int, day: int) -> bool:
    """Whether the proleptic Gregorian calendar has the day; years 0000 to 9999."""
    if not 1 <= month <= 12:
        return False
    leap = month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 1 <= day <= _MONTH_DAYS[month - 1] + (1 if leap else 0)


def is_date(text: str) -> bool:
    match = _DATE.fullmatch(text)
    return match is not None and date_exists(*(int(part) for part in match.groups()))


def time(text: str, place: str = "") -> str:
    """A time's text, checked. All have one width and one zone, so texts order as times do."""
    match = _TIME.fullmatch(text)
    parts = [int(part) for part in match.groups()] if match else []
    good = match is not None and date_exists(*parts[:3]) and parts[3] < 24 and parts[4] < 60 and parts[5] < 60
    require(good, "base.bad-time", "not YYYY-MM-DDTHH:MM:SS.mmmZ", place)
    return text


def decimal(text: str, place: str = "") -> int:
    """A decimal as an integer count of 10^-18, so that values compare exactly."""
    match = _DECIMAL.fullmatch(text) if len(text) <= _DECIMAL_CHARACTERS_MAX else None
    require(match is not None and text != "-0", "base.bad-decimal", "not a decimal in its one form", place)
    sign, whole, fraction = match.group(1), match.group(2), match.group(3) or ""
    coefficient = int(whole + fraction)
    fits = coefficient < 10**limits.DECIMAL_COEFFICIENT_DIGITS_MAX and len(fraction) <= limits.DECIMAL_SCALE_MAX
    require(fits, "base.bad-decimal", "too many digits", place)
    scaled = coefficient * 10 ** (limits.DECIMAL_SCALE_MAX - len(fraction))
    return -scaled if sign else scaled
