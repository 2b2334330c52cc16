/** Numbers and labels as they are shown, tables as CSV, colours. */
import assert from "node:assert/strict";
import { test } from "node:test";

import * as page from "./page.mjs";

test("numbers have the digits that a reader needs", () => {
  const shown = [0, 0.0004, 0.0123, 0.5, 12.34, 123.4, 1234.5, -1234567, null, NaN];
  const expected = ["0.00", "4e-4", "0.012", "0.50", "12.3", "123", "1,235", "-1,234,567", "–", "–"];
  assert.deepEqual(shown.map(page.shortNumber), expected);
  assert.equal(page.wholeNumber(999), "999");
  assert.equal(page.wholeNumber(1000), "1,000");
  assert.deepEqual([0, 0.0512, 0.0994, 0.0996, 1].map(page.percent), ["0.0%", "5.1%", "9.9%", "10%", "100%"]);
  assert.deepEqual([null, 0.0009, 0.001, 0.04].map(page.pValue), ["not tested", "< 0.001", "0.001", "0.040"]);
  assert.equal(page.capital("activates"), "Activates");
});

test("plotly gets text that is no markup and no look-up", () => {
  assert.equal(page.escapeForPlotly("<b>&%{x}"), "&lt;b&gt;&amp;%&#123;x}");
});

test("text is cut to its room and no further", () => {
  assert.equal(page.textWidth("abc"), 18);
  assert.equal(page.fitText("abcdef", 36), "abcdef");
  assert.equal(page.fitText("abcdef", 35), "abcd…");
  assert.equal(page.fitText("ab def", 24), "ab…"); // no blank before the dots
  assert.deepEqual(page.linesOf("one two three", 42), ["one two", "three"]);
  assert.deepEqual(page.linesOf("unbreakable", 6), ["unbreakable"]);
  const cut = page.fitDistinct(["macrophage A", "macrophage B", "mast"], 48);
  assert.equal(new Set(cut).size, 3);
  assert.match(cut[0], /^mac.*A$/);
  assert.equal(cut[2], "mast");
  assert.ok(cut.every((text) => page.textWidth(text) <= 48));
});

test("CSV keeps text that looks like a formula as text", () => {
  const body = [["=1+1", -2, "a,b"], ['say "x"', null, "@y"]];
  assert.equal(page.toCsv({ header: ["a", "b", "c"], body }, "of P1"), `a,b,c,of P1\n'=1+1,-2,"a,b",\n"say ""x""",,'@y,\n`);
});

test("columns that rows share come back to every row", () => {
  const packed = {
    rows: { score: [3, 1, 2], side: [1, 0, 1] },
    shared: { side: { source: ["a", "b"], cells: [10, 20] } },
  };
  const whole = page.wholeRows(packed);
  assert.deepEqual(whole, { score: [3, 1, 2], source: ["b", "a", "b"], cells: [20, 10, 20] });
  const sorted = page.sortedRows(whole, (a, b) => whole.score[a] - whole.score[b]);
  assert.deepEqual(sorted, { score: [1, 2, 3], source: ["a", "b", "b"], cells: [10, 20, 20] });
});

test("contrast is that of WCAG", () => {
  assert.equal(page.contrast("#000000", "#ffffff"), 21);
  assert.equal(page.contrast("#ffffff", "#ffffff"), 1);
  assert.ok(Math.abs(page.contrast("#767676", "#ffffff") - 4.54) < 0.005);
  assert.equal(page.readableOn("#ffffff"), "#000000");
  assert.equal(page.readableOn("#202020"), "#ffffff");
});

test("colours along a ramp", () => {
  const stops = ["#000000", "#808080", "#ffffff"];
  assert.deepEqual(page.parseHex("#0a10ff"), [10, 16, 255]);
  assert.equal(page.toHex([10, 16, 255]), "#0a10ff");
  assert.equal(page.rampColour(stops, 0.5), "#808080");
  assert.equal(page.rampColour(stops, 2), "#ffffff");
  assert.equal(page.rampColour(stops, -1), "#000000");
  assert.equal(page.mixed("#000000", "#ffffff", 0.2), "#333333");
  assert.equal(page.withAlpha("#0a10ff", 0.5), "rgba(10,16,255,0.5)");
  assert.deepEqual(page.plotlyScale(stops), [[0, stops[0]], [0.5, stops[1]], [1, stops[2]]]);
});

test("colours of the user stay; those of a palette are lighter on the dark ground", () => {
  const category = { colours: ["#0a3d91"], coloursCvd: ["#004488"], own: false };
  assert.deepEqual(page.categoryColours(category, "usual"), ["#0a3d91"]);
  assert.deepEqual(page.categoryColours(category, "cvd"), ["#004488"]);
  page.useTheme("dark");
  const [lighter] = page.categoryColours(category, "usual");
  assert.ok(page.contrast(lighter, "#101418") >= 3);
  assert.deepEqual(page.categoryColours({ ...category, own: true }, "usual"), ["#0a3d91"]);
  page.useTheme("light");
});
