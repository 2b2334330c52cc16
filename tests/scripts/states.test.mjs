/** States and lineages: rows of bars, and the table of the groups. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { groupsTable, shortTable, states } from "./page.mjs";

const rows = {
  lineage: ["T cells", "T cells", "T cells", "CAF"],
  state: ["cytotoxic", "cycling", "unassigned", "iCAF-like"],
  note: ["", "2 of 12 genes", "", ""],
  cells: [2000, 2000, 2000, 0],
  called: [500, 0, 1500, 0],
  share: [0.25, 0, 0.75, null],
  low: [0.2, 0, 0.7, null],
  high: [0.3, 0.01, 0.8, null],
  unassigned: "unassigned",
};

test("a lineage has a line of its own above its states", () => {
  const { positions, headings, length } = states.placesOf(rows.lineage);
  assert.deepEqual(positions, [1, 2, 3, 5]);
  assert.deepEqual(headings, [{ lineage: "T cells", at: 0 }, { lineage: "CAF", at: 4 }]);
  assert.equal(length, 6);
});

test("bars are of what was read; every row says how many cells", () => {
  const dots = [{ row: 0, share: 0.9 }, { row: 1, share: 0.1 }];
  const { data, layout, boxes } = states.statesFigure(rows, dots, {
    ...{ width: 500, colourOf: (lineage) => (lineage === "T cells" ? "#123456" : "#000000") },
  });
  const [bars, points] = data;
  assert.deepEqual(bars.x, [25, 75]);
  assert.equal(bars.marker.color[0], "#123456");
  assert.deepEqual(bars.customdata, [["row", 0], ["row", 2]]);
  assert.deepEqual(points.customdata, [["dot", 0]], "no dot for what was not read");
  assert.deepEqual(layout.yaxis2.ticktext, [
    ...["25%, 500 of 2,000", "0.0%, 0 of 2,000", "75%, 1,500 of 2,000", "0 of 0"],
  ]);
  assert.match(layout.yaxis.ticktext[1], /^cycling/);
  assert.ok(layout.xaxis.range[1] > 90);
  assert.equal(boxes.length, 4);
});

test("what was not read is told, not drawn", () => {
  const chosen = states.readRows(rows);
  assert.deepEqual(chosen, [0, 2]);
  const read = { ...rows, share: [0.2, 0.1, 0.7, 0.5], note: ["", "", "", ""] };
  assert.deepEqual(states.readRows(read, ["CAF", "T cells"]), [3, 0, 1, 2]);
  assert.deepEqual(states.chosenRows(rows, chosen).state, ["cytotoxic", "unassigned"]);
  assert.equal(states.chosenRows(rows, chosen).unassigned, "unassigned");
  const text = states.notReadText(rows);
  assert.match(text, /: T cells \(cycling\); CAF \(iCAF-like\)\.$/);
  assert.equal(states.notReadText(states.chosenRows(rows, chosen)), "");
});

test("a mixed group names the lineage that is mixed in", () => {
  const groups = {
    group: ["1", "2"],
    lineage: ["T cells", "unassigned"],
    fine: ["T cells", ""],
    how: ["by markers", "by markers"],
    cells: [10, 20],
    confidence: [0.9, null],
    mixed: [true, false],
    by_markers: ["T cells", ""],
    runner_up: ["B lineage", "B lineage"],
    runner_up_share: [0.4, null],
  };
  const { header, body } = groupsTable(groups);
  assert.equal(body[0][header.indexOf("Mixed")], "mixed with B lineage");
  assert.equal(body[1][header.indexOf("Mixed")], "");
  assert.ok(body.every((row) => row.length === header.length));
  const short = shortTable(groups);
  assert.deepEqual(short.body[0].slice(2), ["T cells", 0.9, "the same", "mixed with B lineage"]);
  assert.ok(short.body.every((row) => row.length === short.header.length));
  assert.equal(short.note, "Told in each group: by markers.");
  const two = shortTable({ ...groups, how: ["by markers", "by hand"], mixed: [false, false] });
  assert.deepEqual(two.header.slice(4), ["Told", "Markers say"]);
});
