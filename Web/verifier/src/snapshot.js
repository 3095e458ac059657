// governance-entry-v1, "Snapshot": what the entries up to one of them came to.
import { digestOf } from "./hashing.js";
import { writeJSON } from "./json.js";

export function emptySnapshot(rail) {
  return { rail, head: rail, number: 0, logIndex: 0, operators: [], issuers: [], feeds: [], revokedNodes: [],
    clauses: [], overrides: [], rotations: [], policies: [], approvals: [], admission: undefined, admitted: [],
    suspendedNodes: [], statusLists: [], barred: new Map(), decided: [] };
}

// A copy whose parts can change without touching the snapshot before it.
export function copySnapshot(snapshot) {
  const copy = { ...snapshot };
  for (const [key, value] of Object.entries(copy)) if (Array.isArray(value)) copy[key] = [...value];
  copy.barred = new Map(snapshot.barred);
  return copy;
}

// The newest approval of an operator, unless it was revoked.
export function operatorApproval(snapshot, did) {
  const newest = snapshot.operators.findLast((operator) => operator.did === did);
  return newest && newest.revokedBy === undefined ? newest : null;
}

export const isRevokedNode = (snapshot, did) => snapshot.revokedNodes.includes(did);

export const isSuspendedNode = (snapshot, did) => snapshot.suspendedNodes.includes(did);

export const admissionOf = (snapshot, did) => snapshot.admitted.find((admission) => admission.did === did);

// From which log index on a node, or the nodes of an operator, are barred: the earliest, for a node that is suspended
// and then revoked. No part of the digest: log indices are not.
export function bar(snapshot, did, logIndex) {
  if (!snapshot.barred.has(did)) snapshot.barred.set(did, logIndex);
}

function barredSince(snapshot, node, operator) {
  const since = [];
  if (isRevokedNode(snapshot, node) || isSuspendedNode(snapshot, node)) since.push(snapshot.barred.get(node) ?? 0);
  if (!operatorApproval(snapshot, operator)) since.push(snapshot.barred.get(operator) ?? 0);
  return since.length > 0 ? Math.min(...since) : undefined;
}

// governance-entry-v1, "Standing": a statement counts if its node is not barred, or if the clause lets work finish that
// was done under governance from before.
export function counts(snapshot, cac, { onRevocation }) {
  const since = barredSince(snapshot, cac.node, cac.operator);
  return since === undefined || (onRevocation === "finish" && cac.governance.logIndex < since);
}

// The key in force of a feed or issuer.
export const newestKey = (approvals, name) => approvals.findLast((approval) => approval.name === name)?.did;

export const clauseState = (snapshot, digest) => snapshot.clauses.find(({ clause }) => clause.digest === digest);

const record = (fields) => new Map(Object.entries(fields).filter(([, value]) => value !== undefined));

export async function snapshotDigest(snapshot) {
  const named = ({ did, name }) => record({ did, name });
  const orNothing = (list, write) => (list.length > 0 ? list.map(write) : undefined);
  return digestOf(writeJSON(record({
    format: "nexus.snapshot/v1", rail: snapshot.rail, head: snapshot.head, number: snapshot.number,
    operators: snapshot.operators.map(record), issuers: snapshot.issuers.map(named), feeds: snapshot.feeds.map(named),
    revokedNodes: snapshot.revokedNodes,
    clauses: snapshot.clauses.map(({ clause, stage }) => record({ clause: clause.digest, stage })),
    overrides: snapshot.overrides.map(({ entry, jobId, occurrenceId, signal }) =>
      record({ entry, jobId, occurrenceId, signal })),
    rotations: orNothing(snapshot.rotations, ({ entry, from, to }) => record({ entry, from, to })),
    policies: orNothing(snapshot.policies, ({ policy, stage }) => record({ policy: policy.digest, stage })),
    admission: snapshot.admission && record({ entry: snapshot.admission.entry, rule: snapshot.admission.rule }),
    admitted: orNothing(snapshot.admitted, ({ attestation, did, entry, evidence, operator }) =>
      record({ attestation, did, entry, evidence, operator })),
    suspendedNodes: orNothing(snapshot.suspendedNodes, (did) => did),
    statusLists: orNothing(snapshot.statusLists, ({ entry, id, list }) => record({ entry, id, list })),
    approvals: orNothing(snapshot.approvals, record),
  })));
}
