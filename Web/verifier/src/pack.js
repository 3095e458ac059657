// evidence-pack-v1, "Structure" and check 1, form.
import { Fields, checkedString, decodedBase64, readPath } from "./fields.js";
import { envelopeFields } from "./envelope.js";
import { digestOf } from "./hashing.js";
import { readBoundInput, referenceFields } from "./inputs.js";
import { readCanonical, writeJSON } from "./json.js";
import { require } from "./refusal.js";

export async function readPack(bytes) {
  const value = readCanonical(bytes);
  const fields = new Fields(value);
  require(fields.string("format", 256) === "nexus.evidence-pack/v1", "evidence.not-a-certificate", "format");
  const packDigest = fields.digest("packDigest");
  const pack = {
    packDigest, rail: fields.digest("rail"), genesis: wholeEntry(fields, "genesis"),
    governance: fields.objects("governance", 1_048_576, entryFields), inputs: await readInputs(fields),
    bindings: fields.objects("bindings", 1024, envelopeFields),
    statements: fields.objects("statements", 1024, envelopeFields), quorum: fields.base64("quorum", 4 * 1_048_576),
    rollup: readRollupPlace(fields.object("rollup")), checkpoint: fields.string("checkpoint", 1_048_576),
    rotations: fields.optional("rotations", () => fields.objects("rotations", 1024, entryFields, 1)) ?? [],
    attestations: fields.optional("attestations", () => readDocuments(fields)) ?? [],
    anchors: fields.optional("anchors", () => fields.objects("anchors", 8, anchorFields, 1)) ?? [],
    proof: fields.optional("proof", () => readProofMaterial(fields.object("proof"))),
  };
  fields.end();
  const rest = new Map(value);
  rest.delete("packDigest");
  require(packDigest === await digestOf(writeJSON(rest)), "evidence.pack-damaged", "packDigest");
  return pack;
}

function entryFields(fields) {
  return { bytes: fields.base64("bytes", 65_535), index: fields.integer("index"),
    path: readPath(fields.array("path", 63), fields.at("path")) };
}

function wholeEntry(fields, key) {
  const inner = fields.object(key);
  const entry = entryFields(inner);
  inner.end();
  return entry;
}

function readRollupPlace(fields) {
  const place = { entry: wholeEntry(fields, "entry"), leafIndex: fields.integer("leafIndex") };
  fields.end();
  return place;
}

async function readInputs(fields) {
  const out = [];
  for (const [i, value] of fields.array("inputs", 256).entries()) {
    const outer = new Fields(value, `inputs[${i}]`);
    const shown = outer.has("shown") && outer.object("shown");
    const input = shown ? await readBoundInput(shown) : readReference(outer.object("withheld"));
    outer.end();
    out.push({ ...input, shown: Boolean(shown) });
  }
  return out;
}

function readReference(fields) {
  const reference = referenceFields(fields);
  fields.end();
  return reference;
}

// Evidence documents, as their bytes.
function readDocuments(fields) {
  return fields.array("attestations", 1024, 1).map((text, i) =>
    decodedBase64(text, 4 * 1_048_576, `${fields.at("attestations")}[${i}]`));
}

const proofBytesMax = 6 * 1_048_576;

function readProofMaterial(fields) {
  const material = { model: fields.base64("model", proofBytesMax), proof: fields.base64("proof", proofBytesMax) };
  fields.end();
  require(material.model.length + material.proof.length <= proofBytesMax, "base.too-large", fields.place);
  return material;
}

function anchorFields(fields) {
  const kind = checkedString(fields.take("kind"), 64, fields.at("kind"));
  const proof = fields.base64("proof", 65_536);
  require(kind.length > 0 && proof.length > 0, "log.bad-anchor", fields.place);
  return { kind, proof };
}
