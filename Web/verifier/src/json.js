// canonical-json-v1: a strict reader of JSON bytes and the one writer. JSON.parse would lose double keys, take
// floating point and mend what is no UTF-8. Objects are Maps, integers are numbers; there is nothing between.
import { decodeUtf8, equal, utf8 } from "./bytes.js";
import { refuse } from "./refusal.js";

const nestingMax = 64;
const elementsMax = 1_048_576;
const bytesMax = 67_108_864;

export function readJSON(bytes, limit = bytesMax) {
  if (bytes.length > limit) refuse("base.too-large");
  const reader = new Reader(bytes);
  const value = reader.value(0);
  reader.space();
  if (reader.at !== bytes.length) refuse("base.malformed-json", `byte ${reader.at}`);
  return value;
}

// The document must be its own canonical form, byte for byte.
export function readCanonical(bytes, limit = bytesMax) {
  const value = readJSON(bytes, limit);
  if (!equal(writeJSON(value), bytes)) refuse("base.not-canonical");
  return value;
}

export function writeJSON(value) {
  return utf8(writeText(value));
}

function writeText(value) {
  if (typeof value === "string") return quote(value);
  if (Array.isArray(value)) return `[${value.map(writeText).join(",")}]`;
  if (value instanceof Map) {
    const keys = [...value.keys()].sort(byCodeUnits);
    return `{${keys.map((key) => `${quote(key)}:${writeText(value.get(key))}`).join(",")}}`;
  }
  return String(value);
}

const byCodeUnits = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

const shortEscapes = new Map([["\b", "\\b"], ["\t", "\\t"], ["\n", "\\n"], ["\f", "\\f"], ["\r", "\\r"],
  ['"', '\\"'], ["\\", "\\\\"]]);

function quote(text) {
  const escaped = text.replace(/[\u0000-\u001f"\\]/g, (character) =>
    shortEscapes.get(character) ?? `\\u00${character.charCodeAt(0).toString(16).padStart(2, "0")}`);
  return `"${escaped}"`;
}

const unescaped = new Map([[0x22, '"'], [0x5c, "\\"], [0x2f, "/"], [0x62, "\b"], [0x66, "\f"], [0x6e, "\n"],
  [0x72, "\r"], [0x74, "\t"]]);

class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  malformed() {
    refuse("base.malformed-json", `byte ${this.at}`);
  }

  space() {
    for (;;) {
      const byte = this.bytes[this.at];
      if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) return;
      this.at++;
    }
  }

  // After white space, is the next byte this one? If so it is taken.
  took(byte) {
    this.space();
    if (this.bytes[this.at] !== byte) return false;
    this.at++;
    return true;
  }

  value(depth) {
    this.space();
    switch (this.bytes[this.at]) {
      case 0x7b: return this.object(depth + 1);
      case 0x5b: return this.array(depth + 1);
      case 0x22: return this.string();
      case 0x74: return this.word("true", true);
      case 0x66: return this.word("false", false);
      case 0x6e: return this.word("null", null);
      default: return this.integer();
    }
  }

  word(text, value) {
    for (let i = 0; i < text.length; i++) if (this.bytes[this.at + i] !== text.charCodeAt(i)) this.malformed();
    this.at += text.length;
    return value;
  }

  integer() {
    const begin = this.at;
    if (this.bytes[this.at] === 0x2d) this.at++;
    while (this.bytes[this.at] >= 0x30 && this.bytes[this.at] <= 0x39 && this.at - begin < 20) this.at++;
    const text = String.fromCharCode(...this.bytes.subarray(begin, this.at));
    if (!/^(0|-?[1-9][0-9]*)$/.test(text)) this.malformed();
    const number = Number(text);
    if (!Number.isSafeInteger(number)) this.malformed();
    return number;
  }

  array(depth) {
    if (depth > nestingMax) refuse("base.too-large", `byte ${this.at}`);
    this.at++;
    const out = [];
    if (this.took(0x5d)) return out;
    do {
      if (out.length === elementsMax) refuse("base.too-large", `byte ${this.at}`);
      out.push(this.value(depth));
    } while (this.took(0x2c));
    if (!this.took(0x5d)) this.malformed();
    return out;
  }

  object(depth) {
    if (depth > nestingMax) refuse("base.too-large", `byte ${this.at}`);
    this.at++;
    const out = new Map();
    if (this.took(0x7d)) return out;
    do {
      if (out.size === elementsMax) refuse("base.too-large", `byte ${this.at}`);
      this.space();
      if (this.bytes[this.at] !== 0x22) this.malformed();
      const key = this.string();
      if (out.has(key)) refuse("base.duplicate-key", key);
      if (!this.took(0x3a)) this.malformed();
      out.set(key, this.value(depth));
    } while (this.took(0x2c));
    if (!this.took(0x7d)) this.malformed();
    return out;
  }

  // Each run between escapes must be UTF-8 by itself: an escape cannot end half a character.
  string() {
    this.at++;
    let out = "";
    let begin = this.at;
    for (;;) {
      const byte = this.bytes[this.at];
      if (byte === undefined || byte < 0x20) this.malformed();
      if (byte === 0x22 || byte === 0x5c) {
        if (this.at > begin) out += this.run(begin);
        this.at++;
        if (byte === 0x22) return out;
        out += this.escape();
        begin = this.at;
      } else this.at++;
    }
  }

  run(begin) {
    const text = decodeUtf8(this.bytes.subarray(begin, this.at));
    if (text === null) refuse("base.not-utf8", `byte ${begin}`);
    return text;
  }

  escape() {
    const byte = this.bytes[this.at++];
    if (byte !== 0x75) {
      if (!unescaped.has(byte)) this.malformed();
      return unescaped.get(byte);
    }
    const high = this.codeUnit();
    if (high < 0xd800 || high > 0xdfff) return String.fromCharCode(high);
    if (high > 0xdbff || this.bytes[this.at] !== 0x5c || this.bytes[this.at + 1] !== 0x75) this.malformed();
    this.at += 2;
    const low = this.codeUnit();
    if (low < 0xdc00 || low > 0xdfff) this.malformed();
    return String.fromCharCode(high, low);
  }

  codeUnit() {
    let unit = 0;
    for (let i = 0; i < 4; i++, this.at++) {
      const digit = parseInt(String.fromCharCode(this.bytes[this.at] ?? 0), 16);
      if (Number.isNaN(digit)) this.malformed();
      unit = unit * 16 + digit;
    }
    return unit;
  }
}
