// evidence-pack-v1, checks 10, 11 and the last: who agrees, on what, and on what evidence of the machine.
import { utf8 } from "./bytes.js";
import { isOccurrenceOf } from "./clause.js";
import { digestBytes, framedDigest } from "./hashing.js";
import { sameReferences } from "./inputs.js";
import { require } from "./refusal.js";
import { signalOf } from "./result.js";
import { newestKey } from "./snapshot.js";

const mismatch = (condition, place) => require(condition, "evidence.mismatch", place);

export function checkQuorum(state) {
  const { quorum, clause, current, statements } = state;
  const { execution } = clause;
  mismatch(quorum.attempts.length <= execution.nodes + execution.retryMax, "quorum.attempts");
  const counts = statements.filter((cac) => !cac.void);
  const agreeing = quorum.override === undefined
    ? counts.filter(({ resultDigest }) => resultDigest === quorum.resultDigest) : [];
  state.agreeing = agreeing;
  for (const attempt of quorum.attempts) checkOutcome(attempt, statements, agreeing);
  if (quorum.override !== undefined) return checkOverride(quorum, current);
  checkAgreement(agreeing, counts, execution);
}

function checkOutcome(attempt, statements, agreeing) {
  const place = `quorum.attempts[${attempt.attempt - 1}]`;
  if (attempt.statement === undefined) {
    mismatch(!["agreed", "differed", "void"].includes(attempt.outcome), place);
    return;
  }
  const cac = statements.find((statement) => statement.attempt === attempt.attempt);
  mismatch(cac, place);
  const outcome = cac.void ? "void" : agreeing.includes(cac) ? "agreed" : "differed";
  mismatch(attempt.outcome === outcome, place);
}

function checkOverride(quorum, current) {
  const found = current.overrides.find(({ entry, occurrenceId }) =>
    entry === quorum.override.entry && occurrenceId === quorum.occurrenceId);
  const decided = found && found.jobId === quorum.jobId && found.signal === quorum.signal;
  require(decided, "evidence.no-quorum", "quorum.override");
}

function checkAgreement(agreeing, counts, execution) {
  const { jurisdictions, quorum, nodes, distinct, unanimous } = execution;
  for (const { governance } of agreeing) {
    const inside = jurisdictions.length === 0 || jurisdictions.includes(governance.jurisdiction);
    require(inside, "evidence.not-entitled", governance.jurisdiction);
  }
  const operators = new Set(agreeing.map(({ operator }) => operator)).size;
  const enough = (condition, place) => require(condition, "evidence.no-quorum", place);
  enough(operators >= quorum, `${operators} of ${quorum} operators`);
  const places = new Set(agreeing.map(({ governance }) => governance.jurisdiction)).size;
  enough(!distinct.includes("jurisdiction") || places >= quorum, `${places} of ${quorum} jurisdictions`);
  enough(!unanimous || (operators >= nodes && counts.length === agreeing.length), "unanimity");
}

export async function checkResult(state) {
  const { quorum, clause, trust, agreeing, pack } = state;
  const occurrenceId = await framedDigest("nexus/occurrence/v1", digestBytes(trust.rail), utf8(clause.issuer),
    utf8(clause.name), utf8(quorum.occurrence));
  mismatch(quorum.occurrenceId === occurrenceId, "quorum.occurrenceId");
  require(isOccurrenceOf(clause, quorum.occurrence), "clause.out-of-range", "quorum.occurrence");
  const { type, source, eventId } = quorum.trigger;
  const jobId = await framedDigest("nexus/job/v1", digestBytes(clause.digest), digestBytes(occurrenceId),
    utf8(type), utf8(source), utf8(eventId));
  mismatch(quorum.jobId === jobId, "quorum.jobId");
  if (clause.computation.kind !== "model") {
    mismatch(!pack.proof && agreeing.every(({ proof }) => !proof), "proof");
  }
  if (quorum.override !== undefined) {
    require(sameReferences(quorum.override.inputs, pack.inputs), "evidence.bad-commitment", "quorum.override.inputs");
    return;
  }
  for (const [i, cac] of agreeing.entries()) checkAgreeing(cac, state, `agreeing[${i}]`);
}

function checkAgreeing(cac, state, place) {
  const { quorum, clause, pack } = state;
  const sameTrigger = ["type", "source", "eventId"].every((key) => cac.trigger[key] === quorum.trigger[key]);
  const same = cac.clause.digest === quorum.clause.digest && cac.clause.id === quorum.clause.id &&
    cac.occurrenceId === quorum.occurrenceId && sameTrigger;
  mismatch(same, place);
  require(sameReferences(cac.inputs, pack.inputs), "evidence.bad-commitment", place);
  const snapshot = state.snapshots.find(({ digest }) => digest === cac.governance.snapshotDigest);
  cac.inputs.forEach(({ feed }, i) => {
    const agreed = clause.inputs[i].feed;
    const key = agreed === undefined ? undefined : newestKey(snapshot.feeds, agreed);
    require(feed === key && (agreed === undefined || key !== undefined), "evidence.not-entitled", place);
  });
  mismatch(cac.runtime.moduleDigest === clause.computation.module, `${place}.runtime.moduleDigest`);
  checkTerms(cac.result, state, place);
}

function checkTerms(result, { clause, quorum }, place) {
  mismatch(result.engine.fuelLimit === clause.computation.fuel, `${place}.fuelLimit`);
  mismatch(result.signal === quorum.signal, `${place}.signal`);
  if (result.fault !== undefined) {
    mismatch(result.signal === "ESCALATE" && result.terms.length === 0, `${place}.fault`);
    return;
  }
  const names = clause.outputs.map(({ name }) => name);
  mismatch(names.length === result.outputs.size && names.every((name) => result.outputs.has(name)), `${place}.outputs`);
  const sameTerms = result.terms.length === clause.terms.length && result.terms.every((term, i) =>
    ["name", "expression", "unit"].every((key) => term[key] === clause.terms[i][key]));
  mismatch(sameTerms, `${place}.terms`);
  mismatch(signalOf(clause.terms, result.terms) === result.signal, `${place}.signal`);
}
