// Certificates (RFC 5280), as far as a time-stamping authority's path needs them (anchor-v1).
import { concat, hex } from "./bytes.js";
import { Parts, badAnchor, bits, integer, oid, readDER, sequence, tags, time } from "./der.js";

export const hashes = new Map([["608648016503040201", "SHA-256"], ["608648016503040202", "SHA-384"],
  ["608648016503040203", "SHA-512"]]);
const rsaKey = "2a864886f70d010101";
const rsaWith = new Map([["2a864886f70d01010b", "SHA-256"], ["2a864886f70d01010c", "SHA-384"],
  ["2a864886f70d01010d", "SHA-512"]]);
const ecdsaWith = new Map([["2a8648ce3d040302", "SHA-256"], ["2a8648ce3d040303", "SHA-384"],
  ["2a8648ce3d040304", "SHA-512"]]);
const ecKey = "2a8648ce3d0201";
const curves = new Map([["2a8648ce3d030107", ["P-256", 32]], ["2b81040022", ["P-384", 48]],
  ["2b81040023", ["P-521", 66]]]);
const ed25519 = "2b6570";
// The browser lacks an algorithm: that says nothing about the signature.
export class Unsupported extends Error {}

const extensionNames = new Map([["551d13", "basic"], ["551d0f", "usage"], ["551d25", "extended"], ["551d11", "name"]]);

export function readCertificate(bytes) {
  const outer = sequence(readDER(bytes));
  const body = outer.next(tags.sequence);
  const algorithm = outer.next(tags.sequence);
  const signature = bits(outer.next(tags.bits));
  outer.end();
  if (signature.unused !== 0) throw badAnchor("signature");
  const parts = sequence(body);
  const version = new Parts(parts.next(0xa0), 0xa0);
  if (integer(version.next()) !== 2n) throw badAnchor("a certificate of another version");
  const serial = parts.next(tags.integer);
  if (hex(parts.next(tags.sequence).raw) !== hex(algorithm.raw)) throw badAnchor("two algorithms");
  const issuer = parts.next(tags.sequence).raw;
  const validity = sequence(parts.next(tags.sequence));
  const [from, until] = [time(validity.next()), time(validity.next())];
  validity.end();
  const subject = parts.next(tags.sequence).raw;
  const key = parts.next(tags.sequence).raw;
  const extensions = readExtensions(parts.optional(0xa3));
  parts.end();
  return { raw: bytes, body: body.raw, algorithm: algorithm.raw, signature: signature.bytes, issuer, subject, key, from,
    until, serial: serial.raw, extensions };
}

function readExtensions(value) {
  const out = new Map();
  if (!value) return out;
  const list = sequence(new Parts(value, 0xa3).next());
  while (list.values.length > 0) {
    const parts = sequence(list.next());
    const id = oid(parts.next());
    const flag = parts.optional(tags.boolean);
    if (flag && hex(flag.content) !== "ff") throw badAnchor("a default that is written");
    const name = extensionNames.get(id) ?? id;
    if (out.has(name)) throw badAnchor("an extension twice");
    out.set(name, { isCritical: Boolean(flag), value: parts.next(tags.octets).content });
    parts.end();
    if (flag && !extensionNames.has(id)) throw badAnchor("a critical extension that nobody knows");
  }
  return out;
}

// Bit numbers of the key usage, or undefined where there is none.
export function keyUsage(certificate) {
  const found = certificate.extensions.get("usage");
  if (!found) return undefined;
  const { bytes } = bits(readDER(found.value));
  return [...Array(9).keys()].filter((bit) => (bytes[bit >> 3] ?? 0) & (0x80 >> (bit & 7)));
}

// May this certificate issue others, with so many issuers below it?
export function isAuthority(certificate, below) {
  const found = certificate.extensions.get("basic");
  if (!found) return false;
  const parts = sequence(readDER(found.value));
  const flag = parts.optional(tags.boolean);
  const most = parts.optional(tags.integer);
  parts.end();
  const usage = keyUsage(certificate);
  return flag !== undefined && hex(flag.content) === "ff" && (!most || BigInt(below) <= integer(most)) &&
    (usage === undefined || usage.includes(5));
}

export function extendedUses(certificate) {
  const found = certificate.extensions.get("extended");
  if (!found) return null;
  const parts = sequence(readDER(found.value));
  return { isCritical: found.isCritical, uses: parts.values.map(oid) };
}

// Does `key` (a SubjectPublicKeyInfo) verify? `digest` is needed where the algorithm does not say one.
export async function verifies(key, algorithm, message, signature, digest) {
  const parts = sequence(readDER(algorithm));
  const name = oid(parts.next());
  const rest = parts.optional(tags.null);
  parts.end();
  const kind = sequence(sequence(readDER(key)).next());
  const keyType = oid(kind.next());
  const hash = rsaWith.get(name) ?? ecdsaWith.get(name) ?? (name === rsaKey || name === ed25519 ? digest : undefined);
  if (name !== ed25519 && (!hash || (digest && hash !== digest))) throw badAnchor("algorithm");
  if (keyType === rsaKey && (rsaWith.has(name) || name === rsaKey)) {
    return webVerify(key, { name: "RSASSA-PKCS1-v1_5", hash }, signature, message);
  }
  if (keyType === ecKey && ecdsaWith.has(name) && !rest) {
    const [curve, size] = curves.get(oid(kind.next())) ?? [];
    if (!curve) throw badAnchor("curve");
    return webVerify(key, { name: "ECDSA", namedCurve: curve, hash }, plainSignature(signature, size), message);
  }
  if (keyType === ed25519 && name === ed25519 && !rest) return webVerify(key, { name: "Ed25519" }, signature, message);
  throw badAnchor("algorithm");
}

async function webVerify(key, algorithm, signature, message) {
  try {
    const imported = await crypto.subtle.importKey("spki", key, algorithm, false, ["verify"]);
    return await crypto.subtle.verify(algorithm, imported, signature, message);
  } catch (error) {
    throw error.name === "NotSupportedError" ? new Unsupported() : error;
  }
}

// ECDSA's two integers, each at its curve's width.
function plainSignature(signature, size) {
  const parts = sequence(readDER(signature));
  const halves = [parts.next(), parts.next()].map((value) => {
    const digits = integer(value).toString(16).padStart(2 * size, "0");
    if (digits.length > 2 * size) throw badAnchor("signature");
    return Uint8Array.from(digits.match(/../g), (pair) => parseInt(pair, 16));
  });
  parts.end();
  return concat(...halves);
}
