// A report as plain values: everything the page shows, and nothing of how it looks.
import { utf8Length } from "../src/bytes.js";
import { valueText } from "../src/inputs.js";

export function viewOf(report) {
  const { state = {} } = report;
  return {
    verdict: report.verdict, check: report.check, code: report.code, place: report.place, checks: report.checks,
    subject: state.quorum && subjectOf(state), proof: state.proof, terms: termsOf(state), inputs: inputsOf(state),
    answers: answersOf(state), log: state.checkpoint && logOf(state), text: textOf(state),
    notShown: report.verdict === "reject" ? [] : notShownBy(state),
  };
}

function subjectOf({ quorum, clause, trust, agreeing, statements }) {
  return { rail: trust.genesis.name, railId: trust.rail, title: clause?.title, clauseId: quorum.clause.id,
    occurrence: quorum.occurrence, occurrenceName: clause?.occurrence.name, signal: quorum.signal,
    override: quorum.override?.entry, decidedAt: quorum.decidedAt, jobId: quorum.jobId, supersedes: quorum.supersedes,
    agreeing: agreeing?.length, all: statements?.length };
}

function termsOf({ agreeing, clause }) {
  const result = agreeing?.[0]?.result;
  if (!result) return [];
  return result.terms.map((term, i) => ({ name: term.name, role: clause.terms[i]?.role, expression: term.expression,
    observed: term.observed, threshold: term.threshold, margin: term.marginText, unit: term.unit,
    verdict: term.verdict }));
}

function inputsOf({ pack, clause, quorum }) {
  if (!pack || !quorum) return [];
  return pack.inputs.map((input, i) => ({ name: input.name, unit: clause?.inputs[i]?.unit, edition: input.edition,
    feed: clause?.inputs[i]?.feed, value: input.shown ? shortened(valueText(input)) : null,
    retrievedAt: input.retrievedAt, isHidden: clause?.inputs[i]?.kind === "committed" }));
}

function shortened(text) {
  if (text === null) return "(not text)";
  return utf8Length(text) > 200 ? `${text.slice(0, 200)}…` : text;
}

function answersOf({ quorum, statements, current }) {
  if (!quorum || !current) return [];
  return quorum.attempts.map((attempt) => {
    const cac = statements?.find((statement) => statement.attempt === attempt.attempt);
    const operator = current.operators.findLast(({ did }) => did === attempt.operator);
    return { number: attempt.attempt, operator: operator?.name ?? attempt.operator, node: attempt.node,
      jurisdiction: cac?.governance.jurisdiction ?? operator?.jurisdiction, outcome: attempt.outcome,
      detail: attempt.detail, attestation: cac?.attestation.kind, result: cac?.resultDigest,
      engine: cac && `${cac.runtime.engine} ${cac.runtime.version}` };
  });
}

function logOf({ checkpoint, validators, witnesses, stamps, snapshots }) {
  const trusted = stamps?.find(({ isTrusted }) => isTrusted);
  return { origin: checkpoint.origin, size: String(checkpoint.size), validators, witnesses,
    decisions: snapshots ? snapshots.length - 1 : null,
    existedBy: trusted && new Date(trusted.existedBy).toISOString() };
}

const textOf = ({ clause }) => clause && { language: clause.language, text: clause.text };

// evidence-pack-v1, "What an accepted pack does not show".
function notShownBy({ agreeing, validators, witnesses, pack, quorum, stamps, proof }) {
  const out = [];
  if (agreeing?.some(({ attestation }) => attestation.kind === "simulated")) {
    out.push("Attestation is simulated: nothing is shown about the nodes' hardware.");
  }
  out.push(validators + witnesses === 0
    ? "Nobody cosigned the log: that it was rolled back is not excluded."
    : "A rollback of the log is excluded unless every cosigner named above signed two histories.");
  const withheld = pack.inputs.filter(({ shown }) => !shown).map(({ name }) => name);
  if (withheld.length > 0) out.push(`Withheld inputs, known by their commitment only: ${withheld.join(", ")}.`);
  if (stamps.some(({ isTrusted }) => !isTrusted)) {
    out.push("A time stamp has no root in the trust file, so it shows no time.");
  }
  if (quorum.override !== undefined) {
    out.push("The committee decided in the nodes' place: that is no agreement of nodes.");
  }
  if (proof) {
    out.push("That the model gave these outputs: the proof was not checked here.");
    out.push("Margins and verdicts over the outputs are what the node signed.");
  } else out.push("The computation was not run again: values and margins are what the nodes signed.");
  out.push("Times are claims of those who signed them.");
  return out;
}
