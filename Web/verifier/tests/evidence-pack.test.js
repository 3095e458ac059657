// Every golden pack: the same verdict, check and code as the vectors say.
import assert from "node:assert/strict";
import { test } from "node:test";
import { utf8 } from "../src/bytes.js";
import { verify } from "../src/verify.js";
import { bytesOf, casesOf } from "./vectors.js";

export const packBytes = ({ pack, packBase64 }) => (packBase64 ? bytesOf(packBase64) : utf8(pack));

// What is not computed here stays open and is never accepted: ML-DSA cosignatures, which WebCrypto lacks, and what a
// proof itself says. These packs and no others.
const openPacks = new Map([
  ...["accept/015", "reject/198"].map((name) => [name, "log.unsupported-signature"]),
  ...["accept/023", "reject/233", "reject/235", "reject/236", "reject/237", "reject/239"]
    .map((name) => [name, "proof.unsupported"]),
]);

for (const kind of ["accept", "reject"]) {
  for (const item of casesOf("evidence-pack", kind)) {
    test(`evidence-pack ${kind}/${item.name}`, async () => {
      const report = await verify(packBytes(item), utf8(item.trust));
      const open = openPacks.get(`${kind}/${item.name.slice(0, 3)}`);
      if (open) {
        assert.equal(report.verdict, "unchecked");
        assert.deepEqual(report.checks.flatMap(({ unchecked }) => unchecked.map(({ code }) => code)), [open]);
      } else assertSame(report, item.expect);
    });
  }
}

function assertSame(report, expect) {
  for (const [key, value] of Object.entries(expect)) assert.equal(report[key], value, key);
}
