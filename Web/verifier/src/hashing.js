// SHA-256 and framed digests (canonical-json-v1).
import { concat, fromHex, hex, uint64, utf8 } from "./bytes.js";

export async function sha256(...parts) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", concat(...parts)));
}

export const digestText = (bytes) => `sha256:${hex(bytes)}`;

export const digestBytes = (text) => fromHex(text.slice(7));

export async function digestOf(bytes) {
  return digestText(await sha256(bytes));
}

export const frame = (bytes) => concat(uint64(bytes.length), bytes);

export async function framedDigest(label, ...fields) {
  return digestText(await sha256(...[utf8(label), ...fields].map(frame)));
}
