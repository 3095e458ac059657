// Every golden pack: the same verdict, check and code as the vectors say.
import assert from "node:assert/strict";
import { test } from "node:test";
import { utf8 } from "../src/bytes.js";
import { verify } from "../src/verify.js";
import { bytesOf, casesOf } from "./vectors.js";

export const packBytes = ({ pack, packBase64 }) => (packBase64 ? bytesOf(packBase64) : utf8(pack));

// What is not computed here stays open and is never accepted: ML-DSA cosignatures, which WebCrypto lacks, what a
// proof itself says, credentials, and documents of evidence. These packs and no others.
const openPacks = new Map([
  ...["accept/015", "reject/198"].map((name) => [name, "log.unsupported-signature"]),
  ...["accept/023", "reject/233", "reject/235", "reject/236", "reject/237", "reject/239"]
    .map((name) => [name, "proof.unsupported"]),
  ["accept/025", "trust.unsupported-credential"],
  ...["accept/032", "accept/033", "accept/034", "reject/259", "reject/260", "reject/261", "reject/262", "reject/263",
    "reject/264"].map((name) => [name, "attestation.unsupported-format"]),
]);

for (const kind of ["accept", "reject"]) {
  for (const item of casesOf("evidence-pack", kind)) {
    test(`evidence-pack ${kind}/${item.name}`, async () => {
      const report = await verify(packBytes(item), utf8(item.trust));
      const open = openPacks.get(`${kind}/${item.name.slice(0, 3)}`);
      if (open) {
        assert.equal(report.verdict, "unchecked");
        const codes = report.checks.flatMap(({ unchecked }) => unchecked.map(({ code }) => code));
        assert.deepEqual([...new Set(codes)], [open]);
      } else assertSame(report, item.expect);
    });
  }
}

function assertSame(report, expect) {
  for (const [key, value] of Object.entries(expect)) assert.equal(report[key], value, key);
}
