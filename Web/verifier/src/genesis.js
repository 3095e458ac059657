// genesis-v1: what a rail begins with.
import { hex } from "./bytes.js";
import { readDidKey, suiteNames } from "./did.js";
import { Fields } from "./fields.js";
import { digestOf } from "./hashing.js";
import { writeJSON } from "./json.js";
import { logType, readVerifierKey } from "./note.js";
import { require } from "./refusal.js";

export const postQuantum = ["ML-DSA-65", "Ed25519+ML-DSA-65", "SLH-DSA-SHA2-128s"];

export async function readGenesis(value, place) {
  const fields = new Fields(value, place);
  const genesis = genesisFields(fields);
  fields.end();
  const bytes = writeJSON(value);
  require(bytes.length <= 65_535, "base.too-large", place);
  const rules = await checkedKeys(genesis);
  return { ...genesis, ...rules, bytes, rail: await digestOf(bytes) };
}

function genesisFields(fields) {
  require(fields.string("format", 256) === "nexus.genesis/v1", "base.wrong-type", fields.at("format"));
  const name = fields.string("name", 128);
  const createdAt = fields.time("createdAt");
  const attestation = fields.strings("attestation", 16);
  const committee = fields.object("committee");
  const keys = committee.strings("keys", 64, 8192);
  const threshold = committee.integer("threshold");
  committee.end();
  const railKey = fields.did("railKey");
  const logKeyText = fields.string("logKey", 4096);
  const inner = fields.object("validators");
  const validatorTexts = inner.strings("keys", 64, 4096);
  const validatorThreshold = inner.integer("threshold");
  inner.end();
  const suites = fields.optional("suites", () => readSuites(fields)) ?? suiteNames;
  return { name, createdAt, attestation, committee: { keys, threshold }, railKey, logKeyText, validatorTexts,
    validatorThreshold, suites };
}

export function readSuites(fields) {
  const names = fields.strings("suites", 16);
  const known = names.length > 0 && names.every((name) => suiteNames.includes(name));
  require(known && new Set(names).size === names.length, "trust.unknown-suite", fields.at("suites"));
  return names;
}

async function checkedKeys(genesis) {
  const { committee, validatorTexts, validatorThreshold, suites } = genesis;
  const distinct = (list) => new Set(list).size === list.length;
  require(committee.keys.length > 0 && distinct(committee.keys), "governance.not-allowed", "committee");
  const inRange = committee.threshold >= 1 && committee.threshold <= committee.keys.length;
  require(inRange, "governance.not-allowed", "committee.threshold");
  require(distinct(validatorTexts) && validatorThreshold <= validatorTexts.length, "governance.not-allowed",
    "validators");
  for (const did of [...committee.keys, genesis.railKey]) {
    const { suite } = readDidKey(did);
    require(suites.includes(suite), "trust.suite-refused", did);
  }
  const onlyPostQuantum = suites.every((suite) => postQuantum.includes(suite));
  require(!onlyPostQuantum || validatorThreshold > 0, "governance.not-allowed", "validators.threshold");
  const logKey = await readVerifierKey(genesis.logKeyText);
  require(logKey?.type === logType, "governance.not-allowed", "logKey");
  const seen = new Set([hex(logKey.key)]);
  const validators = [];
  for (const text of validatorTexts) {
    const key = await readVerifierKey(text);
    const good = key && key.type !== logType && !seen.has(hex(key.key)) && !(onlyPostQuantum && key.type === 4);
    require(good, "governance.not-allowed", "validators");
    seen.add(hex(key.key));
    validators.push(key);
  }
  return { logKey, validators };
}
