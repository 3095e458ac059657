// Bytes: joining, comparing, hexadecimal, strict base64, UTF-8.
import { refuse } from "./refusal.js";

const encoder = new TextEncoder();

export const utf8 = (text) => encoder.encode(text);

export const utf8Length = (text) => encoder.encode(text).length;

// Null where the bytes are no UTF-8; a byte order mark stays what it is, a character.
export function decodeUtf8(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

export function concat(...parts) {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

export function equal(a, b) {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

export function hex(bytes) {
  let out = "";
  for (const byte of bytes) out += byte.toString(16).padStart(2, "0");
  return out;
}

export function fromHex(text) {
  const out = new Uint8Array(text.length / 2);
  for (let i = 0; i < out.length; i++) out[i] = parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return out;
}

// Eight bytes, big-endian, of a number or BigInt from 0.
export function uint64(value) {
  const out = new Uint8Array(8);
  new DataView(out.buffer).setBigUint64(0, BigInt(value));
  return out;
}

export function toBase64(bytes) {
  let binary = "";
  for (let i = 0; i < bytes.length; i += 8192) binary += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(binary);
}

// RFC 4648 section 4 with padding, unused bits zero: writing it again must give the same text.
export function fromBase64(text, place) {
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
