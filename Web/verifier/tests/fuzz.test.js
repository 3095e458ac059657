// Mutated packs: none is accepted, and none ends in anything but a refusal or an open verdict.
import assert from "node:assert/strict";
import { test } from "node:test";
import { utf8 } from "../src/bytes.js";
import { digestOf } from "../src/hashing.js";
import { readCanonical, writeJSON } from "../src/json.js";
import { verify } from "../src/verify.js";
import { casesOf } from "./vectors.js";

const rounds = Number(process.env.NEXUS_FUZZ_ROUNDS ?? 40);

// SplitMix64: the same packs every time.
function randomFrom(seed) {
  let state = BigInt(seed);
  const mask = (1n << 64n) - 1n;
  return (below) => {
    state = (state + 0x9e3779b97f4a7c15n) & mask;
    let z = state;
    z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & mask;
    z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & mask;
    return Number((z ^ (z >> 31n)) % BigInt(below));
  };
}

// The note of this pack has a cosignature with ML-DSA-44: changed or not, it stays unchecked.
const mayStayOpen = (name, what) => name === "015-witnesses.json" && what.startsWith("checkpoint:");

async function assertRefused(bytes, trust, what, isOpen = false) {
  const report = await verify(bytes, trust);
  if (isOpen && report.verdict === "unchecked") return;
  assert.equal(report.verdict, "reject", what);
  assert.match(report.code, /^[a-z]+\.[a-z0-9-]+$/, what);
}

for (const item of casesOf("evidence-pack", "accept")) {
  const pack = utf8(item.pack);
  const trust = utf8(item.trust);
  const draw = randomFrom(Number(item.name.slice(0, 3)));

  test(`bytes changed in ${item.name}`, async () => {
    for (let i = 0; i < rounds; i++) {
      const copy = pack.slice();
      const at = draw(copy.length);
      copy[at] ^= 1 << draw(8);
      await assertRefused(copy, trust, `byte ${at}`);
    }
    await assertRefused(pack.slice(0, draw(pack.length)), trust, "cut");
  });

  test(`values changed in ${item.name}, digest made again`, async () => {
    for (let i = 0; i < rounds; i++) {
      const value = readCanonical(pack);
      const what = mutate(value, draw, item.trust.includes("timeStampRoots"));
      value.delete("packDigest");
      value.set("packDigest", await digestOf(writeJSON(value)));
      await assertRefused(writeJSON(value), trust, what, mayStayOpen(item.name, what));
    }
  });
}

// One place somewhere in the tree gets another value, is taken out, or stands twice. A place that no signature and no
// digest covers does not exist, but for time stamps under no root: these are passed by. One under a root may stand
// twice.
function mutate(root, draw, hasRoots) {
  const places = [];
  const walk = (node) => {
    for (const key of node.keys()) {
      if (key === "packDigest" || (key === "anchors" && !hasRoots)) continue;
      places.push([node, key]);
      const child = node instanceof Map ? node.get(key) : node[key];
      if (child !== null && typeof child === "object") walk(child);
    }
  };
  walk(root);
  const [node, key] = places[draw(places.length)];
  const old = node instanceof Map ? node.get(key) : node[key];
  const put = (value) => (node instanceof Map ? node.set(key, value) : (node[key] = value));
  if (draw(4) === 0) {
    if (node instanceof Map) node.delete(key);
    else if (draw(2) === 0) node.splice(key, 1);
    else if (node !== root.get("anchors")) node.push(old);
    else put(changed(old, draw));
  } else put(changed(old, draw));
  return `${key}: ${JSON.stringify(old)?.slice(0, 80)}`;
}

function changed(old, draw) {
  if (typeof old === "number") return old + 1 + draw(3);
  if (typeof old === "boolean") return !old;
  if (typeof old !== "string") return [null, "x", 7, new Map(), []][draw(5)];
  const at = draw(Math.max(1, old.length));
  const letter = "AZaz09+/"[draw(8)];
  const other = old.slice(0, at) + letter + old.slice(at + 1);
  return other === old ? `${old}A` : other;
}
