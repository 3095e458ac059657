// evidence-pack-v1, check 12: the proof of a model's result, as far as it goes without the proof's own arithmetic. That
// the proof holds is not computed here and is said to be unchecked.
import { equal, toBase64 } from "./bytes.js";
import { digestBytes, digestOf } from "./hashing.js";
import { valueText } from "./inputs.js";
import { writeJSON } from "./json.js";
import { readNetwork } from "./network.js";
import { require } from "./refusal.js";

const mismatch = (condition, place) => require(condition, "evidence.mismatch", place);
const proved = (condition, place) => require(condition, "evidence.bad-proof", place);

export async function checkProof(state, context) {
  const { pack, quorum, clause, agreeing } = state;
  if (quorum.override !== undefined) return mismatch(!pack.proof, "proof");
  proved(pack.proof, "proof");
  const input = pack.inputs[clause.inputs.findIndex(({ kind }) => kind === "committed")];
  proved(input.shown, "inputs");
  mismatch(await digestOf(pack.proof.model) === clause.computation.module, "proof.model");
  const network = readNetwork(pack.proof.model);
  mismatch(network.multiplications <= clause.computation.fuel, "proof.model");
  const statement = proofStatement(state, valueText(input), outputOf(agreeing[0].result, clause));
  for (const [i, { proof }] of agreeing.entries()) {
    mismatch(proof && equal(proof.statement, statement), `agreeing[${i}].proof.statement`);
  }
  const digest = await digestOf(pack.proof.proof);
  proved(agreeing.some(({ proof }) => proof.digest === digest), "proof.proof");
  state.proof = { digest, bytes: pack.proof.proof.length, model: clause.computation.module };
  context.unchecked("proof.unsupported", "that the proof holds: computed by nexus verify and nexus-verify, not here");
}

const engineOfModels = { name: "nexus-int8", version: "1", features: "int8-network-v1,proof-v1" };

// The outputs as signed bytes, in the clause's order.
function outputOf({ engine, outputs }, clause) {
  const isOfModels = engine.name === engineOfModels.name && engine.version === engineOfModels.version &&
    engine.features.length === 2 && engine.features.join() === engineOfModels.features;
  mismatch(isOfModels && outputs, "result");
  return Uint8Array.from(clause.outputs, ({ name }) => {
    const value = /^-?[0-9]{1,3}$/.test(outputs.get(name)) ? Number(outputs.get(name)) : NaN;
    mismatch(value >= -128 && value <= 127, `result.outputs.${name}`);
    return value & 0xff;
  });
}

// proof-v1, section 1: nothing in it is the prover's to choose but the output.
function proofStatement({ quorum, clause }, inputRoot, output) {
  return writeJSON(new Map(Object.entries({
    batch: 1, context: toBase64(digestBytes(quorum.jobId)), inputRoot, modelHash: clause.computation.module,
    output: toBase64(output), type: "nexus-proof-v1",
  })));
}
