/** The chunk that tells programs how large a PNG is on paper. */
import assert from "node:assert/strict";
import { test } from "node:test";
import zlib from "node:zlib";

import * as page from "./page.mjs";

test("a PNG says that it has 300 dots per inch, right after its header", () => {
  const png = Uint8Array.from({ length: 60 }, (_, i) => i);
  const found = page.withDensity(png, 300);
  const chunk = Buffer.from(found.subarray(33, 54));
  assert.deepEqual([...found.subarray(0, 33), ...found.subarray(54)], [...png]);
  assert.equal(chunk.readUInt32BE(0), 9);
  assert.equal(chunk.toString("latin1", 4, 8), "pHYs");
  assert.deepEqual([chunk.readUInt32BE(8), chunk.readUInt32BE(12), chunk[16]], [11811, 11811, 1]);
  assert.equal(chunk.readUInt32BE(17), zlib.crc32(chunk.subarray(4, 17)));
});
