// How every object of every format is read: known fields one after the other, then nothing may be left over.
import { fromBase64, utf8Length } from "./bytes.js";
import { readDid } from "./did.js";
import { refuse, require } from "./refusal.js";
import { readDecimal, readDigest, readTime } from "./texts.js";

const textMax = 65_536;

export class Fields {
  constructor(value, place = "") {
    require(value instanceof Map, "base.wrong-type", place);
    this.rest = new Map(value);
    this.place = place;
  }

  at(name) {
    return this.place ? `${this.place}.${name}` : name;
  }

  has(name) {
    return this.rest.has(name);
  }

  take(name) {
    require(this.rest.has(name), "base.missing-field", this.at(name));
    const value = this.rest.get(name);
    this.rest.delete(name);
    return value;
  }

  // The value that `read` makes of the field, or undefined where it is absent.
  optional(name, read) {
    return this.has(name) ? read(this) : undefined;
  }

  string(name, limit = textMax) {
    return checkedString(this.take(name), limit, this.at(name));
  }

  choice(name, choices) {
    const text = this.string(name, 64);
    require(choices.includes(text), "base.wrong-type", this.at(name));
    return text;
  }

  boolean(name) {
    const value = this.take(name);
    require(typeof value === "boolean", "base.wrong-type", this.at(name));
    return value;
  }

  integer(name, least = 0, most = Number.MAX_SAFE_INTEGER) {
    const value = this.take(name);
    const fits = typeof value === "number" && value >= least && value <= most;
    require(fits, "base.wrong-type", this.at(name));
    return value;
  }

  base64(name, limit, exactly) {
    const place = this.at(name);
    const bytes = decodedBase64(this.take(name), limit, place);
    require(exactly === undefined || bytes.length === exactly, "base.wrong-type", place);
    return bytes;
  }

  digest(name) {
    return readDigest(this.string(name), this.at(name));
  }

  // Times stay texts: they compare as texts.
  time(name) {
    const text = this.string(name);
    readTime(text, this.at(name));
    return text;
  }

  decimal(name) {
    return readDecimal(this.string(name), this.at(name));
  }

  did(name) {
    return readDid(this.string(name, 8192), this.at(name));
  }

  object(name) {
    return new Fields(this.take(name), this.at(name));
  }

  array(name, limit, least = 0) {
    const value = this.take(name);
    const place = this.at(name);
    require(Array.isArray(value), "base.wrong-type", place);
    require(value.length <= limit, "base.too-large", place);
    require(value.length >= least, "base.wrong-type", place);
    return value;
  }

  // A list of objects, each read by `read` to its last field.
  objects(name, limit, read, least = 0) {
    return this.array(name, limit, least).map((value, i) => readWhole(value, `${this.at(name)}[${i}]`, read));
  }

  strings(name, limit, textLimit = textMax) {
    return this.array(name, limit).map((value, i) => checkedString(value, textLimit, `${this.at(name)}[${i}]`));
  }

  end() {
    for (const name of this.rest.keys()) refuse("base.unknown-field", this.at(name));
  }
}

export function readWhole(value, place, read) {
  const fields = new Fields(value, place);
  const out = read(fields);
  fields.end();
  return out;
}

export function checkedString(value, limit, place) {
  require(typeof value === "string", "base.wrong-type", place);
  require(value.length <= limit && utf8Length(value) <= limit, "base.too-large", place);
  return value;
}

export function decodedBase64(value, limit, place) {
  require(typeof value === "string", "base.wrong-type", place);
  require(value.length <= Math.ceil(limit / 3) * 4, "base.too-large", place);
  const bytes = fromBase64(value, place);
  require(bytes.length <= limit, "base.too-large", place);
  return bytes;
}

export function readPath(value, place) {
  return value.map((text, i) => {
    const bytes = decodedBase64(text, 8192, `${place}[${i}]`);
    require(bytes.length === 32, "base.bad-encoding", `${place}[${i}]`);
    return bytes;
  });
}
