/** Decoding, counts, means, quantiles, outlines. */
import assert from "node:assert/strict";
import { test } from "node:test";

import * as page from "./page.mjs";

const { constants, histograms } = page;

test("blocks are unpacked to the bytes that went in", async () => {
  page.putBlock(0, "2Nj{?ZG^5(dH.Bn7!__:h!)|{b"); // 1 to 10, as atlas/encode.py packs them
  assert.deepEqual([...(await page.readBlock(0))], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  page.putBlock(1, " 1Nj}p??u_.Y7]sPDa[eeB@.;=@\n");
  assert.deepEqual(await page.readJsonBlock(1), { a: [1, 2] });
});

test("planes of bytes are joined, the lowest first", () => {
  const two = page.joinPlanes(Uint8Array.of(1, 255, 2, 0), 2, 2);
  assert.ok(two instanceof Uint16Array);
  assert.deepEqual([...two], [513, 255]);
  const four = page.joinPlanes(Uint8Array.of(4, 3, 2, 1), 1, 4);
  assert.ok(four instanceof Uint32Array);
  assert.deepEqual([...four], [0x01020304]);
});

test("steps stand for numbers between the ends", () => {
  assert.equal(page.stepValue({ low: -1, high: 1 }, 0), -1);
  assert.equal(page.stepValue({ low: -1, high: 1 }, 127), 0);
  assert.equal(page.stepValue({ low: -1, high: 1 }, 254), 1);
  const map = { xRange: [0, 10], yRange: [-5, 5] };
  assert.deepEqual(page.realPosition(map, 65535, 0), [10, -5]);
});

test("means and counts are of the cells in focus that have a value", () => {
  const values = Uint8Array.of(10, 30, constants.missing, 50, 200);
  const codes = Uint8Array.of(0, 0, 0, 1, 1);
  const { sum, high, n } = page.meansByCode(values, 30, codes, 3, [0, 1, 2, 3]);
  assert.deepEqual([...sum], [40, 50, 0]);
  assert.deepEqual([...n], [2, 1, 0]);
  assert.deepEqual([...high], [0, 1, 0]); // at the threshold is not above it
  assert.deepEqual([...page.countByCode(codes, 3, [0, 3, 4])], [1, 2, 0]);
  const bars = page.countByBar(codes, 2, Uint8Array.of(1, 0, 1, 1, 1), 2, [0, 1, 2, 3, 4]);
  assert.deepEqual(bars.map((bar) => [...bar]), [[1, 0], [2, 2]]);
});

test("histograms part focus from rest and leave missing values out", () => {
  const values = Uint8Array.of(0, 0, 254, 255);
  const codes = Uint8Array.of(1, 1, 1, 1);
  const { focus, rest } = histograms(values, codes, 2, Uint8Array.of(1, 0, 1, 1));
  assert.deepEqual(focus.map(({ n }) => n), [0, 2]);
  assert.deepEqual(rest.map(({ n }) => n), [0, 1]);
  assert.equal(focus[1].bins[0], 1);
  assert.equal(focus[1].bins[254], 1);
  assert.equal(focus[1].bins.length, 255);
});

function histogramOf(steps) {
  const values = Uint8Array.from(steps);
  const everyone = new Uint8Array(values.length);
  return histograms(values, everyone, 1, everyone.map(() => 1)).focus[0];
}

test("quantiles are steps that cells have", () => {
  const histogram = histogramOf([10, 20, 30, 40]);
  assert.equal(page.quantileStep(histogram, 0), 10);
  assert.equal(page.quantileStep(histogram, 0.25), 10);
  assert.equal(page.quantileStep(histogram, 0.5), 20);
  assert.equal(page.quantileStep(histogram, 0.51), 30);
  assert.equal(page.quantileStep(histogram, 1), 40);
  assert.equal(page.quantileStep(histogramOf([]), 0.5), constants.lastStep);
});

test("bandwidths follow Silverman and stay within their bounds", () => {
  const even = Array.from({ length: 201 }, (_, i) => i + 20);
  // Quartiles 100 steps apart, standard deviation 58.0: 0.9 · 58.0 · 201^-0.2 = 18.08.
  assert.equal(page.bandwidthOf(histogramOf(even), 5), 18);
  assert.equal(page.bandwidthOf(histogramOf([7, 7, 7]), 5), 5);
  assert.equal(page.bandwidthOf(histogramOf([0, 254]), 5), 42);
});

test("outlines peak at 1 where the cells are, and are mirrored at the ends", () => {
  const outline = page.smoothOutline(histogramOf([101, 101, 101]), 5);
  assert.equal(outline.length, 64);
  assert.equal(outline.indexOf(1), 25); // step 101 = 4 · 25 + 1
  assert.ok(Math.abs(outline[24] - Math.exp(-16 / 50)) < 1e-12);
  assert.equal(outline[0], 0);
  assert.equal(page.smoothOutline(histogramOf([0]), 5).indexOf(1), 0);
  assert.deepEqual([...page.smoothOutline(histogramOf([]), 5)], Array(64).fill(0));
});

test("violins are closed and as wide as they say; few cells are points or boxes", () => {
  const feature = { kind: "signature", low: 0, high: 254 };
  const histogram = histogramOf(Array(50).fill(101));
  const both = page.violinShape(feature, 3, histogram, { left: true, right: true });
  assert.deepEqual(both[0], both.at(-1));
  const places = both.map(([x]) => x);
  assert.ok(Math.abs(Math.max(...places) - 3.42) < 1e-9);
  assert.ok(Math.abs(Math.min(...places) - 2.58) < 1e-9);
  const right = page.violinShape(feature, 3, histogram, { left: false, right: true });
  assert.equal(Math.min(...right.map(([x]) => x)), 3);
  const box = page.boxShape(feature, 0, histogramOf([10, 20, 30, 40]), { left: true, right: true });
  const heights = box.map(([, y]) => y);
  assert.deepEqual([Math.min(...heights), Math.max(...heights)], [10, 40]);
  assert.equal(page.waysForFew([{ n: 0 }, { n: 30 }]), null);
  assert.equal(page.waysForFew([{ n: 29 }, { n: 500 }]), "points");
  assert.equal(page.waysForFew(Array(60).fill({ n: 29 })), "boxes");
});
