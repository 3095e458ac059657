// log-v1: signed notes, verifier keys and checkpoints.
import { concat, equal, fromBase64, hex, utf8, utf8Length } from "./bytes.js";
import { decodedBase64 } from "./fields.js";
import { sha256 } from "./hashing.js";
import { Refusal, refuse, require } from "./refusal.js";
import { unchecked, verifyEd25519 } from "./signature.js";

export const logType = 1;
const ed25519Cosigner = 4;
const mlDsaCosigner = 6;
const keyLengths = new Map([[logType, 32], [ed25519Cosigner, 32], [mlDsaCosigner, 1312]]);

const isName = (name) => name.length > 0 && !/[\s+\u0000-\u001f\u007f]/u.test(name) && utf8Length(name) <= 255;

// {text, name, id, type, key} of "name+id+base64", or null.
export async function readVerifierKey(text) {
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

export function readNote(text) {
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

// {origin, size: BigInt, root: bytes}
export async function readCheckpoint(body) {
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

// The key of a line among those known, after its signature was verified; null where nobody knows the key.
export async function verifyLine(line, body, keys, context) {
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

