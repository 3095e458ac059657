// Every golden pack: the same verdict, check and code as the vectors say.
import assert from "node:assert/strict";
import { test } from "node:test";
import { utf8 } from "../src/bytes.js";
import { verify } from "../src/verify.js";
import { bytesOf, casesOf } from "./vectors.js";

export const packBytes = ({ pack, packBase64 }) => (packBase64 ? bytesOf(packBase64) : utf8(pack));

// What WebCrypto lacks stays open and is never accepted: ML-DSA cosignatures. These packs and no others.
const openPacks = new Map([["accept/015", "log.unsupported-signature"], ["reject/198", "log.unsupported-signature"]]);

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
