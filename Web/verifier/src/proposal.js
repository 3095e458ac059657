// governance-entry-v1: proposals, ballots and entries as documents.
import { envelopeFields, hasSubject, readStatement, readStatementBytes } from "./envelope.js";
import { Fields, decodedBase64 } from "./fields.js";
import { digestOf } from "./hashing.js";
import { readCanonical } from "./json.js";
import { require } from "./refusal.js";

export const stages = ["draft", "simulated", "reviewed", "active", "superseded", "deprecated"];
export const signals = ["TRIGGER", "PASS", "FAIL", "ESCALATE"];

const kinds = {
  "operator.approve": (f) => ({ name: f.string("name", 256), did: f.did("did"),
    jurisdiction: f.string("jurisdiction", 256) }),
  "operator.revoke": (f) => ({ did: f.did("did"), reason: f.string("reason") }),
  "node.revoke": (f) => ({ did: f.did("did"), reason: f.string("reason") }),
  "issuer.approve": (f) => ({ name: f.string("name", 256), did: f.did("did") }),
  "feed.approve": (f) => ({ name: f.string("name", 256), did: f.did("did") }),
  "clause.publish": (f) => ({ document: f.base64("document", 32_768) }),
  "clause.advance": (f) => ({ clause: f.digest("clause"), stage: f.choice("stage", stages),
    report: f.optional("report", () => f.digest("report")), note: f.string("note") }),
  "occurrence.override": (f) => ({ occurrenceId: f.digest("occurrenceId"), jobId: f.digest("jobId"),
    signal: f.choice("signal", signals), reason: f.string("reason") }),
  "key.rotate": (f) => ({ from: f.string("from", 4096), to: f.string("to", 4096), reason: f.string("reason") }),
  "policy.publish": (f) => ({ document: f.base64("document", 32_768) }),
  "policy.advance": (f) => ({ policy: f.digest("policy"), stage: f.choice("stage", stages), note: f.string("note") }),
  "job.approve": (f) => ({ jobId: f.digest("jobId"), result: f.optional("result", () => f.digest("result")),
    note: f.string("note") }),
  "admission.rule": (f) => ({ document: f.base64("document", 32_768) }),
  "node.admit": (f) => ({ did: f.did("did"), operator: f.did("operator"),
    attestation: f.choice("attestation", ["simulated", "sev-snp", "tdx", "sgx", "tpm"]),
    evidence: f.optional("evidence", () => f.digest("evidence")), credentials: readCredentials(f),
    note: f.string("note") }),
  "node.suspend": (f) => ({ did: f.did("did"), reason: f.string("reason") }),
  "status.publish": (f) => ({ issuer: f.string("issuer", 256), list: f.base64("list", 32_768) }),
};

const readCredentials = (f) => f.array("credentials", 16).map((value, i) =>
  decodedBase64(value, 16_384, `${f.at("credentials")}[${i}]`));

export async function readProposal(bytes) {
  const { predicate, subject } = readStatementBytes(bytes, "urn:nexus:proposal:v1");
  const rail = predicate.digest("rail");
  const proposedAt = predicate.time("proposedAt");
  const inner = predicate.object("decision");
  const kind = inner.string("kind", 64);
  require(Object.hasOwn(kinds, kind), "base.wrong-type", "decision.kind");
  const decision = { kind, ...kinds[kind](inner) };
  inner.end();
  predicate.end();
  require(hasSubject(subject, "rail", rail), "governance.other-rail", "subject");
  return { rail, proposedAt, decision, digest: await digestOf(bytes) };
}

export function readBallot(envelope, proposal) {
  const { predicate, subject } = readStatement(envelope, "urn:nexus:ballot:v1");
  const ballot = { proposal: predicate.digest("proposal"), vote: predicate.choice("vote", ["approve", "reject"]),
    votedAt: predicate.time("votedAt") };
  predicate.end();
  const fits = ballot.proposal === proposal && hasSubject(subject, "proposal", proposal);
  require(fits, "governance.bad-vote", "ballot");
  return ballot;
}

export async function readEntry(bytes) {
  const fields = new Fields(readCanonical(bytes, 65_535));
  require(fields.string("format", 256) === "nexus.governance-entry/v1", "base.wrong-type", "format");
  const number = fields.integer("number", 1, 1_048_576);
  const previous = fields.digest("previous");
  const proposalBytes = fields.base64("proposal", 65_535);
  const ballots = fields.objects("ballots", 65, envelopeFields);
  fields.end();
  return { number, previous, ballots, proposal: await readProposal(proposalBytes), digest: await digestOf(bytes) };
}
