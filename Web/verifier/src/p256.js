// Points of P-256: browsers import only uncompressed ones, so the second half is computed here.
import { concat, fromHex, hex } from "./bytes.js";

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

// SEC 1 section 2.3.4: 65 bytes, or null where no point has this x.
export function uncompressed(point) {
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

// r and s from 1 below the order, s in its lower half: one signature has one form.
export function hasLowS(signature) {
  const r = toInteger(signature.subarray(0, 32));
  const s = toInteger(signature.subarray(32));
  return r > 0n && r < order && s > 0n && s <= order / 2n;
}
