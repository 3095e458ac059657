// envelope-v1: DSSE envelopes and the in-toto statements inside them.
import { concat, uint64, utf8 } from "./bytes.js";
import { readDidKey } from "./did.js";
import { Fields, readPath } from "./fields.js";
import { readCanonical } from "./json.js";
import { leafHash, rootOfPath } from "./merkle.js";
import { refuse, require } from "./refusal.js";
import { unchecked, verifySignature } from "./signature.js";

const payloadMax = 16 * 1_048_576;

// A reader for Fields.objects and the like: takes the fields of an envelope.
export function envelopeFields(fields) {
  const payload = fields.base64("payload", payloadMax);
  const payloadType = fields.string("payloadType", 256);
  const signatures = fields.objects("signatures", 64, signatureFields);
  const place = fields.at("signatures");
  require(signatures.length > 0, "trust.missing-signature", place);
  const keys = new Set(signatures.map(({ keyid }) => keyid));
  require(keys.size === signatures.length, "trust.missing-signature", place);
  return { payload, payloadType, signatures };
}

function signatureFields(fields) {
  const keyid = fields.did("keyid");
  const sig = fields.base64("sig", 16_384);
  const batch = fields.optional("batch", () => {
    const inner = fields.object("batch");
    const size = inner.integer("size", 1, 4096);
    const index = inner.integer("index", 0, size - 1);
    const path = readPath(inner.array("path", 63), inner.at("path"));
    inner.end();
    return { index, size, path };
  });
  return { keyid, sig, batch };
}

export function readEnvelope(bytes, limit = 2 * payloadMax) {
  const fields = new Fields(readCanonical(bytes, limit));
  const envelope = envelopeFields(fields);
  fields.end();
  return envelope;
}

export function pae(type, body) {
  const typeBytes = utf8(type);
  return concat(utf8(`DSSEv1 ${typeBytes.length} `), typeBytes, utf8(` ${body.length} `), body);
}

async function signedMessage(envelope, batch) {
  const message = pae(envelope.payloadType, envelope.payload);
  if (!batch) return message;
  const root = await rootOfPath(await leafHash(message), BigInt(batch.index), BigInt(batch.size), batch.path);
  return pae("application/vnd.nexus.batch.v1", concat(uint64(batch.size), root));
}

// By the key that had to sign. `context` knows the suites taken and collects what could not be checked.
export async function verifyEnvelope(envelope, did, context) {
  const { suite, key } = readDidKey(did);
  require(context.suites.includes(suite), "trust.suite-refused", did);
  const found = envelope.signatures.find(({ keyid }) => keyid === did);
  require(found, "trust.missing-signature", did);
  const message = await signedMessage(envelope, found.batch);
  const answer = await verifySignature(suite, key, message, found.sig);
  if (answer === unchecked) context.unchecked("trust.unsupported-suite", `${suite} signature by ${did.slice(0, 24)}…`);
  else if (answer !== true) refuse("trust.bad-signature", did);
}

export function readStatement(envelope, predicateType) {
  require(envelope.payloadType === "application/vnd.in-toto+json", "trust.wrong-payload-type");
  return readStatementBytes(envelope.payload, predicateType);
}

// {predicate: Fields, subject: [{name, digest}]}; whoever reads the predicate ends it.
export function readStatementBytes(bytes, predicateType) {
  const fields = new Fields(readCanonical(bytes, payloadMax));
  const type = fields.string("_type");
  require(type === "https://in-toto.io/Statement/v1", "trust.wrong-predicate", "_type");
  require(fields.string("predicateType", 256) === predicateType, "trust.wrong-predicate", "predicateType");
  const subject = fields.objects("subject", 64, subjectFields);
  const predicate = fields.object("predicate");
  fields.end();
  return { predicate, subject };
}

function subjectFields(fields) {
  const name = fields.string("name", 1024);
  const inner = fields.object("digest");
  const text = inner.string("sha256", 64);
  require(/^[0-9a-f]{64}$/.test(text), "base.bad-encoding", inner.at("sha256"));
  inner.end();
  return { name, digest: `sha256:${text}` };
}

export function hasSubject(subject, name, digest) {
  return subject.length === 1 && subject[0].name === name && subject[0].digest === digest;
}
