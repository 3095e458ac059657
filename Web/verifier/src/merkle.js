// merkle-v1: Merkle trees of RFC 6962.
import { equal } from "./bytes.js";
import { sha256 } from "./hashing.js";
import { refuse } from "./refusal.js";

const leafMark = new Uint8Array([0]);
const nodeMark = new Uint8Array([1]);

export const leafHash = (entry) => sha256(leafMark, entry);

export const nodeHash = (left, right) => sha256(nodeMark, left, right);

export async function merkleRoot(leaves) {
  if (leaves.length === 0) return sha256(new Uint8Array());
  if (leaves.length === 1) return leaves[0];
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return nodeHash(await merkleRoot(leaves.slice(0, split)), await merkleRoot(leaves.slice(split)));
}

// The root that a path leads to. Index and size are BigInts: logs may hold more than a number counts.
export async function rootOfPath(leaf, index, size, path) {
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

export async function isIncluded(leaf, index, size, path, root) {
  try {
    return equal(await rootOfPath(leaf, index, size, path), root);
  } catch {
    return false;
  }
}
