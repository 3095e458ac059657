// DER (X.690), as far as time stamps need it: definite lengths in their shortest form, low tag numbers, nothing after.
import { hex } from "./bytes.js";
import { Refusal } from "./refusal.js";

export const badAnchor = (what) => new Refusal("evidence.bad-anchor", what);

export const tags = { boolean: 0x01, integer: 0x02, bits: 0x03, octets: 0x04, null: 0x05, oid: 0x06, utcTime: 0x17,
  time: 0x18, sequence: 0x30, set: 0x31 };

// {tag, raw, content} of the one value that these bytes are.
export function readDER(bytes) {
  const { value, end } = valueAt(bytes, 0);
  if (end !== bytes.length) throw badAnchor("bytes after the value");
  return value;
}

function valueAt(bytes, at) {
  if (at + 2 > bytes.length) throw badAnchor("cut short");
  const tag = bytes[at];
  if ((tag & 0x1f) === 0x1f) throw badAnchor("a high tag number");
  let length = bytes[at + 1];
  let begin = at + 2;
  if (length >= 0x80) {
    const count = length - 0x80;
    if (count === 0 || count > 4 || begin + count > bytes.length) throw badAnchor("length");
    length = 0;
    for (let i = 0; i < count; i++) length = length * 256 + bytes[begin + i];
    begin += count;
    if (length < 0x80 || length < 256 ** (count - 1)) throw badAnchor("a length that is not the shortest");
  }
  const end = begin + length;
  if (end > bytes.length) throw badAnchor("cut short");
  return { value: { tag, raw: bytes.slice(at, end), content: bytes.slice(begin, end) }, end };
}

// The values inside, in order, to be taken one by one.
export class Parts {
  constructor(value, tag) {
    if (value?.tag !== tag) throw badAnchor(`tag ${value?.tag}`);
    this.values = [];
    for (let at = 0; at < value.content.length;) {
      const { value: next, end } = valueAt(value.content, at);
      this.values.push(next);
      at = end;
    }
  }

  next(tag) {
    const value = this.values.shift();
    if (!value || (tag !== undefined && value.tag !== tag)) throw badAnchor("a part that is missing or another");
    return value;
  }

  // The next value if it has this tag.
  optional(tag) {
    return this.values[0]?.tag === tag ? this.values.shift() : undefined;
  }

  end() {
    if (this.values.length > 0) throw badAnchor("a part too many");
  }
}

export const sequence = (value) => new Parts(value, tags.sequence);

export const oid = (value) => {
  if (value.tag !== tags.oid) throw badAnchor("no object identifier");
  return hex(value.content);
};

// An integer in its shortest form, not negative.
export function integer(value, tag = tags.integer) {
  const { content } = value;
  const shortest = content.length === 1 || content[0] !== 0 || content[1] >= 0x80;
  if (value.tag !== tag || content.length === 0 || !shortest || content[0] >= 0x80) throw badAnchor("integer");
  return BigInt(`0x${hex(content)}`);
}

export function bits(value) {
  if (value.tag !== tags.bits || value.content.length < 1 || value.content[0] > 7) throw badAnchor("bits");
  return { unused: value.content[0], bytes: value.content.slice(1) };
}

// Milliseconds since 1970. GeneralizedTime in UTC, perhaps with a fraction; UTCTime with its two digits of year.
export function time(value) {
  let text = String.fromCharCode(...value.content);
  if (value.tag === tags.utcTime) text = (text < "5" ? "20" : "19") + text;
  else if (value.tag !== tags.time) throw badAnchor("time");
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{0,8}[1-9]))?Z$/.exec(text);
  if (!match || (match[7] && value.tag === tags.utcTime)) throw badAnchor("time");
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number);
  const date = Date.UTC(year, month - 1, day, hour, minute, second);
  const again = new Date(date).toISOString().replace(/[-:T]/g, "").slice(0, 14);
  if (again !== match.slice(1, 7).join("")) throw badAnchor("time");
  return date + (match[7] ? Number(`0.${match[7]}`) * 1000 : 0);
}
