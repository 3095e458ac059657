// trust-file-v1: what a verifier starts from.
import { hex } from "./bytes.js";
import { readDidKey } from "./did.js";
import { Fields, decodedBase64 } from "./fields.js";
import { readGenesis, readSuites } from "./genesis.js";
import { readJSON } from "./json.js";
import { logType, readVerifierKey } from "./note.js";
import { refuse, require } from "./refusal.js";
import { readCertificate } from "./x509.js";

export async function readTrust(bytes) {
  const fields = new Fields(readJSON(bytes, 1_048_576), "trust");
  require(fields.string("format", 256) === "nexus.trust/v1", "base.wrong-type", "trust.format");
  const genesis = await readGenesis(fields.take("genesis"), "trust.genesis");
  const attestation = fields.strings("attestation", 16);
  const rail = fields.digest("rail");
  const named = fields.optional("suites", () => readSuites(fields));
  const witnesses = (await fields.optional("witnesses", () => readWitnesses(fields.object("witnesses"), genesis))) ??
    { keys: [], threshold: 0 };
  const roots = fields.optional("timeStampRoots", () => fields.array("timeStampRoots", 16)) ?? [];
  const timeStampRoots = roots.map((text, i) => decodedBase64(text, 8192, `trust.timeStampRoots[${i}]`));
  fields.end();
  for (const root of timeStampRoots) {
    try {
      readCertificate(root);
    } catch {
      refuse("evidence.bad-trust-file", "trust.timeStampRoots");
    }
  }
  require(rail === genesis.rail, "evidence.other-rail", "trust.rail");
  const suites = genesis.suites.filter((suite) => !named || named.includes(suite));
  for (const did of [...genesis.committee.keys, genesis.railKey]) {
    require(suites.includes(readDidKey(did).suite), "trust.suite-refused", did);
  }
  return { genesis, attestation, rail, suites, witnesses, timeStampRoots };
}

async function readWitnesses(fields, genesis) {
  const texts = fields.strings("keys", 32, 4096);
  const threshold = fields.integer("threshold");
  fields.end();
  require(threshold <= texts.length, "evidence.bad-trust-file", "trust.witnesses.threshold");
  const seen = new Set([genesis.logKey, ...genesis.validators].map(({ key }) => hex(key)));
  const keys = [];
  for (const text of texts) {
    const key = await readVerifierKey(text);
    const good = key && key.type !== logType && !seen.has(hex(key.key));
    require(good, "evidence.bad-trust-file", "trust.witnesses.keys");
    seen.add(hex(key.key));
    keys.push(key);
  }
  return { keys, threshold };
}
