// input-commitment-v1: inputs, shown or withheld, and what feeds signed about them.
import { concat, decodeUtf8, equal, utf8 } from "./bytes.js";
import { envelopeFields, hasSubject, readStatement } from "./envelope.js";
import { digestOf, digestText, frame, sha256 } from "./hashing.js";
import { require } from "./refusal.js";

const valueMax = 16 * 1_048_576;

export async function readBoundInput(fields) {
  const input = {
    name: fields.string("name", 256), value: fields.base64("value", valueMax), salt: fields.base64("salt", 8192, 32),
    edition: fields.string("edition", 256), retrievedAt: fields.time("retrievedAt"),
    feed: fields.optional("feed", () => fields.did("feed")),
    reading: fields.optional("reading", () => {
      const inner = fields.object("reading");
      const envelope = envelopeFields(inner);
      inner.end();
      return envelope;
    }),
  };
  fields.end();
  const leaf = await sha256(concat(new Uint8Array([0]), input.salt, frame(utf8(input.name)), input.value));
  return { ...input, leaf: digestText(leaf) };
}

export function referenceFields(fields) {
  return { name: fields.string("name", 256), leaf: fields.digest("leaf"), edition: fields.string("edition", 256),
    retrievedAt: fields.time("retrievedAt"), feed: fields.optional("feed", () => fields.did("feed")) };
}

const sameReference = (a, b) => ["name", "leaf", "edition", "retrievedAt", "feed"].every((key) => a[key] === b[key]);

export const sameReferences = (a, b) => a.length === b.length && a.every((one, i) => sameReference(one, b[i]));

export async function readReading(envelope) {
  const { predicate, subject } = readStatement(envelope, "urn:nexus:reading:v1");
  const reading = {
    feed: predicate.string("feed", 256), name: predicate.string("name", 256),
    occurrence: predicate.string("occurrence", 256), edition: predicate.string("edition", 256),
    value: predicate.base64("value", valueMax), issuedAt: predicate.time("issuedAt"),
  };
  predicate.end();
  require(hasSubject(subject, reading.name, await digestOf(reading.value)), "evidence.mismatch", "subject");
  return reading;
}

export const valueText = (input) => decodeUtf8(input.value);
export const sameValue = (a, b) => equal(a, b);
