// The small formats against their golden vectors.
import assert from "node:assert/strict";
import { test } from "node:test";
import { hex, toBase64, utf8 } from "../src/bytes.js";
import { readClause } from "../src/clause.js";
import { readDidKey, suiteNames } from "../src/did.js";
import { readEnvelope, verifyEnvelope } from "../src/envelope.js";
import { decodedBase64 } from "../src/fields.js";
import { digestOf } from "../src/hashing.js";
import { readCanonical, readJSON, writeJSON } from "../src/json.js";
import { leafHash, rootOfPath } from "../src/merkle.js";
import { readPolicy } from "../src/policy.js";
import { readDecimal, readTime } from "../src/texts.js";
import { bytesOf, casesOf, vectorTests } from "./vectors.js";

vectorTests("canonical-json", ({ input, strict, expect }) => {
  const value = (strict ? readCanonical : readJSON)(bytesOf(input));
  assert.equal(toBase64(writeJSON(value)), expect.canonical);
});

vectorTests("decimal", ({ text, expect }) => {
  const { coefficient, scale } = readDecimal(text);
  assert.deepEqual({ coefficient: String(coefficient), scale }, expect);
});

vectorTests("instant", ({ text, expect }) => assert.equal(readTime(text), expect.milliseconds));

vectorTests("did-key", ({ did, expect }) => {
  const { suite, key } = readDidKey(did);
  assert.deepEqual({ suite, key: hex(key) }, expect);
});

async function rootOf({ entry, index, size, path }) {
  const siblings = path.map((text) => decodedBase64(text, 32, "path"));
  return hex(await rootOfPath(await leafHash(bytesOf(entry)), BigInt(index), BigInt(size), siblings));
}

vectorTests("merkle", async (item) => assert.equal(await rootOf(item), item.expect.root),
  ({ expect }) => expect.rootIsNot === undefined);

for (const item of casesOf("merkle", "reject").filter(({ expect }) => expect.rootIsNot)) {
  test(`merkle reject/${item.name}`, async () => assert.notEqual(await rootOf(item), item.expect.rootIsNot));
}

// What the browser cannot compute is said, never taken for valid: these and no others.
const uncheckable = ["accept/005-ml-dsa-65.json", "accept/006-hybrid.json", "accept/007-slh-dsa-sha2-128s.json",
  "reject/019-hybrid-second-half.json", "reject/021-hybrid-other-second.json"];

async function checkEnvelope({ envelope: text, key }) {
  const open = [];
  const envelope = readEnvelope(bytesOf(text));
  await verifyEnvelope(envelope, key, { suites: suiteNames, unchecked: (code) => open.push(code) });
  return { digest: await digestOf(envelope.payload), open };
}

const isCheckable = (kind) => ({ name }) => !uncheckable.includes(`${kind}/${name}`);
const checkable = (item) => isCheckable(item.expect.code ? "reject" : "accept")(item);

vectorTests("envelope", async (item) => {
  const { digest, open } = await checkEnvelope(item);
  assert.deepEqual({ payloadDigest: digest }, item.expect);
  assert.deepEqual(open, []);
}, checkable);

for (const path of uncheckable) {
  const [kind, name] = path.split("/");
  const item = casesOf("envelope", kind).find((one) => one.name === name);
  test(`envelope ${path} is unchecked`, async () => {
    if (name === "019-hybrid-second-half.json") {
      // Its length shows that it is no signature of the hybrid.
      await assert.rejects(() => checkEnvelope(item), { code: "trust.bad-signature" });
    } else assert.deepEqual((await checkEnvelope(item)).open, ["trust.unsupported-suite"]);
  });
}

// Clauses in JSON; YAML is a way of writing one, which no pack holds.
vectorTests("clause", async ({ json, expect }) => {
  const bytes = utf8(json);
  const clause = await readClause(bytes);
  assert.equal(json, expect.canonical);
  assert.equal(clause.digest, await digestOf(bytes));
}, ({ json }) => json !== undefined);

// Policies as far as they are read without the expression language; the rest is named, and read as well-formed.
const needsExpressions = ["018-not-of-rail.json", "019-mistyped.json", "020-undeclared.json", "021-no-condition.json",
  "022-constant.json"];

vectorTests("policy", async ({ json }) => readPolicy(utf8(json)),
  ({ name, expect, json }) => json !== undefined && !(expect.code && needsExpressions.includes(name)));
