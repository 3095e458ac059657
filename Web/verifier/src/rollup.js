// rollup-v1: a batch of decided jobs.
import { hasSubject, readStatement } from "./envelope.js";
import { digestBytes, digestText } from "./hashing.js";
import { merkleRoot } from "./merkle.js";
import { require } from "./refusal.js";

export async function readRollup(envelope) {
  const { predicate, subject } = readStatement(envelope, "urn:nexus:rollup:v1");
  const rollup = { rail: predicate.digest("rail"), number: predicate.integer("number", 1),
    previous: predicate.digest("previous") };
  const inner = predicate.object("governance");
  rollup.governance = { number: inner.integer("number"), snapshotDigest: inner.digest("snapshotDigest") };
  inner.end();
  rollup.leaves = predicate.objects("leaves", 240, leafFields);
  rollup.root = predicate.digest("root");
  rollup.sealedAt = predicate.time("sealedAt");
  predicate.end();
  const occurrences = new Set(rollup.leaves.map(({ occurrenceId }) => occurrenceId));
  require(occurrences.size === rollup.leaves.length, "evidence.mismatch", "rollup.leaves");
  require(rollup.leaves.length > 0, "evidence.mismatch", "rollup.leaves");
  const root = await merkleRoot(rollup.leaves.map(({ leaf }) => digestBytes(leaf)));
  require(digestText(root) === rollup.root, "evidence.mismatch", "rollup.root");
  require(hasSubject(subject, "root", rollup.root), "evidence.mismatch", "rollup.subject");
  return rollup;
}

function leafFields(fields) {
  const leaf = { occurrenceId: fields.digest("occurrenceId"), leaf: fields.digest("leaf"),
    correction: fields.optional("correction", () => fields.boolean("correction")) };
  require(leaf.correction !== false, "base.wrong-type", fields.at("correction"));
  return leaf;
}
