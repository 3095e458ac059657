// evidence-pack-v1, check 9: every statement, by whom it is and under what it was made.
import { admit, readBinding } from "./binding.js";
import { readCac } from "./cac.js";
import { verifyEnvelope } from "./envelope.js";
import { require } from "./refusal.js";
import { admissionOf, clauseState, counts } from "./snapshot.js";

const mismatch = (condition, place) => require(condition, "evidence.mismatch", place);
const entitled = (condition, place) => require(condition, "evidence.not-entitled", place);

export async function checkStatements(state, context) {
  const { pack, quorum } = state;
  const bindings = await readBindings(state, context);
  const attempts = quorum.attempts;
  const tokens = new Set();
  for (const [i, attempt] of attempts.entries()) {
    mismatch(attempt.attempt === i + 1 && !tokens.has(attempt.token), `quorum.attempts[${i}]`);
    tokens.add(attempt.token);
  }
  mismatch(attempts.filter(({ statement }) => statement).length === pack.statements.length, "statements");
  state.statements = [];
  for (const [i, envelope] of pack.statements.entries()) {
    const cac = await readCac(envelope);
    await checkStatement(cac, envelope, { ...state, bindings, place: `statements[${i}]` }, context);
    const attempt = attempts.find(({ statement }) => statement === cac.payloadDigest);
    state.statements.push({ ...cac, void: attempt.outcome === "void" });
  }
}

async function readBindings({ pack, trust }, context) {
  const bindings = new Map();
  for (const [i, envelope] of pack.bindings.entries()) {
    mismatch(envelope.signatures.length === 1, `bindings[${i}]`);
    const binding = await readBinding(envelope, trust.rail, context);
    mismatch(!bindings.has(binding.node), `bindings[${i}]`);
    bindings.set(binding.node, binding);
  }
  return bindings;
}

async function checkStatement(cac, envelope, state, context) {
  const { quorum, current, clause, bindings, place } = state;
  mismatch(envelope.signatures.length === 1, place);
  await verifyEnvelope(envelope, cac.node, context);
  const attempt = quorum.attempts.find(({ statement }) => statement === cac.payloadDigest);
  mismatch(attempt, place);
  const ofAttempt = attempt.node === cac.node && attempt.operator === cac.operator &&
    attempt.attempt === cac.attempt && attempt.token === cac.token.digest && quorum.jobId === cac.jobId;
  require(ofAttempt, "evidence.bad-token", place);
  const binding = bindings.get(cac.node);
  entitled(binding, place);
  entitled(binding.operator === cac.operator, place);
  const revoked = !counts(current, cac, clause.execution);
  if (attempt.outcome === "void") {
    mismatch(revoked, place);
    return;
  }
  entitled(!revoked, place);
  checkGovernanceOf(cac, binding, state, context);
}

function checkGovernanceOf(cac, binding, { trust, snapshots, current, clause, quorum, place }, context) {
  require(cac.governance.rail === trust.rail, "evidence.other-rail", place);
  const snapshot = snapshots.find(({ digest }) => digest === cac.governance.snapshotDigest);
  mismatch(snapshot && snapshot.logIndex === cac.governance.logIndex, place);
  entitled(clauseState(snapshot, clause.digest)?.stage === "active", place);
  admit(binding, snapshot, cac.startedAt);
  mismatch(cac.governance.jurisdiction === binding.jurisdiction, place);
  // The outcome rests on statements that agree: with an override on none.
  const isRestedOn = cac.resultDigest === quorum.resultDigest;
  const isOnCredentials = [snapshot, current].some((one) => admissionOf(one, cac.node)?.onCredentials);
  if (isRestedOn && isOnCredentials) context.unchecked("trust.unsupported-credential", `what ${cac.node} was admitted on`);
}
