// Networks against the vectors of proofs: their form and bounds are read, what is proved of them is not.
import assert from "node:assert/strict";
import { test } from "node:test";
import { concat, utf8 } from "../src/bytes.js";
import { digestOf, frame } from "../src/hashing.js";
import { readNetwork } from "../src/network.js";
import { bytesOf, casesOf, codeOf } from "./vectors.js";

const fileOf = (network) => concat(frame(utf8("nexus-proof-v1 network")), frame(bytesOf(network)));

for (const { name, network, statement } of casesOf("proof", "accept")) {
  test(`network of proof accept/${name}`, async () => {
    const file = fileOf(network);
    assert.ok(readNetwork(file).multiplications > 0);
    assert.equal(await digestOf(file), JSON.parse(statement).modelHash);
  });

  test(`network of proof accept/${name}, cut or framed otherwise`, async () => {
    const file = fileOf(network);
    for (const bytes of [file.slice(0, -1), file.slice(1), concat(file, new Uint8Array(1)), bytesOf(network),
      new Uint8Array()]) {
      assert.equal(await codeOf(() => readNetwork(bytes)), "proof.malformed");
    }
  });
}

const refused = casesOf("proof", "reject").filter(({ name }) => /network|weight/.test(name));

for (const { name, network, expect } of refused) {
  test(`network of proof reject/${name}`, async () => {
    assert.equal(await codeOf(() => readNetwork(fileOf(network))), expect.code);
  });
}
