// proof-v1, section 3: the file of a network, its shapes and how many multiplications it takes. The bounds of its
// numbers are in network-bounds.js.
import { concat, equal, utf8 } from "./bytes.js";
import { frame } from "./hashing.js";
import { checkBounds } from "./network-bounds.js";
import { require } from "./refusal.js";

const most = { layers: 1000, value: 2 ** 20, side: 2 ** 16, weights: 2 ** 28, pool: 64, window: 4096, kernel: 2 ** 22,
  multiplications: 2 ** 36 };

const whole = (condition, place) => require(condition, "proof.malformed", place);
const fits = (condition, place) => require(condition, "proof.bad-network", place);
const small = (condition, place) => require(condition, "proof.too-large", place);

// {sizes: of each value, layers, multiplications}. The file is framed as what the model's hash covers: its SHA-256
// is that hash.
export function readNetwork(file) {
  const head = frame(utf8("nexus-proof-v1 network"));
  const bytes = file.subarray(head.length + 8);
  whole(file.length >= head.length + 8 && equal(file, concat(head, frame(bytes))), "proof.model");
  const reader = new Reader(bytes);
  const [inputSize, output] = [reader.number(), reader.number()];
  const layers = Array.from({ length: reader.count(8) }, () => readLayer(reader));
  whole(reader.at === bytes.length, "network");
  small(inputSize >= 1 && inputSize <= most.value && layers.length <= most.layers, "network");
  const network = { layers, sizes: [inputSize], multiplications: 0 };
  for (const [i, layer] of layers.entries()) checkLayer(layer, network, `network.layers[${i}]`);
  fits(output < network.sizes.length, "network.output");
  for (const [i, layer] of layers.entries()) if (layer.kind === 1) checkBounds(layer, `network.layers[${i}]`);
  return network;
}

// Unsigned 32-bit little-endian numbers, and weights of a byte each.
class Reader {
  constructor(bytes) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.at = 0;
  }

  take(count) {
    whole(this.view.byteLength - this.at >= count, `network, byte ${this.at}`);
    this.at += count;
    return this.at - count;
  }

  number() {
    return this.view.getUint32(this.take(4), true);
  }

  signed() {
    return this.view.getInt32(this.take(4), true);
  }

  // How many follow, of so many bytes each at the least: so that no count takes memory that the file has not.
  count(size) {
    const count = this.number();
    whole(count * size <= this.view.byteLength - this.at, `network, byte ${this.at}`);
    return count;
  }

  weights() {
    const count = this.count(1);
    return new Int8Array(this.view.buffer, this.view.byteOffset + this.take(count), count);
  }
}

function readLayer(reader) {
  const kind = reader.number();
  whole(kind >= 1 && kind <= 3, `network, byte ${reader.at}`);
  if (kind === 3) return { kind, source: reader.number() };
  if (kind === 2) return { kind, source: reader.number(), window: readWindow(reader) };
  const [size, shift, floor] = [reader.number(), reader.number(), reader.number()];
  whole(floor < 2, `network, byte ${reader.at}`);
  const bias = Array.from({ length: reader.count(4) }, () => reader.signed());
  const terms = Array.from({ length: reader.count(12) }, () => readTerm(reader));
  return { kind, size, shift, lower: floor === 1 ? 0 : -128, bias, terms };
}

function readTerm(reader) {
  const [source, multiplier, map] = [reader.number(), reader.number(), reader.number()];
  whole(map < 4, `network, byte ${reader.at}`);
  const window = map >= 2 ? readWindow(reader) : undefined;
  return { source, multiplier, map, window, weights: map === 1 || map === 2 ? reader.weights() : new Int8Array(0) };
}

const windowNumbers = ["channels", "rows", "columns", "height", "width", "down", "right", "top", "left", "outRows",
  "outColumns"];
const readWindow = (reader) => Object.fromEntries(windowNumbers.map((name) => [name, reader.number()]));

export const places = ({ height, width }) => height * width;
export const outArea = ({ outRows, outColumns }) => outRows * outColumns;

function checkLayer(layer, network, place) {
  const { sizes } = network;
  if (layer.kind === 1) {
    const { size, shift, bias, terms } = layer;
    const isRight = terms.length >= 1 && terms.length <= 2 && shift >= 1 && shift <= 62 && size >= 1 &&
      size <= most.value && (bias.length === 0 || size % bias.length === 0);
    fits(isRight, place);
    for (const term of terms) network.multiplications += checkTerm(term, size, sizes, place);
    small(network.multiplications <= most.multiplications, place);
    return sizes.push(size);
  }
  const given = sizes[layer.source];
  fits(given !== undefined, place);
  if (layer.kind === 3) return sizes.push(given);
  checkWindow(layer.window, given, place);
  small(places(layer.window) <= most.pool, place);
  return sizes.push(layer.window.channels * outArea(layer.window));
}

// Shapes of one map; how many multiplications it takes.
function checkTerm({ source, multiplier, map, window, weights }, size, sizes, place) {
  const given = sizes[source];
  fits(multiplier > 0 && multiplier < 2 ** 31 && given !== undefined, place);
  small(weights.length <= most.weights, place);
  require(!weights.includes(-128), "proof.bad-bound", place);
  if (map >= 2) checkWindow(window, given, place);
  if (map === 0) fits(given === size, place);
  if (map === 1) fits(weights.length === given * size, place);
  if (map === 3) fits(size === window.channels * outArea(window), place);
  if (map !== 2) return weights.length;
  const kernel = window.channels * places(window);
  const area = outArea(window);
  fits(size % area === 0 && weights.length === size / area * kernel, place);
  return weights.length * area;
}

function checkWindow(window, size, place) {
  const { channels, rows, columns, height, width, down, right, top, left, outRows, outColumns } = window;
  const sides = [channels, rows, columns, height, width, down, right, outRows, outColumns];
  fits(sides.every((side) => side >= 1 && side <= most.side), place);
  // Every window holds a place of the image.
  const isInside = channels * rows * columns === size && top < height && left < width &&
    (outRows - 1) * down - top < rows && (outColumns - 1) * right - left < columns;
  fits(isInside, place);
  const isSmall = channels * outArea(window) <= most.value && places(window) <= most.window &&
    channels * places(window) <= most.kernel;
  fits(isSmall, place);
}
