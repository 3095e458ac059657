// quorum-v1: how a job was decided.
import { triggerFields } from "./cac.js";
import { readClauseId } from "./clause.js";
import { Fields } from "./fields.js";
import { referenceFields } from "./inputs.js";
import { readCanonical } from "./json.js";
import { signals } from "./proposal.js";
import { require } from "./refusal.js";

const outcomes = ["agreed", "differed", "void", "refused", "indeterminate", "silent", "pending"];

export function readQuorum(bytes) {
  const fields = new Fields(readCanonical(bytes, 4 * 1_048_576), "quorum");
  require(fields.string("format", 256) === "nexus.quorum/v1", "base.wrong-type", "quorum.format");
  const quorum = {
    rail: fields.digest("rail"), jobId: fields.digest("jobId"), occurrenceId: fields.digest("occurrenceId"),
    occurrence: fields.string("occurrence", 256), clause: inside(fields, "clause", clauseFields),
    trigger: inside(fields, "trigger", triggerFields), inputCommitment: fields.digest("inputCommitment"),
    signal: fields.choice("signal", signals),
    override: fields.optional("override", () => inside(fields, "override", overrideFields)),
  };
  if (quorum.override === undefined) quorum.resultDigest = fields.digest("resultDigest");
  quorum.attempts = fields.objects("attempts", 1024, attemptFields);
  quorum.supersedes = fields.optional("supersedes", () => fields.digest("supersedes"));
  quorum.acknowledgedAt = fields.time("acknowledgedAt");
  quorum.decidedAt = fields.time("decidedAt");
  fields.end();
  return quorum;
}

function inside(fields, key, read) {
  const inner = fields.object(key);
  const out = read(inner);
  inner.end();
  return out;
}

const overrideFields = (f) => ({ entry: f.integer("entry", 1), inputs: f.objects("inputs", 256, referenceFields) });

function clauseFields(fields) {
  const digest = fields.digest("digest");
  const id = fields.string("id", 256);
  const parts = readClauseId(id);
  require(parts, "clause.bad-identifier", fields.at("id"));
  return { digest, id, ...parts };
}

function attemptFields(fields) {
  return { attempt: fields.integer("attempt", 1, 1_000_000), node: fields.did("node"), operator: fields.did("operator"),
    token: fields.digest("token"), outcome: fields.choice("outcome", outcomes),
    statement: fields.optional("statement", () => fields.digest("statement")),
    detail: fields.optional("detail", () => fields.string("detail", 1024)) };
}
