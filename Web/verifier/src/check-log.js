// evidence-pack-v1, checks 2 to 6: what stands in the log, and who signed for it.
import { verifyTimeStamp } from "./anchor.js";
import { equal, utf8 } from "./bytes.js";
import { readEnvelope, verifyEnvelope } from "./envelope.js";
import { decide, fold } from "./governance.js";
import { digestText } from "./hashing.js";
import { isIncluded, leafHash } from "./merkle.js";
import { readCheckpoint, readNote, readVerifierKey, verifyLine } from "./note.js";
import { readEntry } from "./proposal.js";
import { readQuorum } from "./quorum.js";
import { require } from "./refusal.js";
import { readRollup } from "./rollup.js";
import { copySnapshot, emptySnapshot, snapshotDigest } from "./snapshot.js";

const mismatch = (condition, place) => require(condition, "evidence.mismatch", place);

export function checkRail({ pack, trust }) {
  require(pack.rail === trust.rail, "evidence.other-rail", "rail");
}

export async function checkCheckpoint(state, context) {
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

// Keys as the trust file has them, each replaced by what the rotations lead to.
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

// Whatever does not read is passed over here: check 5 reads and verifies each of them.
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

export async function checkGenesis(state) {
  const { pack, trust } = state;
  mismatch(equal(pack.genesis.bytes, trust.genesis.bytes), "genesis.bytes");
  mismatch(pack.genesis.index === 0, "genesis.index");
  await inLog(pack.genesis, state, "genesis");
}

export async function checkGovernance(state, context) {
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

export async function checkRollup(state, context) {
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

