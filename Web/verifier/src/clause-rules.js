// clause-v1, "What must fit together".
import { compareDecimals } from "./texts.js";
import { require } from "./refusal.js";

const distinct = (list) => new Set(list).size === list.length;
const fits = (condition, place) => require(condition, "clause.inconsistent", place);

export function checkClauseRules(clause) {
  namesAreDistinct(clause);
  executionFits(clause.execution);
  proofFits(clause);
  actionsFit(clause);
  windowsFit(clause);
}

function namesAreDistinct({ inputs, parameters, outputs, terms, actions }) {
  const names = (list) => list.map(({ name }) => name);
  fits(distinct([...names(inputs), ...names(parameters), ...names(outputs)]), "inputs, parameters, outputs");
  fits(distinct(names(terms)), "terms");
  fits(distinct(names(actions)), "actions");
}

function executionFits(execution) {
  const { nodes, quorum, riskClass, tier } = execution;
  fits(quorum <= nodes, "execution.quorum");
  fits(2 * quorum > nodes, "execution.quorum");
  fits(!["financial", "treaty"].includes(riskClass) || tier !== "single", "execution.tier");
  fits(tier !== "single" || nodes === 1, "execution.nodes");
  fits(tier !== "quorum" || (quorum >= 2 && execution.distinct.includes("operator")), "execution.quorum");
  fits(execution.attestation.length > 0, "execution.attestation");
}

// A model is proved by one node, over the one input that stays hidden; nothing else is proved or hidden.
function proofFits({ computation, execution, inputs }) {
  const committed = inputs.filter(({ kind }) => kind === "committed");
  fits((computation.kind === "model") === (execution.tier === "proof"), "execution.tier");
  if (execution.tier !== "proof") return fits(committed.length === 0, "inputs");
  fits(execution.nodes === 1, "execution.nodes");
  fits(committed.length === 1, "inputs");
  fits(committed[0].feed !== undefined, `inputs.${committed[0].name}`);
}

function actionsFit({ actions, outputs, correctionActions }) {
  for (const action of actions) {
    fits(action.rate === undefined || outputs.some(({ name }) => name === action.rate), `actions.${action.name}`);
    const complete = [action.payee, action.currency, action.limit, action.rate].every((part) => part !== undefined);
    fits(action.kind !== "payment-instruction" || complete, `actions.${action.name}`);
  }
  const names = actions.map(({ name }) => name);
  fits(correctionActions.every((name) => names.includes(name)), "correctionActions");
}

function windowsFit({ validity, trigger, inputs, occurrence }) {
  fits(validity.until === undefined || validity.until > validity.from, "validity");
  fits(trigger.kinds.length > 0, "trigger.kinds");
  for (const input of inputs) {
    const bounded = input.minimum !== undefined || input.maximum !== undefined;
    fits(input.kind === "decimal" || !bounded, `inputs.${input.name}`);
  }
  const bounded = occurrence.minimum !== undefined || occurrence.maximum !== undefined;
  fits(occurrence.kind === "integer" || !bounded, "occurrence");
}

export function inWindow(value, { minimum, maximum }) {
  return (minimum === undefined || compareDecimals(value, minimum) >= 0) &&
    (maximum === undefined || compareDecimals(value, maximum) <= 0);
}
