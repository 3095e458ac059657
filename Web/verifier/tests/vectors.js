// The golden vectors of the formats, as test cases. A suite that finds none fails.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { Refusal } from "../src/refusal.js";

const root = new URL("../../../Vectors/", import.meta.url);

export function casesOf(format, kind) {
  const folder = new URL(`${format}/v1/${kind}/`, root);
  const names = readdirSync(folder).filter((name) => name.endsWith(".json")).sort();
  assert.ok(names.length > 0, `no vectors of ${format}`);
  return names.map((name) => ({ name, ...JSON.parse(readFileSync(new URL(name, folder), "utf8")) }));
}

// One test a vector: `check` gets each accepted case, and must throw the refusal that each rejected case expects.
export function vectorTests(format, check, wanted = () => true) {
  for (const item of casesOf(format, "accept").filter(wanted)) {
    test(`${format} accept/${item.name}`, () => check(item));
  }
  for (const item of casesOf(format, "reject").filter(wanted)) {
    test(`${format} reject/${item.name}`, async () => assert.equal(await codeOf(() => check(item)), item.expect.code));
  }
}

export async function codeOf(action) {
  try {
    await action();
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
  return "accepted";
}

export const bytesOf = (text) => new Uint8Array(Buffer.from(text, "base64"));
