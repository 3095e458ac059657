// canonical-json-v1, "Texts with a grammar": digests, times, decimals.
import { refuse } from "./refusal.js";

export function readDigest(text, place) {
  if (text.length > 100) refuse("base.too-large", place);
  if (!/^sha256:[0-9a-f]{64}$/.test(text)) refuse("base.bad-encoding", place);
  return text;
}

const timeShape = /^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})\.([0-9]{3})Z$/;

// Milliseconds since 1970. Times compare as their texts do, too.
export function readTime(text, place) {
  if (text.length > 100) refuse("base.too-large", place);
  const match = timeShape.exec(text);
  if (!match) refuse("base.bad-time", place);
  const [year, month, day, hour, minute, second, millisecond] = match.slice(1).map(Number);
  const exists = isDate(year, month, day) && hour < 24 && minute < 60 && second < 60;
  if (!exists) refuse("base.bad-time", place);
  return ((daysSince1970(year, month, day) * 24 + hour) * 60 + minute) * 60_000 + second * 1000 + millisecond;
}

export function isDate(year, month, day) {
  if (month < 1 || month > 12 || day < 1) return false;
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return day <= [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
}

// Date.UTC would take the years 0 to 99 for 1900 to 1999.
function daysSince1970(year, month, day) {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getTime() / 86_400_000;
}

const decimalShape = /^-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?$/;

export function readDecimal(text, place) {
  if (text.length > 100) refuse("base.too-large", place);
  if (!decimalShape.test(text) || text === "-0") refuse("base.bad-decimal", place);
  const [whole, fraction = ""] = text.split(".");
  const digits = whole.replace("-", "") + fraction;
  const magnitude = BigInt(digits);
  if (magnitude >= 10n ** 34n || fraction.length > 18) refuse("base.bad-decimal", place);
  return { coefficient: text.startsWith("-") ? -magnitude : magnitude, scale: fraction.length };
}

export function compareDecimals(a, b) {
  const scale = Math.max(a.scale, b.scale);
  const left = a.coefficient * 10n ** BigInt(scale - a.scale);
  const right = b.coefficient * 10n ** BigInt(scale - b.scale);
  return left < right ? -1 : left > right ? 1 : 0;
}

export function magnitude(decimal) {
  const { coefficient, scale } = decimal;
  return { coefficient: coefficient < 0n ? -coefficient : coefficient, scale };
}
