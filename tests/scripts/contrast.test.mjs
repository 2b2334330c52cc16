/** The selection against the rest: numbers that can be counted by hand. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { constants, selectionContrast as contrast } from "./page.mjs";

const feature = { id: "g:CD3E", name: "CD3E", kind: "gene", low: 0, high: 2.54, threshold: 0 };

/** The share of pairs in which the first is higher, ties half: what an AUROC is. */
function byPairs(inside, rest) {
  let wins = 0;
  for (const a of inside) for (const b of rest) wins += a > b ? 1 : a === b ? 0.5 : 0;
  return wins / (inside.length * rest.length);
}

test("means, shares and AUROC are those of the cells, without those that have no value", () => {
  const values = Uint8Array.of(0, 100, 254, 0, 100, 0, constants.missing, 50);
  const found = contrast.contrastOf(feature, values, Uint32Array.of(0, 1, 2, 6));
  assert.deepEqual([found.n, found.nRest], [3, 4]);
  assert.equal(found.share, 2 / 3);
  assert.equal(found.shareRest, 0.5);
  assert.ok(Math.abs(found.mean - (0 + 1 + 2.54) / 3) < 1e-9);
  assert.ok(Math.abs(found.meanRest - (0 + 1 + 0 + 0.5) / 4) < 1e-9);
  assert.equal(found.auroc, byPairs([0, 100, 254], [0, 100, 0, 50]));
});

test("without values on one side there is nothing to tell", () => {
  const values = Uint8Array.of(constants.missing, 5);
  assert.equal(contrast.contrastOf({ ...feature, id: "g:X" }, values, Uint32Array.of(0)), null);
});

test("the rows are the highest, then the lowest, and none without a difference", () => {
  const rows = [0.5, 0.9, 0.52, 0.1, 0.7, 0.4].map((auroc) => ({ auroc }));
  const { up, down } = contrast.topRows(rows);
  assert.deepEqual(up.map(({ auroc }) => auroc), [0.9, 0.7]);
  assert.deepEqual(down.map(({ auroc }) => auroc), [0.1, 0.4]);
});
