/** States and lineages: rows of bars, and the table of the groups. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { groupsTable, states } from "./page.mjs";

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
  const { data, layout, boxes } = states.statesFigure(rows, dots, { width: 500 });
  const [bars, points] = data;
  assert.deepEqual(bars.x, [25, 75]);
  assert.notEqual(bars.marker.color[0], undefined);
  assert.deepEqual(bars.customdata, [["row", 0], ["row", 2]]);
  assert.deepEqual(points.customdata, [["dot", 0]], "no dot for what was not read");
  assert.deepEqual(layout.yaxis2.ticktext, ["500 of 2,000", "0 of 2,000", "1,500 of 2,000", "0 of 0"]);
  assert.match(layout.yaxis.ticktext[1], /^cycling/);
  assert.ok(layout.xaxis.range[1] > 90);
  assert.equal(boxes.length, 4);
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
});
