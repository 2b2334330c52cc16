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

test("samples stand below their call, the surest first, those without a call last", () => {
  const rows = phenotype.phenotypeRows(calls, "no call");
  const told = rows.map((row) => (row.heading ? row.label : calls[row.sample].sample));
  assert.deepEqual(told, ["Inflamed", "d", "c", "Desert", "b", "Something else", "e", "No call", "a"]);
  assert.equal(phenotype.sampleName(calls[2]), "c (0.20)");
  assert.equal(phenotype.sampleName(calls[0]), "a");
});

test("colours run along the fixed scale of a measure, else along its values", () => {
  const fixed = { low: 0, high: 0.5 };
  assert.deepEqual([0, 0.25, 2, -1].map((value) => phenotype.scaled(value, fixed, [])), [0, 0.5, 1, 0]);
  const free = { low: null, high: null };
  assert.equal(phenotype.scaled(3, free, [1, null, 5]), 0.5);
  assert.equal(phenotype.scaled(1, free, [1, 1]), 0.5);
});

test("a value has its interval and cells; what cannot be read says why", () => {
  const measure = { name: "CD8 among T", unit: "share", lineage: "T cells", low: 0, high: 1 };
  const lines = phenotype.linesOfMeasure(calls[2], measure, {
    ...{ value: 0.25, low: 0.2, high: 0.3, cells: 1234, note: "" },
  });
  assert.deepEqual(lines.filter(Boolean), [
    ...["c: CD8 among T", "25%, 95 % interval 20% to 30%", "Read in T cells", "1,234 cells"],
    "Call: inflamed",
  ]);
  const missing = { value: null, low: null, high: null, cells: 0, note: "too shallow" };
  assert.equal(phenotype.linesOfMeasure(calls[2], measure, missing)[1], "Cannot be read: too shallow");
  const ratio = { ...measure, unit: "log2 ratio", lineage: "" };
  const bare = { value: 1.5, low: null, high: null, cells: 0, note: "few cells" };
  assert.deepEqual(phenotype.linesOfMeasure(calls[2], ratio, bare).filter(Boolean).slice(1, 3), [
    "1.50 log2 ratio",
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
  assert.deepEqual(header.slice(5), ["m (share)", "m: low", "m: high", "m: cells", "m: note"]);
  assert.ok(body.every((row) => row.length === header.length));
  assert.equal(body[1].at(-1), "x");
});
