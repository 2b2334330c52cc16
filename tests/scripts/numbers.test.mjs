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

test("names that are stored by columns are whole again", async () => {
  page.putBlock(2, "0NXKt{S|ot]7n9wugy#g_)4WL#");
  assert.deepEqual(await page.readNames(2, 3), ["A-1", "", "Zoë"]);
});

test("parts of a table are all chances together, and none that occurs is without", () => {
  for (const codes of [[0], [8, 8], [0, 95, 255], [40, 40, 40, 95]]) {
    const parts = page.fittedParts(Uint8Array.from(codes));
    assert.equal(
      parts.reduce((sum, part) => sum + part, 0),
      4096,
    );
    assert.deepEqual(
      parts.map((part) => part > 0),
      codes.map((code) => code < 255),
    );
  }
  assert.deepEqual([...page.guideBins(Uint8Array.of(0, 1, 2, 3)).subarray(0, 4)], [1, 3, 5, 7]);
});

test("an outline is smooth between the levels that the page keeps", () => {
  assert.equal(page.leastBandwidth({ kind: "signature" }), 5);
  assert.equal(page.leastBandwidth({ kind: "signature", stepsKept: [4, 34, 64, 124] }), 18);
  assert.equal(page.leastBandwidth({ kind: "signature", stepsKept: [4, 7, 10] }), 5);
  assert.equal(page.leastBandwidth({ kind: "gene" }), 10);
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
  const bins = new Float64Array(256);
  [bins[0], bins[100], bins[120]] = [60, 30, 10];
  const gene = { ...feature, kind: "gene" };
  const showing = page.drawnBins(gene, { bins, n: 100 });
  assert.deepEqual([showing.n, showing.share, showing.bins[0], bins[0]], [40, 0.4, 0, 60]);
  assert.equal(page.drawnBins(feature, { bins, n: 100 }).n, 100);
  assert.equal(page.widestShare(gene, [{ bins, n: 100 }]), 0.4);
  const half = page.violinShape(gene, 0, showing, { left: true, right: true, width: 0.5 });
  assert.ok(Math.abs(Math.max(...half.map(([x]) => x)) - 0.21) < 1e-9);
  assert.equal(page.waysForFew([{ n: 0 }, { n: 30 }]), null);
  assert.equal(page.waysForFew([{ n: 29 }, { n: 500 }]), "points");
  assert.equal(page.waysForFew(Array(60).fill({ n: 29 })), "boxes");
});

test("a histogram has a bar for each level of a gene, and few for a score", () => {
  const gene = page.barsOf(Uint8Array.of(0, 0, 8, 254, 255), { kind: "gene" });
  assert.equal(gene.at.length, 32);
  assert.deepEqual([gene.n[0], gene.n[1], gene.n[31]], [2, 1, 1]);
  assert.equal(gene.n.reduce((sum, n) => sum + n), 4, "a cell without a value is in no bar");
  const score = page.barsOf(Uint8Array.of(0, 3, 4, 254), { kind: "signature" });
  assert.deepEqual([score.at.length, score.n[0], score.n[1], score.n[63]], [64, 2, 1, 1]);
  assert.deepEqual([score.at[0], score.at[63]], [1.5, 253]);
  const kept = page.barsOf(Uint8Array.of(7, 7, 90), { kind: "signature", stepsKept: [7, 90, 254] });
  assert.deepEqual([kept.at, [...kept.n]], [[7, 90, 254], [2, 1, 0]]);
});

test("of a gene that most cells lack, the others are seen", () => {
  assert.deepEqual(page.heightsOf({ n: Uint32Array.of(900, 10, 5) }), [1, 1, 0.5]);
});

test("the brush is drawn, moved, and taken by its ends", () => {
  const all = { from: 0, to: 254 };
  const some = { from: 100, to: 150 };
  assert.deepEqual(page.brushed("new", all, 80, 20), { from: 20, to: 80 });
  assert.deepEqual(page.brushed("move", some, 120, 300), { from: 204, to: 254 });
  assert.deepEqual(page.brushed("move", some, 120, -90), { from: 0, to: 50 });
  assert.deepEqual(page.brushed("low", some, 100, 60.4), { from: 60, to: 150 });
  assert.deepEqual(page.brushed("low", some, 100, 170), { from: 150, to: 170 });
  assert.deepEqual(page.brushed("high", some, 150, 400), { from: 100, to: 254 });
});
