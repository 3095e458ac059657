// Entries of governance against their golden vectors: each snapshot's digest, or the refusal.
import assert from "node:assert/strict";
import { test } from "node:test";
import { suiteNames } from "../src/did.js";
import { readGenesis } from "../src/genesis.js";
import { fold } from "../src/governance.js";
import { readCanonical } from "../src/json.js";
import { readEntry } from "../src/proposal.js";
import { emptySnapshot, snapshotDigest } from "../src/snapshot.js";
import { bytesOf, casesOf, vectorTests } from "./vectors.js";

async function snapshotsOf({ genesis: text, entries }) {
  const genesis = await readGenesis(readCanonical(bytesOf(text)), "genesis");
  const context = { suites: suiteNames, unchecked: assert.fail };
  const snapshots = [emptySnapshot(genesis.rail)];
  for (const [i, bytes] of entries.entries()) {
    snapshots.push(await fold(snapshots.at(-1), await readEntry(bytesOf(bytes)), i + 1, genesis, context));
  }
  return snapshots.slice(1);
}

async function check(item) {
  const snapshots = await snapshotsOf(item);
  assert.deepEqual(await Promise.all(snapshots.map(snapshotDigest)), item.expect.snapshots);
}

vectorTests("governance", check, ({ credentials }) => !credentials);

// What only a reader of credentials refuses: the committee is relied on, and the admission says that it rests on them.
for (const item of casesOf("governance", "reject").filter(({ credentials }) => credentials)) {
  test(`governance reject/${item.name} rests on credentials`, async () => {
    const { admitted } = (await snapshotsOf(item)).at(-1);
    assert.ok(admitted.at(-1).onCredentials);
  });
}
