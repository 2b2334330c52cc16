/** Differences between conditions: which rows are shown, what they say, and where dots lie. */
import assert from "node:assert/strict";
import { test } from "node:test";

import * as page from "./page.mjs";

const { comparison } = page;

const body = {
  places: [["Hypoxia", "CAF"], ["TGFB1", "T cell"], ["Share", ""]],
  rows: {
    place: [0, 1, 2, 0],
    condition: [0, 0, 0, 2],
    unit: [0, 0, 1, 0],
    test: [0, 0, 0, 0],
    note: [0, 1, 0, 0],
    effect: [0.5, -0.25, 2, 0.1],
    low: [0.1, -0.5, null, -1],
    high: [0.9, 0, null, 1],
    pval: [0.001, 0.2, null, 0.5],
    padj: [0.004, 0.3, null, 0.5],
    level: [1, 0, 0, 0],
    mean: [1, 1, 1, 1],
    mean_reference: [0.5, 1.25, 3, 0.9],
    n: [4, 1, 4, 3],
    n_reference: [5, 5, 5, 5],
    cells: [1200, 0, 40, 30],
    cells_reference: [900, 0, 50, 900],
    overall_pval: [0.02, null, null, 0.02],
    overall_padj: [0.03, null, null, 0.03],
  },
  samples: {
    place: [0, 0, 1],
    replicate: [0, 1, 0],
    condition: [0, 1, 0],
    pair: [1, 1, 0],
    value: [1, null, 3],
    cells: [10, 20, 30],
  },
  interactions: {
    ligand_place: [1, -1],
    receptor_place: [-1, 1],
    source: [0, 1],
    target: [1, 0],
    ligand: [0, 1],
    receptor: [1, 0],
    changed: [0, 1],
    condition: [0, 2],
    product: [0.5, 1],
    product_low: [-0.5, 0],
    product_high: [1.5, 2],
    n_both: [3, 2],
    n_both_reference: [4, 4],
  },
  names: {
    condition: ["case", "control", "other"],
    unit: ["score", "share"],
    test: ["Welch t"],
    note: ["", "few patients"],
    replicate: ["P1", "P2"],
    pair: ["", "pair 1"],
    group: ["CAF", "T cell"],
    gene: ["TGFB1", "TGFBR1+TGFBR2"],
    changed: ["", "ligand"],
  },
};
const entry = { name: "Scores", reference: "control", replicate: "patient", enough: 4, several: true };

test("all units of a condition and group are shown unless one is chosen", () => {
  const { conditions, units } = comparison.choicesOf(body);
  assert.deepEqual(conditions, [{ code: 0, name: "case" }, { code: 2, name: "other" }]);
  assert.deepEqual(units.map(({ name }) => name), ["score", "share"]);
  assert.deepEqual(comparison.groupsOf(body, 0), ["CAF", "T cell"]);
  assert.deepEqual(comparison.groupsOf(body, 2), ["CAF"]);
  const choose = (condition, group, unit) => comparison.chosenRows(body, { condition, group, unit });
  assert.deepEqual(choose(0, null, null), { unit: null, chosen: [0, 1, 2] }, "none is hidden");
  assert.deepEqual(choose(0, null, 0), { unit: 0, chosen: [0, 1] });
  assert.deepEqual(choose(null, null, null).chosen, [0, 1, 2, 3]);
  assert.deepEqual(choose(0, null, 1), { unit: 1, chosen: [2] });
  assert.deepEqual(choose(0, "T cell", 1), { unit: 0, chosen: [1] }, "no row of this unit");
  assert.deepEqual(choose(2, null, null), { unit: 0, chosen: [3] });
});

test("a row says difference, test, who is behind it, and what limits it", () => {
  assert.deepEqual(comparison.linesOfRow(body, 0, entry), [
    "A lead: stands within its comparison only",
    "Difference 0.50 score, 95% interval 0.10 to 0.90",
    "p 0.001, adjusted p 0.004; Welch t",
    "control: mean 0.50 (5 patients, 900 cells)",
    "case: mean 1.00 (4 patients, 1,200 cells)",
    "Over all conditions: p 0.020, adjusted p 0.030",
  ]);
  assert.equal(comparison.linesOfRow(body, 1, entry)[4], "case: mean 1.00 (1 patient)");
  assert.equal(comparison.linesOfRow(body, 1, entry).at(-1), "few patients");
  assert.deepEqual(comparison.linesOfRow(body, 2, entry).slice(0, 2), [
    "Difference 2.00 share, no interval",
    "Not tested; Welch t",
  ]);
  assert.equal(comparison.versus(body.rows, 0), "5 v 4");
  const weak = "weak: 5 v 1 patients, fewer than 4 on a side";
  assert.equal(comparison.weakWords(body.rows, 1, entry), weak);
  assert.equal(comparison.linesOfRow(body, 1, entry)[0], `Not shown to differ; ${weak}`);
  assert.equal(comparison.weakWords(body.rows, 0, entry), "");
  assert.equal(comparison.linesOfRow(body, 0, { ...entry, several: false })[0], "A lead");
  assert.equal(comparison.placeName(["Share", ""]), "Share");
  assert.equal(comparison.placeName(["1", "share of niche", "1 (share of niche)"]), "1 (share of niche)");
});

test("a change is told with the reference first, shares as percentages", () => {
  const told = (i) => comparison.changeWords(body, i, entry);
  assert.equal(told(0), "higher in case: control 0.50, case 1.00 (score)");
  assert.equal(told(1), "lower in case: control 1.25, case 1.00 (score)");
  const shares = { ...body.rows, mean: [0, 0, 0.42], mean_reference: [0, 0, 0.086] };
  assert.equal(
    comparison.changeWords({ ...body, rows: shares }, 2, entry),
    "higher in case: control 8.6%, case 42%",
  );
  const ofLogs = { ...body.rows, share: [0.12], share_reference: [0.24], effect: [-0.97] };
  const logs = { ...body, rows: ofLogs };
  assert.equal(comparison.changeWords(logs, 0, entry), "lower in case: control 24%, case 12% (score -0.97)");
  assert.ok(comparison.linesOfRow(logs, 0, entry).includes("Mean shares: control 24%, case 12%"));
});

test("rows that stand come first, weak ones after others; each level has its number", () => {
  const rows = { level: [0, 1, 2, 1], n: [9, 2, 9, 9], n_reference: [9, 9, 9, 9] };
  assert.deepEqual(comparison.byLevel(rows, [0, 1, 2, 3], 4), [2, 3, 1, 0]);
  const counts = { 2: 0, 1: 2, 0: 979 };
  const few = { level: [0, 1, 0, 1, 0, 0], n: [9, 2, 2, 9, 9, 9], n_reference: [9, 9, 9, 9, 9, 9] };
  const list = { rows: { ...few, place: [0, 0, 1, 0, 2, 2] }, places: [["a"], ["b"], ["c"]] };
  const sections = page.sectionsOf(list, [3, 1, 2, 0, 4, 5], counts, 4);
  assert.deepEqual(sections, [
    { level: 1, n: 2, rows: [3, 1] },
    { level: "near", n: 2, rows: [0, 4] },
    { level: "others", n: 977, rows: [2, 5] },
  ]);
  assert.equal(page.levelHeading("others", 977, {}), "Others not shown to differ: 977");
  assert.equal(page.levelHeading("near", 2, {}), "Not shown to differ, but nearest to it: 2");
  const words = { several: true, nComparisons: 5 };
  assert.equal(page.levelHeading(2, 4, words), "Stand over all 5 comparisons: 4");
  assert.equal(page.levelHeading(1, 2, words), "Leads, which stand within their own comparison only: 2");
  assert.equal(page.levelHeading(0, 979, words), "Not shown to differ: 979");
  assert.equal(page.levelHeading(2, 2, { several: false }), "Stand: 2");
});

test("only replicates with a value are drawn", () => {
  const found = comparison.replicatesOf(body, 0);
  assert.deepEqual(found, [{ name: "P1", condition: 0, pair: "pair 1", value: 1, cells: 10 }]);
  assert.deepEqual(comparison.replicatesOf({ ...body, samples: {} }, 0), []);
});

test("a side names the interactions of its condition that it takes part in", () => {
  assert.deepEqual(comparison.interactionsOf(body, 1, 0), [
    ["CAF → T cell", "TGFB1 → TGFBR1+TGFBR2", "none", "0.50 (-0.50 to 1.50)", "4 v 3"],
  ]);
  assert.equal(comparison.interactionsOf(body, 1, 2)[0][2], "ligand");
  const unknown = { ...body.interactions, product_low: [null, null] };
  assert.equal(comparison.interactionsOf({ ...body, interactions: unknown }, 1, 0)[0][3], "0.50");
  assert.deepEqual(comparison.interactionsOf(body, 0, 0), []);
  assert.deepEqual(comparison.interactionsOf({ ...body, interactions: {} }, 1, 0), []);
});

test("the table has a name for every value", () => {
  const { header, body: lines } = comparison.tableOf(body, [0, 2], () => entry);
  assert.ok(lines.every((line) => line.length === header.length));
  assert.equal(lines[0][header.indexOf("N of reference")], 5);
  assert.equal(lines[1][header.indexOf("Adjusted p")], null);
  assert.deepEqual(lines[0].slice(0, 5), ["Scores", "Hypoxia", "CAF", "case", "control"]);
  assert.deepEqual(lines[0].slice(5, 7), ["a lead: stands within its comparison only", ""]);
});

test("the axis has every difference and 0; an interval far beyond is cut", () => {
  const usual = page.axisRange([{ effect: 1, low: 0.5, high: 1.5 }]);
  assert.equal(usual.isCut, false);
  assert.ok(usual.range[0] < 0 && usual.range[1] > 1.5);
  const wide = page.axisRange([{ effect: 1, low: -500, high: 500 }, { effect: -0.5, low: null, high: null }]);
  assert.equal(wide.isCut, true);
  assert.ok(wide.range[0] > -4 && wide.range[1] < 4);
  const none = page.axisRange([{ effect: null, low: null, high: null }]);
  assert.ok(none.range.every(Number.isFinite));
});

const effects = [
  { name: "<b>Hypoxia</b>", effect: 1, low: 0.5, high: 1.5, stands: true, weak: true, beside: "4 v 4 · 0.003" },
  { name: "TGFB1", effect: 0, low: null, high: null, stands: false, weak: false, beside: "2 v 4 · –" },
];
const options = { title: "case minus control", heading: "patients · adjusted p", chosen: 1 };

test("every row has its interval, its name as text and who was compared", () => {
  for (const width of [390, 900]) {
    const { data, layout, boxes } = page.forestFigure(effects, { ...options, width });
    assert.deepEqual(data.map(({ x }) => x), [[0], [1]], "those that stand are on top");
    assert.deepEqual(data[1].marker.color, ["#101418"], "weak: hollow");
    assert.notEqual(data[0].marker.color[0], "#101418");
    assert.deepEqual(data[1].error_x.array, [0.5]);
    assert.deepEqual(data[0].error_x.array, [0]);
    const texts = layout.annotations.map(({ text }) => text);
    for (const text of ["&lt;b&gt;Hypoxia&lt;/b&gt;", "TGFB1", "4 v 4 · 0.003", "2 v 4 · –"]) {
      assert.ok(texts.includes(text), `${text} at ${width}`);
    }
    assert.equal(boxes.length, 2);
    assert.ok(boxes[0][0].y + boxes[0][0].height <= boxes[1][0].y);
  }
});

test("dots of a column lie apart, those of a pair are joined", () => {
  const spread = page.spreadDots([1, 1, 1, 2]);
  assert.equal(new Set(spread).size, 4);
  assert.ok(spread.every((shift) => Math.abs(shift) < 0.3));
  assert.deepEqual(page.spreadDots([5]), [0]);
  const columns = (pair) => [
    { label: "control", colour: "#111111", mean: 1.5, dots: [{ value: 1, pair }, { value: 2, pair: "" }] },
    { label: "case", colour: "#222222", mean: null, dots: [{ value: 3, pair }] },
  ];
  const size = { width: 400, height: 300 };
  const joined = page.replicatesFigure(columns("a"), { title: "score", size });
  assert.deepEqual(joined.data[0].y, [1, 3, null]);
  assert.deepEqual(joined.data[2].x, [0, 0, 1]);
  assert.deepEqual(joined.data[1].y, [1.5, 1.5, null], "a mean where there is one");
  assert.deepEqual(joined.data[2].marker.color, ["#111111", "#111111", "#222222"]);
  const apart = page.replicatesFigure(columns(""), { title: "score", size });
  assert.equal(apart.data.length, 2);
  assert.deepEqual(apart.boxes.map((row) => row.length), [2, 1]);
  const [low, high] = apart.layout.yaxis.range;
  assert.ok(low < 1 && high > 3);
});

test("no values make no axis of nothing", () => {
  const size = { width: 300, height: 200 };
  const { layout } = page.replicatesFigure([{ label: "a", colour: "#000000", dots: [] }], { title: "", size });
  assert.ok(layout.yaxis.range.every(Number.isFinite));
  const same = page.replicatesFigure(
    [{ label: "a", colour: "#000000", dots: [{ value: 0 }] }],
    { title: "", size },
  );
  assert.ok(same.layout.yaxis.range[0] < 0);
});

test("a file has both figures beside each other, each on its own axes", () => {
  const forest = page.forestFigure(effects, { ...options, width: 700 });
  const dots = page.replicatesFigure(
    [{ label: "a", colour: "#000000", mean: 1, dots: [{ value: 1 }] }],
    { title: "score", size: { width: 300, height: 250 } },
  );
  const { data, layout, width } = page.besideFigure(forest, dots, "Hypoxia");
  assert.equal(data.length, forest.data.length + dots.data.length);
  assert.equal(data.at(-1).xaxis, "x2");
  assert.ok(layout.xaxis.domain[1] < layout.xaxis2.domain[0]);
  assert.ok(width >= forest.width + dots.width);
  const all = width - layout.margin.l - layout.margin.r;
  const inner = forest.width - forest.layout.margin.l - forest.layout.margin.r;
  assert.ok(Math.abs(layout.xaxis.domain[1] * all - inner) < 1, "as wide as on screen");
});

test("all comparisons together are shown first, and a link names one by its number", () => {
  assert.equal(page.comparePanel.state().comparison, null);
  const { read } = page.comparePanel.link.comparison;
  assert.deepEqual(["all", "3", "-1"].map(read), [undefined, 3, undefined]);
});

test("the dots of a list are a figure of their own with their name", () => {
  const dots = page.replicatesFigure(
    [{ label: "a", colour: "#000000", mean: 1, dots: [{ value: 1 }] }],
    { title: "score", size: { width: 300, height: 250 } },
  );
  const titled = page.titledFigure(dots, "<Hypoxia>");
  assert.equal(titled.layout.annotations.at(-1).text, "&lt;Hypoxia&gt;");
  assert.ok(titled.layout.margin.t > dots.layout.margin.t && titled.height > dots.height);
});

test("all comparisons together are shown only where they hold a tested row", () => {
  const entries = ["scores", "axes"];
  assert.equal(page.comparisonOf(null, entries, true), null);
  assert.equal(page.comparisonOf(null, entries, false), 0);
  assert.equal(page.comparisonOf(1, entries, false), 1);
  assert.equal(page.comparisonOf(2, entries, true), null, "this page has no third");
});
