// governance-entry-v1: admission rules, admitted and suspended nodes, status lists. Credentials and reference values
// are not verified here: the committee is relied on, and an admission that rests on credentials is marked as such.
import { readDidKey } from "./did.js";
import { Fields } from "./fields.js";
import { digestOf } from "./hashing.js";
import { readCanonical, readJSON } from "./json.js";
import { require } from "./refusal.js";
import { bar, isRevokedNode, isSuspendedNode, newestKey, operatorApproval } from "./snapshot.js";

const allowed = (condition, place) => require(condition, "governance.not-allowed", place);
const secondsMax = 31_536_000;

export async function setRule(snapshot, { document }, entry, genesis) {
  const { kinds, asksForCredentials } = readRule(document);
  allowed(kinds.every((kind) => genesis.attestation.includes(kind)), "admissionRule.referenceValues");
  snapshot.admission = { entry, rule: await digestOf(document), kinds, asksForCredentials };
}

function readRule(document) {
  const fields = new Fields(readCanonical(document, 32_768), "admissionRule");
  require(fields.string("format", 64) === "nexus.admission-rule/v1", "base.wrong-type", "admissionRule.format");
  const every = fields.integer("attestEverySeconds", 1, secondsMax);
  const issuers = [...fields.strings("jurisdictionIssuers", 16, 256), ...fields.strings("operatorIssuers", 16, 256)];
  const kinds = readKinds(fields.object("referenceValues"));
  const stale = fields.integer("staleAfterSeconds", 1, secondsMax);
  fields.end();
  allowed(every <= stale, "admissionRule.staleAfterSeconds");
  return { kinds, asksForCredentials: issuers.length > 0 };
}

// Of reference values (attestation-v1) only whose machines they are about.
function readKinds(fields) {
  fields.integer("version", 1, 1);
  const rules = fields.array("rules", 16);
  fields.end();
  return rules.map((rule) => (rule instanceof Map ? rule.get("kind") : undefined));
}

export function admitNode(snapshot, decision, entry, genesis, suites) {
  const { did, operator, attestation, evidence, credentials } = decision;
  allowed(!isRevokedNode(snapshot, did), did);
  require(operatorApproval(snapshot, operator), "governance.unknown-subject", operator);
  require(suites.includes(readDidKey(did).suite), "trust.suite-refused", did);
  const rule = snapshot.admission;
  allowed((rule ? rule.kinds : genesis.attestation.filter((kind) => kind === "simulated")).includes(attestation), did);
  const onCredentials = credentials.length > 0 || Boolean(rule?.asksForCredentials);
  snapshot.admitted = [...snapshot.admitted.filter((other) => other.did !== did),
    { attestation, did, entry, evidence, operator, onCredentials }];
  snapshot.suspendedNodes = snapshot.suspendedNodes.filter((other) => other !== did);
  snapshot.barred.delete(did);
}

export function suspendNode(snapshot, { did }, logIndex) {
  allowed(!isRevokedNode(snapshot, did) && !isSuspendedNode(snapshot, did), did);
  snapshot.suspendedNodes.push(did);
  bar(snapshot, did, logIndex);
}

export async function publishStatus(snapshot, { issuer, list }, entry) {
  const id = statusId(list);
  const published = { entry, id, list: await digestOf(list), by: newestKey(snapshot.issuers, issuer) };
  const at = snapshot.statusLists.findIndex((other) => other.id === id);
  if (at < 0) return snapshot.statusLists.push(published);
  const { by } = snapshot.statusLists[at];
  allowed(snapshot.issuers.some(({ name, did }) => name === issuer && did === by), id);
  snapshot.statusLists[at] = published;
}

function statusId(bytes) {
  let value;
  try {
    value = readJSON(bytes, 32_768);
  } catch {
    require(false, "trust.bad-credential", "list");
  }
  const id = value instanceof Map ? value.get("id") : undefined;
  require(typeof id === "string", "trust.bad-status-list", "list");
  return id;
}
