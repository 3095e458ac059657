// governance-entry-v1, admission: what a rule takes, whose status lists give way to whose, and who may act.
import assert from "node:assert/strict";
import { test } from "node:test";
import { utf8 } from "../src/bytes.js";
import { admit } from "../src/binding.js";
import { applyDecision } from "../src/decisions.js";
import { suiteNames } from "../src/did.js";
import { admissionOf, emptySnapshot } from "../src/snapshot.js";
import { codeOf } from "./vectors.js";

const genesis = { attestation: ["simulated", "tpm"] };
const operator = "did:key:z6MktojHN9D8obak7C9wjpTzCRrdE5zC6cxt5ANUFnQskgbs";
const node = "did:key:z6MkixsGj3MVGKMug2VMC2JbtzX3UjaAcfRs7G1RjbSnZJaH";
const approve = { kind: "operator.approve", name: "One", did: operator, jurisdiction: "PE" };

const admission = (attestation, ...credentials) =>
  ({ kind: "node.admit", did: node, operator, attestation, credentials });

function rule(kinds, issuers = []) {
  const names = JSON.stringify(issuers);
  const rules = JSON.stringify(kinds.map((kind) => ({ kind })));
  return { kind: "admission.rule", document: utf8('{"attestEverySeconds":60,"format":"nexus.admission-rule/v1",' +
    `"jurisdictionIssuers":[],"operatorIssuers":${names},"referenceValues":{"rules":${rules},"version":1},` +
    '"staleAfterSeconds":60}') };
}

async function after(...decisions) {
  const snapshot = emptySnapshot("sha256:00");
  for (const [i, decision] of decisions.entries()) {
    await applyDecision(snapshot, { decision, number: i + 1, logIndex: i + 1, approvals: [] }, genesis, suiteNames);
  }
  return snapshot;
}

const codeAfter = (...decisions) => codeOf(() => after(...decisions));

test("a kind is taken that the rule in force has, and without a rule simulated", async () => {
  assert.equal(await codeAfter(approve, admission("simulated")), "accepted");
  assert.equal(await codeAfter(approve, admission("tpm")), "governance.not-allowed");
  assert.equal(await codeAfter(approve, rule(["tpm"]), admission("tpm")), "accepted");
  assert.equal(await codeAfter(approve, rule(["tpm"]), admission("simulated")), "governance.not-allowed");
  assert.equal(await codeAfter(rule(["tdx"])), "governance.not-allowed");
  assert.equal(await codeAfter(rule([["tpm"]])), "governance.not-allowed");
});

test("only nodes of approved operators are admitted", async () => {
  assert.equal(await codeAfter(admission("simulated")), "governance.unknown-subject");
});

test("an admission on credentials is known as one", async () => {
  const rests = async (...decisions) => admissionOf(await after(approve, ...decisions), node).onCredentials;
  assert.equal(await rests(admission("simulated")), false);
  assert.equal(await rests(rule(["simulated"]), admission("simulated")), false);
  assert.equal(await rests(admission("simulated", utf8("{}"))), true);
  assert.equal(await rests(rule(["simulated"], ["A"]), admission("simulated")), true);
});

test("with a rule in force a node acts once it was admitted, under that operator", async () => {
  const binding = { node, operator, jurisdiction: "PE", issuedAt: "2026", expiresAt: "2027" };
  const may = async (...decisions) => {
    const snapshot = await after(approve, ...decisions);
    return codeOf(() => admit(binding, snapshot, "2026-06"));
  };
  assert.equal(await may(), "accepted");
  assert.equal(await may(rule(["simulated"])), "governance.not-approved");
  assert.equal(await may(rule(["simulated"]), admission("simulated")), "accepted");
  assert.equal(await may({ kind: "node.suspend", did: node }), "governance.not-approved");
});

test("a status list gives way only to one of the same issuer", async () => {
  const issuers = [["A", operator], ["B", node]].map(([name, did]) => ({ kind: "issuer.approve", name, did }));
  const publish = (issuer, list = '{"id":"urn:l"}') => ({ kind: "status.publish", issuer, list: utf8(list) });
  const { statusLists } = await after(...issuers, publish("A"), publish("B", '{"id":"urn:m"}'), publish("A"));
  assert.deepEqual(statusLists.map(({ id, entry }) => [id, entry]), [["urn:l", 5], ["urn:m", 4]]);
  assert.equal(await codeAfter(...issuers, publish("A"), publish("B")), "governance.not-allowed");
  assert.equal(await codeAfter(...issuers, publish("A", "no JSON")), "trust.bad-credential");
  assert.equal(await codeAfter(...issuers, publish("A", '{"id":7}')), "trust.bad-status-list");
});
