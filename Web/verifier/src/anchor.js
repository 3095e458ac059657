// anchor-v1: time stamps of checkpoints (RFC 3161), verified offline, from the bytes and the trust file's roots.
import { concat, equal, hex } from "./bytes.js";
import { Parts, badAnchor, integer, oid, readDER, sequence, tags, time } from "./der.js";
import { Unsupported, extendedUses, hashes, isAuthority, keyUsage, readCertificate, verifies } from "./x509.js";

const id = { signedData: "2a864886f70d010702", tstInfo: "2a864886f70d0109100104", contentType: "2a864886f70d010903",
  messageDigest: "2a864886f70d010904", certificateV1: "2a864886f70d010910020c",
  certificateV2: "2a864886f70d010910022f", timeStamping: "2b06010505070308" };
const pathMax = 6;
const dayMicroseconds = 86_400_000_000;

const fits = (condition, what) => {
  if (!condition) throw badAnchor(what);
};

const digest = async (name, bytes) => new Uint8Array(await crypto.subtle.digest(name, bytes));

// {existedBy: milliseconds, isTrusted}: what the token shows about the note, under these roots; {isUnchecked} where the
// browser lacks an algorithm.
export async function verifyTimeStamp(token, note, roots) {
  try {
    const signed = readToken(token);
    await checkSigner(signed);
    const stamp = readInfo(signed.content);
    checkUse(signed.signer);
    await checkPath(signed, stamp.time, roots);
    fits(stamp.hash && equal(await digest(stamp.hash, note), stamp.imprint), "the time stamp of another note");
    return { existedBy: Math.ceil(stamp.time + stamp.accuracy / 1000), isTrusted: roots.length > 0 };
  } catch (error) {
    if (error instanceof Unsupported) return { isUnchecked: true };
    // Whatever fails in it, also in the browser's own reading of keys, it is no time stamp of this note.
    throw badAnchor("time stamp");
  }
}

function hashOf(value) {
  const parts = sequence(value);
  const name = hashes.get(oid(parts.next()));
  const rest = parts.optional(tags.null);
  parts.end();
  fits(name && (!rest || rest.content.length === 0), "digest algorithm");
  return name;
}

function readToken(token) {
  const outer = sequence(readDER(token));
  fits(oid(outer.next()) === id.signedData, "no signed data");
  const parts = sequence(new Parts(outer.next(0xa0), 0xa0).next());
  outer.end();
  fits(integer(parts.next()) === 3n, "version");
  const algorithms = new Parts(parts.next(), tags.set);
  const hash = hashOf(algorithms.next());
  algorithms.end();
  const inner = sequence(parts.next());
  fits(oid(inner.next()) === id.tstInfo, "content");
  const wrapped = new Parts(inner.next(0xa0), 0xa0);
  const content = wrapped.next(tags.octets).content;
  wrapped.end();
  inner.end();
  const certificates = new Parts(parts.next(0xa0), 0xa0).values.map(({ raw }) => readCertificate(raw));
  const signers = new Parts(parts.next(), tags.set);
  parts.end();
  const info = sequence(signers.next());
  signers.end();
  return { hash, content, certificates, ...readSigner(info, hash, certificates) };
}

function readSigner(info, hash, certificates) {
  fits(integer(info.next()) === 1n, "version of the signer");
  const name = sequence(info.next());
  const [issuer, serial] = [name.next(tags.sequence).raw, name.next(tags.integer).raw];
  name.end();
  fits(hashOf(info.next()) === hash, "two digest algorithms");
  const attributes = info.next(0xa0);
  const algorithm = info.next(tags.sequence).raw;
  const signature = info.next(tags.octets).content;
  info.end();
  const found = certificates.filter((one) => equal(one.issuer, issuer) && equal(one.serial, serial));
  fits(found.length === 1, "the signer's certificate");
  return { signer: found[0], attributes, algorithm, signature };
}

async function checkSigner({ hash, content, attributes, algorithm, signature, signer }) {
  const values = new Map();
  for (const value of new Parts(attributes, 0xa0).values) {
    const parts = sequence(value);
    const name = oid(parts.next());
    const set = new Parts(parts.next(), tags.set);
    parts.end();
    fits(!values.has(name) && set.values.length === 1, "an attribute twice");
    values.set(name, set.next());
  }
  fits(values.has(id.contentType) && oid(values.get(id.contentType)) === id.tstInfo, "content type");
  const told = values.get(id.messageDigest);
  fits(told?.tag === tags.octets && equal(told.content, await digest(hash, content)), "digest of the content");
  await checkNamed(values, signer);
  // Signed is the set, under the tag of one.
  const message = concat(new Uint8Array([tags.set]), attributes.raw.slice(1));
  fits(await verifies(signer.key, algorithm, message, signature, hash), "signature");
}

async function checkNamed(values, signer) {
  const newer = values.get(id.certificateV2);
  const named = newer ?? values.get(id.certificateV1);
  fits(named, "no signing certificate named");
  const first = sequence(sequence(sequence(named).next()).next());
  const hash = newer ? (first.values[0]?.tag === tags.sequence ? hashOf(first.next()) : "SHA-256") : "SHA-1";
  fits(equal(first.next(tags.octets).content, await digest(hash, signer.raw)), "signed for another certificate");
}

function readInfo(content) {
  const parts = sequence(readDER(content));
  fits(integer(parts.next()) === 1n, "version of the stamp");
  oid(parts.next());
  const imprint = sequence(parts.next());
  const hash = hashOf(imprint.next());
  const value = imprint.next(tags.octets).content;
  imprint.end();
  parts.next(tags.integer);
  const generated = parts.next(tags.time);
  const accuracy = readAccuracy(parts.optional(tags.sequence));
  const ordering = parts.optional(tags.boolean);
  fits(!ordering || hex(ordering.content) === "ff", "ordering");
  parts.optional(tags.integer);
  parts.optional(0xa0);
  parts.end();
  fits(hash === "SHA-256", "imprint");
  return { hash, imprint: value, time: time(generated), accuracy };
}

// Microseconds, at most a day.
function readAccuracy(value) {
  if (!value) return 0;
  const parts = sequence(value);
  const part = (tag) => {
    const found = parts.optional(tag);
    return found ? Number(integer(found, tag)) : 0;
  };
  const [seconds, milliseconds, microseconds] = [part(tags.integer), part(0x80), part(0x81)];
  parts.end();
  fits(milliseconds < 1000 && microseconds < 1000, "accuracy");
  const total = seconds * 1_000_000 + milliseconds * 1000 + microseconds;
  fits(total <= dayMicroseconds, "accuracy");
  return total;
}

function checkUse(signer) {
  const extended = extendedUses(signer);
  fits(extended?.isCritical && extended.uses.length === 1 && extended.uses[0] === id.timeStamping, "use");
  const usage = keyUsage(signer);
  fits(usage === undefined || usage.includes(0) || usage.includes(1), "key usage");
}

// Upward through the token's own certificates to a root; without roots as far as they lead. None may be left over.
async function checkPath({ signer, certificates }, moment, rootBytes) {
  const roots = rootBytes.map(readCertificate);
  const isRoot = (one) => roots.some((root) => equal(root.raw, one.raw));
  const path = [signer];
  fits(isRoot(signer) || isValid(signer, moment), "not valid by then");
  while (!isRoot(path.at(-1))) {
    const next = await issuerOf(path.at(-1), [...roots, ...certificates], path);
    if (!next) break;
    fits(path.length < pathMax && isAuthority(next, path.length - 1), "an issuer that may not issue");
    fits(isRoot(next) || isValid(next, moment), "not valid by then");
    path.push(next);
  }
  fits(roots.length === 0 || isRoot(path.at(-1)), "no root");
  fits(certificates.every((one) => path.includes(one) || path.some(({ raw }) => equal(raw, one.raw)) || isRoot(one)),
    "a certificate that is on no path");
}

const isValid = ({ from, until }, moment) => from <= moment && moment <= until;

async function issuerOf(certificate, candidates, path) {
  for (const one of candidates) {
    if (!equal(one.subject, certificate.issuer) || path.some(({ raw }) => equal(raw, one.raw))) continue;
    if (await verifies(one.key, certificate.algorithm, certificate.body, certificate.signature)) return one;
  }
  return null;
}
