// governance-entry-v1, "Standing": whose statements count once a node or its operator is barred.
import assert from "node:assert/strict";
import { test } from "node:test";
import { applyDecision } from "../src/decisions.js";
import { suiteNames } from "../src/did.js";
import { counts, emptySnapshot } from "../src/snapshot.js";

const genesis = { attestation: ["simulated"] };
const operator = "did:key:z6MktojHN9D8obak7C9wjpTzCRrdE5zC6cxt5ANUFnQskgbs";
const node = "did:key:z6MkixsGj3MVGKMug2VMC2JbtzX3UjaAcfRs7G1RjbSnZJaH";
const approve = { kind: "operator.approve", name: "One", did: operator, jurisdiction: "PE" };
const admit = { kind: "node.admit", did: node, operator, attestation: "simulated", credentials: [] };

// The decisions one after the other, at log indices 10, 20, 30, …
async function after(...decisions) {
  const snapshot = emptySnapshot("sha256:00");
  for (const [i, decision] of decisions.entries()) {
    const step = { decision, number: i + 1, logIndex: 10 * (i + 1), approvals: [] };
    await applyDecision(snapshot, step, genesis, suiteNames);
  }
  return snapshot;
}

function assertCounts(snapshot, logIndex, onRevocation, expected) {
  assert.equal(counts(snapshot, { node, operator, governance: { logIndex } }, { onRevocation }), expected);
}

const bars = [{ kind: "node.revoke", did: node }, { kind: "node.suspend", did: node },
  { kind: "operator.revoke", did: operator }];

for (const bar of bars) {
  test(`${bar.kind}: work from before counts only where the clause lets it finish`, async () => {
    const snapshot = await after(approve, bar);
    assertCounts(snapshot, 19, "finish", true);
    assertCounts(snapshot, 20, "finish", false);
    assertCounts(snapshot, 19, "fence", false);
  });
}

test("who is approved or admitted again counts again", async () => {
  for (const snapshot of [await after(approve, bars[2], approve), await after(approve, bars[1], admit)]) {
    assertCounts(snapshot, 0, "fence", true);
  }
});

test("the earlier of two bars counts", async () => {
  const snapshot = await after(approve, bars[1], bars[2]);
  assertCounts(snapshot, 19, "finish", true);
  assertCounts(snapshot, 25, "finish", false);
});

test("an operator that was never approved bars its nodes from the beginning", async () => {
  assertCounts(await after(), 0, "finish", false);
});
