// governance-entry-v1, step 6: what each kind of decision needs, and what it does to a snapshot.
import { admitNode, publishStatus, setRule, suspendNode } from "./admission.js";
import { equal } from "./bytes.js";
import { readDidKey } from "./did.js";
import { logType, readVerifierKey } from "./note.js";
import { isForRails } from "./policy.js";
import { require } from "./refusal.js";
import { bar, clauseState, isRevokedNode, operatorApproval } from "./snapshot.js";

const allowed = (condition, place) => require(condition, "governance.not-allowed", place);
const known = (condition, place) => require(condition, "governance.unknown-subject", place);

// step: {decision, document, number, logIndex, approvals: [did]}, on a snapshot that is changed.
export async function applyDecision(snapshot, step, genesis, suites) {
  const { decision, number, logIndex } = step;
  switch (decision.kind) {
    case "operator.approve": return approveOperator(snapshot, decision, suites);
    case "operator.revoke": return revokeOperator(snapshot, decision, number, logIndex);
    case "node.revoke": return revokeNode(snapshot, decision, logIndex);
    case "issuer.approve": return approveKey(snapshot.issuers, decision, suites);
    case "feed.approve": return approveKey(snapshot.feeds, decision, suites);
    case "clause.publish": return publishClause(snapshot, step.document, genesis);
    case "clause.advance": return advanceClause(snapshot, decision, number);
    case "occurrence.override": return override(snapshot, decision, number);
    case "key.rotate": return rotate(snapshot, decision, number, genesis);
    case "policy.publish": return publishPolicy(snapshot, step.document);
    case "policy.advance": return advancePolicy(snapshot, decision, number);
    case "job.approve": return approveJob(snapshot, step);
    case "admission.rule": return setRule(snapshot, decision, number, genesis);
    case "node.admit": return admitNode(snapshot, decision, number, genesis, suites);
    case "node.suspend": return suspendNode(snapshot, decision, logIndex);
    case "status.publish": return publishStatus(snapshot, decision, number);
  }
}

function takenKey(did, suites) {
  require(suites.includes(readDidKey(did).suite), "trust.suite-refused", did);
}

function approveOperator(snapshot, { name, did, jurisdiction }, suites) {
  allowed(!operatorApproval(snapshot, did), did);
  takenKey(did, suites);
  snapshot.operators.push({ did, jurisdiction, name });
  snapshot.barred.delete(did);
}

function revokeOperator(snapshot, { did }, number, logIndex) {
  const approval = operatorApproval(snapshot, did);
  known(approval, did);
  snapshot.operators[snapshot.operators.lastIndexOf(approval)] = { ...approval, revokedBy: number };
  bar(snapshot, did, logIndex);
}

function revokeNode(snapshot, { did }, logIndex) {
  allowed(!isRevokedNode(snapshot, did), did);
  snapshot.revokedNodes.push(did);
  bar(snapshot, did, logIndex);
}

function approveKey(list, { name, did }, suites) {
  takenKey(did, suites);
  list.push({ did, name });
}

function publishClause(snapshot, clause, genesis) {
  allowed(snapshot.clauses.every((state) => state.clause.id !== clause.id), clause.id);
  allowed(clause.execution.attestation.every((kind) => genesis.attestation.includes(kind)), clause.id);
  snapshot.clauses.push({ clause, stage: "draft" });
}

const lifecycle = {
  draft: ["simulated", "deprecated"], simulated: ["reviewed", "deprecated"], reviewed: ["active", "deprecated"],
  active: ["superseded", "deprecated"], superseded: ["deprecated"], deprecated: [],
};

function advanceClause(snapshot, { clause: digest, stage, report }, number) {
  const state = clauseState(snapshot, digest);
  known(state, digest);
  allowed(lifecycle[state.stage].includes(stage), digest);
  allowed(stage !== "simulated" || report !== undefined, digest);
  advance(snapshot.clauses, state, stage, number, ({ clause }) => `${clause.issuer}::${clause.name}`);
}

// Making a version active supersedes the active version of the same issuer and name.
function advance(list, state, stage, number, nameOf) {
  list.forEach((other, i) => {
    const superseded = stage === "active" && other.stage === "active" && nameOf(other) === nameOf(state);
    if (other === state) list[i] = { ...state, stage, ...(stage === "active" ? { activatedBy: number } : {}) };
    else if (superseded) list[i] = { ...other, stage: "superseded" };
  });
}

function override(snapshot, { occurrenceId, jobId, signal }, entry) {
  allowed(snapshot.overrides.every((other) => other.occurrenceId !== occurrenceId), occurrenceId);
  snapshot.overrides.push({ entry, jobId, occurrenceId, signal });
}

async function rotate(snapshot, decision, entry, genesis) {
  const [from, to] = [await readVerifierKey(decision.from), await readVerifierKey(decision.to)];
  allowed(from && to, "key.rotate");
  allowed((from.type === logType) === (to.type === logType), "key.rotate");
  allowed(snapshot.rotations.every((other) => other.from !== from.text), "key.rotate");
  if (from.type === logType) {
    const ofLog = snapshot.rotations.filter(({ type }) => type === logType);
    const inForce = ofLog.length > 0 ? ofLog.at(-1).to : genesis.logKey.text;
    allowed(from.text === inForce && to.name === from.name, "key.rotate");
  }
  const used = [from.key, genesis.logKey.key, ...genesis.validators.map(({ key }) => key),
    ...snapshot.rotations.flatMap(({ keys }) => keys)];
  allowed(!used.some((key) => equal(key, to.key)), "key.rotate");
  snapshot.rotations.push({ entry, from: from.text, to: to.text, type: from.type, keys: [from.key, to.key] });
}

function publishPolicy(snapshot, policy) {
  allowed(snapshot.policies.every((state) => state.policy.id !== policy.id), policy.id);
  allowed(isForRails(policy), policy.id);
  snapshot.policies.push({ policy, stage: "draft" });
}

// Whether tests pass is for those who can evaluate expressions; that there are some is seen here.
function advancePolicy(snapshot, { policy: digest, stage }, number) {
  const state = snapshot.policies.find(({ policy }) => policy.digest === digest);
  known(state, digest);
  allowed(lifecycle[state.stage].includes(stage), digest);
  allowed(stage !== "simulated" || state.policy.tests.length > 0, digest);
  advance(snapshot.policies, state, stage, number, ({ policy }) => `${policy.issuer}::${policy.name}`);
}

function approveJob(snapshot, { decision: { jobId, result }, number, approvals }) {
  for (const by of approvals) {
    const before = snapshot.approvals.some((other) =>
      other.by === by && other.jobId === jobId && other.result === result);
    allowed(!before, by);
    snapshot.approvals.push({ by, entry: number, jobId, result });
  }
}
