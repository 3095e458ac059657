// proof-v1, section 3, "Bounds": whatever the input, no accumulator leaves 31 bits and no requantisation wraps.
import { require } from "./refusal.js";

const p = 2n ** 64n - 2n ** 32n + 1n;
const bounded = (condition, place) => require(condition, "proof.bad-bound", place);

export function checkBounds({ size, shift, lower, bias, terms }, place) {
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

// The largest sum of absolute weights of one output.
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
