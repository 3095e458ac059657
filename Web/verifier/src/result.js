// result-v1: what a computation came to.
import { readCanonical } from "./json.js";
import { Fields } from "./fields.js";
import { signals } from "./proposal.js";
import { require } from "./refusal.js";
import { compareDecimals, magnitude, readDecimal } from "./texts.js";

export function readResult(bytes) {
  const fields = new Fields(readCanonical(bytes, 32 * 1_048_576), "result");
  require(fields.string("format", 256) === "nexus.result/v1", "base.wrong-type", "result.format");
  const result = {
    clause: fields.digest("clause"), occurrenceId: fields.digest("occurrenceId"),
    inputCommitment: fields.digest("inputCommitment"), engine: readEngine(fields.object("engine")),
    fault: fields.optional("fault", () => fields.string("fault", 256)),
  };
  if (result.fault === undefined) result.outputs = readOutputs(fields.take("outputs"));
  result.terms = fields.objects("terms", 256, termFields);
  result.signal = fields.choice("signal", signals);
  fields.end();
  return result;
}

function readEngine(fields) {
  const engine = { features: fields.strings("features", 64, 64), fuelLimit: fields.integer("fuelLimit"),
    name: fields.string("name", 64), version: fields.string("version", 64) };
  fields.end();
  return engine;
}

function readOutputs(value) {
  require(value instanceof Map, "base.wrong-type", "result.outputs");
  for (const [name, text] of value) {
    require(typeof text === "string", "base.wrong-type", `result.outputs.${name}`);
    readDecimal(text, `result.outputs.${name}`);
  }
  return value;
}

function termFields(fields) {
  const text = (key) => fields.optional(key, () => fields.string(key));
  return { name: fields.string("name"), expression: fields.string("expression"), unit: text("unit"),
    observed: text("observed"), threshold: text("threshold"),
    marginText: fields.rest.get("margin"), margin: fields.optional("margin", () => fields.decimal("margin")),
    verdict: fields.choice("verdict", ["PASS", "FAIL", "UNDECIDED"]) };
}

// The clause's terms and the result's, pair by pair; the first line that applies.
export function signalOf(agreed, found) {
  const pairs = agreed.map((term, i) => ({ ...found[i], role: term.role, reviewBand: term.reviewBand }));
  const undecided = pairs.some(({ verdict, role }) => verdict === "UNDECIDED" && role !== "information");
  const near = pairs.some(({ reviewBand, margin }) =>
    reviewBand !== undefined && margin !== undefined && compareDecimals(magnitude(margin), reviewBand) < 0);
  if (undecided || near) return "ESCALATE";
  if (pairs.some(({ role, verdict }) => role === "obligation" && verdict === "FAIL")) return "FAIL";
  const triggers = pairs.filter(({ role }) => role === "trigger");
  return triggers.length > 0 && triggers.every(({ verdict }) => verdict === "PASS") ? "TRIGGER" : "PASS";
}
