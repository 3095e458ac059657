// cac-v1: one node's signed statement about one execution.
import { hasSubject, readStatement } from "./envelope.js";
import { digestBytes, digestOf, digestText, framedDigest } from "./hashing.js";
import { utf8 } from "./bytes.js";
import { referenceFields } from "./inputs.js";
import { merkleRoot } from "./merkle.js";
import { require } from "./refusal.js";
import { readResult } from "./result.js";

export async function readCac(envelope) {
  const { predicate, subject } = readStatement(envelope, "urn:nexus:cac:v1");
  const cac = cacFields(predicate);
  predicate.end();
  const result = readResult(cac.resultBytes);
  require(cac.token.nonce.length === 16, "base.wrong-type", "token.nonce");
  await checkTwiceSaid(cac, result, subject);
  return { ...cac, result, payloadDigest: await digestOf(envelope.payload) };
}

function inside(fields, key, read) {
  const inner = fields.object(key);
  const out = read(inner);
  inner.end();
  return out;
}

export const triggerFields = (f) => ({ eventId: f.string("eventId", 256), source: f.string("source", 256),
  type: f.string("type", 64) });

function cacFields(fields) {
  return {
    clause: inside(fields, "clause", (f) => ({ digest: f.digest("digest"), id: f.string("id", 256) })),
    occurrenceId: fields.digest("occurrenceId"), jobId: fields.digest("jobId"),
    executionId: fields.digest("executionId"), attempt: fields.integer("attempt", 1, 1_000_000),
    trigger: inside(fields, "trigger", triggerFields),
    inputs: fields.objects("inputs", 256, referenceFields), inputCommitment: fields.digest("inputCommitment"),
    resultBytes: fields.base64("result", 32 * 1_048_576), resultDigest: fields.digest("resultDigest"),
    runtime: inside(fields, "runtime", (f) => ({
      engine: f.string("engine", 64), fuel: f.integer("fuel"), memoryMax: f.integer("memoryMax"),
      moduleDigest: f.digest("moduleDigest"), version: f.string("version", 64),
      wallTimeMicroseconds: f.integer("wallTimeMicroseconds") })),
    proof: fields.optional("proof", () => inside(fields, "proof", (f) => ({
      digest: f.digest("digest"), statement: f.base64("statement", 32 * 1_048_576) }))),
    attestation: inside(fields, "attestation", (f) => ({
      evidence: f.base64("evidence", 1_048_576), kind: f.string("kind", 64) })),
    governance: inside(fields, "governance", (f) => ({
      jurisdiction: f.string("jurisdiction", 256), logIndex: f.integer("logIndex"), rail: f.digest("rail"),
      snapshotDigest: f.digest("snapshotDigest") })),
    token: inside(fields, "token", (f) => ({ digest: f.digest("digest"), nonce: f.base64("nonce", 8192) })),
    node: fields.did("node"), operator: fields.did("operator"),
    startedAt: fields.time("startedAt"), finishedAt: fields.time("finishedAt"),
  };
}

// What is said twice must be said the same twice.
async function checkTwiceSaid(cac, result, subject) {
  const same = (condition, place) => require(condition, "evidence.mismatch", place);
  same(cac.resultDigest === await digestOf(cac.resultBytes), "resultDigest");
  same(hasSubject(subject, "result", cac.resultDigest), "subject");
  const executionId = await framedDigest("nexus/execution/v1", digestBytes(cac.jobId), utf8(String(cac.attempt)),
    utf8(cac.node));
  same(cac.executionId === executionId, "executionId");
  same(result.clause === cac.clause.digest, "result.clause");
  same(result.occurrenceId === cac.occurrenceId, "result.occurrenceId");
  same(result.inputCommitment === cac.inputCommitment, "result.inputCommitment");
  const root = await merkleRoot(cac.inputs.map(({ leaf }) => digestBytes(leaf)));
  same(digestText(root) === cac.inputCommitment, "inputs");
  same(cac.runtime.engine === result.engine.name && cac.runtime.version === result.engine.version, "runtime");
  same(cac.startedAt <= cac.finishedAt, "finishedAt");
}
