// policy-v1: a policy document, as far as it can be read without the expression language: form, types, names.
// Expressions, values and tests are left to those who evaluate them (governance-entry-v1).
import { utf8Length } from "./bytes.js";
import { Fields } from "./fields.js";
import { digestOf } from "./hashing.js";
import { readCanonical } from "./json.js";
import { Refusal, require } from "./refusal.js";

export async function readPolicy(bytes) {
  const value = readCanonical(bytes, 32_768);
  try {
    const fields = new Fields(value);
    const policy = policyFields(fields);
    fields.end();
    return { ...policy, digest: await digestOf(bytes) };
  } catch (error) {
    if (error instanceof Refusal) throw new Refusal("policy.bad-policy", error.place);
    throw error;
  }
}

const fits = (condition, place) => require(condition, "policy.bad-policy", place);

function policyFields(fields) {
  fits(fields.string("type") === "nexus.policy/v1", "type");
  const id = fields.string("id", 200);
  const parts = readPolicyId(id);
  fits(parts, "id");
  fields.optional("description", () => fields.string("description"));
  fields.optional("container", () => fields.string("container", 200));
  const variables = fields.objects("variables", 256, variableFields);
  const rules = fields.objects("rules", 256, ruleFields, 1);
  const tests = fields.optional("tests", () => fields.objects("tests", 1024, testFields)) ?? [];
  for (const list of [variables, rules, tests]) fits(isDistinct(list.map(({ name }) => name)), "names");
  return { id, ...parts, variables, rules, tests };
}

const isDistinct = (list) => new Set(list).size === list.length;

function readPolicyId(text) {
  const number = "(?:0|[1-9][0-9]{0,8})";
  const match = new RegExp(`^([A-Za-z0-9_.-]+)::([A-Za-z0-9_.-]+)@${number}\\.${number}\\.${number}$`).exec(text);
  return match && utf8Length(text) <= 200 ? { issuer: match[1], name: match[2] } : null;
}

// Words of the expression language.
const reserved = ["true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if",
  "import", "let", "loop", "package", "namespace", "return", "var", "void", "while"];

function variableFields(fields) {
  const name = fields.string("name");
  fits(/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !reserved.includes(name), fields.at("name"));
  const type = fields.string("type");
  fits(isType(type), fields.at("type"));
  fields.optional("sizeMax", () => fields.integer("sizeMax"));
  const hasValue = fields.has("value");
  if (hasValue) fields.take("value");
  return { name, type, hasValue };
}

const simpleTypes = ["bool", "int", "uint", "double", "string", "bytes", "timestamp", "duration", "decimal", "quantity",
  "dyn"];

export function isType(text, depth = 0) {
  if (simpleTypes.includes(text)) return true;
  const match = /^(list|map|optional)\((.*)\)$/s.exec(text);
  if (!match || depth > 16) return false;
  if (match[1] !== "map") return isType(match[2], depth + 1);
  const comma = match[2].indexOf(", ");
  return comma > 0 && simpleTypes.includes(match[2].slice(0, comma)) && isType(match[2].slice(comma + 2), depth + 1);
}

function ruleFields(fields) {
  const name = fields.string("name");
  const effect = fields.choice("effect", ["deny", "require", "notify"]);
  const when = fields.string("when");
  const because = fields.string("because");
  const notify = fields.optional("notify", () => fields.string("notify"));
  fits((effect === "notify") === (notify !== undefined), fields.at("notify"));
  return { name, effect, when, because, notify };
}

function testFields(fields) {
  const name = fields.string("name");
  fits(fields.take("given") instanceof Map, fields.at("given"));
  const inner = fields.object("expect");
  const names = (key) => inner.optional(key, () => inner.strings(key, 256)) ?? [];
  const expect = { permitted: inner.boolean("permitted"), refusedBy: names("refusedBy"), notified: names("notified") };
  inner.end();
  return { name, expect };
}

const railVariables = new Map([["rail", "string"], ["step", "string"], ["now", "timestamp"],
  ["clause", "map(string, dyn)"], ["event", "map(string, dyn)"], ["operators", "list(string)"],
  ["jurisdictions", "list(string)"], ["inputs", "list(map(string, dyn))"], ["nodes", "list(map(string, dyn))"],
  ["actions", "list(map(string, dyn))"], ["approvals", "list(map(string, dyn))"], ["job", "map(string, dyn)"]]);

// Every variable without a value is one that rails fill, with exactly its type.
export function isForRails(policy) {
  return policy.variables.every(({ name, type, hasValue }) => hasValue || railVariables.get(name) === type);
}

