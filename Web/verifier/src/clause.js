// clause-v1: the agreement, read from its canonical JSON. YAML is a way of writing one and is not read here.
import { utf8Length } from "./bytes.js";
import { checkClauseRules } from "./clause-rules.js";
import { Fields } from "./fields.js";
import { digestOf } from "./hashing.js";
import { readCanonical } from "./json.js";
import { Refusal, require } from "./refusal.js";
import { isDate } from "./texts.js";

const listMax = 256;
const signals = ["TRIGGER", "PASS", "FAIL", "ESCALATE"];

export async function readClause(bytes) {
  const value = readCanonical(bytes, 32_768);
  let clause;
  try {
    const fields = new Fields(value);
    clause = clauseFields(fields);
    fields.end();
  } catch (error) {
    if (error instanceof Refusal) throw new Refusal("clause.schema", error.place);
    throw error;
  }
  checkClauseRules(clause);
  return { ...clause, digest: await digestOf(bytes) };
}

// A clause's id is ISSUER::Name@major.minor.patch; null where it is none.
export function readClauseId(text) {
  const part = "[A-Za-z][A-Za-z0-9_-]*";
  const number = "(?:0|[1-9][0-9]{0,5})";
  const shape = new RegExp(`^(${part})::(${part})@${number}\\.${number}\\.${number}$`);
  const match = utf8Length(text) <= 256 && shape.exec(text);
  return match ? { issuer: match[1], name: match[2] } : null;
}

function isLine(text) {
  const length = utf8Length(text);
  return length >= 1 && length <= 256 && !/[\u0000-\u001f]/.test(text);
}

function checkedLine(text, place) {
  require(typeof text === "string" && isLine(text), "base.wrong-type", place);
  return text;
}

function checkedName(text, place) {
  require(typeof text === "string" && /^[A-Za-z][A-Za-z0-9_]{0,255}$/.test(text), "base.wrong-type", place);
  return text;
}

const line = (fields, key) => checkedLine(fields.take(key), fields.at(key));
const name = (fields, key) => checkedName(fields.take(key), fields.at(key));
const lineIfAny = (fields, key) => fields.optional(key, () => line(fields, key));
const nameIfAny = (fields, key) => fields.optional(key, () => name(fields, key));
const decimalIfAny = (fields, key) => fields.optional(key, () => fields.decimal(key));

const listOf = (check) => (fields, key) =>
  fields.array(key, listMax).map((value, i) => check(value, `${fields.at(key)}[${i}]`));
const lines = listOf(checkedLine);
const names = listOf(checkedName);

function choices(fields, key, allowed) {
  const values = fields.array(key, listMax);
  require(values.every((value) => allowed.includes(value)), "base.wrong-type", fields.at(key));
  return values;
}

// An object in a field, read by `read` to its last field.
function inside(fields, key, read) {
  const inner = fields.object(key);
  const out = read(inner);
  inner.end();
  return out;
}

function clauseFields(fields) {
  require(fields.string("format") === "nexus.clause/v1", "base.wrong-type", "format");
  const id = fields.string("id", 256);
  const parts = readClauseId(id);
  require(parts, "base.wrong-type", "id");
  return {
    id, issuer: parts.issuer, name: parts.name,
    title: line(fields, "title"), language: line(fields, "language"), text: fields.string("text", 24_576),
    domain: line(fields, "domain"), jurisdiction: line(fields, "jurisdiction"),
    parties: fields.objects("parties", listMax, (party) => ({ name: line(party, "name"), role: line(party, "role") })),
    validity: inside(fields, "validity", (inner) => ({
      from: inner.time("from"), until: inner.optional("until", () => inner.time("until")) })),
    trigger: inside(fields, "trigger", (inner) => ({
      kinds: choices(inner, "kinds", ["schedule", "reading", "proposal", "simulation", "manual"]),
      source: line(inner, "source") })),
    occurrence: inside(fields, "occurrence", occurrenceFields),
    inputs: fields.objects("inputs", listMax, inputFields),
    parameters: fields.objects("parameters", listMax, (inner) => ({
      name: name(inner, "name"), value: inner.decimal("value"), unit: lineIfAny(inner, "unit") })),
    computation: inside(fields, "computation", computationFields),
    outputs: fields.objects("outputs", listMax, (inner) => ({
      name: name(inner, "name"), unit: lineIfAny(inner, "unit") })),
    terms: fields.objects("terms", listMax, termFields),
    execution: inside(fields, "execution", executionFields),
    actions: fields.objects("actions", listMax, actionFields),
    correctionActions: names(fields, "correctionActions"),
    governance: inside(fields, "governance", governanceFields),
  };
}

function occurrenceFields(fields) {
  const integer = (key) => fields.optional(key, () => fields.integer(key, -999_999, 999_999));
  return { name: name(fields, "name"), kind: fields.choice("kind", ["integer", "date", "text"]),
    minimum: integer("minimum"), maximum: integer("maximum") };
}

function inputFields(fields) {
  return { name: name(fields, "name"), kind: fields.choice("kind", ["decimal", "text", "committed"]),
    unit: lineIfAny(fields, "unit"), feed: nameIfAny(fields, "feed"), editions: lines(fields, "editions"),
    minimum: decimalIfAny(fields, "minimum"), maximum: decimalIfAny(fields, "maximum"),
    residency: lineIfAny(fields, "residency") };
}

function computationFields(fields) {
  return { kind: fields.choice("kind", ["wasm", "model"]), module: fields.digest("module"),
    fuel: fields.integer("fuel", 1, 1e12), memoryBytes: fields.integer("memoryBytes", 65_536, 2 ** 30),
    outputBytes: fields.integer("outputBytes", 2, 2 ** 24),
    wallTimeMilliseconds: fields.integer("wallTimeMilliseconds", 1, 3_600_000) };
}

function termFields(fields) {
  return { name: name(fields, "name"), expression: fields.string("expression", 4096), unit: lineIfAny(fields, "unit"),
    role: fields.choice("role", ["trigger", "obligation", "information"]),
    reviewBand: decimalIfAny(fields, "reviewBand") };
}

function executionFields(fields) {
  return {
    riskClass: fields.choice("riskClass", ["routine", "operational", "financial", "treaty"]),
    tier: fields.choice("tier", ["single", "quorum", "proof"]),
    nodes: fields.integer("nodes", 1, 64), quorum: fields.integer("quorum", 1, 64),
    unanimous: fields.boolean("unanimous"), retryMax: fields.integer("retryMax", 0, 16),
    deadlineMilliseconds: fields.integer("deadlineMilliseconds", 100, 86_400_000),
    distinct: choices(fields, "distinct", ["operator", "jurisdiction"]),
    jurisdictions: lines(fields, "jurisdictions"), attestation: lines(fields, "attestation"),
    onRevocation: fields.choice("onRevocation", ["finish", "fence"]), priority: fields.integer("priority", 0, 9),
  };
}

function actionFields(fields) {
  return { name: name(fields, "name"), kind: fields.choice("kind", ["payment-instruction", "webhook"]),
    on: choices(fields, "on", signals), endpoint: name(fields, "endpoint"), payee: lineIfAny(fields, "payee"),
    currency: lineIfAny(fields, "currency"), limit: decimalIfAny(fields, "limit"), rate: nameIfAny(fields, "rate") };
}

function governanceFields(fields) {
  const policies = fields.objects("policies", listMax, (inner) => ({
    name: name(inner, "name"), expression: inner.string("expression", 4096), because: line(inner, "because") }));
  return { policies, contact: line(fields, "contact") };
}

export function isOccurrenceOf(clause, text) {
  const { kind, minimum, maximum } = clause.occurrence;
  if (!isLine(text)) return false;
  if (kind === "date") {
    const match = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(text);
    return match !== null && isDate(...match.slice(1).map(Number));
  }
  if (kind !== "integer") return true;
  if (!/^(0|-?[1-9][0-9]*)$/.test(text)) return false;
  const number = Number(text);
  return Number.isSafeInteger(number) && number >= (minimum ?? number) && number <= (maximum ?? number);
}

