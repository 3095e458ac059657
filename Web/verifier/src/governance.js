// governance-entry-v1: folding entries into snapshots.
import { verifyEnvelope } from "./envelope.js";
import { readClause } from "./clause.js";
import { applyDecision } from "./decisions.js";
import { readPolicy } from "./policy.js";
import { readBallot } from "./proposal.js";
import { require } from "./refusal.js";
import { copySnapshot, newestKey } from "./snapshot.js";

// The snapshot after an entry; the one before stays as it was.
export async function fold(snapshot, entry, logIndex, genesis, context) {
  const follows = entry.number === snapshot.number + 1 && entry.previous === snapshot.head;
  require(follows, "governance.broken-chain", `entry ${entry.number}`);
  const next = copySnapshot(snapshot);
  await decide(next, entry, logIndex, genesis, context);
  return Object.assign(next, { number: entry.number, head: entry.digest, logIndex });
}

// Steps 2 to 6, on a snapshot that is changed.
export async function decide(snapshot, entry, logIndex, genesis, context) {
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

// Who approved; every ballot counted or not must hold.
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
