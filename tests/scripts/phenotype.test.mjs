/** Phenotypes: the order of the samples, and what a value says. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { phenotype } from "./page.mjs";

const call = (sample, word, margin, cells = 100) => ({ sample, call: word, margin, cells, reason: "" });
const calls = [
  call("a", "no call", null, 0),
  call("b", "desert", 0.1),
  call("c", "inflamed", 0.2),
  call("d", "inflamed", 0.4),
  call("e", "something else", 0.3),
];

test("samples keep their order, with a heading for each condition where each has one", () => {
  const told = (rows) => rows.map((row) => (row.heading ? row.label : row.sample));
  const conditions = { labels: ["before", "after"] };
  const of = (...codes) => codes.map((condition) => ({ condition }));
  assert.deepEqual(told(phenotype.phenotypeRows(of(0, 0, 1), conditions)), ["before", 0, 1, "after", 2]);
  assert.deepEqual(told(phenotype.phenotypeRows(of(0, null), conditions)), [0, 1]);
  assert.deepEqual(told(phenotype.phenotypeRows(of(0, 1), undefined)), [0, 1]);
});

test("the calls say which samples they are of, the surest first", () => {
  const found = phenotype.samplesByCall(calls, ["inflamed", "desert", "no call"]);
  assert.deepEqual(
    found.map(({ call: word, text }) => `${word}: ${text}`),
    ["inflamed: d, c", "desert: b", "no call: a", "something else: e"],
  );
  const leaning = ["excluded-like", "", "inflamed"].map((leans, i) => ({ ...call(`u${i}`, "unclear", 0.5), leans }));
  assert.deepEqual(
    phenotype.samplesByCall(leaning, ["inflamed", "excluded-like", "unclear"]).map(({ name, text }) => `${name}: ${text}`),
    ["Unclear, leaning inflamed: u2", "Unclear, leaning excluded-like: u0", "Unclear: u1"],
  );
  const alone = Array.from({ length: 41 }, (_, i) => call(`s${i}`, "desert", 0.1));
  assert.match(phenotype.samplesByCall(alone, ["desert"])[0].text, /s39, s40$/, "never 1 more");
  const many = Array.from({ length: 42 }, (_, i) => ({ ...call(`s${i}`, "no call", null), reason: "sorted" }));
  const [all] = phenotype.samplesByCall(many, ["no call"]);
  assert.match(all.text, /s39, 2 more: sorted$/);
  assert.equal(phenotype.callText(calls[2]), "inflamed 0.20");
  assert.equal(phenotype.callText(calls[0]), "no call");
});

test("beside the only sample stands each value with its interval and cells", () => {
  const value = { value: 0.25, low: 0.2, high: 0.3, cells: 1234, note: "" };
  assert.equal(phenotype.readText({ unit: "share" }, value), "25% (20% to 30%), 1,234 cells");
  const ratio = { value: 3.125, low: 2.672, high: 3.578, cells: 422, note: "" };
  assert.equal(
    phenotype.readText({ unit: "log2 ratio" }, ratio),
    "8.72 to 1 (6.37 to 11.9), 422 cells",
  );
  const fewer = { ...value, cells: 107, note: "107 of 124 cells have 1,000 molecules" };
  assert.equal(
    phenotype.readText({ unit: "share" }, fewer, true),
    "25%; 107 of 124 cells have 1,000 molecules",
  );
  const both = { ...fewer, note: `${fewer.note}; as they are, 40 of 124 show it (32%)` };
  assert.equal(
    phenotype.readText({ unit: "share" }, both),
    "25% (20% to 30%); as they are, 40 of 124 show it (32%)",
  );
  const missing = { value: null, low: null, high: null, cells: 3, note: "few cells" };
  assert.equal(phenotype.readText({ unit: "share" }, missing), "cannot be read: few cells");
});

test("colours run along the fixed scale of a measure, else along its values", () => {
  const fixed = { low: 0, high: 0.5 };
  assert.deepEqual([0, 0.25, 2, -1].map((value) => phenotype.scaled(value, fixed, [])), [0, 0.5, 1, 0]);
  const free = { low: null, high: null };
  assert.equal(phenotype.scaled(3, free, [1, null, 5]), 0.5);
  assert.equal(phenotype.scaled(1, free, [1, 1]), 0.5);
  assert.equal(phenotype.scaleText({ low: -4, high: 4, unit: "log2 ratio" }, [1]), "log2 -4.00 to 4.00");
  assert.equal(phenotype.scaleText({ ...free, unit: "share" }, [0.1, null, 0.5]), "10% to 50%");
  assert.equal(phenotype.scaleText(fixed, [null]), "");
});

test("a value has its interval and cells; what cannot be read says why", () => {
  const measure = { name: "CD8 among T", unit: "share", lineage: "T cells", low: 0, high: 1 };
  const lines = phenotype.linesOfMeasure(calls[2], measure, [0.25], {
    ...{ value: 0.25, low: 0.2, high: 0.3, cells: 1234, note: "" },
  });
  assert.deepEqual(lines.filter(Boolean), [
    ...["c: CD8 among T", "25%, 95% interval 20% to 30%", "Read in T cells", "1,234 cells"],
    "Colours: 0.0% to 100%",
    "Call: inflamed",
  ]);
  const missing = { value: null, low: null, high: null, cells: 0, note: "too shallow" };
  assert.equal(phenotype.linesOfMeasure(calls[2], measure, [null], missing)[1], "Cannot be read: too shallow");
  const ratio = { ...measure, unit: "log2 ratio", lineage: "" };
  const bare = { value: 1.5, low: null, high: null, cells: 0, note: "few cells" };
  assert.deepEqual(phenotype.linesOfMeasure(calls[2], ratio, [1.5], bare).filter(Boolean).slice(1, 3), [
    "2.83 to 1; log2 1.50",
    "few cells",
  ]);
});

test("the table has every number with its limits", () => {
  const measures = [{ name: "m", unit: "share" }];
  const table = [[0.1], [0.2]];
  const { header, body } = phenotype.phenotypeTable(
    { calls: calls.slice(1, 3), measures },
    { value: table, low: table, high: table, cells: [[1], [2]], note: [[""], ["x"]] },
  );
  assert.deepEqual(header.slice(6), ["m (share)", "m: low", "m: high", "m: cells", "m: note"]);
  assert.ok(body.every((row) => row.length === header.length));
  assert.equal(body[1].at(-1), "x");
});
