// Signatures by suite, as far as WebCrypto computes them: true, false, or "unchecked". What cannot be computed here is
// never said to be valid.
import { concat, fromHex, utf8 } from "./bytes.js";
import { sha256 } from "./hashing.js";
import { hasLowS, uncompressed } from "./p256.js";

export const unchecked = "unchecked";

const lengths = { "Ed25519": 64, "ECDSA-P256": 64, "ML-DSA-65": 3309, "Ed25519+ML-DSA-65": 3373,
  "SLH-DSA-SHA2-128s": 7856 };

export async function verifySignature(suite, key, message, signature) {
  if (signature.length !== lengths[suite]) return false;
  switch (suite) {
    case "Ed25519": return verifyEd25519(key, message, signature);
    case "ECDSA-P256": return verifyP256(key, message, signature);
    case "Ed25519+ML-DSA-65": return verifyHybrid(key, message, signature);
    default: return unchecked;
  }
}

// RFC 8032, test 1: asked once, so that a browser without Ed25519 is told from a signature that is none.
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

export async function verifyEd25519(key, message, signature) {
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

// Both halves must verify: the first can show that it is not valid, and alone never that it is.
async function verifyHybrid(key, message, signature) {
  const label = utf8("nexus/hybrid/Ed25519+ML-DSA-65/v1\0");
  const bound = concat(label, await sha256(key), message);
  const first = await verifyEd25519(key.slice(0, 32), bound, signature.slice(0, 64));
  return first === false ? false : unchecked;
}
