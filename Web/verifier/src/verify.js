// evidence-pack-v1, "Verification": twelve checks in order, and a thirteenth where a model is computed; the first
// condition that does not hold ends it. A third outcome stands beside accept and reject: what this verifier cannot
// compute leaves the verdict open.
import { checkAttestation } from "./check-attestation.js";
import { checkClause, checkInputs } from "./check-clause.js";
import { checkCheckpoint, checkGenesis, checkGovernance, checkRail, checkRollup } from "./check-log.js";
import { checkQuorum, checkResult } from "./check-quorum.js";
import { checkProof } from "./check-proof.js";
import { checkStatements } from "./check-statements.js";
import { readPack } from "./pack.js";
import { Refusal } from "./refusal.js";
import { readTrust } from "./trust.js";

const checks = [
  ["rail", checkRail], ["checkpoint", checkCheckpoint], ["genesis", checkGenesis], ["governance", checkGovernance],
  ["rollup", checkRollup], ["clause", checkClause], ["inputs", checkInputs], ["statements", checkStatements],
  ["quorum", checkQuorum], ["result", checkResult], ["proof", checkProof],
  ["attestation", checkAttestation],
];

// Which computation a clause asks for is known once it is read: until then the proof is not among the checks.
const isOfModels = ({ clause }) => clause?.computation.kind === "model";
const blankRow = (name) => ({ name, state: "not reached", unchecked: [] });

// {verdict, checks: [{name, state, code, place, unchecked}], signal, override, agreeing, differing, state}
export async function verify(packBytes, trustBytes) {
  const steps = [["form", async (state) => { state.pack = await readPack(packBytes); }], ...checks];
  const rows = new Map(steps.map(([name]) => [name, blankRow(name)]));
  const report = { checks: [...rows.values()].filter(({ name }) => name !== "proof") };
  let trust;
  try {
    trust = await readTrust(trustBytes);
  } catch (error) {
    return { ...report, verdict: "reject", check: "trust", ...refusalOf(error) };
  }
  const state = { trust };
  for (const [name, check] of steps) {
    if (name === "proof" && !isOfModels(state)) continue;
    const row = rows.get(name);
    const context = { suites: trust.suites, unchecked: (code, what) => row.unchecked.push({ code, what }) };
    try {
      await check(state, context);
      row.state = row.unchecked.length > 0 ? "unchecked" : "passed";
      if (name === "clause" && isOfModels(state)) report.checks = [...rows.values()];
    } catch (error) {
      const refusal = refusalOf(error);
      Object.assign(row, { state: "failed" }, refusal);
      return { ...report, verdict: "reject", check: row.name, ...refusal, state };
    }
  }
  return { ...report, ...summary(state), verdict: verdictOf(report.checks), state };
}

const verdictOf = (rows) => (rows.some(({ state }) => state === "unchecked") ? "unchecked" : "accept");

// A fault of this program is no verdict on the pack; it is thrown on and shown as what it is.
function refusalOf(error) {
  if (error instanceof Refusal) return { code: error.code, place: error.place };
  throw error;
}

function summary({ quorum, agreeing, statements, witnesses, stamps }) {
  const trusted = stamps.find(({ isTrusted }) => isTrusted);
  const existedBy = trusted && new Date(trusted.existedBy).toISOString();
  return { existedBy, signal: quorum.signal, override: quorum.override !== undefined, agreeing: agreeing.length,
    differing: statements.length - agreeing.length, witnesses };
}
