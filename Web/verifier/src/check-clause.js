// evidence-pack-v1, checks 7 and 8: the agreement and what its computation was given.
import { inWindow } from "./clause-rules.js";
import { verifyEnvelope } from "./envelope.js";
import { digestBytes, digestText } from "./hashing.js";
import { readReading, sameValue, valueText } from "./inputs.js";
import { merkleRoot } from "./merkle.js";
import { require } from "./refusal.js";
import { clauseState } from "./snapshot.js";
import { readDecimal, readDigest } from "./texts.js";

const mismatch = (condition, place) => require(condition, "evidence.mismatch", place);
const entitled = (condition, place) => require(condition, "evidence.not-entitled", place);

export function checkClause(state) {
  const { quorum, current, trust } = state;
  require(quorum.rail === trust.rail, "evidence.other-rail", "quorum.rail");
  const found = clauseState(current, quorum.clause.digest);
  mismatch(found, "quorum.clause.digest");
  const clause = found.clause;
  mismatch(clause.id === quorum.clause.id, "quorum.clause.id");
  entitled(found.activatedBy !== undefined, "a clause that was never active");
  const { from, until } = clause.validity;
  const inForce = from <= quorum.acknowledgedAt && (until === undefined || quorum.acknowledgedAt < until);
  entitled(inForce, "quorum.acknowledgedAt");
  entitled(clause.trigger.kinds.includes(quorum.trigger.type), "quorum.trigger.type");
  state.clause = clause;
}

export async function checkInputs(state, context) {
  const { clause, quorum, pack } = state;
  require(pack.inputs.length === clause.inputs.length, "evidence.bad-commitment", "inputs");
  for (const [i, input] of pack.inputs.entries()) {
    const agreed = clause.inputs[i];
    require(input.name === agreed.name, "evidence.bad-commitment", `inputs[${i}].name`);
    if (input.shown) await checkShown(input, agreed, state, context);
    else checkWithheld(input, agreed, state);
  }
  const root = await merkleRoot(pack.inputs.map(({ leaf }) => digestBytes(leaf)));
  require(digestText(root) === quorum.inputCommitment, "evidence.bad-commitment", "inputs");
}

const takesEdition = (agreed, edition) => agreed.editions.length === 0 || agreed.editions.includes(edition);

function hasApprovedFeed(input, agreed, { current }) {
  if (agreed.feed === undefined) return input.feed === undefined;
  return current.feeds.some(({ did, name }) => name === agreed.feed && did === input.feed);
}

function checkWithheld(input, agreed, state) {
  mismatch(takesEdition(agreed, input.edition), `${input.name}.edition`);
  entitled(hasApprovedFeed(input, agreed, state), `${input.name}.feed`);
}

async function checkShown(input, agreed, state, context) {
  checkValue(input, agreed);
  if (agreed.feed === undefined) {
    mismatch(input.feed === undefined && input.reading === undefined, `${input.name}.feed`);
    return;
  }
  entitled(input.reading !== undefined && hasApprovedFeed(input, agreed, state), `${input.name}.feed`);
  mismatch(input.reading.signatures.length === 1, `${input.name}.reading`);
  await verifyEnvelope(input.reading, input.feed, context);
  const reading = await readReading(input.reading);
  const same = reading.feed === agreed.feed && reading.name === input.name && reading.edition === input.edition &&
    reading.occurrence === state.quorum.occurrence && sameValue(reading.value, input.value);
  mismatch(same, `${input.name}.reading`);
}

function checkValue(input, agreed) {
  const binds = (condition) => require(condition, "clause.bad-binding", input.name);
  const text = valueText(input);
  binds(text !== null && input.value.length <= 1_048_576 && takesEdition(agreed, input.edition));
  const read = { decimal: readDecimal, committed: readDigest }[agreed.kind];
  if (!read) return;
  let value;
  try {
    value = read(text);
  } catch {
    binds(false);
  }
  if (agreed.kind === "decimal") require(inWindow(value, agreed), "clause.out-of-range", input.name);
}
