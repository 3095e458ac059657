// node-binding-v1: whose node it is.
import { hasSubject, readStatement, verifyEnvelope } from "./envelope.js";
import { readDidKey } from "./did.js";
import { postQuantum } from "./genesis.js";
import { refuse, require } from "./refusal.js";
import { admissionOf, isRevokedNode, isSuspendedNode, operatorApproval } from "./snapshot.js";

// X-Wing's; those of X25519 have 32.
const hybridKeyBytes = 1216;

export async function readBinding(envelope, rail, context) {
  const { predicate, subject } = readStatement(envelope, "urn:nexus:node-binding:v1");
  const binding = {
    rail: predicate.digest("rail"), node: predicate.did("node"), operator: predicate.did("operator"),
    jurisdiction: predicate.string("jurisdiction", 256), sealingKey: predicate.base64("sealingKey", hybridKeyBytes),
    issuedAt: predicate.time("issuedAt"), expiresAt: predicate.time("expiresAt"),
  };
  predicate.end();
  require(hasSubject(subject, "rail", binding.rail), "governance.bad-binding", "subject");
  const isHybrid = binding.sealingKey.length === hybridKeyBytes;
  require(isHybrid || binding.sealingKey.length === 32, "governance.bad-binding", "sealingKey");
  require(binding.rail === rail, "governance.bad-binding", "rail");
  readDidKey(binding.node);
  await verifyEnvelope(envelope, binding.operator, context);
  const isOnlyHybrid = context.suites.every((suite) => postQuantum.includes(suite));
  require(isHybrid || !isOnlyHybrid, "trust.suite-refused", "sealingKey");
  return binding;
}

export function admit(binding, snapshot, time) {
  const approval = operatorApproval(snapshot, binding.operator);
  const barred = isRevokedNode(snapshot, binding.node) || isSuspendedNode(snapshot, binding.node);
  if (!approval || barred) refuse("governance.not-approved", binding.node);
  const admitted = !snapshot.admission || admissionOf(snapshot, binding.node)?.operator === binding.operator;
  require(admitted, "governance.not-approved", binding.node);
  const fits = binding.jurisdiction === approval.jurisdiction && binding.issuedAt <= time && time < binding.expiresAt;
  require(fits, "governance.bad-binding", binding.node);
}
