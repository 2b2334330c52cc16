/** Bars of samples: their places, and shares of a lineage alone. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { barMarker, countsWithin, groupList, placesOf, segmentBoxes } from "./page.mjs";

const COUNTS = [[1, 2, 3], new Uint32Array([4, 0, 6])];

test("within a lineage only its groups are left", () => {
  assert.deepEqual(countsWithin(COUNTS, [0, 2]), [[1, 0, 3], [4, 0, 6]]);
  assert.equal(countsWithin(COUNTS, null), COUNTS);
});

test("a condition has a line of its own above its bars", () => {
  const bars = { condition: [0, 0, 1] };
  const { positions, headings, length } = placesOf(bars, { labels: ["a", "b"] });
  assert.deepEqual(positions, [1, 2, 4]);
  assert.deepEqual(headings, [{ condition: 0, at: 0 }, { condition: 1, at: 3 }]);
  assert.equal(length, 5);
  assert.deepEqual(placesOf(bars, null).positions, [0, 1, 2]);
});

test("segments fill the width of their bar; a bar of nothing has none", () => {
  const frame = { left: 10, right: 10, top: 0, bottom: 0, width: 120, height: 50 };
  const places = { positions: [0, 1], length: 2 };
  const [first, second] = segmentBoxes(places, [[1, 0, 3], [0, 0, 0]], [4, 0], frame);
  assert.deepEqual(first.map(({ part, x, width }) => [part, x, width]), [[0, 10, 25], [2, 35, 75]]);
  assert.deepEqual(second, []);
});

test("bars of few cells are hatched", () => {
  const { color, pattern } = barMarker(["#111111", "#222222"], [true, false]);
  assert.deepEqual(pattern.shape, ["/", ""]);
  assert.deepEqual(color, pattern.fgcolor);
});

test("a single sample is a list of its groups with share and cells, small ones hatched", () => {
  const labels = ["CAF", "Mast", "Treg"];
  const given = { counts: [70, 0, 10], selected: [30, 0, 10], labels, colours: ["#111111", "#222222", "#333333"], width: 500 };
  const { data, layout, segments } = groupList(given);
  const [bars] = data;
  assert.deepEqual([bars.y, bars.base, bars.x], [[0, 0, 1], [0, 30, 0], [30, 40, 10]]);
  assert.deepEqual(bars.marker.pattern.shape, ["", "", "/"]);
  assert.deepEqual(layout.yaxis.ticktext.map((text) => /CAF|Treg/.exec(text)[0]), ["CAF", "Treg"]);
  assert.match(layout.yaxis2.ticktext[0], /^88%, 70$/);
  assert.match(layout.yaxis2.ticktext[1], /13%, 10/);
  assert.deepEqual(segments.map(([{ part }]) => part), [0, 2]);
});
