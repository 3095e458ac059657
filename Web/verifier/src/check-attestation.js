// evidence-pack-v1, check 13: kinds of attestation, and which documents of evidence a pack shows. What the documents say
// is not verified here and is said to be unchecked.
import { digestOf } from "./hashing.js";
import { require } from "./refusal.js";
import { admissionOf } from "./snapshot.js";

const allowed = (condition, place) => require(condition, "evidence.attestation-not-allowed", place);
const mismatch = (condition, place) => require(condition, "evidence.mismatch", place);

export async function checkAttestation(state, context) {
  const { agreeing, clause, trust, pack } = state;
  const kinds = [...new Set(agreeing.map(({ attestation }) => attestation.kind))].sort();
  for (const kind of kinds) {
    allowed(clause.execution.attestation.includes(kind) && trust.attestation.includes(kind), kind);
  }
  const shown = await Promise.all(pack.attestations.map(digestOf));
  const named = [];
  for (const cac of agreeing) {
    const digest = namedEvidence(cac, state.snapshots, shown);
    if (digest !== undefined && !named.includes(digest)) named.push(digest);
  }
  mismatch(shown.length === named.length && shown.every((digest, i) => digest === named[i]), "attestations");
  if (named.length > 0) {
    context.unchecked("attestation.unsupported-format",
      `${named.length} documents of evidence: verified by nexus verify and nexus-verify, not here`);
  }
}

// The digest of the evidence that a statement's node was admitted with; nothing where its admission names none.
function namedEvidence({ node, attestation, governance }, snapshots, shown) {
  const snapshot = snapshots.find(({ digest }) => digest === governance.snapshotDigest);
  const admission = admissionOf(snapshot, node);
  if (admission?.evidence === undefined) {
    allowed(attestation.kind === "simulated", node);
    return undefined;
  }
  mismatch(shown.includes(admission.evidence), "attestations");
  allowed([admission.attestation, "simulated"].includes(attestation.kind), node);
  return admission.evidence;
}
