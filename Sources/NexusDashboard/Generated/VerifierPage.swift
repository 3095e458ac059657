// Written by Scripts/build-verifier from Web/verifier; not by hand.
let verifierPage = ##"""
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'sha256-iAF9P3B7o4riWRxqz6xkszhGZR0/LKYbw9ZQaHqN7cM='; style-src 'sha256-fGNQIVAXZRkUDQX1fkCPtQ/wROeZ3nyqAhpH2E1+ffk='; base-uri 'none'; form-action 'none'">
<meta name="color-scheme" content="light dark">
<title>Nexus verifier</title>
<style>
:root {
  color-scheme: light dark;
  --paper: #f7f5f0; --sheet: #fffefb; --ink: #1d2026; --soft: #575c66; --line: #dcd8cd; --accent: #0d5c63;
  --good: #1b6b41; --good-wash: #e7f2ea; --bad: #a02329; --bad-wash: #faeae8; --open: #8a5200; --open-wash: #fbf1df;
  --calm: #34507d; --calm-wash: #e9eef6;
  --serif: "Iowan Old Style", "Palatino Linotype", Palatino, "Book Antiqua", Georgia, serif;
  --sans: "Inter", "Segoe UI", system-ui, -apple-system, "Helvetica Neue", sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", "JetBrains Mono", Menlo, monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #121418; --sheet: #1a1d23; --ink: #eae7df; --soft: #a6abb5; --line: #32363f; --accent: #7fcbd0;
    --good: #83d3a2; --good-wash: #16291e; --bad: #f49a95; --bad-wash: #331a1b; --open: #efbb6b; --open-wash: #2f2412;
    --calm: #a3bfee; --calm-wash: #1b2536;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.55 var(--sans); }
h1, h2 { font-family: var(--serif); font-weight: 600; line-height: 1.15; letter-spacing: -.01em; text-wrap: balance; }
.signal, .chip { display: inline-block; padding: .1em .6em; border-radius: 1em; font: 600 .8rem/1.5 var(--sans);
  white-space: nowrap; border: 1px solid currentColor; background: var(--calm-wash); color: var(--calm); }
.TRIGGER, .ESCALATE, .badge, .void, .UNDECIDED { background: var(--open-wash); color: var(--open); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .95rem; }
tbody th { font-weight: 600; }
.facts dd { margin: 0; overflow-wrap: anywhere; }
header, main, footer { max-width: 58rem; margin: 0 auto; padding: 0 1.5rem; }
header { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; justify-content: space-between; align-items: baseline;
  padding-top: 1.5rem; }
.wordmark { font: 600 1.05rem var(--sans); letter-spacing: .01em; margin: 0; }
.wordmark span { color: var(--accent); font-weight: 400; }
.promise { margin: 0; color: var(--soft); font-size: .9rem; }
h1 { font-size: clamp(2rem, 6vw, 3.1rem); margin: 3rem 0 .75rem; }
h2 { font-size: 1.7rem; margin: 0; }
h3 { font: 600 1.05rem var(--sans); margin: 0 0 1rem; }
p { margin: 0 0 .75rem; }
.intro > p { max-width: 38rem; color: var(--soft); font-size: 1.1rem; }
code { font: .88em var(--mono); overflow-wrap: anywhere; }
.slots { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; margin: 2rem 0 1rem; }
.slot { position: relative; display: flex; flex-direction: column; gap: .35rem; padding: 1.5rem; cursor: pointer;
  background: var(--sheet); border: 1.5px dashed var(--soft); border-radius: .6rem; }
.slot .what { font-weight: 600; }
.slot .name { color: var(--soft); font: .88rem var(--mono); overflow-wrap: anywhere; }
.slot.filled { border-style: solid; border-color: var(--accent); }
.slot.filled .name { color: var(--accent); }
.slot:hover, .dragging .slot { border-color: var(--accent); background: var(--calm-wash); }
.slot input { position: absolute; inset: 0; opacity: 0; cursor: pointer; }
:focus-visible, .slot:has(input:focus-visible) { outline: 3px solid var(--accent); outline-offset: 3px; }
#verdict:focus { outline: none; }
#status { min-height: 1.6rem; }
#report > section { background: var(--sheet); border: 1px solid var(--line); border-radius: .6rem;
  padding: 1.5rem 1.75rem; margin: 0 0 1rem; }
#report { scroll-margin-top: 1rem; }
.mark { flex: none; position: relative; display: grid; place-items: center; border-radius: 50%; font-weight: 700;
  font-family: var(--sans); }
#report > .verdict { display: flex; gap: 1.25rem; align-items: flex-start; border-width: 2px; }
.verdict .mark { width: 3rem; height: 3rem; font-size: 1.5rem; }
.verdict p { margin: .35rem 0 0; max-width: 40rem; }
#report > .verdict.accept { background: var(--good-wash); border-color: var(--good); }
#report > .verdict.reject { background: var(--bad-wash); border-color: var(--bad); }
#report > .verdict.unchecked { background: var(--open-wash); border-color: var(--open); }
.accept .mark, .passed > .mark { background: var(--good); color: var(--sheet); }
.reject .mark, .failed > .mark { background: var(--bad); color: var(--sheet); }
.unchecked .mark, .unchecked > .mark { background: var(--open); color: var(--sheet); }
.accept .mark::before, .passed > .mark::before { content: "✓"; }
.reject .mark::before, .failed > .mark::before { content: "✕"; }
.unchecked .mark::before, .unchecked > .mark::before { content: "?"; }
.verdict.accept h2 { color: var(--good); }
.verdict.reject h2 { color: var(--bad); }
.verdict.unchecked h2 { color: var(--open); }
.eyebrow { color: var(--soft); font-size: .9rem; margin: 0 0 .25rem; }
.outcome { margin: .75rem 0 1.25rem; font-size: 1.1rem; }
.signal { font-size: .95rem; padding: .2em .8em; }
.agreed, .chip.PASS { background: var(--good-wash); color: var(--good); }
.FAIL, .differed { background: var(--bad-wash); color: var(--bad); }
.chip.FAIL { background: var(--calm-wash); color: var(--calm); }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: .9rem 1.75rem; margin: 0; }
.facts dt { color: var(--soft); font-size: .85rem; }
.digest { display: block; max-width: 14rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.checks { list-style: none; margin: 0; padding: 0; }
.checks li { display: flex; gap: 1rem; padding: .8rem 0; border-top: 1px solid var(--line); }
.checks li:first-child { border-top: 0; padding-top: 0; }
.checks .mark { width: 1.6rem; height: 1.6rem; font-size: .85rem; margin-top: .1rem; }
.checks li > div { flex: 1; min-width: 0; }
.checks p { margin: 0; color: var(--soft); font-size: .95rem; }
.checks .title { display: flex; flex-wrap: wrap; gap: 0 .7rem; align-items: baseline; color: var(--ink);
  font-size: 1rem; }
.checks .name { font-weight: 600; }
.checks .title code { color: var(--soft); }
.checks .state { margin-left: auto; font-size: .85rem; color: var(--soft); }
.passed .state { color: var(--good); }
.failed .state, .checks .failed .code { color: var(--bad); }
.unchecked .state, .checks .unchecked .code { color: var(--open); }
.not-reached > .mark { border: 1.5px solid var(--soft); }
th, td { text-align: left; padding: .55rem 1rem .55rem 0; border-top: 1px solid var(--line); vertical-align: baseline;
  font-variant-numeric: tabular-nums; }
thead th { border-top: 0; color: var(--soft); font-weight: 400; font-size: .85rem; padding-top: 0; }
td .digest { max-width: 9rem; }
.aside { border-left: 4px solid var(--open) !important; }
.aside ul { margin: 0; padding-left: 1.1rem; }
summary { cursor: pointer; font-weight: 600; }
.legal { white-space: pre-wrap; font: 1.05rem/1.65 var(--serif); max-width: 40rem; margin-top: 1rem; }
footer { display: flex; flex-wrap: wrap; gap: 1rem; justify-content: space-between; align-items: center;
  padding-top: 1rem; padding-bottom: 3rem; color: var(--soft); font-size: .9rem; }
footer p { max-width: 36rem; margin: 0; }
button { font: 600 .95rem var(--sans); color: var(--sheet); background: var(--accent); border: 0; border-radius: .4rem;
  padding: .6rem 1.1rem; min-height: 2.75rem; cursor: pointer; }
body:not([data-verdict]) footer button { display: none; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; top: 1rem; background: var(--sheet); padding: .5rem 1rem; z-index: 1; }
@media (max-width: 40rem) {
  header, main, footer { padding-left: 1rem; padding-right: 1rem; }
  h1 { margin-top: 1.75rem; }
  .slots { grid-template-columns: 1fr; }
  #report > section { padding: 1.1rem; }
  #report > .verdict { gap: .9rem; }
  .verdict .mark { width: 2.2rem; height: 2.2rem; font-size: 1.1rem; }
  table { min-width: 34rem; }
  .checks .state { margin-left: 0; }
  .checks li { gap: .75rem; }
}
@media (prefers-reduced-motion: no-preference) { .slot { transition: background .15s, border-color .15s; } }
@media print {
  :root { --paper: #fff; --sheet: #fff; --ink: #000; --soft: #444; --line: #bbb; --good: #14532d; --bad: #7f1d1d;
    --open: #6b3f00; --calm: #1e3a5f; --good-wash: #fff; --bad-wash: #fff; --open-wash: #fff; --calm-wash: #fff; }
  .intro, footer button, .skip { display: none; }
  #report > section { break-inside: avoid; padding: .75rem 0; border-width: 1px 0 0; border-radius: 0; }
  .checks li { break-inside: avoid; padding: .35rem 0; }
  .digest { max-width: none; white-space: normal; overflow: visible; }
  .mark { print-color-adjust: exact; }
}
</style>
</head>
<body>
<a class="skip" href="#report">Skip to the report</a>
<header>
<p class="wordmark"><span aria-hidden="true">◇</span> Nexus <span>verifier</span></p>
<p class="promise">Runs in this page. Nothing you drop here leaves it.</p>
</header>
<main>
<section class="intro">
<h1>Check an evidence pack yourself</h1>
<p>Drop an evidence pack and the trust file of its rail anywhere on this page. Every check runs here, offline.</p>
<div class="slots">
<label class="slot" for="pack-file"><span class="what">Evidence pack</span>
<span class="name" id="pack-name">*.aep.json</span><input type="file" id="pack-file" accept=".json,application/json"></label>
<label class="slot" for="trust-file"><span class="what">Trust file</span>
<span class="name" id="trust-name">rail.json</span><input type="file" id="trust-file" accept=".json,application/json"></label>
</div>
<p id="status" role="status"></p>
<noscript><p>This page computes in JavaScript, which is off. Without it: <code>nexus verify PACK --rail rail.json</code>.</p></noscript>
</section>
<div id="report"></div>
</main>
<footer>
<p>An implementation of its own, from the published formats. Trust the file you chose, not this page: compare the rail's
digest with what the rail told you.</p>
<button id="print" type="button">Print the report</button>
</footer>
<script type="module">
const module_refusal = (() => {

class Refusal extends Error {
  constructor(code, place = "") {
    super(place ? `${code} at ${place}` : code);
    this.code = code;
    this.place = place;
  }
}

function refuse(code, place) {
  throw new Refusal(code, place);
}

function require(condition, code, place) {
  if (!condition) throw new Refusal(code, place);
}
return { Refusal, refuse, require };
})();
const module_bytes = (() => {
const { refuse } = module_refusal;

const encoder = new TextEncoder();

const utf8 = (text) => encoder.encode(text);

const utf8Length = (text) => encoder.encode(text).length;

function decodeUtf8(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

function concat(...parts) {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function equal(a, b) {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function hex(bytes) {
  let out = "";
  for (const byte of bytes) out += byte.toString(16).padStart(2, "0");
  return out;
}

function fromHex(text) {
  const out = new Uint8Array(text.length / 2);
  for (let i = 0; i < out.length; i++) out[i] = parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return out;
}

function uint64(value) {
  const out = new Uint8Array(8);
  new DataView(out.buffer).setBigUint64(0, BigInt(value));
  return out;
}

function toBase64(bytes) {
  let binary = "";
  for (let i = 0; i < bytes.length; i += 8192) binary += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(binary);
}

function fromBase64(text, place) {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) refuse("base.bad-encoding", place);
  let binary;
  try {
    binary = atob(text);
  } catch {
    refuse("base.bad-encoding", place);
  }
  const out = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) out[i] = binary.charCodeAt(i);
  const tail = out.subarray(out.length - (out.length % 3 || 3));
  if (out.length > 0 && !text.endsWith(toBase64(tail))) refuse("base.bad-encoding", place);
  return out;
}
return { utf8, utf8Length, decodeUtf8, concat, equal, hex, fromHex, uint64, toBase64, fromBase64 };
})();
const module_hashing = (() => {
const { concat, fromHex, hex, uint64, utf8 } = module_bytes;

async function sha256(...parts) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", concat(...parts)));
}

const digestText = (bytes) => `sha256:${hex(bytes)}`;

const digestBytes = (text) => fromHex(text.slice(7));

async function digestOf(bytes) {
  return digestText(await sha256(bytes));
}

const frame = (bytes) => concat(uint64(bytes.length), bytes);

async function framedDigest(label, ...fields) {
  return digestText(await sha256(...[utf8(label), ...fields].map(frame)));
}
return { sha256, digestText, digestBytes, digestOf, frame, framedDigest };
})();
const module_json = (() => {
const { decodeUtf8, equal, utf8 } = module_bytes;
const { refuse } = module_refusal;

const nestingMax = 64;
const elementsMax = 1_048_576;
const bytesMax = 67_108_864;

function readJSON(bytes, limit = bytesMax) {
  if (bytes.length > limit) refuse("base.too-large");
  const reader = new Reader(bytes);
  const value = reader.value(0);
  reader.space();
  if (reader.at !== bytes.length) refuse("base.malformed-json", `byte ${reader.at}`);
  return value;
}

function readCanonical(bytes, limit = bytesMax) {
  const value = readJSON(bytes, limit);
  if (!equal(writeJSON(value), bytes)) refuse("base.not-canonical");
  return value;
}

function writeJSON(value) {
  return utf8(writeText(value));
}

function writeText(value) {
  if (typeof value === "string") return quote(value);
  if (Array.isArray(value)) return `[${value.map(writeText).join(",")}]`;
  if (value instanceof Map) {
    const keys = [...value.keys()].sort(byCodeUnits);
    return `{${keys.map((key) => `${quote(key)}:${writeText(value.get(key))}`).join(",")}}`;
  }
  return String(value);
}

const byCodeUnits = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

const shortEscapes = new Map([["\b", "\\b"], ["\t", "\\t"], ["\n", "\\n"], ["\f", "\\f"], ["\r", "\\r"],
  ['"', '\\"'], ["\\", "\\\\"]]);

function quote(text) {
  const escaped = text.replace(/[\u0000-\u001f"\\]/g, (character) =>
    shortEscapes.get(character) ?? `\\u00${character.charCodeAt(0).toString(16).padStart(2, "0")}`);
  return `"${escaped}"`;
}

const unescaped = new Map([[0x22, '"'], [0x5c, "\\"], [0x2f, "/"], [0x62, "\b"], [0x66, "\f"], [0x6e, "\n"],
  [0x72, "\r"], [0x74, "\t"]]);

class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  malformed() {
    refuse("base.malformed-json", `byte ${this.at}`);
  }

  space() {
    for (;;) {
      const byte = this.bytes[this.at];
      if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) return;
      this.at++;
    }
  }

  took(byte) {
    this.space();
    if (this.bytes[this.at] !== byte) return false;
    this.at++;
    return true;
  }

  value(depth) {
    this.space();
    switch (this.bytes[this.at]) {
      case 0x7b: return this.object(depth + 1);
      case 0x5b: return this.array(depth + 1);
      case 0x22: return this.string();
      case 0x74: return this.word("true", true);
      case 0x66: return this.word("false", false);
      case 0x6e: return this.word("null", null);
      default: return this.integer();
    }
  }

  word(text, value) {
    for (let i = 0; i < text.length; i++) if (this.bytes[this.at + i] !== text.charCodeAt(i)) this.malformed();
    this.at += text.length;
    return value;
  }

  integer() {
    const begin = this.at;
    if (this.bytes[this.at] === 0x2d) this.at++;
    while (this.bytes[this.at] >= 0x30 && this.bytes[this.at] <= 0x39 && this.at - begin < 20) this.at++;
    const text = String.fromCharCode(...this.bytes.subarray(begin, this.at));
    if (!/^(0|-?[1-9][0-9]*)$/.test(text)) this.malformed();
    const number = Number(text);
    if (!Number.isSafeInteger(number)) this.malformed();
    return number;
  }

  array(depth) {
    if (depth > nestingMax) refuse("base.too-large", `byte ${this.at}`);
    this.at++;
    const out = [];
    if (this.took(0x5d)) return out;
    do {
      if (out.length === elementsMax) refuse("base.too-large", `byte ${this.at}`);
      out.push(this.value(depth));
    } while (this.took(0x2c));
    if (!this.took(0x5d)) this.malformed();
    return out;
  }

  object(depth) {
    if (depth > nestingMax) refuse("base.too-large", `byte ${this.at}`);
    this.at++;
    const out = new Map();
    if (this.took(0x7d)) return out;
    do {
      if (out.size === elementsMax) refuse("base.too-large", `byte ${this.at}`);
      this.space();
      if (this.bytes[this.at] !== 0x22) this.malformed();
      const key = this.string();
      if (out.has(key)) refuse("base.duplicate-key", key);
      if (!this.took(0x3a)) this.malformed();
      out.set(key, this.value(depth));
    } while (this.took(0x2c));
    if (!this.took(0x7d)) this.malformed();
    return out;
  }

  string() {
    this.at++;
    let out = "";
    let begin = this.at;
    for (;;) {
      const byte = this.bytes[this.at];
      if (byte === undefined || byte < 0x20) this.malformed();
      if (byte === 0x22 || byte === 0x5c) {
        if (this.at > begin) out += this.run(begin);
        this.at++;
        if (byte === 0x22) return out;
        out += this.escape();
        begin = this.at;
      } else this.at++;
    }
  }

  run(begin) {
    const text = decodeUtf8(this.bytes.subarray(begin, this.at));
    if (text === null) refuse("base.not-utf8", `byte ${begin}`);
    return text;
  }

  escape() {
    const byte = this.bytes[this.at++];
    if (byte !== 0x75) {
      if (!unescaped.has(byte)) this.malformed();
      return unescaped.get(byte);
    }
    const high = this.codeUnit();
    if (high < 0xd800 || high > 0xdfff) return String.fromCharCode(high);
    if (high > 0xdbff || this.bytes[this.at] !== 0x5c || this.bytes[this.at + 1] !== 0x75) this.malformed();
    this.at += 2;
    const low = this.codeUnit();
    if (low < 0xdc00 || low > 0xdfff) this.malformed();
    return String.fromCharCode(high, low);
  }

  codeUnit() {
    let unit = 0;
    for (let i = 0; i < 4; i++, this.at++) {
      const digit = parseInt(String.fromCharCode(this.bytes[this.at] ?? 0), 16);
      if (Number.isNaN(digit)) this.malformed();
      unit = unit * 16 + digit;
    }
    return unit;
  }
}
return { readJSON, readCanonical, writeJSON };
})();
const module_snapshot = (() => {
const { digestOf } = module_hashing;
const { writeJSON } = module_json;

function emptySnapshot(rail) {
  return { rail, head: rail, number: 0, logIndex: 0, operators: [], issuers: [], feeds: [], revokedNodes: [],
    clauses: [], overrides: [], rotations: [], policies: [], approvals: [], admission: undefined, admitted: [],
    suspendedNodes: [], statusLists: [], barred: new Map(), decided: [] };
}

function copySnapshot(snapshot) {
  const copy = { ...snapshot };
  for (const [key, value] of Object.entries(copy)) if (Array.isArray(value)) copy[key] = [...value];
  copy.barred = new Map(snapshot.barred);
  return copy;
}

function operatorApproval(snapshot, did) {
  const newest = snapshot.operators.findLast((operator) => operator.did === did);
  return newest && newest.revokedBy === undefined ? newest : null;
}

const isRevokedNode = (snapshot, did) => snapshot.revokedNodes.includes(did);

const isSuspendedNode = (snapshot, did) => snapshot.suspendedNodes.includes(did);

const admissionOf = (snapshot, did) => snapshot.admitted.find((admission) => admission.did === did);

function bar(snapshot, did, logIndex) {
  if (!snapshot.barred.has(did)) snapshot.barred.set(did, logIndex);
}

function barredSince(snapshot, node, operator) {
  const since = [];
  if (isRevokedNode(snapshot, node) || isSuspendedNode(snapshot, node)) since.push(snapshot.barred.get(node) ?? 0);
  if (!operatorApproval(snapshot, operator)) since.push(snapshot.barred.get(operator) ?? 0);
  return since.length > 0 ? Math.min(...since) : undefined;
}

function counts(snapshot, cac, { onRevocation }) {
  const since = barredSince(snapshot, cac.node, cac.operator);
  return since === undefined || (onRevocation === "finish" && cac.governance.logIndex < since);
}

const newestKey = (approvals, name) => approvals.findLast((approval) => approval.name === name)?.did;

const clauseState = (snapshot, digest) => snapshot.clauses.find(({ clause }) => clause.digest === digest);

const record = (fields) => new Map(Object.entries(fields).filter(([, value]) => value !== undefined));

async function snapshotDigest(snapshot) {
  const named = ({ did, name }) => record({ did, name });
  const orNothing = (list, write) => (list.length > 0 ? list.map(write) : undefined);
  return digestOf(writeJSON(record({
    format: "nexus.snapshot/v1", rail: snapshot.rail, head: snapshot.head, number: snapshot.number,
    operators: snapshot.operators.map(record), issuers: snapshot.issuers.map(named), feeds: snapshot.feeds.map(named),
    revokedNodes: snapshot.revokedNodes,
    clauses: snapshot.clauses.map(({ clause, stage }) => record({ clause: clause.digest, stage })),
    overrides: snapshot.overrides.map(({ entry, jobId, occurrenceId, signal }) =>
      record({ entry, jobId, occurrenceId, signal })),
    rotations: orNothing(snapshot.rotations, ({ entry, from, to }) => record({ entry, from, to })),
    policies: orNothing(snapshot.policies, ({ policy, stage }) => record({ policy: policy.digest, stage })),
    admission: snapshot.admission && record({ entry: snapshot.admission.entry, rule: snapshot.admission.rule }),
    admitted: orNothing(snapshot.admitted, ({ attestation, did, entry, evidence, operator }) =>
      record({ attestation, did, entry, evidence, operator })),
    suspendedNodes: orNothing(snapshot.suspendedNodes, (did) => did),
    statusLists: orNothing(snapshot.statusLists, ({ entry, id, list }) => record({ entry, id, list })),
    approvals: orNothing(snapshot.approvals, record),
  })));
}
return { emptySnapshot, copySnapshot, operatorApproval, isRevokedNode, isSuspendedNode, admissionOf, bar, counts, newestKey, clauseState, snapshotDigest };
})();
const module_check_attestation = (() => {
const { digestOf } = module_hashing;
const { require } = module_refusal;
const { admissionOf } = module_snapshot;

const allowed = (condition, place) => require(condition, "evidence.attestation-not-allowed", place);
const mismatch = (condition, place) => require(condition, "evidence.mismatch", place);

async function checkAttestation(state, context) {
  const { agreeing, clause, trust, pack } = state;
  const kinds = [...new Set(agreeing.map(({ attestation }) => attestation.kind))].sort();
  for (const kind of kinds) {
    allowed(clause.execution.attestation.includes(kind) && trust.attestation.includes(kind), kind);
  }
  const shown = await Promise.all(pack.attestations.map(digestOf));
  const named = [];
  for (const cac of agreeing) {
    const digest = namedEvidence(cac, state.snapshots, shown);
    if (digest !== undefined && !named.includes(digest)) named.push(digest);
  }
  mismatch(shown.length === named.length && shown.every((digest, i) => digest === named[i]), "attestations");
  if (named.length > 0) {
    context.unchecked("attestation.unsupported-format",
      `${named.length} documents of evidence: verified by nexus verify and nexus-verify, not here`);
  }
}

function namedEvidence({ node, attestation, governance }, snapshots, shown) {
  const snapshot = snapshots.find(({ digest }) => digest === governance.snapshotDigest);
  const admission = admissionOf(snapshot, node);
  if (admission?.evidence === undefined) {
    allowed(attestation.kind === "simulated", node);
    return undefined;
  }
  mismatch(shown.includes(admission.evidence), "attestations");
  allowed([admission.attestation, "simulated"].includes(attestation.kind), node);
  return admission.evidence;
}
return { checkAttestation };
})();
const module_texts = (() => {
const { refuse } = module_refusal;

function readDigest(text, place) {
  if (text.length > 100) refuse("base.too-large", place);
  if (!/^sha256:[0-9a-f]{64}$/.test(text)) refuse("base.bad-encoding", place);
  return text;
}

const timeShape = /^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})\.([0-9]{3})Z$/;

function readTime(text, place) {
  if (text.length > 100) refuse("base.too-large", place);
  const match = timeShape.exec(text);
  if (!match) refuse("base.bad-time", place);
  const [year, month, day, hour, minute, second, millisecond] = match.slice(1).map(Number);
  const exists = isDate(year, month, day) && hour < 24 && minute < 60 && second < 60;
  if (!exists) refuse("base.bad-time", place);
  return ((daysSince1970(year, month, day) * 24 + hour) * 60 + minute) * 60_000 + second * 1000 + millisecond;
}

function isDate(year, month, day) {
  if (month < 1 || month > 12 || day < 1) return false;
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return day <= [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
}

function daysSince1970(year, month, day) {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getTime() / 86_400_000;
}

const decimalShape = /^-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?$/;

function readDecimal(text, place) {
  if (text.length > 100) refuse("base.too-large", place);
  if (!decimalShape.test(text) || text === "-0") refuse("base.bad-decimal", place);
  const [whole, fraction = ""] = text.split(".");
  const digits = whole.replace("-", "") + fraction;
  const magnitude = BigInt(digits);
  if (magnitude >= 10n ** 34n || fraction.length > 18) refuse("base.bad-decimal", place);
  return { coefficient: text.startsWith("-") ? -magnitude : magnitude, scale: fraction.length };
}

function compareDecimals(a, b) {
  const scale = Math.max(a.scale, b.scale);
  const left = a.coefficient * 10n ** BigInt(scale - a.scale);
  const right = b.coefficient * 10n ** BigInt(scale - b.scale);
  return left < right ? -1 : left > right ? 1 : 0;
}

function magnitude(decimal) {
  const { coefficient, scale } = decimal;
  return { coefficient: coefficient < 0n ? -coefficient : coefficient, scale };
}
return { readDigest, readTime, isDate, readDecimal, compareDecimals, magnitude };
})();
const module_clause_rules = (() => {
const { compareDecimals } = module_texts;
const { require } = module_refusal;

const distinct = (list) => new Set(list).size === list.length;
const fits = (condition, place) => require(condition, "clause.inconsistent", place);

function checkClauseRules(clause) {
  namesAreDistinct(clause);
  executionFits(clause.execution);
  proofFits(clause);
  actionsFit(clause);
  windowsFit(clause);
}

function namesAreDistinct({ inputs, parameters, outputs, terms, actions }) {
  const names = (list) => list.map(({ name }) => name);
  fits(distinct([...names(inputs), ...names(parameters), ...names(outputs)]), "inputs, parameters, outputs");
  fits(distinct(names(terms)), "terms");
  fits(distinct(names(actions)), "actions");
}

function executionFits(execution) {
  const { nodes, quorum, riskClass, tier } = execution;
  fits(quorum <= nodes, "execution.quorum");
  fits(2 * quorum > nodes, "execution.quorum");
  fits(!["financial", "treaty"].includes(riskClass) || tier !== "single", "execution.tier");
  fits(tier !== "single" || nodes === 1, "execution.nodes");
  fits(tier !== "quorum" || (quorum >= 2 && execution.distinct.includes("operator")), "execution.quorum");
  fits(execution.attestation.length > 0, "execution.attestation");
}

function proofFits({ computation, execution, inputs }) {
  const committed = inputs.filter(({ kind }) => kind === "committed");
  fits((computation.kind === "model") === (execution.tier === "proof"), "execution.tier");
  if (execution.tier !== "proof") return fits(committed.length === 0, "inputs");
  fits(execution.nodes === 1, "execution.nodes");
  fits(committed.length === 1, "inputs");
  fits(committed[0].feed !== undefined, `inputs.${committed[0].name}`);
}

function actionsFit({ actions, outputs, correctionActions }) {
  for (const action of actions) {
    fits(action.rate === undefined || outputs.some(({ name }) => name === action.rate), `actions.${action.name}`);
    const complete = [action.payee, action.currency, action.limit, action.rate].every((part) => part !== undefined);
    fits(action.kind !== "payment-instruction" || complete, `actions.${action.name}`);
  }
  const names = actions.map(({ name }) => name);
  fits(correctionActions.every((name) => names.includes(name)), "correctionActions");
}

function windowsFit({ validity, trigger, inputs, occurrence }) {
  fits(validity.until === undefined || validity.until > validity.from, "validity");
  fits(trigger.kinds.length > 0, "trigger.kinds");
  for (const input of inputs) {
    const bounded = input.minimum !== undefined || input.maximum !== undefined;
    fits(input.kind === "decimal" || !bounded, `inputs.${input.name}`);
  }
  const bounded = occurrence.minimum !== undefined || occurrence.maximum !== undefined;
  fits(occurrence.kind === "integer" || !bounded, "occurrence");
}

function inWindow(value, { minimum, maximum }) {
  return (minimum === undefined || compareDecimals(value, minimum) >= 0) &&
    (maximum === undefined || compareDecimals(value, maximum) <= 0);
}
return { checkClauseRules, inWindow };
})();
const module_p256 = (() => {
const { concat, fromHex, hex } = module_bytes;

const p = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const b = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

const toInteger = (bytes) => BigInt(`0x${hex(bytes)}`);

function power(base, exponent) {
  let result = 1n;
  for (let square = base % p; exponent > 0n; exponent >>= 1n, square = (square * square) % p) {
    if (exponent & 1n) result = (result * square) % p;
  }
  return result;
}

function uncompressed(point) {
  if (point.length !== 33 || (point[0] !== 2 && point[0] !== 3)) return null;
  const x = toInteger(point.subarray(1));
  if (x >= p) return null;
  const square = (((x * x - 3n) % p) * x + b) % p;
  const positive = (square + p) % p;
  let y = power(positive, (p + 1n) / 4n);
  if ((y * y) % p !== positive) return null;
  if (y % 2n !== BigInt(point[0] - 2)) y = p - y;
  return concat(new Uint8Array([4]), point.subarray(1), fromHex(y.toString(16).padStart(64, "0")));
}

function hasLowS(signature) {
  const r = toInteger(signature.subarray(0, 32));
  const s = toInteger(signature.subarray(32));
  return r > 0n && r < order && s > 0n && s <= order / 2n;
}
return { uncompressed, hasLowS };
})();
const module_did = (() => {
const { equal, utf8Length } = module_bytes;
const { uncompressed } = module_p256;
const { refuse, require } = module_refusal;

const suiteNames = ["Ed25519", "ECDSA-P256", "ML-DSA-65", "Ed25519+ML-DSA-65", "SLH-DSA-SHA2-128s"];

const codecs = [
  { suite: "Ed25519", codec: [0xed, 0x01], length: 32, short: true },
  { suite: "ECDSA-P256", codec: [0x80, 0x24], length: 33, short: true },
  { suite: "ML-DSA-65", codec: [0x91, 0x24], length: 1952 },
  { suite: "Ed25519+ML-DSA-65", codec: [0x81, 0x80, 0xc0, 0x01], length: 1984 },
  { suite: "SLH-DSA-SHA2-128s", codec: [0xa0, 0x24], length: 32 },
];

function readDid(text, place) {
  const shaped = /^did:[a-z0-9]+:[A-Za-z0-9._:%-]*[A-Za-z0-9._%-]$/.test(text);
  require(shaped && utf8Length(text) <= 8192, "trust.bad-did", place);
  return text;
}

function readDidKey(text, place) {
  readDid(text, place);
  require(text.startsWith("did:key:z") && text.length < 3000, "trust.bad-did", place);
  const bytes = fromBase58(text.slice(9), place);
  const row = codecs.find(({ codec }) => equal(bytes.subarray(0, codec.length), Uint8Array.from(codec)));
  require(text.length < 200 || (row && !row.short), "trust.bad-did", place);
  require(row, "trust.unknown-suite", place);
  const key = bytes.slice(row.codec.length);
  require(key.length === row.length, "trust.bad-key", place);
  if (row.suite === "ECDSA-P256") require(uncompressed(key), "trust.bad-key", place);
  return { suite: row.suite, key, did: text };
}

const alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

function fromBase58(text, place) {
  const out = [];
  for (const letter of text) {
    let carry = alphabet.indexOf(letter);
    if (carry < 0) refuse("trust.bad-did", place);
    for (let i = 0; i < out.length; i++) {
      carry += out[i] * 58;
      out[i] = carry & 0xff;
      carry >>= 8;
    }
    for (; carry > 0; carry >>= 8) out.push(carry & 0xff);
  }
  for (const letter of text) {
    if (letter !== "1") break;
    out.push(0);
  }
  return Uint8Array.from(out.reverse());
}
return { suiteNames, readDid, readDidKey };
})();
const module_fields = (() => {
const { fromBase64, utf8Length } = module_bytes;
const { readDid } = module_did;
const { refuse, require } = module_refusal;
const { readDecimal, readDigest, readTime } = module_texts;

const textMax = 65_536;

class Fields {
  constructor(value, place = "") {
    require(value instanceof Map, "base.wrong-type", place);
    this.rest = new Map(value);
    this.place = place;
  }

  at(name) {
    return this.place ? `${this.place}.${name}` : name;
  }

  has(name) {
    return this.rest.has(name);
  }

  take(name) {
    require(this.rest.has(name), "base.missing-field", this.at(name));
    const value = this.rest.get(name);
    this.rest.delete(name);
    return value;
  }

  optional(name, read) {
    return this.has(name) ? read(this) : undefined;
  }

  string(name, limit = textMax) {
    return checkedString(this.take(name), limit, this.at(name));
  }

  choice(name, choices) {
    const text = this.string(name, 64);
    require(choices.includes(text), "base.wrong-type", this.at(name));
    return text;
  }

  boolean(name) {
    const value = this.take(name);
    require(typeof value === "boolean", "base.wrong-type", this.at(name));
    return value;
  }

  integer(name, least = 0, most = Number.MAX_SAFE_INTEGER) {
    const value = this.take(name);
    const fits = typeof value === "number" && value >= least && value <= most;
    require(fits, "base.wrong-type", this.at(name));
    return value;
  }

  base64(name, limit, exactly) {
    const place = this.at(name);
    const bytes = decodedBase64(this.take(name), limit, place);
    require(exactly === undefined || bytes.length === exactly, "base.wrong-type", place);
    return bytes;
  }

  digest(name) {
    return readDigest(this.string(name), this.at(name));
  }

  time(name) {
    const text = this.string(name);
    readTime(text, this.at(name));
    return text;
  }

  decimal(name) {
    return readDecimal(this.string(name), this.at(name));
  }

  did(name) {
    return readDid(this.string(name, 8192), this.at(name));
  }

  object(name) {
    return new Fields(this.take(name), this.at(name));
  }

  array(name, limit, least = 0) {
    const value = this.take(name);
    const place = this.at(name);
    require(Array.isArray(value), "base.wrong-type", place);
    require(value.length <= limit, "base.too-large", place);
    require(value.length >= least, "base.wrong-type", place);
    return value;
  }

  objects(name, limit, read, least = 0) {
    return this.array(name, limit, least).map((value, i) => readWhole(value, `${this.at(name)}[${i}]`, read));
  }

  strings(name, limit, textLimit = textMax) {
    return this.array(name, limit).map((value, i) => checkedString(value, textLimit, `${this.at(name)}[${i}]`));
  }

  end() {
    for (const name of this.rest.keys()) refuse("base.unknown-field", this.at(name));
  }
}

function readWhole(value, place, read) {
  const fields = new Fields(value, place);
  const out = read(fields);
  fields.end();
  return out;
}

function checkedString(value, limit, place) {
  require(typeof value === "string", "base.wrong-type", place);
  require(value.length <= limit && utf8Length(value) <= limit, "base.too-large", place);
  return value;
}

function decodedBase64(value, limit, place) {
  require(typeof value === "string", "base.wrong-type", place);
  require(value.length <= Math.ceil(limit / 3) * 4, "base.too-large", place);
  const bytes = fromBase64(value, place);
  require(bytes.length <= limit, "base.too-large", place);
  return bytes;
}

function readPath(value, place) {
  return value.map((text, i) => {
    const bytes = decodedBase64(text, 8192, `${place}[${i}]`);
    require(bytes.length === 32, "base.bad-encoding", `${place}[${i}]`);
    return bytes;
  });
}
return { Fields, readWhole, checkedString, decodedBase64, readPath };
})();
const module_merkle = (() => {
const { equal } = module_bytes;
const { sha256 } = module_hashing;
const { refuse } = module_refusal;

const leafMark = new Uint8Array([0]);
const nodeMark = new Uint8Array([1]);

const leafHash = (entry) => sha256(leafMark, entry);

const nodeHash = (left, right) => sha256(nodeMark, left, right);

async function merkleRoot(leaves) {
  if (leaves.length === 0) return sha256(new Uint8Array());
  if (leaves.length === 1) return leaves[0];
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return nodeHash(await merkleRoot(leaves.slice(0, split)), await merkleRoot(leaves.slice(split)));
}

async function rootOfPath(leaf, index, size, path) {
  if (index < 0n || index >= size || path.length > 63) refuse("base.bad-inclusion");
  let fn = index;
  let sn = size - 1n;
  let root = leaf;
  for (const sibling of path) {
    if (sn === 0n) refuse("base.bad-inclusion");
    if (fn % 2n === 1n || fn === sn) {
      root = await nodeHash(sibling, root);
      while (fn % 2n === 0n && fn !== 0n) {
        fn >>= 1n;
        sn >>= 1n;
      }
    } else root = await nodeHash(root, sibling);
    fn >>= 1n;
    sn >>= 1n;
  }
  if (sn !== 0n) refuse("base.bad-inclusion");
  return root;
}

async function isIncluded(leaf, index, size, path, root) {
  try {
    return equal(await rootOfPath(leaf, index, size, path), root);
  } catch {
    return false;
  }
}
return { leafHash, nodeHash, merkleRoot, rootOfPath, isIncluded };
})();
const module_signature = (() => {
const { concat, fromHex, utf8 } = module_bytes;
const { sha256 } = module_hashing;
const { hasLowS, uncompressed } = module_p256;

const unchecked = "unchecked";

const lengths = { "Ed25519": 64, "ECDSA-P256": 64, "ML-DSA-65": 3309, "Ed25519+ML-DSA-65": 3373,
  "SLH-DSA-SHA2-128s": 7856 };

async function verifySignature(suite, key, message, signature) {
  if (signature.length !== lengths[suite]) return false;
  switch (suite) {
    case "Ed25519": return verifyEd25519(key, message, signature);
    case "ECDSA-P256": return verifyP256(key, message, signature);
    case "Ed25519+ML-DSA-65": return verifyHybrid(key, message, signature);
    default: return unchecked;
  }
}

let ed25519Known;
function knowsEd25519() {
  ed25519Known ??= rawEd25519(
    fromHex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"), new Uint8Array(),
    fromHex("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b" +
      "d25bf5f0595bbe24655141438e7a100b")).catch(() => false);
  return ed25519Known;
}

async function rawEd25519(key, message, signature) {
  const imported = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
  return crypto.subtle.verify({ name: "Ed25519" }, imported, signature, message);
}

async function verifyEd25519(key, message, signature) {
  if (signature.length !== 64) return false;
  if (!(await knowsEd25519())) return unchecked;
  return rawEd25519(key, message, signature).catch(() => false);
}

async function verifyP256(key, message, signature) {
  if (!hasLowS(signature)) return false;
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const point = uncompressed(key);
  if (!point) return false;
  const imported = await crypto.subtle.importKey("raw", point, algorithm, false, ["verify"]);
  return crypto.subtle.verify(algorithm, imported, signature, message);
}

async function verifyHybrid(key, message, signature) {
  const label = utf8("nexus/hybrid/Ed25519+ML-DSA-65/v1\0");
  const bound = concat(label, await sha256(key), message);
  const first = await verifyEd25519(key.slice(0, 32), bound, signature.slice(0, 64));
  return first === false ? false : unchecked;
}
return { unchecked, verifySignature, verifyEd25519 };
})();
const module_envelope = (() => {
const { concat, uint64, utf8 } = module_bytes;
const { readDidKey } = module_did;
const { Fields, readPath } = module_fields;
const { readCanonical } = module_json;
const { leafHash, rootOfPath } = module_merkle;
const { refuse, require } = module_refusal;
const { unchecked, verifySignature } = module_signature;

const payloadMax = 16 * 1_048_576;

function envelopeFields(fields) {
  const payload = fields.base64("payload", payloadMax);
  const payloadType = fields.string("payloadType", 256);
  const signatures = fields.objects("signatures", 64, signatureFields);
  const place = fields.at("signatures");
  require(signatures.length > 0, "trust.missing-signature", place);
  const keys = new Set(signatures.map(({ keyid }) => keyid));
  require(keys.size === signatures.length, "trust.missing-signature", place);
  return { payload, payloadType, signatures };
}

function signatureFields(fields) {
  const keyid = fields.did("keyid");
  const sig = fields.base64("sig", 16_384);
  const batch = fields.optional("batch", () => {
    const inner = fields.object("batch");
    const size = inner.integer("size", 1, 4096);
    const index = inner.integer("index", 0, size - 1);
    const path = readPath(inner.array("path", 63), inner.at("path"));
    inner.end();
    return { index, size, path };
  });
  return { keyid, sig, batch };
}

function readEnvelope(bytes, limit = 2 * payloadMax) {
  const fields = new Fields(readCanonical(bytes, limit));
  const envelope = envelopeFields(fields);
  fields.end();
  return envelope;
}

function pae(type, body) {
  const typeBytes = utf8(type);
  return concat(utf8(`DSSEv1 ${typeBytes.length} `), typeBytes, utf8(` ${body.length} `), body);
}

async function signedMessage(envelope, batch) {
  const message = pae(envelope.payloadType, envelope.payload);
  if (!batch) return message;
  const root = await rootOfPath(await leafHash(message), BigInt(batch.index), BigInt(batch.size), batch.path);
  return pae("application/vnd.nexus.batch.v1", concat(uint64(batch.size), root));
}

async function verifyEnvelope(envelope, did, context) {
  const { suite, key } = readDidKey(did);
  require(context.suites.includes(suite), "trust.suite-refused", did);
  const found = envelope.signatures.find(({ keyid }) => keyid === did);
  require(found, "trust.missing-signature", did);
  const message = await signedMessage(envelope, found.batch);
  const answer = await verifySignature(suite, key, message, found.sig);
  if (answer === unchecked) context.unchecked("trust.unsupported-suite", `${suite} signature by ${did.slice(0, 24)}…`);
  else if (answer !== true) refuse("trust.bad-signature", did);
}

function readStatement(envelope, predicateType) {
  require(envelope.payloadType === "application/vnd.in-toto+json", "trust.wrong-payload-type");
  return readStatementBytes(envelope.payload, predicateType);
}

function readStatementBytes(bytes, predicateType) {
  const fields = new Fields(readCanonical(bytes, payloadMax));
  const type = fields.string("_type");
  require(type === "https://in-toto.io/Statement/v1", "trust.wrong-predicate", "_type");
  require(fields.string("predicateType", 256) === predicateType, "trust.wrong-predicate", "predicateType");
  const subject = fields.objects("subject", 64, subjectFields);
  const predicate = fields.object("predicate");
  fields.end();
  return { predicate, subject };
}

function subjectFields(fields) {
  const name = fields.string("name", 1024);
  const inner = fields.object("digest");
  const text = inner.string("sha256", 64);
  require(/^[0-9a-f]{64}$/.test(text), "base.bad-encoding", inner.at("sha256"));
  inner.end();
  return { name, digest: `sha256:${text}` };
}

function hasSubject(subject, name, digest) {
  return subject.length === 1 && subject[0].name === name && subject[0].digest === digest;
}
return { envelopeFields, readEnvelope, pae, verifyEnvelope, readStatement, readStatementBytes, hasSubject };
})();
const module_inputs = (() => {
const { concat, decodeUtf8, equal, utf8 } = module_bytes;
const { envelopeFields, hasSubject, readStatement } = module_envelope;
const { digestOf, digestText, frame, sha256 } = module_hashing;
const { require } = module_refusal;

const valueMax = 16 * 1_048_576;

async function readBoundInput(fields) {
  const input = {
    name: fields.string("name", 256), value: fields.base64("value", valueMax), salt: fields.base64("salt", 8192, 32),
    edition: fields.string("edition", 256), retrievedAt: fields.time("retrievedAt"),
    feed: fields.optional("feed", () => fields.did("feed")),
    reading: fields.optional("reading", () => {
      const inner = fields.object("reading");
      const envelope = envelopeFields(inner);
      inner.end();
      return envelope;
    }),
  };
  fields.end();
  const leaf = await sha256(concat(new Uint8Array([0]), input.salt, frame(utf8(input.name)), input.value));
  return { ...input, leaf: digestText(leaf) };
}

function referenceFields(fields) {
  return { name: fields.string("name", 256), leaf: fields.digest("leaf"), edition: fields.string("edition", 256),
    retrievedAt: fields.time("retrievedAt"), feed: fields.optional("feed", () => fields.did("feed")) };
}

const sameReference = (a, b) => ["name", "leaf", "edition", "retrievedAt", "feed"].every((key) => a[key] === b[key]);

const sameReferences = (a, b) => a.length === b.length && a.every((one, i) => sameReference(one, b[i]));

async function readReading(envelope) {
  const { predicate, subject } = readStatement(envelope, "urn:nexus:reading:v1");
  const reading = {
    feed: predicate.string("feed", 256), name: predicate.string("name", 256),
    occurrence: predicate.string("occurrence", 256), edition: predicate.string("edition", 256),
    value: predicate.base64("value", valueMax), issuedAt: predicate.time("issuedAt"),
  };
  predicate.end();
  require(hasSubject(subject, reading.name, await digestOf(reading.value)), "evidence.mismatch", "subject");
  return reading;
}

const valueText = (input) => decodeUtf8(input.value);
const sameValue = (a, b) => equal(a, b);
return { readBoundInput, referenceFields, sameReferences, readReading, valueText, sameValue };
})();
const module_check_clause = (() => {
const { inWindow } = module_clause_rules;
const { verifyEnvelope } = module_envelope;
const { digestBytes, digestText } = module_hashing;
const { readReading, sameValue, valueText } = module_inputs;
const { merkleRoot } = module_merkle;
const { require } = module_refusal;
const { clauseState } = module_snapshot;
const { readDecimal, readDigest } = module_texts;

const mismatch = (condition, place) => require(condition, "evidence.mismatch", place);
const entitled = (condition, place) => require(condition, "evidence.not-entitled", place);

function checkClause(state) {
  const { quorum, current, trust } = state;
  require(quorum.rail === trust.rail, "evidence.other-rail", "quorum.rail");
  const found = clauseState(current, quorum.clause.digest);
  mismatch(found, "quorum.clause.digest");
  const clause = found.clause;
  mismatch(clause.id === quorum.clause.id, "quorum.clause.id");
  entitled(found.activatedBy !== undefined, "a clause that was never active");
  const { from, until } = clause.validity;
  const inForce = from <= quorum.acknowledgedAt && (until === undefined || quorum.acknowledgedAt < until);
  entitled(inForce, "quorum.acknowledgedAt");
  entitled(clause.trigger.kinds.includes(quorum.trigger.type), "quorum.trigger.type");
  state.clause = clause;
}

async function checkInputs(state, context) {
  const { clause, quorum, pack } = state;
  require(pack.inputs.length === clause.inputs.length, "evidence.bad-commitment", "inputs");
  for (const [i, input] of pack.inputs.entries()) {
    const agreed = clause.inputs[i];
    require(input.name === agreed.name, "evidence.bad-commitment", `inputs[${i}].name`);
    if (input.shown) await checkShown(input, agreed, state, context);
    else checkWithheld(input, agreed, state);
  }
  const root = await merkleRoot(pack.inputs.map(({ leaf }) => digestBytes(leaf)));
  require(digestText(root) === quorum.inputCommitment, "evidence.bad-commitment", "inputs");
}

const takesEdition = (agreed, edition) => agreed.editions.length === 0 || agreed.editions.includes(edition);

function hasApprovedFeed(input, agreed, { current }) {
  if (agreed.feed === undefined) return input.feed === undefined;
  return current.feeds.some(({ did, name }) => name === agreed.feed && did === input.feed);
}

function checkWithheld(input, agreed, state) {
  mismatch(takesEdition(agreed, input.edition), `${input.name}.edition`);
  entitled(hasApprovedFeed(input, agreed, state), `${input.name}.feed`);
}

async function checkShown(input, agreed, state, context) {
  checkValue(input, agreed);
  if (agreed.feed === undefined) {
    mismatch(input.feed === undefined && input.reading === undefined, `${input.name}.feed`);
    return;
  }
  entitled(input.reading !== undefined && hasApprovedFeed(input, agreed, state), `${input.name}.feed`);
  mismatch(input.reading.signatures.length === 1, `${input.name}.reading`);
  await verifyEnvelope(input.reading, input.feed, context);
  const reading = await readReading(input.reading);
  const same = reading.feed === agreed.feed && reading.name === input.name && reading.edition === input.edition &&
    reading.occurrence === state.quorum.occurrence && sameValue(reading.value, input.value);
  mismatch(same, `${input.name}.reading`);
}

function checkValue(input, agreed) {
  const binds = (condition) => require(condition, "clause.bad-binding", input.name);
  const text = valueText(input);
  binds(text !== null && input.value.length <= 1_048_576 && takesEdition(agreed, input.edition));
  const read = { decimal: readDecimal, committed: readDigest }[agreed.kind];
  if (!read) return;
  let value;
  try {
    value = read(text);
  } catch {
    binds(false);
  }
  if (agreed.kind === "decimal") require(inWindow(value, agreed), "clause.out-of-range", input.name);
}
return { checkClause, checkInputs };
})();
const module_der = (() => {
const { hex } = module_bytes;
const { Refusal } = module_refusal;

const badAnchor = (what) => new Refusal("evidence.bad-anchor", what);

const tags = { boolean: 0x01, integer: 0x02, bits: 0x03, octets: 0x04, null: 0x05, oid: 0x06, utcTime: 0x17,
  time: 0x18, sequence: 0x30, set: 0x31 };

function readDER(bytes) {
  const { value, end } = valueAt(bytes, 0);
  if (end !== bytes.length) throw badAnchor("bytes after the value");
  return value;
}

function valueAt(bytes, at) {
  if (at + 2 > bytes.length) throw badAnchor("cut short");
  const tag = bytes[at];
  if ((tag & 0x1f) === 0x1f) throw badAnchor("a high tag number");
  let length = bytes[at + 1];
  let begin = at + 2;
  if (length >= 0x80) {
    const count = length - 0x80;
    if (count === 0 || count > 4 || begin + count > bytes.length) throw badAnchor("length");
    length = 0;
    for (let i = 0; i < count; i++) length = length * 256 + bytes[begin + i];
    begin += count;
    if (length < 0x80 || length < 256 ** (count - 1)) throw badAnchor("a length that is not the shortest");
  }
  const end = begin + length;
  if (end > bytes.length) throw badAnchor("cut short");
  return { value: { tag, raw: bytes.slice(at, end), content: bytes.slice(begin, end) }, end };
}

class Parts {
  constructor(value, tag) {
    if (value?.tag !== tag) throw badAnchor(`tag ${value?.tag}`);
    this.values = [];
    for (let at = 0; at < value.content.length;) {
      const { value: next, end } = valueAt(value.content, at);
      this.values.push(next);
      at = end;
    }
  }

  next(tag) {
    const value = this.values.shift();
    if (!value || (tag !== undefined && value.tag !== tag)) throw badAnchor("a part that is missing or another");
    return value;
  }

  optional(tag) {
    return this.values[0]?.tag === tag ? this.values.shift() : undefined;
  }

  end() {
    if (this.values.length > 0) throw badAnchor("a part too many");
  }
}

const sequence = (value) => new Parts(value, tags.sequence);

const oid = (value) => {
  if (value.tag !== tags.oid) throw badAnchor("no object identifier");
  return hex(value.content);
};

function integer(value, tag = tags.integer) {
  const { content } = value;
  const shortest = content.length === 1 || content[0] !== 0 || content[1] >= 0x80;
  if (value.tag !== tag || content.length === 0 || !shortest || content[0] >= 0x80) throw badAnchor("integer");
  return BigInt(`0x${hex(content)}`);
}

function bits(value) {
  if (value.tag !== tags.bits || value.content.length < 1 || value.content[0] > 7) throw badAnchor("bits");
  return { unused: value.content[0], bytes: value.content.slice(1) };
}

function time(value) {
  let text = String.fromCharCode(...value.content);
  if (value.tag === tags.utcTime) text = (text < "5" ? "20" : "19") + text;
  else if (value.tag !== tags.time) throw badAnchor("time");
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{0,8}[1-9]))?Z$/.exec(text);
  if (!match || (match[7] && value.tag === tags.utcTime)) throw badAnchor("time");
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number);
  const date = Date.UTC(year, month - 1, day, hour, minute, second);
  const again = new Date(date).toISOString().replace(/[-:T]/g, "").slice(0, 14);
  if (again !== match.slice(1, 7).join("")) throw badAnchor("time");
  return date + (match[7] ? Number(`0.${match[7]}`) * 1000 : 0);
}
return { badAnchor, tags, readDER, Parts, sequence, oid, integer, bits, time };
})();
const module_x509 = (() => {
const { concat, hex } = module_bytes;
const { Parts, badAnchor, bits, integer, oid, readDER, sequence, tags, time } = module_der;

const hashes = new Map([["608648016503040201", "SHA-256"], ["608648016503040202", "SHA-384"],
  ["608648016503040203", "SHA-512"]]);
const rsaKey = "2a864886f70d010101";
const rsaWith = new Map([["2a864886f70d01010b", "SHA-256"], ["2a864886f70d01010c", "SHA-384"],
  ["2a864886f70d01010d", "SHA-512"]]);
const ecdsaWith = new Map([["2a8648ce3d040302", "SHA-256"], ["2a8648ce3d040303", "SHA-384"],
  ["2a8648ce3d040304", "SHA-512"]]);
const ecKey = "2a8648ce3d0201";
const curves = new Map([["2a8648ce3d030107", ["P-256", 32]], ["2b81040022", ["P-384", 48]],
  ["2b81040023", ["P-521", 66]]]);
const ed25519 = "2b6570";
class Unsupported extends Error {}

const extensionNames = new Map([["551d13", "basic"], ["551d0f", "usage"], ["551d25", "extended"], ["551d11", "name"]]);

function readCertificate(bytes) {
  const outer = sequence(readDER(bytes));
  const body = outer.next(tags.sequence);
  const algorithm = outer.next(tags.sequence);
  const signature = bits(outer.next(tags.bits));
  outer.end();
  if (signature.unused !== 0) throw badAnchor("signature");
  const parts = sequence(body);
  const version = new Parts(parts.next(0xa0), 0xa0);
  if (integer(version.next()) !== 2n) throw badAnchor("a certificate of another version");
  const serial = parts.next(tags.integer);
  if (hex(parts.next(tags.sequence).raw) !== hex(algorithm.raw)) throw badAnchor("two algorithms");
  const issuer = parts.next(tags.sequence).raw;
  const validity = sequence(parts.next(tags.sequence));
  const [from, until] = [time(validity.next()), time(validity.next())];
  validity.end();
  const subject = parts.next(tags.sequence).raw;
  const key = parts.next(tags.sequence).raw;
  const extensions = readExtensions(parts.optional(0xa3));
  parts.end();
  return { raw: bytes, body: body.raw, algorithm: algorithm.raw, signature: signature.bytes, issuer, subject, key, from,
    until, serial: serial.raw, extensions };
}

function readExtensions(value) {
  const out = new Map();
  if (!value) return out;
  const list = sequence(new Parts(value, 0xa3).next());
  while (list.values.length > 0) {
    const parts = sequence(list.next());
    const id = oid(parts.next());
    const flag = parts.optional(tags.boolean);
    if (flag && hex(flag.content) !== "ff") throw badAnchor("a default that is written");
    const name = extensionNames.get(id) ?? id;
    if (out.has(name)) throw badAnchor("an extension twice");
    out.set(name, { isCritical: Boolean(flag), value: parts.next(tags.octets).content });
    parts.end();
    if (flag && !extensionNames.has(id)) throw badAnchor("a critical extension that nobody knows");
  }
  return out;
}

function keyUsage(certificate) {
  const found = certificate.extensions.get("usage");
  if (!found) return undefined;
  const { bytes } = bits(readDER(found.value));
  return [...Array(9).keys()].filter((bit) => (bytes[bit >> 3] ?? 0) & (0x80 >> (bit & 7)));
}

function isAuthority(certificate, below) {
  const found = certificate.extensions.get("basic");
  if (!found) return false;
  const parts = sequence(readDER(found.value));
  const flag = parts.optional(tags.boolean);
  const most = parts.optional(tags.integer);
  parts.end();
  const usage = keyUsage(certificate);
  return flag !== undefined && hex(flag.content) === "ff" && (!most || BigInt(below) <= integer(most)) &&
    (usage === undefined || usage.includes(5));
}

function extendedUses(certificate) {
  const found = certificate.extensions.get("extended");
  if (!found) return null;
  const parts = sequence(readDER(found.value));
  return { isCritical: found.isCritical, uses: parts.values.map(oid) };
}

async function verifies(key, algorithm, message, signature, digest) {
  const parts = sequence(readDER(algorithm));
  const name = oid(parts.next());
  const rest = parts.optional(tags.null);
  parts.end();
  const kind = sequence(sequence(readDER(key)).next());
  const keyType = oid(kind.next());
  const hash = rsaWith.get(name) ?? ecdsaWith.get(name) ?? (name === rsaKey || name === ed25519 ? digest : undefined);
  if (name !== ed25519 && (!hash || (digest && hash !== digest))) throw badAnchor("algorithm");
  if (keyType === rsaKey && (rsaWith.has(name) || name === rsaKey)) {
    return webVerify(key, { name: "RSASSA-PKCS1-v1_5", hash }, signature, message);
  }
  if (keyType === ecKey && ecdsaWith.has(name) && !rest) {
    const [curve, size] = curves.get(oid(kind.next())) ?? [];
    if (!curve) throw badAnchor("curve");
    return webVerify(key, { name: "ECDSA", namedCurve: curve, hash }, plainSignature(signature, size), message);
  }
  if (keyType === ed25519 && name === ed25519 && !rest) return webVerify(key, { name: "Ed25519" }, signature, message);
  throw badAnchor("algorithm");
}

async function webVerify(key, algorithm, signature, message) {
  try {
    const imported = await crypto.subtle.importKey("spki", key, algorithm, false, ["verify"]);
    return await crypto.subtle.verify(algorithm, imported, signature, message);
  } catch (error) {
    throw error.name === "NotSupportedError" ? new Unsupported() : error;
  }
}

function plainSignature(signature, size) {
  const parts = sequence(readDER(signature));
  const halves = [parts.next(), parts.next()].map((value) => {
    const digits = integer(value).toString(16).padStart(2 * size, "0");
    if (digits.length > 2 * size) throw badAnchor("signature");
    return Uint8Array.from(digits.match(/../g), (pair) => parseInt(pair, 16));
  });
  parts.end();
  return concat(...halves);
}
return { hashes, Unsupported, readCertificate, keyUsage, isAuthority, extendedUses, verifies };
})();
const module_anchor = (() => {
const { concat, equal, hex } = module_bytes;
const { Parts, badAnchor, integer, oid, readDER, sequence, tags, time } = module_der;
const { Unsupported, extendedUses, hashes, isAuthority, keyUsage, readCertificate, verifies } = module_x509;

const id = { signedData: "2a864886f70d010702", tstInfo: "2a864886f70d0109100104", contentType: "2a864886f70d010903",
  messageDigest: "2a864886f70d010904", certificateV1: "2a864886f70d010910020c",
  certificateV2: "2a864886f70d010910022f", timeStamping: "2b06010505070308" };
const pathMax = 6;
const dayMicroseconds = 86_400_000_000;

const fits = (condition, what) => {
  if (!condition) throw badAnchor(what);
};

const digest = async (name, bytes) => new Uint8Array(await crypto.subtle.digest(name, bytes));

async function verifyTimeStamp(token, note, roots) {
  try {
    const signed = readToken(token);
    await checkSigner(signed);
    const stamp = readInfo(signed.content);
    checkUse(signed.signer);
    await checkPath(signed, stamp.time, roots);
    fits(stamp.hash && equal(await digest(stamp.hash, note), stamp.imprint), "the time stamp of another note");
    return { existedBy: Math.ceil(stamp.time + stamp.accuracy / 1000), isTrusted: roots.length > 0 };
  } catch (error) {
    if (error instanceof Unsupported) return { isUnchecked: true };
    throw badAnchor("time stamp");
  }
}

function hashOf(value) {
  const parts = sequence(value);
  const name = hashes.get(oid(parts.next()));
  const rest = parts.optional(tags.null);
  parts.end();
  fits(name && (!rest || rest.content.length === 0), "digest algorithm");
  return name;
}

function readToken(token) {
  const outer = sequence(readDER(token));
  fits(oid(outer.next()) === id.signedData, "no signed data");
  const parts = sequence(new Parts(outer.next(0xa0), 0xa0).next());
  outer.end();
  fits(integer(parts.next()) === 3n, "version");
  const algorithms = new Parts(parts.next(), tags.set);
  const hash = hashOf(algorithms.next());
  algorithms.end();
  const inner = sequence(parts.next());
  fits(oid(inner.next()) === id.tstInfo, "content");
  const wrapped = new Parts(inner.next(0xa0), 0xa0);
  const content = wrapped.next(tags.octets).content;
  wrapped.end();
  inner.end();
  const certificates = new Parts(parts.next(0xa0), 0xa0).values.map(({ raw }) => readCertificate(raw));
  const signers = new Parts(parts.next(), tags.set);
  parts.end();
  const info = sequence(signers.next());
  signers.end();
  return { hash, content, certificates, ...readSigner(info, hash, certificates) };
}

function readSigner(info, hash, certificates) {
  fits(integer(info.next()) === 1n, "version of the signer");
  const name = sequence(info.next());
  const [issuer, serial] = [name.next(tags.sequence).raw, name.next(tags.integer).raw];
  name.end();
  fits(hashOf(info.next()) === hash, "two digest algorithms");
  const attributes = info.next(0xa0);
  const algorithm = info.next(tags.sequence).raw;
  const signature = info.next(tags.octets).content;
  info.end();
  const found = certificates.filter((one) => equal(one.issuer, issuer) && equal(one.serial, serial));
  fits(found.length === 1, "the signer's certificate");
  return { signer: found[0], attributes, algorithm, signature };
}

async function checkSigner({ hash, content, attributes, algorithm, signature, signer }) {
  const values = new Map();
  for (const value of new Parts(attributes, 0xa0).values) {
    const parts = sequence(value);
    const name = oid(parts.next());
    const set = new Parts(parts.next(), tags.set);
    parts.end();
    fits(!values.has(name) && set.values.length === 1, "an attribute twice");
    values.set(name, set.next());
  }
  fits(values.has(id.contentType) && oid(values.get(id.contentType)) === id.tstInfo, "content type");
  const told = values.get(id.messageDigest);
  fits(told?.tag === tags.octets && equal(told.content, await digest(hash, content)), "digest of the content");
  await checkNamed(values, signer);
  const message = concat(new Uint8Array([tags.set]), attributes.raw.slice(1));
  fits(await verifies(signer.key, algorithm, message, signature, hash), "signature");
}

async function checkNamed(values, signer) {
  const newer = values.get(id.certificateV2);
  const named = newer ?? values.get(id.certificateV1);
  fits(named, "no signing certificate named");
  const first = sequence(sequence(sequence(named).next()).next());
  const hash = newer ? (first.values[0]?.tag === tags.sequence ? hashOf(first.next()) : "SHA-256") : "SHA-1";
  fits(equal(first.next(tags.octets).content, await digest(hash, signer.raw)), "signed for another certificate");
}

function readInfo(content) {
  const parts = sequence(readDER(content));
  fits(integer(parts.next()) === 1n, "version of the stamp");
  oid(parts.next());
  const imprint = sequence(parts.next());
  const hash = hashOf(imprint.next());
  const value = imprint.next(tags.octets).content;
  imprint.end();
  parts.next(tags.integer);
  const generated = parts.next(tags.time);
  const accuracy = readAccuracy(parts.optional(tags.sequence));
  const ordering = parts.optional(tags.boolean);
  fits(!ordering || hex(ordering.content) === "ff", "ordering");
  parts.optional(tags.integer);
  parts.optional(0xa0);
  parts.end();
  fits(hash === "SHA-256", "imprint");
  return { hash, imprint: value, time: time(generated), accuracy };
}

function readAccuracy(value) {
  if (!value) return 0;
  const parts = sequence(value);
  const part = (tag) => {
    const found = parts.optional(tag);
    return found ? Number(integer(found, tag)) : 0;
  };
  const [seconds, milliseconds, microseconds] = [part(tags.integer), part(0x80), part(0x81)];
  parts.end();
  fits(milliseconds < 1000 && microseconds < 1000, "accuracy");
  const total = seconds * 1_000_000 + milliseconds * 1000 + microseconds;
  fits(total <= dayMicroseconds, "accuracy");
  return total;
}

function checkUse(signer) {
  const extended = extendedUses(signer);
  fits(extended?.isCritical && extended.uses.length === 1 && extended.uses[0] === id.timeStamping, "use");
  const usage = keyUsage(signer);
  fits(usage === undefined || usage.includes(0) || usage.includes(1), "key usage");
}

async function checkPath({ signer, certificates }, moment, rootBytes) {
  const roots = rootBytes.map(readCertificate);
  const isRoot = (one) => roots.some((root) => equal(root.raw, one.raw));
  const path = [signer];
  fits(isRoot(signer) || isValid(signer, moment), "not valid by then");
  while (!isRoot(path.at(-1))) {
    const next = await issuerOf(path.at(-1), [...roots, ...certificates], path);
    if (!next) break;
    fits(path.length < pathMax && isAuthority(next, path.length - 1), "an issuer that may not issue");
    fits(isRoot(next) || isValid(next, moment), "not valid by then");
    path.push(next);
  }
  fits(roots.length === 0 || isRoot(path.at(-1)), "no root");
  fits(certificates.every((one) => path.includes(one) || path.some(({ raw }) => equal(raw, one.raw)) || isRoot(one)),
    "a certificate that is on no path");
}

const isValid = ({ from, until }, moment) => from <= moment && moment <= until;

async function issuerOf(certificate, candidates, path) {
  for (const one of candidates) {
    if (!equal(one.subject, certificate.issuer) || path.some(({ raw }) => equal(raw, one.raw))) continue;
    if (await verifies(one.key, certificate.algorithm, certificate.body, certificate.signature)) return one;
  }
  return null;
}
return { verifyTimeStamp };
})();
const module_clause = (() => {
const { utf8Length } = module_bytes;
const { checkClauseRules } = module_clause_rules;
const { Fields } = module_fields;
const { digestOf } = module_hashing;
const { readCanonical } = module_json;
const { Refusal, require } = module_refusal;
const { isDate } = module_texts;

const listMax = 256;
const signals = ["TRIGGER", "PASS", "FAIL", "ESCALATE"];

async function readClause(bytes) {
  const value = readCanonical(bytes, 32_768);
  let clause;
  try {
    const fields = new Fields(value);
    clause = clauseFields(fields);
    fields.end();
  } catch (error) {
    if (error instanceof Refusal) throw new Refusal("clause.schema", error.place);
    throw error;
  }
  checkClauseRules(clause);
  return { ...clause, digest: await digestOf(bytes) };
}

function readClauseId(text) {
  const part = "[A-Za-z][A-Za-z0-9_-]*";
  const number = "(?:0|[1-9][0-9]{0,5})";
  const shape = new RegExp(`^(${part})::(${part})@${number}\\.${number}\\.${number}$`);
  const match = utf8Length(text) <= 256 && shape.exec(text);
  return match ? { issuer: match[1], name: match[2] } : null;
}

function isLine(text) {
  const length = utf8Length(text);
  return length >= 1 && length <= 256 && !/[\u0000-\u001f]/.test(text);
}

function checkedLine(text, place) {
  require(typeof text === "string" && isLine(text), "base.wrong-type", place);
  return text;
}

function checkedName(text, place) {
  require(typeof text === "string" && /^[A-Za-z][A-Za-z0-9_]{0,255}$/.test(text), "base.wrong-type", place);
  return text;
}

const line = (fields, key) => checkedLine(fields.take(key), fields.at(key));
const name = (fields, key) => checkedName(fields.take(key), fields.at(key));
const lineIfAny = (fields, key) => fields.optional(key, () => line(fields, key));
const nameIfAny = (fields, key) => fields.optional(key, () => name(fields, key));
const decimalIfAny = (fields, key) => fields.optional(key, () => fields.decimal(key));

const listOf = (check) => (fields, key) =>
  fields.array(key, listMax).map((value, i) => check(value, `${fields.at(key)}[${i}]`));
const lines = listOf(checkedLine);
const names = listOf(checkedName);

function choices(fields, key, allowed) {
  const values = fields.array(key, listMax);
  require(values.every((value) => allowed.includes(value)), "base.wrong-type", fields.at(key));
  return values;
}

function inside(fields, key, read) {
  const inner = fields.object(key);
  const out = read(inner);
  inner.end();
  return out;
}

function clauseFields(fields) {
  require(fields.string("format") === "nexus.clause/v1", "base.wrong-type", "format");
  const id = fields.string("id", 256);
  const parts = readClauseId(id);
  require(parts, "base.wrong-type", "id");
  return {
    id, issuer: parts.issuer, name: parts.name,
    title: line(fields, "title"), language: line(fields, "language"), text: fields.string("text", 24_576),
    domain: line(fields, "domain"), jurisdiction: line(fields, "jurisdiction"),
    parties: fields.objects("parties", listMax, (party) => ({ name: line(party, "name"), role: line(party, "role") })),
    validity: inside(fields, "validity", (inner) => ({
      from: inner.time("from"), until: inner.optional("until", () => inner.time("until")) })),
    trigger: inside(fields, "trigger", (inner) => ({
      kinds: choices(inner, "kinds", ["schedule", "reading", "proposal", "simulation", "manual"]),
      source: line(inner, "source") })),
    occurrence: inside(fields, "occurrence", occurrenceFields),
    inputs: fields.objects("inputs", listMax, inputFields),
    parameters: fields.objects("parameters", listMax, (inner) => ({
      name: name(inner, "name"), value: inner.decimal("value"), unit: lineIfAny(inner, "unit") })),
    computation: inside(fields, "computation", computationFields),
    outputs: fields.objects("outputs", listMax, (inner) => ({
      name: name(inner, "name"), unit: lineIfAny(inner, "unit") })),
    terms: fields.objects("terms", listMax, termFields),
    execution: inside(fields, "execution", executionFields),
    actions: fields.objects("actions", listMax, actionFields),
    correctionActions: names(fields, "correctionActions"),
    governance: inside(fields, "governance", governanceFields),
  };
}

function occurrenceFields(fields) {
  const integer = (key) => fields.optional(key, () => fields.integer(key, -999_999, 999_999));
  return { name: name(fields, "name"), kind: fields.choice("kind", ["integer", "date", "text"]),
    minimum: integer("minimum"), maximum: integer("maximum") };
}

function inputFields(fields) {
  return { name: name(fields, "name"), kind: fields.choice("kind", ["decimal", "text", "committed"]),
    unit: lineIfAny(fields, "unit"), feed: nameIfAny(fields, "feed"), editions: lines(fields, "editions"),
    minimum: decimalIfAny(fields, "minimum"), maximum: decimalIfAny(fields, "maximum"),
    residency: lineIfAny(fields, "residency") };
}

function computationFields(fields) {
  return { kind: fields.choice("kind", ["wasm", "model"]), module: fields.digest("module"),
    fuel: fields.integer("fuel", 1, 1e12), memoryBytes: fields.integer("memoryBytes", 65_536, 2 ** 30),
    outputBytes: fields.integer("outputBytes", 2, 2 ** 24),
    wallTimeMilliseconds: fields.integer("wallTimeMilliseconds", 1, 3_600_000) };
}

function termFields(fields) {
  return { name: name(fields, "name"), expression: fields.string("expression", 4096), unit: lineIfAny(fields, "unit"),
    role: fields.choice("role", ["trigger", "obligation", "information"]),
    reviewBand: decimalIfAny(fields, "reviewBand") };
}

function executionFields(fields) {
  return {
    riskClass: fields.choice("riskClass", ["routine", "operational", "financial", "treaty"]),
    tier: fields.choice("tier", ["single", "quorum", "proof"]),
    nodes: fields.integer("nodes", 1, 64), quorum: fields.integer("quorum", 1, 64),
    unanimous: fields.boolean("unanimous"), retryMax: fields.integer("retryMax", 0, 16),
    deadlineMilliseconds: fields.integer("deadlineMilliseconds", 100, 86_400_000),
    distinct: choices(fields, "distinct", ["operator", "jurisdiction"]),
    jurisdictions: lines(fields, "jurisdictions"), attestation: lines(fields, "attestation"),
    onRevocation: fields.choice("onRevocation", ["finish", "fence"]), priority: fields.integer("priority", 0, 9),
  };
}

function actionFields(fields) {
  return { name: name(fields, "name"), kind: fields.choice("kind", ["payment-instruction", "webhook"]),
    on: choices(fields, "on", signals), endpoint: name(fields, "endpoint"), payee: lineIfAny(fields, "payee"),
    currency: lineIfAny(fields, "currency"), limit: decimalIfAny(fields, "limit"), rate: nameIfAny(fields, "rate") };
}

function governanceFields(fields) {
  const policies = fields.objects("policies", listMax, (inner) => ({
    name: name(inner, "name"), expression: inner.string("expression", 4096), because: line(inner, "because") }));
  return { policies, contact: line(fields, "contact") };
}

function isOccurrenceOf(clause, text) {
  const { kind, minimum, maximum } = clause.occurrence;
  if (!isLine(text)) return false;
  if (kind === "date") {
    const match = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(text);
    return match !== null && isDate(...match.slice(1).map(Number));
  }
  if (kind !== "integer") return true;
  if (!/^(0|-?[1-9][0-9]*)$/.test(text)) return false;
  const number = Number(text);
  return Number.isSafeInteger(number) && number >= (minimum ?? number) && number <= (maximum ?? number);
}
return { readClause, readClauseId, isOccurrenceOf };
})();
const module_admission = (() => {
const { readDidKey } = module_did;
const { Fields } = module_fields;
const { digestOf } = module_hashing;
const { readCanonical, readJSON } = module_json;
const { require } = module_refusal;
const { bar, isRevokedNode, isSuspendedNode, newestKey, operatorApproval } = module_snapshot;

const allowed = (condition, place) => require(condition, "governance.not-allowed", place);
const secondsMax = 31_536_000;

async function setRule(snapshot, { document }, entry, genesis) {
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

function readKinds(fields) {
  fields.integer("version", 1, 1);
  const rules = fields.array("rules", 16);
  fields.end();
  return rules.map((rule) => (rule instanceof Map ? rule.get("kind") : undefined));
}

function admitNode(snapshot, decision, entry, genesis, suites) {
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

function suspendNode(snapshot, { did }, logIndex) {
  allowed(!isRevokedNode(snapshot, did) && !isSuspendedNode(snapshot, did), did);
  snapshot.suspendedNodes.push(did);
  bar(snapshot, did, logIndex);
}

async function publishStatus(snapshot, { issuer, list }, entry) {
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
return { setRule, admitNode, suspendNode, publishStatus };
})();
const module_note = (() => {
const { concat, equal, fromBase64, hex, utf8, utf8Length } = module_bytes;
const { decodedBase64 } = module_fields;
const { sha256 } = module_hashing;
const { Refusal, refuse, require } = module_refusal;
const { unchecked, verifyEd25519 } = module_signature;

const logType = 1;
const ed25519Cosigner = 4;
const mlDsaCosigner = 6;
const keyLengths = new Map([[logType, 32], [ed25519Cosigner, 32], [mlDsaCosigner, 1312]]);

const isName = (name) => name.length > 0 && !/[\s+\u0000-\u001f\u007f]/u.test(name) && utf8Length(name) <= 255;

async function readVerifierKey(text) {
  const match = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/su.exec(text);
  if (!match || !isName(match[1])) return null;
  let bytes;
  try {
    bytes = decodedBase64(match[3], 4096, "");
  } catch {
    return null;
  }
  const type = bytes[0];
  if (keyLengths.get(type) !== bytes.length - 1) return null;
  const hash = await sha256(utf8(`${match[1]}\n`), bytes);
  if (hex(hash.subarray(0, 4)) !== match[2]) return null;
  return { text, name: match[1], id: match[2], type, key: bytes.slice(1) };
}

function readNote(text) {
  require(utf8Length(text) <= 1_048_576, "log.too-large");
  const split = text.lastIndexOf("\n\n");
  require(split >= 0 && text.endsWith("\n"), "log.bad-note");
  require(!/[\u0000-\u0009\u000b-\u001f\u007f]/.test(text), "log.bad-note");
  const lines = text.slice(split + 2, -1).split("\n");
  require(lines.length <= 64, "log.too-large");
  return { body: text.slice(0, split + 1), lines: lines.map(readLine) };
}

function readLine(line) {
  const match = /^— ([^ ]+) ([^ ]+)$/u.exec(line);
  require(match && isName(match[1]), "log.bad-note");
  let bytes;
  try {
    bytes = fromBase64(match[2]);
  } catch {
    refuse("log.bad-note");
  }
  require(bytes.length > 4 && bytes.length <= 4 + 8192, "log.bad-note");
  return { name: match[1], id: hex(bytes.subarray(0, 4)), signature: bytes.slice(4) };
}

async function readCheckpoint(body) {
  const lines = body.slice(0, -1).split("\n");
  require(lines.length >= 3 && lines.length <= 3 + 16, "log.bad-checkpoint");
  const [origin, sizeText, rootText, ...extensions] = lines;
  require(origin.length > 0 && utf8Length(origin) <= 255, "log.bad-checkpoint");
  require(/^(0|[1-9][0-9]{0,18})$/.test(sizeText), "log.bad-checkpoint");
  const size = BigInt(sizeText);
  require(size <= 2n ** 62n, "log.bad-checkpoint");
  require(extensions.every((line) => line.length > 0), "log.bad-checkpoint");
  let root;
  try {
    root = fromBase64(rootText);
  } catch {
    refuse("log.bad-checkpoint");
  }
  require(root.length === 32, "log.bad-checkpoint");
  const empty = await sha256(new Uint8Array());
  require(size > 0n || equal(root, empty), "log.bad-checkpoint");
  return { origin, size, root };
}

async function verifyLine(line, body, keys, context) {
  const key = keys.find(({ name, id }) => name === line.name && id === line.id);
  if (!key) return null;
  const answer = await verifyBody(key, line.signature, body);
  if (answer === unchecked) context.unchecked("log.unsupported-signature", `cosignature by ${key.name}`);
  else if (answer !== true) throw new Refusal("log.bad-signature", key.name);
  return key;
}

async function verifyBody(key, signature, body) {
  if (key.type === logType) return verifyEd25519(key.key, utf8(body), signature);
  if (key.type === mlDsaCosigner) return unchecked;
  if (signature.length !== 72) return false;
  const seconds = BigInt(`0x${hex(signature.subarray(0, 8))}`);
  const message = concat(utf8(`cosignature/v1\ntime ${seconds}\n`), utf8(body));
  return verifyEd25519(key.key, message, signature.slice(8));
}
return { logType, readVerifierKey, readNote, readCheckpoint, verifyLine };
})();
const module_policy = (() => {
const { utf8Length } = module_bytes;
const { Fields } = module_fields;
const { digestOf } = module_hashing;
const { readCanonical } = module_json;
const { Refusal, require } = module_refusal;

async function readPolicy(bytes) {
  const value = readCanonical(bytes, 32_768);
  try {
    const fields = new Fields(value);
    const policy = policyFields(fields);
    fields.end();
    return { ...policy, digest: await digestOf(bytes) };
  } catch (error) {
    if (error instanceof Refusal) throw new Refusal("policy.bad-policy", error.place);
    throw error;
  }
}

const fits = (condition, place) => require(condition, "policy.bad-policy", place);

function policyFields(fields) {
  fits(fields.string("type") === "nexus.policy/v1", "type");
  const id = fields.string("id", 200);
  const parts = readPolicyId(id);
  fits(parts, "id");
  fields.optional("description", () => fields.string("description"));
  fields.optional("container", () => fields.string("container", 200));
  const variables = fields.objects("variables", 256, variableFields);
  const rules = fields.objects("rules", 256, ruleFields, 1);
  const tests = fields.optional("tests", () => fields.objects("tests", 1024, testFields)) ?? [];
  for (const list of [variables, rules, tests]) fits(isDistinct(list.map(({ name }) => name)), "names");
  return { id, ...parts, variables, rules, tests };
}

const isDistinct = (list) => new Set(list).size === list.length;

function readPolicyId(text) {
  const number = "(?:0|[1-9][0-9]{0,8})";
  const match = new RegExp(`^([A-Za-z0-9_.-]+)::([A-Za-z0-9_.-]+)@${number}\\.${number}\\.${number}$`).exec(text);
  return match && utf8Length(text) <= 200 ? { issuer: match[1], name: match[2] } : null;
}

const reserved = ["true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if",
  "import", "let", "loop", "package", "namespace", "return", "var", "void", "while"];

function variableFields(fields) {
  const name = fields.string("name");
  fits(/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !reserved.includes(name), fields.at("name"));
  const type = fields.string("type");
  fits(isType(type), fields.at("type"));
  fields.optional("sizeMax", () => fields.integer("sizeMax"));
  const hasValue = fields.has("value");
  if (hasValue) fields.take("value");
  return { name, type, hasValue };
}

const simpleTypes = ["bool", "int", "uint", "double", "string", "bytes", "timestamp", "duration", "decimal", "quantity",
  "dyn"];

function isType(text, depth = 0) {
  if (simpleTypes.includes(text)) return true;
  const match = /^(list|map|optional)\((.*)\)$/s.exec(text);
  if (!match || depth > 16) return false;
  if (match[1] !== "map") return isType(match[2], depth + 1);
  const comma = match[2].indexOf(", ");
  return comma > 0 && simpleTypes.includes(match[2].slice(0, comma)) && isType(match[2].slice(comma + 2), depth + 1);
}

function ruleFields(fields) {
  const name = fields.string("name");
  const effect = fields.choice("effect", ["deny", "require", "notify"]);
  const when = fields.string("when");
  const because = fields.string("because");
  const notify = fields.optional("notify", () => fields.string("notify"));
  fits((effect === "notify") === (notify !== undefined), fields.at("notify"));
  return { name, effect, when, because, notify };
}

function testFields(fields) {
  const name = fields.string("name");
  fits(fields.take("given") instanceof Map, fields.at("given"));
  const inner = fields.object("expect");
  const names = (key) => inner.optional(key, () => inner.strings(key, 256)) ?? [];
  const expect = { permitted: inner.boolean("permitted"), refusedBy: names("refusedBy"), notified: names("notified") };
  inner.end();
  return { name, expect };
}

const railVariables = new Map([["rail", "string"], ["step", "string"], ["now", "timestamp"],
  ["clause", "map(string, dyn)"], ["event", "map(string, dyn)"], ["operators", "list(string)"],
  ["jurisdictions", "list(string)"], ["inputs", "list(map(string, dyn))"], ["nodes", "list(map(string, dyn))"],
  ["actions", "list(map(string, dyn))"], ["approvals", "list(map(string, dyn))"], ["job", "map(string, dyn)"]]);

function isForRails(policy) {
  return policy.variables.every(({ name, type, hasValue }) => hasValue || railVariables.get(name) === type);
}
return { readPolicy, isType, isForRails };
})();
const module_decisions = (() => {
const { admitNode, publishStatus, setRule, suspendNode } = module_admission;
const { equal } = module_bytes;
const { readDidKey } = module_did;
const { logType, readVerifierKey } = module_note;
const { isForRails } = module_policy;
const { require } = module_refusal;
const { bar, clauseState, isRevokedNode, operatorApproval } = module_snapshot;

const allowed = (condition, place) => require(condition, "governance.not-allowed", place);
const known = (condition, place) => require(condition, "governance.unknown-subject", place);

async function applyDecision(snapshot, step, genesis, suites) {
  const { decision, number, logIndex } = step;
  switch (decision.kind) {
    case "operator.approve": return approveOperator(snapshot, decision, suites);
    case "operator.revoke": return revokeOperator(snapshot, decision, number, logIndex);
    case "node.revoke": return revokeNode(snapshot, decision, logIndex);
    case "issuer.approve": return approveKey(snapshot.issuers, decision, suites);
    case "feed.approve": return approveKey(snapshot.feeds, decision, suites);
    case "clause.publish": return publishClause(snapshot, step.document, genesis);
    case "clause.advance": return advanceClause(snapshot, decision, number);
    case "occurrence.override": return override(snapshot, decision, number);
    case "key.rotate": return rotate(snapshot, decision, number, genesis);
    case "policy.publish": return publishPolicy(snapshot, step.document);
    case "policy.advance": return advancePolicy(snapshot, decision, number);
    case "job.approve": return approveJob(snapshot, step);
    case "admission.rule": return setRule(snapshot, decision, number, genesis);
    case "node.admit": return admitNode(snapshot, decision, number, genesis, suites);
    case "node.suspend": return suspendNode(snapshot, decision, logIndex);
    case "status.publish": return publishStatus(snapshot, decision, number);
  }
}

function takenKey(did, suites) {
  require(suites.includes(readDidKey(did).suite), "trust.suite-refused", did);
}

function approveOperator(snapshot, { name, did, jurisdiction }, suites) {
  allowed(!operatorApproval(snapshot, did), did);
  takenKey(did, suites);
  snapshot.operators.push({ did, jurisdiction, name });
  snapshot.barred.delete(did);
}

function revokeOperator(snapshot, { did }, number, logIndex) {
  const approval = operatorApproval(snapshot, did);
  known(approval, did);
  snapshot.operators[snapshot.operators.lastIndexOf(approval)] = { ...approval, revokedBy: number };
  bar(snapshot, did, logIndex);
}

function revokeNode(snapshot, { did }, logIndex) {
  allowed(!isRevokedNode(snapshot, did), did);
  snapshot.revokedNodes.push(did);
  bar(snapshot, did, logIndex);
}

function approveKey(list, { name, did }, suites) {
  takenKey(did, suites);
  list.push({ did, name });
}

function publishClause(snapshot, clause, genesis) {
  allowed(snapshot.clauses.every((state) => state.clause.id !== clause.id), clause.id);
  allowed(clause.execution.attestation.every((kind) => genesis.attestation.includes(kind)), clause.id);
  snapshot.clauses.push({ clause, stage: "draft" });
}

const lifecycle = {
  draft: ["simulated", "deprecated"], simulated: ["reviewed", "deprecated"], reviewed: ["active", "deprecated"],
  active: ["superseded", "deprecated"], superseded: ["deprecated"], deprecated: [],
};

function advanceClause(snapshot, { clause: digest, stage, report }, number) {
  const state = clauseState(snapshot, digest);
  known(state, digest);
  allowed(lifecycle[state.stage].includes(stage), digest);
  allowed(stage !== "simulated" || report !== undefined, digest);
  advance(snapshot.clauses, state, stage, number, ({ clause }) => `${clause.issuer}::${clause.name}`);
}

function advance(list, state, stage, number, nameOf) {
  list.forEach((other, i) => {
    const superseded = stage === "active" && other.stage === "active" && nameOf(other) === nameOf(state);
    if (other === state) list[i] = { ...state, stage, ...(stage === "active" ? { activatedBy: number } : {}) };
    else if (superseded) list[i] = { ...other, stage: "superseded" };
  });
}

function override(snapshot, { occurrenceId, jobId, signal }, entry) {
  allowed(snapshot.overrides.every((other) => other.occurrenceId !== occurrenceId), occurrenceId);
  snapshot.overrides.push({ entry, jobId, occurrenceId, signal });
}

async function rotate(snapshot, decision, entry, genesis) {
  const [from, to] = [await readVerifierKey(decision.from), await readVerifierKey(decision.to)];
  allowed(from && to, "key.rotate");
  allowed((from.type === logType) === (to.type === logType), "key.rotate");
  allowed(snapshot.rotations.every((other) => other.from !== from.text), "key.rotate");
  if (from.type === logType) {
    const ofLog = snapshot.rotations.filter(({ type }) => type === logType);
    const inForce = ofLog.length > 0 ? ofLog.at(-1).to : genesis.logKey.text;
    allowed(from.text === inForce && to.name === from.name, "key.rotate");
  }
  const used = [from.key, genesis.logKey.key, ...genesis.validators.map(({ key }) => key),
    ...snapshot.rotations.flatMap(({ keys }) => keys)];
  allowed(!used.some((key) => equal(key, to.key)), "key.rotate");
  snapshot.rotations.push({ entry, from: from.text, to: to.text, type: from.type, keys: [from.key, to.key] });
}

function publishPolicy(snapshot, policy) {
  allowed(snapshot.policies.every((state) => state.policy.id !== policy.id), policy.id);
  allowed(isForRails(policy), policy.id);
  snapshot.policies.push({ policy, stage: "draft" });
}

function advancePolicy(snapshot, { policy: digest, stage }, number) {
  const state = snapshot.policies.find(({ policy }) => policy.digest === digest);
  known(state, digest);
  allowed(lifecycle[state.stage].includes(stage), digest);
  allowed(stage !== "simulated" || state.policy.tests.length > 0, digest);
  advance(snapshot.policies, state, stage, number, ({ policy }) => `${policy.issuer}::${policy.name}`);
}

function approveJob(snapshot, { decision: { jobId, result }, number, approvals }) {
  for (const by of approvals) {
    const before = snapshot.approvals.some((other) =>
      other.by === by && other.jobId === jobId && other.result === result);
    allowed(!before, by);
    snapshot.approvals.push({ by, entry: number, jobId, result });
  }
}
return { applyDecision };
})();
const module_proposal = (() => {
const { envelopeFields, hasSubject, readStatement, readStatementBytes } = module_envelope;
const { Fields, decodedBase64 } = module_fields;
const { digestOf } = module_hashing;
const { readCanonical } = module_json;
const { require } = module_refusal;

const stages = ["draft", "simulated", "reviewed", "active", "superseded", "deprecated"];
const signals = ["TRIGGER", "PASS", "FAIL", "ESCALATE"];

const kinds = {
  "operator.approve": (f) => ({ name: f.string("name", 256), did: f.did("did"),
    jurisdiction: f.string("jurisdiction", 256) }),
  "operator.revoke": (f) => ({ did: f.did("did"), reason: f.string("reason") }),
  "node.revoke": (f) => ({ did: f.did("did"), reason: f.string("reason") }),
  "issuer.approve": (f) => ({ name: f.string("name", 256), did: f.did("did") }),
  "feed.approve": (f) => ({ name: f.string("name", 256), did: f.did("did") }),
  "clause.publish": (f) => ({ document: f.base64("document", 32_768) }),
  "clause.advance": (f) => ({ clause: f.digest("clause"), stage: f.choice("stage", stages),
    report: f.optional("report", () => f.digest("report")), note: f.string("note") }),
  "occurrence.override": (f) => ({ occurrenceId: f.digest("occurrenceId"), jobId: f.digest("jobId"),
    signal: f.choice("signal", signals), reason: f.string("reason") }),
  "key.rotate": (f) => ({ from: f.string("from", 4096), to: f.string("to", 4096), reason: f.string("reason") }),
  "policy.publish": (f) => ({ document: f.base64("document", 32_768) }),
  "policy.advance": (f) => ({ policy: f.digest("policy"), stage: f.choice("stage", stages), note: f.string("note") }),
  "job.approve": (f) => ({ jobId: f.digest("jobId"), result: f.optional("result", () => f.digest("result")),
    note: f.string("note") }),
  "admission.rule": (f) => ({ document: f.base64("document", 32_768) }),
  "node.admit": (f) => ({ did: f.did("did"), operator: f.did("operator"),
    attestation: f.choice("attestation", ["simulated", "sev-snp", "tdx", "sgx", "tpm"]),
    evidence: f.optional("evidence", () => f.digest("evidence")), credentials: readCredentials(f),
    note: f.string("note") }),
  "node.suspend": (f) => ({ did: f.did("did"), reason: f.string("reason") }),
  "status.publish": (f) => ({ issuer: f.string("issuer", 256), list: f.base64("list", 32_768) }),
};

const readCredentials = (f) => f.array("credentials", 16).map((value, i) =>
  decodedBase64(value, 16_384, `${f.at("credentials")}[${i}]`));

async function readProposal(bytes) {
  const { predicate, subject } = readStatementBytes(bytes, "urn:nexus:proposal:v1");
  const rail = predicate.digest("rail");
  const proposedAt = predicate.time("proposedAt");
  const inner = predicate.object("decision");
  const kind = inner.string("kind", 64);
  require(Object.hasOwn(kinds, kind), "base.wrong-type", "decision.kind");
  const decision = { kind, ...kinds[kind](inner) };
  inner.end();
  predicate.end();
  require(hasSubject(subject, "rail", rail), "governance.other-rail", "subject");
  return { rail, proposedAt, decision, digest: await digestOf(bytes) };
}

function readBallot(envelope, proposal) {
  const { predicate, subject } = readStatement(envelope, "urn:nexus:ballot:v1");
  const ballot = { proposal: predicate.digest("proposal"), vote: predicate.choice("vote", ["approve", "reject"]),
    votedAt: predicate.time("votedAt") };
  predicate.end();
  const fits = ballot.proposal === proposal && hasSubject(subject, "proposal", proposal);
  require(fits, "governance.bad-vote", "ballot");
  return ballot;
}

async function readEntry(bytes) {
  const fields = new Fields(readCanonical(bytes, 65_535));
  require(fields.string("format", 256) === "nexus.governance-entry/v1", "base.wrong-type", "format");
  const number = fields.integer("number", 1, 1_048_576);
  const previous = fields.digest("previous");
  const proposalBytes = fields.base64("proposal", 65_535);
  const ballots = fields.objects("ballots", 65, envelopeFields);
  fields.end();
  return { number, previous, ballots, proposal: await readProposal(proposalBytes), digest: await digestOf(bytes) };
}
return { stages, signals, readProposal, readBallot, readEntry };
})();
const module_governance = (() => {
const { verifyEnvelope } = module_envelope;
const { readClause } = module_clause;
const { applyDecision } = module_decisions;
const { readPolicy } = module_policy;
const { readBallot } = module_proposal;
const { require } = module_refusal;
const { copySnapshot, newestKey } = module_snapshot;

async function fold(snapshot, entry, logIndex, genesis, context) {
  const follows = entry.number === snapshot.number + 1 && entry.previous === snapshot.head;
  require(follows, "governance.broken-chain", `entry ${entry.number}`);
  const next = copySnapshot(snapshot);
  await decide(next, entry, logIndex, genesis, context);
  return Object.assign(next, { number: entry.number, head: entry.digest, logIndex });
}

async function decide(snapshot, entry, logIndex, genesis, context) {
  const { proposal } = entry;
  require(proposal.rail === snapshot.rail, "governance.other-rail", `entry ${entry.number}`);
  require(!snapshot.decided.includes(proposal.digest), "governance.already-decided", `entry ${entry.number}`);
  const { document, keys, threshold } = await electorate(snapshot, proposal.decision, genesis);
  const approvals = await count(entry, keys, context);
  require(approvals.length >= threshold, "governance.too-few-votes", `entry ${entry.number}`);
  const step = { decision: proposal.decision, document, number: entry.number, logIndex, approvals };
  await applyDecision(snapshot, step, genesis, context.suites);
  snapshot.decided.push(proposal.digest);
}

async function electorate(snapshot, decision, genesis) {
  const committee = genesis.committee;
  if (decision.kind === "job.approve") return { keys: committee.keys, threshold: 1 };
  if (decision.kind === "status.publish") return { keys: [issuerKey(snapshot, decision.issuer)], threshold: 1 };
  const read = { "clause.publish": readClause, "policy.publish": readPolicy }[decision.kind];
  if (!read) return committee;
  const document = await read(decision.document);
  return { document, keys: [issuerKey(snapshot, document.issuer)], threshold: 1 };
}

function issuerKey(snapshot, name) {
  const key = newestKey(snapshot.issuers, name);
  require(key, "governance.unknown-subject", name);
  return key;
}

async function count(entry, keys, context) {
  const voted = new Set();
  const approvals = [];
  for (const ballot of entry.ballots) {
    const voter = ballot.signatures[0].keyid;
    const mayVote = ballot.signatures.length === 1 && keys.includes(voter) && !voted.has(voter);
    require(mayVote, "governance.bad-vote", `entry ${entry.number}`);
    voted.add(voter);
    await verifyEnvelope(ballot, voter, context);
    if (readBallot(ballot, entry.proposal.digest).vote === "approve") approvals.push(voter);
  }
  return approvals;
}
return { fold, decide };
})();
const module_result = (() => {
const { readCanonical } = module_json;
const { Fields } = module_fields;
const { signals } = module_proposal;
const { require } = module_refusal;
const { compareDecimals, magnitude, readDecimal } = module_texts;

function readResult(bytes) {
  const fields = new Fields(readCanonical(bytes, 32 * 1_048_576), "result");
  require(fields.string("format", 256) === "nexus.result/v1", "base.wrong-type", "result.format");
  const result = {
    clause: fields.digest("clause"), occurrenceId: fields.digest("occurrenceId"),
    inputCommitment: fields.digest("inputCommitment"), engine: readEngine(fields.object("engine")),
    fault: fields.optional("fault", () => fields.string("fault", 256)),
  };
  if (result.fault === undefined) result.outputs = readOutputs(fields.take("outputs"));
  result.terms = fields.objects("terms", 256, termFields);
  result.signal = fields.choice("signal", signals);
  fields.end();
  return result;
}

function readEngine(fields) {
  const engine = { features: fields.strings("features", 64, 64), fuelLimit: fields.integer("fuelLimit"),
    name: fields.string("name", 64), version: fields.string("version", 64) };
  fields.end();
  return engine;
}

function readOutputs(value) {
  require(value instanceof Map, "base.wrong-type", "result.outputs");
  for (const [name, text] of value) {
    require(typeof text === "string", "base.wrong-type", `result.outputs.${name}`);
    readDecimal(text, `result.outputs.${name}`);
  }
  return value;
}

function termFields(fields) {
  const text = (key) => fields.optional(key, () => fields.string(key));
  return { name: fields.string("name"), expression: fields.string("expression"), unit: text("unit"),
    observed: text("observed"), threshold: text("threshold"),
    marginText: fields.rest.get("margin"), margin: fields.optional("margin", () => fields.decimal("margin")),
    verdict: fields.choice("verdict", ["PASS", "FAIL", "UNDECIDED"]) };
}

function signalOf(agreed, found) {
  const pairs = agreed.map((term, i) => ({ ...found[i], role: term.role, reviewBand: term.reviewBand }));
  const undecided = pairs.some(({ verdict, role }) => verdict === "UNDECIDED" && role !== "information");
  const near = pairs.some(({ reviewBand, margin }) =>
    reviewBand !== undefined && margin !== undefined && compareDecimals(magnitude(margin), reviewBand) < 0);
  if (undecided || near) return "ESCALATE";
  if (pairs.some(({ role, verdict }) => role === "obligation" && verdict === "FAIL")) return "FAIL";
  const triggers = pairs.filter(({ role }) => role === "trigger");
  return triggers.length > 0 && triggers.every(({ verdict }) => verdict === "PASS") ? "TRIGGER" : "PASS";
}
return { readResult, signalOf };
})();
const module_cac = (() => {
const { hasSubject, readStatement } = module_envelope;
const { digestBytes, digestOf, digestText, framedDigest } = module_hashing;
const { utf8 } = module_bytes;
const { referenceFields } = module_inputs;
const { merkleRoot } = module_merkle;
const { require } = module_refusal;
const { readResult } = module_result;

async function readCac(envelope) {
  const { predicate, subject } = readStatement(envelope, "urn:nexus:cac:v1");
  const cac = cacFields(predicate);
  predicate.end();
  const result = readResult(cac.resultBytes);
  require(cac.token.nonce.length === 16, "base.wrong-type", "token.nonce");
  await checkTwiceSaid(cac, result, subject);
  return { ...cac, result, payloadDigest: await digestOf(envelope.payload) };
}

function inside(fields, key, read) {
  const inner = fields.object(key);
  const out = read(inner);
  inner.end();
  return out;
}

const triggerFields = (f) => ({ eventId: f.string("eventId", 256), source: f.string("source", 256),
  type: f.string("type", 64) });

function cacFields(fields) {
  return {
    clause: inside(fields, "clause", (f) => ({ digest: f.digest("digest"), id: f.string("id", 256) })),
    occurrenceId: fields.digest("occurrenceId"), jobId: fields.digest("jobId"),
    executionId: fields.digest("executionId"), attempt: fields.integer("attempt", 1, 1_000_000),
    trigger: inside(fields, "trigger", triggerFields),
    inputs: fields.objects("inputs", 256, referenceFields), inputCommitment: fields.digest("inputCommitment"),
    resultBytes: fields.base64("result", 32 * 1_048_576), resultDigest: fields.digest("resultDigest"),
    runtime: inside(fields, "runtime", (f) => ({
      engine: f.string("engine", 64), fuel: f.integer("fuel"), memoryMax: f.integer("memoryMax"),
      moduleDigest: f.digest("moduleDigest"), version: f.string("version", 64),
      wallTimeMicroseconds: f.integer("wallTimeMicroseconds") })),
    proof: fields.optional("proof", () => inside(fields, "proof", (f) => ({
      digest: f.digest("digest"), statement: f.base64("statement", 32 * 1_048_576) }))),
    attestation: inside(fields, "attestation", (f) => ({
      evidence: f.base64("evidence", 1_048_576), kind: f.string("kind", 64) })),
    governance: inside(fields, "governance", (f) => ({
      jurisdiction: f.string("jurisdiction", 256), logIndex: f.integer("logIndex"), rail: f.digest("rail"),
      snapshotDigest: f.digest("snapshotDigest") })),
    token: inside(fields, "token", (f) => ({ digest: f.digest("digest"), nonce: f.base64("nonce", 8192) })),
    node: fields.did("node"), operator: fields.did("operator"),
    startedAt: fields.time("startedAt"), finishedAt: fields.time("finishedAt"),
  };
}

async function checkTwiceSaid(cac, result, subject) {
  const same = (condition, place) => require(condition, "evidence.mismatch", place);
  same(cac.resultDigest === await digestOf(cac.resultBytes), "resultDigest");
  same(hasSubject(subject, "result", cac.resultDigest), "subject");
  const executionId = await framedDigest("nexus/execution/v1", digestBytes(cac.jobId), utf8(String(cac.attempt)),
    utf8(cac.node));
  same(cac.executionId === executionId, "executionId");
  same(result.clause === cac.clause.digest, "result.clause");
  same(result.occurrenceId === cac.occurrenceId, "result.occurrenceId");
  same(result.inputCommitment === cac.inputCommitment, "result.inputCommitment");
  const root = await merkleRoot(cac.inputs.map(({ leaf }) => digestBytes(leaf)));
  same(digestText(root) === cac.inputCommitment, "inputs");
  same(cac.runtime.engine === result.engine.name && cac.runtime.version === result.engine.version, "runtime");
  same(cac.startedAt <= cac.finishedAt, "finishedAt");
}
return { readCac, triggerFields };
})();
const module_quorum = (() => {
const { triggerFields } = module_cac;
const { readClauseId } = module_clause;
const { Fields } = module_fields;
const { referenceFields } = module_inputs;
const { readCanonical } = module_json;
const { signals } = module_proposal;
const { require } = module_refusal;

const outcomes = ["agreed", "differed", "void", "refused", "indeterminate", "silent", "pending"];

function readQuorum(bytes) {
  const fields = new Fields(readCanonical(bytes, 4 * 1_048_576), "quorum");
  require(fields.string("format", 256) === "nexus.quorum/v1", "base.wrong-type", "quorum.format");
  const quorum = {
    rail: fields.digest("rail"), jobId: fields.digest("jobId"), occurrenceId: fields.digest("occurrenceId"),
    occurrence: fields.string("occurrence", 256), clause: inside(fields, "clause", clauseFields),
    trigger: inside(fields, "trigger", triggerFields), inputCommitment: fields.digest("inputCommitment"),
    signal: fields.choice("signal", signals),
    override: fields.optional("override", () => inside(fields, "override", overrideFields)),
  };
  if (quorum.override === undefined) quorum.resultDigest = fields.digest("resultDigest");
  quorum.attempts = fields.objects("attempts", 1024, attemptFields);
  quorum.supersedes = fields.optional("supersedes", () => fields.digest("supersedes"));
  quorum.acknowledgedAt = fields.time("acknowledgedAt");
  quorum.decidedAt = fields.time("decidedAt");
  fields.end();
  return quorum;
}

function inside(fields, key, read) {
  const inner = fields.object(key);
  const out = read(inner);
  inner.end();
  return out;
}

const overrideFields = (f) => ({ entry: f.integer("entry", 1), inputs: f.objects("inputs", 256, referenceFields) });

function clauseFields(fields) {
  const digest = fields.digest("digest");
  const id = fields.string("id", 256);
  const parts = readClauseId(id);
  require(parts, "clause.bad-identifier", fields.at("id"));
  return { digest, id, ...parts };
}

function attemptFields(fields) {
  return { attempt: fields.integer("attempt", 1, 1_000_000), node: fields.did("node"), operator: fields.did("operator"),
    token: fields.digest("token"), outcome: fields.choice("outcome", outcomes),
    statement: fields.optional("statement", () => fields.digest("statement")),
    detail: fields.optional("detail", () => fields.string("detail", 1024)) };
}
return { readQuorum };
})();
const module_rollup = (() => {
const { hasSubject, readStatement } = module_envelope;
const { digestBytes, digestText } = module_hashing;
const { merkleRoot } = module_merkle;
const { require } = module_refusal;

async function readRollup(envelope) {
  const { predicate, subject } = readStatement(envelope, "urn:nexus:rollup:v1");
  const rollup = { rail: predicate.digest("rail"), number: predicate.integer("number", 1),
    previous: predicate.digest("previous") };
  const inner = predicate.object("governance");
  rollup.governance = { number: inner.integer("number"), snapshotDigest: inner.digest("snapshotDigest") };
  inner.end();
  rollup.leaves = predicate.objects("leaves", 240, leafFields);
  rollup.root = predicate.digest("root");
  rollup.sealedAt = predicate.time("sealedAt");
  predicate.end();
  const occurrences = new Set(rollup.leaves.map(({ occurrenceId }) => occurrenceId));
  require(occurrences.size === rollup.leaves.length, "evidence.mismatch", "rollup.leaves");
  require(rollup.leaves.length > 0, "evidence.mismatch", "rollup.leaves");
  const root = await merkleRoot(rollup.leaves.map(({ leaf }) => digestBytes(leaf)));
  require(digestText(root) === rollup.root, "evidence.mismatch", "rollup.root");
  require(hasSubject(subject, "root", rollup.root), "evidence.mismatch", "rollup.subject");
  return rollup;
}

function leafFields(fields) {
  const leaf = { occurrenceId: fields.digest("occurrenceId"), leaf: fields.digest("leaf"),
    correction: fields.optional("correction", () => fields.boolean("correction")) };
  require(leaf.correction !== false, "base.wrong-type", fields.at("correction"));
  return leaf;
}
return { readRollup };
})();
const module_check_log = (() => {
const { verifyTimeStamp } = module_anchor;
const { equal, utf8 } = module_bytes;
const { readEnvelope, verifyEnvelope } = module_envelope;
const { decide, fold } = module_governance;
const { digestText } = module_hashing;
const { isIncluded, leafHash } = module_merkle;
const { readCheckpoint, readNote, readVerifierKey, verifyLine } = module_note;
const { readEntry } = module_proposal;
const { readQuorum } = module_quorum;
const { require } = module_refusal;
const { readRollup } = module_rollup;
const { copySnapshot, emptySnapshot, snapshotDigest } = module_snapshot;

const mismatch = (condition, place) => require(condition, "evidence.mismatch", place);

function checkRail({ pack, trust }) {
  require(pack.rail === trust.rail, "evidence.other-rail", "rail");
}

async function checkCheckpoint(state, context) {
  const { pack, trust } = state;
  const note = readNote(pack.checkpoint);
  const checkpoint = await readCheckpoint(note.body);
  const keys = await keysInForce(pack, trust);
  const all = [keys.log, ...keys.validators, ...keys.witnesses];
  const signers = [];
  for (const line of note.lines) signers.push(await verifyLine(line, note.body, all, context));
  require(signers.some((key) => key), "log.no-known-signature");
  require(checkpoint.origin === keys.log.name, "log.wrong-origin", checkpoint.origin);
  const good = (condition, place) => require(condition, "evidence.bad-checkpoint", place);
  good(signers.some((key) => key?.text === keys.log.text), "the log's signature");
  good(signers.every((key) => key), "a line by an unknown key");
  good(new Set(signers.map(({ text }) => text)).size === signers.length, "a key that signed twice");
  const signed = new Set(signers.map(({ text }) => text));
  const cosigners = (list) => list.filter(({ text }) => signed.has(text)).length;
  good(cosigners(keys.validators) >= trust.genesis.validatorThreshold, "too few validators");
  good(cosigners(keys.witnesses) >= trust.witnesses.threshold, "too few witnesses");
  Object.assign(state, { checkpoint, validators: cosigners(keys.validators), witnesses: cosigners(keys.witnesses) });
  state.stamps = [];
  for (const anchor of pack.anchors) {
    require(anchor.kind === "rfc3161", "evidence.bad-anchor", anchor.kind);
    const stamp = await verifyTimeStamp(anchor.proof, utf8(pack.checkpoint), trust.timeStampRoots);
    if (stamp.isUnchecked) context.unchecked("evidence.unchecked-anchor", "time stamp (RFC 3161)");
    state.stamps.push(stamp);
  }
}

async function keysInForce(pack, trust) {
  let keys = { log: trust.genesis.logKey, validators: trust.genesis.validators, witnesses: trust.witnesses.keys };
  for (const { bytes } of [...pack.governance, ...pack.rotations]) {
    const rotation = await rotationIn(bytes);
    if (!rotation) continue;
    const step = (key) => (key.text === rotation.from ? rotation.to : key);
    keys = { log: step(keys.log), validators: keys.validators.map(step), witnesses: keys.witnesses.map(step) };
  }
  return keys;
}

async function rotationIn(bytes) {
  try {
    const { decision } = (await readEntry(bytes)).proposal;
    if (decision.kind !== "key.rotate") return null;
    const to = await readVerifierKey(decision.to);
    return to && { from: decision.from, to };
  } catch {
    return null;
  }
}

async function inLog(entry, { checkpoint }, place) {
  const included = await isIncluded(await leafHash(entry.bytes), BigInt(entry.index), checkpoint.size, entry.path,
    checkpoint.root);
  require(included, "evidence.not-in-log", place);
}

async function checkGenesis(state) {
  const { pack, trust } = state;
  mismatch(equal(pack.genesis.bytes, trust.genesis.bytes), "genesis.bytes");
  mismatch(pack.genesis.index === 0, "genesis.index");
  await inLog(pack.genesis, state, "genesis");
}

async function checkGovernance(state, context) {
  const { pack, trust } = state;
  const snapshots = [emptySnapshot(trust.rail)];
  for (const [i, logged] of pack.governance.entries()) {
    await inLog(logged, state, `governance[${i}]`);
    mismatch(logged.index > snapshots.at(-1).logIndex, `governance[${i}].index`);
    const entry = await readEntry(logged.bytes);
    snapshots.push(await fold(snapshots.at(-1), entry, logged.index, trust.genesis, context));
  }
  for (const snapshot of snapshots) snapshot.digest = await snapshotDigest(snapshot);
  Object.assign(state, { snapshots, current: snapshots.at(-1) });
  await checkRotations(state, context);
}

async function checkRotations(state, context) {
  const copy = copySnapshot(state.current);
  for (const [i, logged] of state.pack.rotations.entries()) {
    await inLog(logged, state, `rotations[${i}]`);
    mismatch(logged.index > copy.logIndex, `rotations[${i}].index`);
    const entry = await readEntry(logged.bytes);
    const follows = entry.proposal.decision.kind === "key.rotate" && entry.number > copy.number;
    require(follows, "governance.not-allowed", `rotations[${i}]`);
    await decide(copy, entry, logged.index, state.trust.genesis, context);
    Object.assign(copy, { number: entry.number, logIndex: logged.index });
  }
}

async function checkRollup(state, context) {
  const { pack, trust, current } = state;
  const quorum = readQuorum(pack.quorum);
  const { entry, leafIndex } = pack.rollup;
  await inLog(entry, state, "rollup.entry");
  const envelope = readEnvelope(entry.bytes, 65_535);
  mismatch(envelope.signatures.length === 1, "rollup.signatures");
  await verifyEnvelope(envelope, trust.genesis.railKey, context);
  const rollup = await readRollup(envelope);
  require(rollup.rail === trust.rail, "evidence.other-rail", "rollup.rail");
  mismatch(entry.index > current.logIndex, "rollup.entry.index");
  const leaf = rollup.leaves[leafIndex];
  mismatch(leaf, "rollup.leafIndex");
  mismatch(leaf.leaf === digestText(await leafHash(pack.quorum)), "rollup.leaf");
  mismatch(leaf.occurrenceId === quorum.occurrenceId, "rollup.occurrenceId");
  mismatch((leaf.correction === true) === (quorum.supersedes !== undefined), "rollup.correction");
  mismatch(rollup.governance.number === current.number, "rollup.governance.number");
  mismatch(rollup.governance.snapshotDigest === current.digest, "rollup.governance.snapshotDigest");
  Object.assign(state, { quorum, rollup });
}
return { checkRail, checkCheckpoint, checkGenesis, checkGovernance, checkRollup };
})();
const module_check_quorum = (() => {
const { utf8 } = module_bytes;
const { isOccurrenceOf } = module_clause;
const { digestBytes, framedDigest } = module_hashing;
const { sameReferences } = module_inputs;
const { require } = module_refusal;
const { signalOf } = module_result;
const { newestKey } = module_snapshot;

const mismatch = (condition, place) => require(condition, "evidence.mismatch", place);

function checkQuorum(state) {
  const { quorum, clause, current, statements } = state;
  const { execution } = clause;
  mismatch(quorum.attempts.length <= execution.nodes + execution.retryMax, "quorum.attempts");
  const counts = statements.filter((cac) => !cac.void);
  const agreeing = quorum.override === undefined
    ? counts.filter(({ resultDigest }) => resultDigest === quorum.resultDigest) : [];
  state.agreeing = agreeing;
  for (const attempt of quorum.attempts) checkOutcome(attempt, statements, agreeing);
  if (quorum.override !== undefined) return checkOverride(quorum, current);
  checkAgreement(agreeing, counts, execution);
}

function checkOutcome(attempt, statements, agreeing) {
  const place = `quorum.attempts[${attempt.attempt - 1}]`;
  if (attempt.statement === undefined) {
    mismatch(!["agreed", "differed", "void"].includes(attempt.outcome), place);
    return;
  }
  const cac = statements.find((statement) => statement.attempt === attempt.attempt);
  mismatch(cac, place);
  const outcome = cac.void ? "void" : agreeing.includes(cac) ? "agreed" : "differed";
  mismatch(attempt.outcome === outcome, place);
}

function checkOverride(quorum, current) {
  const found = current.overrides.find(({ entry, occurrenceId }) =>
    entry === quorum.override.entry && occurrenceId === quorum.occurrenceId);
  const decided = found && found.jobId === quorum.jobId && found.signal === quorum.signal;
  require(decided, "evidence.no-quorum", "quorum.override");
}

function checkAgreement(agreeing, counts, execution) {
  const { jurisdictions, quorum, nodes, distinct, unanimous } = execution;
  for (const { governance } of agreeing) {
    const inside = jurisdictions.length === 0 || jurisdictions.includes(governance.jurisdiction);
    require(inside, "evidence.not-entitled", governance.jurisdiction);
  }
  const operators = new Set(agreeing.map(({ operator }) => operator)).size;
  const enough = (condition, place) => require(condition, "evidence.no-quorum", place);
  enough(operators >= quorum, `${operators} of ${quorum} operators`);
  const places = new Set(agreeing.map(({ governance }) => governance.jurisdiction)).size;
  enough(!distinct.includes("jurisdiction") || places >= quorum, `${places} of ${quorum} jurisdictions`);
  enough(!unanimous || (operators >= nodes && counts.length === agreeing.length), "unanimity");
}

async function checkResult(state) {
  const { quorum, clause, trust, agreeing, pack } = state;
  const occurrenceId = await framedDigest("nexus/occurrence/v1", digestBytes(trust.rail), utf8(clause.issuer),
    utf8(clause.name), utf8(quorum.occurrence));
  mismatch(quorum.occurrenceId === occurrenceId, "quorum.occurrenceId");
  require(isOccurrenceOf(clause, quorum.occurrence), "clause.out-of-range", "quorum.occurrence");
  const { type, source, eventId } = quorum.trigger;
  const jobId = await framedDigest("nexus/job/v1", digestBytes(clause.digest), digestBytes(occurrenceId),
    utf8(type), utf8(source), utf8(eventId));
  mismatch(quorum.jobId === jobId, "quorum.jobId");
  if (clause.computation.kind !== "model") {
    mismatch(!pack.proof && agreeing.every(({ proof }) => !proof), "proof");
  }
  if (quorum.override !== undefined) {
    require(sameReferences(quorum.override.inputs, pack.inputs), "evidence.bad-commitment", "quorum.override.inputs");
    return;
  }
  for (const [i, cac] of agreeing.entries()) checkAgreeing(cac, state, `agreeing[${i}]`);
}

function checkAgreeing(cac, state, place) {
  const { quorum, clause, pack } = state;
  const sameTrigger = ["type", "source", "eventId"].every((key) => cac.trigger[key] === quorum.trigger[key]);
  const same = cac.clause.digest === quorum.clause.digest && cac.clause.id === quorum.clause.id &&
    cac.occurrenceId === quorum.occurrenceId && sameTrigger;
  mismatch(same, place);
  require(sameReferences(cac.inputs, pack.inputs), "evidence.bad-commitment", place);
  const snapshot = state.snapshots.find(({ digest }) => digest === cac.governance.snapshotDigest);
  cac.inputs.forEach(({ feed }, i) => {
    const agreed = clause.inputs[i].feed;
    const key = agreed === undefined ? undefined : newestKey(snapshot.feeds, agreed);
    require(feed === key && (agreed === undefined || key !== undefined), "evidence.not-entitled", place);
  });
  mismatch(cac.runtime.moduleDigest === clause.computation.module, `${place}.runtime.moduleDigest`);
  checkTerms(cac.result, state, place);
}

function checkTerms(result, { clause, quorum }, place) {
  mismatch(result.engine.fuelLimit === clause.computation.fuel, `${place}.fuelLimit`);
  mismatch(result.signal === quorum.signal, `${place}.signal`);
  if (result.fault !== undefined) {
    mismatch(result.signal === "ESCALATE" && result.terms.length === 0, `${place}.fault`);
    return;
  }
  const names = clause.outputs.map(({ name }) => name);
  mismatch(names.length === result.outputs.size && names.every((name) => result.outputs.has(name)), `${place}.outputs`);
  const sameTerms = result.terms.length === clause.terms.length && result.terms.every((term, i) =>
    ["name", "expression", "unit"].every((key) => term[key] === clause.terms[i][key]));
  mismatch(sameTerms, `${place}.terms`);
  mismatch(signalOf(clause.terms, result.terms) === result.signal, `${place}.signal`);
}
return { checkQuorum, checkResult };
})();
const module_network_bounds = (() => {
const { require } = module_refusal;

const p = 2n ** 64n - 2n ** 32n + 1n;
const bounded = (condition, place) => require(condition, "proof.bad-bound", place);

function checkBounds({ size, shift, lower, bias, terms }, place) {
  let reach = 1n << BigInt(shift - 1);
  for (const [i, term] of terms.entries()) {
    const largestBias = i === 0 ? bias.reduce((largest, one) => Math.max(largest, Math.abs(one)), 0) : 0;
    const bound = 128 * largestSum(term, size) + largestBias;
    bounded(bound < 2 ** 31, place);
    reach += BigInt(term.multiplier) * BigInt(bound);
  }
  const quotient = reach >> BigInt(shift);
  const [excess, deficit] = [bits(quotient - 127n), bits(quotient + 1n + BigInt(lower))];
  const span = (1n << excess) + (1n << deficit) + 256n;
  bounded((span << BigInt(shift)) + reach < p, place);
}

const bits = (value) => (value > 0n ? BigInt(value.toString(2).length) : 0n);

function largestSum({ map, window, weights }, size) {
  if (map === 0) return 1;
  if (map === 3) return window.height * window.width;
  const outputs = map === 1 ? size : size / (window.outRows * window.outColumns);
  const width = weights.length / outputs;
  let largest = 0;
  for (let output = 0; output < outputs; output++) {
    let sum = 0;
    for (let i = output * width; i < (output + 1) * width; i++) sum += Math.abs(weights[i]);
    largest = Math.max(largest, sum);
  }
  return largest;
}
return { checkBounds };
})();
const module_network = (() => {
const { concat, equal, utf8 } = module_bytes;
const { frame } = module_hashing;
const { checkBounds } = module_network_bounds;
const { require } = module_refusal;

const most = { layers: 1000, value: 2 ** 20, side: 2 ** 16, weights: 2 ** 28, pool: 64, window: 4096, kernel: 2 ** 22,
  multiplications: 2 ** 36 };

const whole = (condition, place) => require(condition, "proof.malformed", place);
const fits = (condition, place) => require(condition, "proof.bad-network", place);
const small = (condition, place) => require(condition, "proof.too-large", place);

function readNetwork(file) {
  const head = frame(utf8("nexus-proof-v1 network"));
  const bytes = file.subarray(head.length + 8);
  whole(file.length >= head.length + 8 && equal(file, concat(head, frame(bytes))), "proof.model");
  const reader = new Reader(bytes);
  const [inputSize, output] = [reader.number(), reader.number()];
  const layers = Array.from({ length: reader.count(8) }, () => readLayer(reader));
  whole(reader.at === bytes.length, "network");
  small(inputSize >= 1 && inputSize <= most.value && layers.length <= most.layers, "network");
  const network = { layers, sizes: [inputSize], multiplications: 0 };
  for (const [i, layer] of layers.entries()) checkLayer(layer, network, `network.layers[${i}]`);
  fits(output < network.sizes.length, "network.output");
  for (const [i, layer] of layers.entries()) if (layer.kind === 1) checkBounds(layer, `network.layers[${i}]`);
  return network;
}

class Reader {
  constructor(bytes) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.at = 0;
  }

  take(count) {
    whole(this.view.byteLength - this.at >= count, `network, byte ${this.at}`);
    this.at += count;
    return this.at - count;
  }

  number() {
    return this.view.getUint32(this.take(4), true);
  }

  signed() {
    return this.view.getInt32(this.take(4), true);
  }

  count(size) {
    const count = this.number();
    whole(count * size <= this.view.byteLength - this.at, `network, byte ${this.at}`);
    return count;
  }

  weights() {
    const count = this.count(1);
    return new Int8Array(this.view.buffer, this.view.byteOffset + this.take(count), count);
  }
}

function readLayer(reader) {
  const kind = reader.number();
  whole(kind >= 1 && kind <= 3, `network, byte ${reader.at}`);
  if (kind === 3) return { kind, source: reader.number() };
  if (kind === 2) return { kind, source: reader.number(), window: readWindow(reader) };
  const [size, shift, floor] = [reader.number(), reader.number(), reader.number()];
  whole(floor < 2, `network, byte ${reader.at}`);
  const bias = Array.from({ length: reader.count(4) }, () => reader.signed());
  const terms = Array.from({ length: reader.count(12) }, () => readTerm(reader));
  return { kind, size, shift, lower: floor === 1 ? 0 : -128, bias, terms };
}

function readTerm(reader) {
  const [source, multiplier, map] = [reader.number(), reader.number(), reader.number()];
  whole(map < 4, `network, byte ${reader.at}`);
  const window = map >= 2 ? readWindow(reader) : undefined;
  return { source, multiplier, map, window, weights: map === 1 || map === 2 ? reader.weights() : new Int8Array(0) };
}

const windowNumbers = ["channels", "rows", "columns", "height", "width", "down", "right", "top", "left", "outRows",
  "outColumns"];
const readWindow = (reader) => Object.fromEntries(windowNumbers.map((name) => [name, reader.number()]));

const places = ({ height, width }) => height * width;
const outArea = ({ outRows, outColumns }) => outRows * outColumns;

function checkLayer(layer, network, place) {
  const { sizes } = network;
  if (layer.kind === 1) {
    const { size, shift, bias, terms } = layer;
    const isRight = terms.length >= 1 && terms.length <= 2 && shift >= 1 && shift <= 62 && size >= 1 &&
      size <= most.value && (bias.length === 0 || size % bias.length === 0);
    fits(isRight, place);
    for (const term of terms) network.multiplications += checkTerm(term, size, sizes, place);
    small(network.multiplications <= most.multiplications, place);
    return sizes.push(size);
  }
  const given = sizes[layer.source];
  fits(given !== undefined, place);
  if (layer.kind === 3) return sizes.push(given);
  checkWindow(layer.window, given, place);
  small(places(layer.window) <= most.pool, place);
  return sizes.push(layer.window.channels * outArea(layer.window));
}

function checkTerm({ source, multiplier, map, window, weights }, size, sizes, place) {
  const given = sizes[source];
  fits(multiplier > 0 && multiplier < 2 ** 31 && given !== undefined, place);
  small(weights.length <= most.weights, place);
  require(!weights.includes(-128), "proof.bad-bound", place);
  if (map >= 2) checkWindow(window, given, place);
  if (map === 0) fits(given === size, place);
  if (map === 1) fits(weights.length === given * size, place);
  if (map === 3) fits(size === window.channels * outArea(window), place);
  if (map !== 2) return weights.length;
  const kernel = window.channels * places(window);
  const area = outArea(window);
  fits(size % area === 0 && weights.length === size / area * kernel, place);
  return weights.length * area;
}

function checkWindow(window, size, place) {
  const { channels, rows, columns, height, width, down, right, top, left, outRows, outColumns } = window;
  const sides = [channels, rows, columns, height, width, down, right, outRows, outColumns];
  fits(sides.every((side) => side >= 1 && side <= most.side), place);
  const isInside = channels * rows * columns === size && top < height && left < width &&
    (outRows - 1) * down - top < rows && (outColumns - 1) * right - left < columns;
  fits(isInside, place);
  const isSmall = channels * outArea(window) <= most.value && places(window) <= most.window &&
    channels * places(window) <= most.kernel;
  fits(isSmall, place);
}
return { readNetwork, places, outArea };
})();
const module_check_proof = (() => {
const { equal, toBase64 } = module_bytes;
const { digestBytes, digestOf } = module_hashing;
const { valueText } = module_inputs;
const { writeJSON } = module_json;
const { readNetwork } = module_network;
const { require } = module_refusal;

const mismatch = (condition, place) => require(condition, "evidence.mismatch", place);
const proved = (condition, place) => require(condition, "evidence.bad-proof", place);

async function checkProof(state, context) {
  const { pack, quorum, clause, agreeing } = state;
  if (quorum.override !== undefined) return mismatch(!pack.proof, "proof");
  proved(pack.proof, "proof");
  const input = pack.inputs[clause.inputs.findIndex(({ kind }) => kind === "committed")];
  proved(input.shown, "inputs");
  mismatch(await digestOf(pack.proof.model) === clause.computation.module, "proof.model");
  const network = readNetwork(pack.proof.model);
  mismatch(network.multiplications <= clause.computation.fuel, "proof.model");
  const statement = proofStatement(state, valueText(input), outputOf(agreeing[0].result, clause));
  for (const [i, { proof }] of agreeing.entries()) {
    mismatch(proof && equal(proof.statement, statement), `agreeing[${i}].proof.statement`);
  }
  const digest = await digestOf(pack.proof.proof);
  proved(agreeing.some(({ proof }) => proof.digest === digest), "proof.proof");
  state.proof = { digest, bytes: pack.proof.proof.length, model: clause.computation.module };
  context.unchecked("proof.unsupported", "that the proof holds: computed by nexus verify and nexus-verify, not here");
}

const engineOfModels = { name: "nexus-int8", version: "1", features: "int8-network-v1,proof-v1" };

function outputOf({ engine, outputs }, clause) {
  const isOfModels = engine.name === engineOfModels.name && engine.version === engineOfModels.version &&
    engine.features.length === 2 && engine.features.join() === engineOfModels.features;
  mismatch(isOfModels && outputs, "result");
  return Uint8Array.from(clause.outputs, ({ name }) => {
    const value = /^-?[0-9]{1,3}$/.test(outputs.get(name)) ? Number(outputs.get(name)) : NaN;
    mismatch(value >= -128 && value <= 127, `result.outputs.${name}`);
    return value & 0xff;
  });
}

function proofStatement({ quorum, clause }, inputRoot, output) {
  return writeJSON(new Map(Object.entries({
    batch: 1, context: toBase64(digestBytes(quorum.jobId)), inputRoot, modelHash: clause.computation.module,
    output: toBase64(output), type: "nexus-proof-v1",
  })));
}
return { checkProof };
})();
const module_genesis = (() => {
const { hex } = module_bytes;
const { readDidKey, suiteNames } = module_did;
const { Fields } = module_fields;
const { digestOf } = module_hashing;
const { writeJSON } = module_json;
const { logType, readVerifierKey } = module_note;
const { require } = module_refusal;

const postQuantum = ["ML-DSA-65", "Ed25519+ML-DSA-65", "SLH-DSA-SHA2-128s"];

async function readGenesis(value, place) {
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

function readSuites(fields) {
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
return { postQuantum, readGenesis, readSuites };
})();
const module_binding = (() => {
const { hasSubject, readStatement, verifyEnvelope } = module_envelope;
const { readDidKey } = module_did;
const { postQuantum } = module_genesis;
const { refuse, require } = module_refusal;
const { admissionOf, isRevokedNode, isSuspendedNode, operatorApproval } = module_snapshot;

const hybridKeyBytes = 1216;

async function readBinding(envelope, rail, context) {
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

function admit(binding, snapshot, time) {
  const approval = operatorApproval(snapshot, binding.operator);
  const barred = isRevokedNode(snapshot, binding.node) || isSuspendedNode(snapshot, binding.node);
  if (!approval || barred) refuse("governance.not-approved", binding.node);
  const admitted = !snapshot.admission || admissionOf(snapshot, binding.node)?.operator === binding.operator;
  require(admitted, "governance.not-approved", binding.node);
  const fits = binding.jurisdiction === approval.jurisdiction && binding.issuedAt <= time && time < binding.expiresAt;
  require(fits, "governance.bad-binding", binding.node);
}
return { readBinding, admit };
})();
const module_check_statements = (() => {
const { admit, readBinding } = module_binding;
const { readCac } = module_cac;
const { verifyEnvelope } = module_envelope;
const { require } = module_refusal;
const { admissionOf, clauseState, counts } = module_snapshot;

const mismatch = (condition, place) => require(condition, "evidence.mismatch", place);
const entitled = (condition, place) => require(condition, "evidence.not-entitled", place);

async function checkStatements(state, context) {
  const { pack, quorum } = state;
  const bindings = await readBindings(state, context);
  const attempts = quorum.attempts;
  const tokens = new Set();
  for (const [i, attempt] of attempts.entries()) {
    mismatch(attempt.attempt === i + 1 && !tokens.has(attempt.token), `quorum.attempts[${i}]`);
    tokens.add(attempt.token);
  }
  mismatch(attempts.filter(({ statement }) => statement).length === pack.statements.length, "statements");
  state.statements = [];
  for (const [i, envelope] of pack.statements.entries()) {
    const cac = await readCac(envelope);
    await checkStatement(cac, envelope, { ...state, bindings, place: `statements[${i}]` }, context);
    const attempt = attempts.find(({ statement }) => statement === cac.payloadDigest);
    state.statements.push({ ...cac, void: attempt.outcome === "void" });
  }
}

async function readBindings({ pack, trust }, context) {
  const bindings = new Map();
  for (const [i, envelope] of pack.bindings.entries()) {
    mismatch(envelope.signatures.length === 1, `bindings[${i}]`);
    const binding = await readBinding(envelope, trust.rail, context);
    mismatch(!bindings.has(binding.node), `bindings[${i}]`);
    bindings.set(binding.node, binding);
  }
  return bindings;
}

async function checkStatement(cac, envelope, state, context) {
  const { quorum, current, clause, bindings, place } = state;
  mismatch(envelope.signatures.length === 1, place);
  await verifyEnvelope(envelope, cac.node, context);
  const attempt = quorum.attempts.find(({ statement }) => statement === cac.payloadDigest);
  mismatch(attempt, place);
  const ofAttempt = attempt.node === cac.node && attempt.operator === cac.operator &&
    attempt.attempt === cac.attempt && attempt.token === cac.token.digest && quorum.jobId === cac.jobId;
  require(ofAttempt, "evidence.bad-token", place);
  const binding = bindings.get(cac.node);
  entitled(binding, place);
  entitled(binding.operator === cac.operator, place);
  const revoked = !counts(current, cac, clause.execution);
  if (attempt.outcome === "void") {
    mismatch(revoked, place);
    return;
  }
  entitled(!revoked, place);
  checkGovernanceOf(cac, binding, state, context);
}

function checkGovernanceOf(cac, binding, { trust, snapshots, current, clause, quorum, place }, context) {
  require(cac.governance.rail === trust.rail, "evidence.other-rail", place);
  const snapshot = snapshots.find(({ digest }) => digest === cac.governance.snapshotDigest);
  mismatch(snapshot && snapshot.logIndex === cac.governance.logIndex, place);
  entitled(clauseState(snapshot, clause.digest)?.stage === "active", place);
  admit(binding, snapshot, cac.startedAt);
  mismatch(cac.governance.jurisdiction === binding.jurisdiction, place);
  const isRestedOn = cac.resultDigest === quorum.resultDigest;
  const isOnCredentials = [snapshot, current].some((one) => admissionOf(one, cac.node)?.onCredentials);
  if (isRestedOn && isOnCredentials) context.unchecked("trust.unsupported-credential", `what ${cac.node} was admitted on`);
}
return { checkStatements };
})();
const module_pack = (() => {
const { Fields, checkedString, decodedBase64, readPath } = module_fields;
const { envelopeFields } = module_envelope;
const { digestOf } = module_hashing;
const { readBoundInput, referenceFields } = module_inputs;
const { readCanonical, writeJSON } = module_json;
const { require } = module_refusal;

async function readPack(bytes) {
  const value = readCanonical(bytes);
  const fields = new Fields(value);
  require(fields.string("format", 256) === "nexus.evidence-pack/v1", "evidence.not-a-certificate", "format");
  const packDigest = fields.digest("packDigest");
  const pack = {
    packDigest, rail: fields.digest("rail"), genesis: wholeEntry(fields, "genesis"),
    governance: fields.objects("governance", 1_048_576, entryFields), inputs: await readInputs(fields),
    bindings: fields.objects("bindings", 1024, envelopeFields),
    statements: fields.objects("statements", 1024, envelopeFields), quorum: fields.base64("quorum", 4 * 1_048_576),
    rollup: readRollupPlace(fields.object("rollup")), checkpoint: fields.string("checkpoint", 1_048_576),
    rotations: fields.optional("rotations", () => fields.objects("rotations", 1024, entryFields, 1)) ?? [],
    attestations: fields.optional("attestations", () => readDocuments(fields)) ?? [],
    anchors: fields.optional("anchors", () => fields.objects("anchors", 8, anchorFields, 1)) ?? [],
    proof: fields.optional("proof", () => readProofMaterial(fields.object("proof"))),
  };
  fields.end();
  const rest = new Map(value);
  rest.delete("packDigest");
  require(packDigest === await digestOf(writeJSON(rest)), "evidence.pack-damaged", "packDigest");
  return pack;
}

function entryFields(fields) {
  return { bytes: fields.base64("bytes", 65_535), index: fields.integer("index"),
    path: readPath(fields.array("path", 63), fields.at("path")) };
}

function wholeEntry(fields, key) {
  const inner = fields.object(key);
  const entry = entryFields(inner);
  inner.end();
  return entry;
}

function readRollupPlace(fields) {
  const place = { entry: wholeEntry(fields, "entry"), leafIndex: fields.integer("leafIndex") };
  fields.end();
  return place;
}

async function readInputs(fields) {
  const out = [];
  for (const [i, value] of fields.array("inputs", 256).entries()) {
    const outer = new Fields(value, `inputs[${i}]`);
    const shown = outer.has("shown") && outer.object("shown");
    const input = shown ? await readBoundInput(shown) : readReference(outer.object("withheld"));
    outer.end();
    out.push({ ...input, shown: Boolean(shown) });
  }
  return out;
}

function readReference(fields) {
  const reference = referenceFields(fields);
  fields.end();
  return reference;
}

function readDocuments(fields) {
  return fields.array("attestations", 1024, 1).map((text, i) =>
    decodedBase64(text, 4 * 1_048_576, `${fields.at("attestations")}[${i}]`));
}

const proofBytesMax = 6 * 1_048_576;

function readProofMaterial(fields) {
  const material = { model: fields.base64("model", proofBytesMax), proof: fields.base64("proof", proofBytesMax) };
  fields.end();
  require(material.model.length + material.proof.length <= proofBytesMax, "base.too-large", fields.place);
  return material;
}

function anchorFields(fields) {
  const kind = checkedString(fields.take("kind"), 64, fields.at("kind"));
  const proof = fields.base64("proof", 65_536);
  require(kind.length > 0 && proof.length > 0, "log.bad-anchor", fields.place);
  return { kind, proof };
}
return { readPack };
})();
const module_trust = (() => {
const { hex } = module_bytes;
const { readDidKey } = module_did;
const { Fields, decodedBase64 } = module_fields;
const { readGenesis, readSuites } = module_genesis;
const { readJSON } = module_json;
const { logType, readVerifierKey } = module_note;
const { refuse, require } = module_refusal;
const { readCertificate } = module_x509;

async function readTrust(bytes) {
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
return { readTrust };
})();
const module_verify = (() => {
const { checkAttestation } = module_check_attestation;
const { checkClause, checkInputs } = module_check_clause;
const { checkCheckpoint, checkGenesis, checkGovernance, checkRail, checkRollup } = module_check_log;
const { checkQuorum, checkResult } = module_check_quorum;
const { checkProof } = module_check_proof;
const { checkStatements } = module_check_statements;
const { readPack } = module_pack;
const { Refusal } = module_refusal;
const { readTrust } = module_trust;

const checks = [
  ["rail", checkRail], ["checkpoint", checkCheckpoint], ["genesis", checkGenesis], ["governance", checkGovernance],
  ["rollup", checkRollup], ["clause", checkClause], ["inputs", checkInputs], ["statements", checkStatements],
  ["quorum", checkQuorum], ["result", checkResult], ["proof", checkProof],
  ["attestation", checkAttestation],
];

const isOfModels = ({ clause }) => clause?.computation.kind === "model";
const blankRow = (name) => ({ name, state: "not reached", unchecked: [] });

async function verify(packBytes, trustBytes) {
  const steps = [["form", async (state) => { state.pack = await readPack(packBytes); }], ...checks];
  const rows = new Map(steps.map(([name]) => [name, blankRow(name)]));
  const report = { checks: [...rows.values()].filter(({ name }) => name !== "proof") };
  let trust;
  try {
    trust = await readTrust(trustBytes);
  } catch (error) {
    return { ...report, verdict: "reject", check: "trust", ...refusalOf(error) };
  }
  const state = { trust };
  for (const [name, check] of steps) {
    if (name === "proof" && !isOfModels(state)) continue;
    const row = rows.get(name);
    const context = { suites: trust.suites, unchecked: (code, what) => row.unchecked.push({ code, what }) };
    try {
      await check(state, context);
      row.state = row.unchecked.length > 0 ? "unchecked" : "passed";
      if (name === "clause" && isOfModels(state)) report.checks = [...rows.values()];
    } catch (error) {
      const refusal = refusalOf(error);
      Object.assign(row, { state: "failed" }, refusal);
      return { ...report, verdict: "reject", check: row.name, ...refusal, state };
    }
  }
  return { ...report, ...summary(state), verdict: verdictOf(report.checks), state };
}

const verdictOf = (rows) => (rows.some(({ state }) => state === "unchecked") ? "unchecked" : "accept");

function refusalOf(error) {
  if (error instanceof Refusal) return { code: error.code, place: error.place };
  throw error;
}

function summary({ quorum, agreeing, statements, witnesses, stamps }) {
  const trusted = stamps.find(({ isTrusted }) => isTrusted);
  const existedBy = trusted && new Date(trusted.existedBy).toISOString();
  return { existedBy, signal: quorum.signal, override: quorum.override !== undefined, agreeing: agreeing.length,
    differing: statements.length - agreeing.length, witnesses };
}
return { verify };
})();
const module_dom = (() => {

function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}
return { h };
})();
const module_words = (() => {

const checkWords = {
  form: ["The file is whole", "One canonical document, every field known, nothing changed since it was made."],
  rail: ["It is of your rail", "The pack names the rail that your trust file describes."],
  checkpoint: ["The log is signed", "The log's key, and as many validators and witnesses as were asked for, signed this state of the log."],
  genesis: ["The rail's beginning is in the log", "Entry 0 of the log is the founding document in your trust file."],
  governance: ["Every decision holds", "All decisions of the committee and the issuers, in order, with enough votes and good signatures."],
  rollup: ["The decision is in the log", "How this job was decided was logged, signed by the rail, under the governance shown."],
  clause: ["The agreement was in force", "The clause was published, approved and active when the event came."],
  inputs: ["The inputs are those committed to", "Each value is the one the nodes were given, signed by its feed where the clause names one."],
  statements: ["Each node was entitled", "Every statement is signed by an approved operator's node, under its own token."],
  quorum: ["Enough of them agree", "Distinct operators and jurisdictions signed the same result, as the clause demands."],
  result: ["The result follows", "The signal follows from the terms that the nodes signed, for this occurrence and no other."],
  proof: ["The proof of the model's answer", "The model is the one that the clause names, and its node signed this proof of this answer, for this job and the input that its feed signed. Whether the proof holds is not computed in this page. Where the committee decided there is none."],
  attestation: ["The machines' evidence is taken", "The kind of evidence about the nodes' machines is one the clause and you accept."],
};

const verdictWords = {
  accept: ["Verified", "All checks passed, here in your browser."],
  reject: ["Refused", "This pack does not prove what it says."],
  unchecked: ["Not fully checked", "Nothing failed, and something was not computed in this page. Do not take it for verified: use nexus verify or nexus-verify."],
};

const signalWords = {
  TRIGGER: "the conditions are met",
  PASS: "nothing is due",
  FAIL: "an obligation was not met",
  ESCALATE: "people have to look",
};

const stateWords = { "passed": "Passed", "failed": "Failed", "unchecked": "Unchecked",
  "not reached": "Not reached" };
return { checkWords, verdictWords, signalWords, stateWords };
})();
const module_render = (() => {
const { h } = module_dom;
const { checkWords, signalWords, stateWords, verdictWords } = module_words;

function renderReport(view) {
  return [verdict(view), view.subject && subject(view.subject), checks(view.checks), proof(view.proof),
    terms(view.terms), inputs(view.inputs), answers(view.answers), log(view.log), notShown(view.notShown),
    agreement(view.text)].filter(Boolean);
}

const classOf = (state) => state.replace(" ", "-");

function verdict({ verdict: name, check, code, place }) {
  const [title, sentence] = verdictWords[name];
  const where = check === "trust" ? "the trust file could not be read" : check && `the check “${check}” failed`;
  return h("section", { class: `verdict ${name}`, "aria-labelledby": "verdict" },
    h("span", { class: "mark", "aria-hidden": true }),
    h("div", {},
      h("h2", { id: "verdict", tabindex: -1 }, title),
      h("p", {}, where ? `${sentence} More exactly: ${where}.` : sentence),
      code && h("p", { class: "code" }, h("code", {}, code), place ? [" at ", h("code", {}, place)] : null)));
}

function subject(it) {
  const agreed = it.override !== undefined ? `decided by the committee, entry ${it.override}`
    : it.agreeing === undefined ? undefined : `${it.agreeing} of ${it.all} statements agree`;
  return h("section", { class: "subject" },
    h("p", { class: "eyebrow" }, it.rail),
    h("h2", {}, it.title ?? it.clauseId),
    h("p", { class: "outcome" }, h("span", { class: `signal ${it.signal}` }, it.signal), " ",
      signalWords[it.signal]),
    facts([[it.occurrenceName ?? "occurrence", it.occurrence], ["clause", h("code", {}, it.clauseId)],
      ["agreement", agreed], ["decided at", h("time", { datetime: it.decidedAt }, readable(it.decidedAt))],
      ["corrects job", it.supersedes && digest(it.supersedes)], ["job", digest(it.jobId)],
      ["rail", digest(it.railId)]]));
}

function facts(rows) {
  return h("dl", { class: "facts" }, rows.filter(([, value]) => value !== undefined).map(([name, value]) =>
    h("div", {}, h("dt", {}, name), h("dd", {}, value))));
}

const readable = (time) => `${time.slice(0, 10)} ${time.slice(11, 19)} UTC`;

const digest = (text) => h("code", { class: "digest", title: text }, text);

const counted = { 12: "Twelve", 13: "Thirteen" };

function checks(rows) {
  return h("section", { "aria-labelledby": "checks" }, h("h3", { id: "checks" }, `${counted[rows.length]} checks`),
    h("ol", { class: "checks" }, rows.map((row) => {
      const [title, sentence] = checkWords[row.name];
      return h("li", { class: classOf(row.state), "data-check": row.name },
        h("span", { class: "mark", "aria-hidden": true }),
        h("div", {},
          h("p", { class: "title" }, h("span", { class: "name" }, title), " ", h("code", {}, row.name),
            h("span", { class: "state" }, stateWords[row.state])),
          h("p", {}, sentence),
          row.code && h("p", { class: "code" }, h("code", {}, row.code), row.place ? ` at ${row.place}` : null),
          row.unchecked.map(({ code, what }) => h("p", { class: "code" }, h("code", {}, code), ` ${what}`))));
    })));
}

function proof(it) {
  if (!it) return null;
  return h("section", { "aria-labelledby": "proof" }, h("h3", { id: "proof" }, "The proof, not checked here"),
    h("p", {}, "One node computed a model over an input that stays hidden, and handed over a proof. This page sees ",
      "that the node signed this proof of this answer; whether it holds, nexus verify and nexus-verify compute."),
    facts([["model", digest(it.model)], ["proof", digest(it.digest)], ["size", `${it.bytes} bytes`]]));
}

function table(title, id, head, rows) {
  if (rows.length === 0) return null;
  return h("section", { "aria-labelledby": id }, h("h3", { id }, title),
    h("div", { class: "scroll", tabindex: 0, role: "region", "aria-labelledby": id },
      h("table", {}, h("thead", {}, h("tr", {}, head.map((name) => h("th", { scope: "col" }, name)))),
        h("tbody", {}, rows.map((cells) => h("tr", {}, cells.map((cell, i) =>
          h(i === 0 ? "th" : "td", i === 0 ? { scope: "row" } : {}, cell ?? "–"))))))));
}

function terms(rows) {
  const withUnit = (value, unit) => (value === undefined ? undefined : unit ? `${value} ${unit}` : value);
  return table("Terms, as the nodes signed them", "terms", ["Term", "Condition", "Observed", "Threshold", "Margin", ""],
    rows.map((term) => [term.name, h("code", {}, term.expression), withUnit(term.observed, term.unit),
      withUnit(term.threshold, term.unit), withUnit(term.margin, term.unit),
      h("span", { class: `chip ${term.verdict}` }, term.verdict)]));
}

function inputs(rows) {
  return table("Inputs", "inputs", ["Input", "Value", "Edition", "Feed", "Retrieved"], rows.map((input) => [
    input.name, valueOf(input),
    input.edition || undefined, input.feed, readable(input.retrievedAt)]));
}

function valueOf({ value, unit, isHidden }) {
  if (value === null) return h("em", {}, "withheld");
  if (isHidden) return [h("em", {}, "hidden, known by its commitment "), digest(value)];
  return [value, unit ? ` ${unit}` : ""];
}

function answers(rows) {
  return table("The nodes' answers", "answers", ["Operator", "Place", "Outcome", "Result", "Machine", "Attestation"],
    rows.map((answer) => [answer.operator, answer.jurisdiction,
      h("span", { class: `chip ${answer.outcome}` }, answer.outcome), answer.result && digest(answer.result),
      answer.engine, answer.attestation && h("span", { class: "chip badge" }, answer.attestation)]));
}

function log(it) {
  if (!it) return null;
  return h("section", { "aria-labelledby": "log" }, h("h3", { id: "log" }, "The log"),
    facts([["log", it.origin], ["entries", it.size], ["decisions", it.decisions ?? undefined],
      ["validators who cosigned", String(it.validators)], ["witnesses who cosigned", String(it.witnesses)],
      ["existed by, on a time-stamping authority's word", it.existedBy && readable(it.existedBy)]]));
}

function notShown(lines) {
  if (lines.length === 0) return null;
  return h("section", { "aria-labelledby": "not-shown", class: "aside" },
    h("h3", { id: "not-shown" }, "What this does not show"), h("ul", {}, lines.map((line) => h("li", {}, line))));
}

function agreement(it) {
  if (!it) return null;
  return h("section", {}, h("details", {}, h("summary", {}, "The agreement, as its parties read it"),
    h("div", { class: "legal", lang: it.language }, it.text)));
}
return { renderReport };
})();
const module_view = (() => {
const { utf8Length } = module_bytes;
const { valueText } = module_inputs;

function viewOf(report) {
  const { state = {} } = report;
  return {
    verdict: report.verdict, check: report.check, code: report.code, place: report.place, checks: report.checks,
    subject: state.quorum && subjectOf(state), proof: state.proof, terms: termsOf(state), inputs: inputsOf(state),
    answers: answersOf(state), log: state.checkpoint && logOf(state), text: textOf(state),
    notShown: report.verdict === "reject" ? [] : notShownBy(state),
  };
}

function subjectOf({ quorum, clause, trust, agreeing, statements }) {
  return { rail: trust.genesis.name, railId: trust.rail, title: clause?.title, clauseId: quorum.clause.id,
    occurrence: quorum.occurrence, occurrenceName: clause?.occurrence.name, signal: quorum.signal,
    override: quorum.override?.entry, decidedAt: quorum.decidedAt, jobId: quorum.jobId, supersedes: quorum.supersedes,
    agreeing: agreeing?.length, all: statements?.length };
}

function termsOf({ agreeing, clause }) {
  const result = agreeing?.[0]?.result;
  if (!result) return [];
  return result.terms.map((term, i) => ({ name: term.name, role: clause.terms[i]?.role, expression: term.expression,
    observed: term.observed, threshold: term.threshold, margin: term.marginText, unit: term.unit,
    verdict: term.verdict }));
}

function inputsOf({ pack, clause, quorum }) {
  if (!pack || !quorum) return [];
  return pack.inputs.map((input, i) => ({ name: input.name, unit: clause?.inputs[i]?.unit, edition: input.edition,
    feed: clause?.inputs[i]?.feed, value: input.shown ? shortened(valueText(input)) : null,
    retrievedAt: input.retrievedAt, isHidden: clause?.inputs[i]?.kind === "committed" }));
}

function shortened(text) {
  if (text === null) return "(not text)";
  return utf8Length(text) > 200 ? `${text.slice(0, 200)}…` : text;
}

function answersOf({ quorum, statements, current }) {
  if (!quorum || !current) return [];
  return quorum.attempts.map((attempt) => {
    const cac = statements?.find((statement) => statement.attempt === attempt.attempt);
    const operator = current.operators.findLast(({ did }) => did === attempt.operator);
    return { number: attempt.attempt, operator: operator?.name ?? attempt.operator, node: attempt.node,
      jurisdiction: cac?.governance.jurisdiction ?? operator?.jurisdiction, outcome: attempt.outcome,
      detail: attempt.detail, attestation: cac?.attestation.kind, result: cac?.resultDigest,
      engine: cac && `${cac.runtime.engine} ${cac.runtime.version}` };
  });
}

function logOf({ checkpoint, validators, witnesses, stamps, snapshots }) {
  const trusted = stamps?.find(({ isTrusted }) => isTrusted);
  return { origin: checkpoint.origin, size: String(checkpoint.size), validators, witnesses,
    decisions: snapshots ? snapshots.length - 1 : null,
    existedBy: trusted && new Date(trusted.existedBy).toISOString() };
}

const textOf = ({ clause }) => clause && { language: clause.language, text: clause.text };

function notShownBy({ agreeing, validators, witnesses, pack, quorum, stamps, proof }) {
  const out = [];
  if (agreeing?.some(({ attestation }) => attestation.kind === "simulated")) {
    out.push("Attestation is simulated: nothing is shown about the nodes' hardware.");
  }
  out.push(validators + witnesses === 0
    ? "Nobody cosigned the log: that it was rolled back is not excluded."
    : "A rollback of the log is excluded unless every cosigner named above signed two histories.");
  const withheld = pack.inputs.filter(({ shown }) => !shown).map(({ name }) => name);
  if (withheld.length > 0) out.push(`Withheld inputs, known by their commitment only: ${withheld.join(", ")}.`);
  if (stamps.some(({ isTrusted }) => !isTrusted)) {
    out.push("A time stamp has no root in the trust file, so it shows no time.");
  }
  if (quorum.override !== undefined) {
    out.push("The committee decided in the nodes' place: that is no agreement of nodes.");
  }
  if (proof) {
    out.push("That the model gave these outputs: the proof was not checked here.");
    out.push("Margins and verdicts over the outputs are what the node signed.");
  } else out.push("The computation was not run again: values and margins are what the nodes signed.");
  out.push("Times are claims of those who signed them.");
  return out;
}
return { viewOf };
})();
const module_main = (() => {
const { decodeUtf8 } = module_bytes;
const { verify } = module_verify;
const { renderReport } = module_render;
const { viewOf } = module_view;

const slots = { pack: null, trust: null };
const byId = (id) => document.getElementById(id);

function kindOf(bytes) {
  const text = decodeUtf8(bytes.subarray(0, 67_108_864)) ?? "";
  if (/"format"\s*:\s*"nexus\.trust\/v1"/.test(text)) return "trust";
  return "pack";
}

async function take(files, chosenFor) {
  for (const file of files) {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const kind = chosenFor ?? kindOf(bytes);
    slots[kind] = { name: file.name, bytes };
    const label = byId(`${kind}-name`);
    label.textContent = file.name;
    label.closest(".slot").classList.add("filled");
  }
  await check();
}

async function check() {
  const status = byId("status");
  if (!slots.pack || !slots.trust) {
    status.textContent = slots.pack ? "Now the trust file." : slots.trust ? "Now the evidence pack." : "";
    return;
  }
  status.textContent = "Checking…";
  try {
    const report = await verify(slots.pack.bytes, slots.trust.bytes);
    byId("report").replaceChildren(...renderReport(viewOf(report)));
    document.body.dataset.verdict = report.verdict;
    document.title = `${document.querySelector("#verdict").textContent}: ${slots.pack.name}`;
    byId("verdict").focus({ preventScroll: true });
    byId("report").scrollIntoView({ block: "start" });
    status.textContent = "";
  } catch (error) {
    byId("report").replaceChildren();
    document.body.dataset.verdict = "fault";
    status.textContent = `This page failed, which says nothing about the pack: ${error}`;
  }
}

function listen() {
  for (const kind of ["pack", "trust"]) {
    byId(`${kind}-file`).addEventListener("change", ({ target }) => take(target.files, kind));
  }
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    document.body.classList.add("dragging");
  });
  document.addEventListener("dragleave", ({ relatedTarget }) => {
    if (!relatedTarget) document.body.classList.remove("dragging");
  });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    document.body.classList.remove("dragging");
    take(event.dataTransfer.files);
  });
  byId("print").addEventListener("click", () => print());
}

if (globalThis.crypto?.subtle) listen();
else {
  byId("status").textContent = "This browser gives no cryptography to this page. Open the file itself, or over https.";
}
return {  };
})();
</script>
</body>
</html>

"""##
