// did-key-v1: DIDs, and the keys that did:key names.
import { equal, utf8Length } from "./bytes.js";
import { uncompressed } from "./p256.js";
import { refuse, require } from "./refusal.js";

export const suiteNames = ["Ed25519", "ECDSA-P256", "ML-DSA-65", "Ed25519+ML-DSA-65", "SLH-DSA-SHA2-128s"];

const codecs = [
  { suite: "Ed25519", codec: [0xed, 0x01], length: 32, short: true },
  { suite: "ECDSA-P256", codec: [0x80, 0x24], length: 33, short: true },
  { suite: "ML-DSA-65", codec: [0x91, 0x24], length: 1952 },
  { suite: "Ed25519+ML-DSA-65", codec: [0x81, 0x80, 0xc0, 0x01], length: 1984 },
  { suite: "SLH-DSA-SHA2-128s", codec: [0xa0, 0x24], length: 32 },
];

export function readDid(text, place) {
  const shaped = /^did:[a-z0-9]+:[A-Za-z0-9._:%-]*[A-Za-z0-9._%-]$/.test(text);
  require(shaped && utf8Length(text) <= 8192, "trust.bad-did", place);
  return text;
}

// {suite, key, did} of a did:key.
export function readDidKey(text, place) {
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
