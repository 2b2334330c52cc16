/** What the search box finds: genes by any of their names, words for cells, and nothing by chance. */
import assert from "node:assert/strict";
import { test } from "node:test";

import * as page from "./page.mjs";

const GENES = [
  { name: "CD274", aliases: ["B7-H1", "PD-L1", "PDL1"] },
  { name: "CD3D", aliases: [] },
  { name: "ENTPD1", aliases: ["CD39"] },
  { name: "ERBB2", aliases: ["HER-2", "HER2"] },
  { name: "HLA-A", aliases: [] },
  { name: "IL23A", aliases: ["P19"] },
  { name: "MKI67", aliases: ["KI-67"] },
  { name: "PDCD1", aliases: ["CD279", "PD-1"] },
  { name: "TWO1", aliases: ["SHARED"] },
  { name: "TWO2", aliases: ["SHARED"] },
  { name: "TP53I11", aliases: ["PIG11"] },
  { name: "UNSEEN1", aliases: [], isSeen: false },
];
const genes = page.createGeneSearch(GENES);

test("a gene is found by any of its names, however these are written", () => {
  const found = (text) => genes.find(text)?.name ?? null;
  for (const text of ["PD-L1", "PDL1", "pdl1", "pd-l1", "B7H1", " CD274 ", "cd274"]) {
    assert.equal(found(text), "CD274", text);
  }
  assert.deepEqual(["PD1", "PD-1", "Ki67", "Ki-67", "HER2", "HLAA"].map(found), [
    ...["PDCD1", "PDCD1", "MKI67", "MKI67", "ERBB2", "HLA-A"],
  ]);
  assert.equal(genes.find("PD1").alias, "PD-1");
  assert.equal(genes.find("CD3D").alias, null);
  assert.deepEqual(["SHARED", "TP53", "IL2", "", "-"].map(found), [null, null, null, null, null]);
});

test("what is near a name is offered", () => {
  assert.deepEqual(genes.holding("tp53"), [{ name: "TP53I11", isSeen: true, begins: true }]);
  assert.deepEqual(genes.holding("d1").map(({ name }) => name), ["PDCD1", "ENTPD1"]);
  const near = (text) => genes.near(text).map(({ name }) => name);
  assert.deepEqual(near("ERBB3"), ["ERBB2"]);
  assert.deepEqual(near("ENTPD12"), ["ENTPD1"]);
  assert.deepEqual(genes.near("xy"), []);
});

const ATLAS = { features: new Map([["g:CD274", {}]]), store: { set() {} } };
const entry = (label, section, more = {}) => ({ label, section, words: [label], genes: [], ...more });
const labels = (items) => items.map(({ label }) => label);

function find(typed, entries = []) {
  const items = page.matching(ATLAS, entries, typed, genes);
  return { items, chosen: page.taken(typed, items)?.label ?? null };
}

test("what looks like a symbol is never taken for a longer one", () => {
  for (const [typed, expected] of [
    ["PD1", "PDCD1 (PD-1)"],
    ["PD-L1", "CD274 (PD-L1)"],
    ["TP53", null],
    ["tp53", null],
    ["IL2", null],
    ["cd3d", "CD3D"],
  ]) {
    assert.equal(find(typed).chosen, expected, typed);
  }
  assert.deepEqual(labels(find("TP53").items), ["TP53I11"]);
  assert.deepEqual(labels(find("PD1").items), ["PDCD1 (PD-1)"]); // ENTPD1 holds it by chance
  const hint = (typed) => page.geneHint(typed, find(typed).items, genes);
  assert.equal(hint("TP53"), "TP53 is not among the 12 genes of these data; what is like it is below.");
  assert.equal(hint("XYZ1"), "XYZ1 is not among the 12 genes of these data.");
  assert.equal(hint("PD1"), null);
  assert.equal(hint("two words 1"), null);
  assert.match(page.geneHint("XYZ1", [], page.createGeneSearch([])), /^Genes need log-normalised/);
});

test("a signature by its first word, unless that could be a gene", () => {
  const entries = [entry("EMT, pan-cancer", "Signatures"), entry("IL2 response", "Signatures")];
  assert.equal(find("EMT", entries).chosen, "EMT, pan-cancer");
  assert.equal(find("IL2", entries).chosen, null);
  assert.equal(find("il2 resp", entries).chosen, "IL2 response");
});

test("genes with cells colour the map, others are shown by group", () => {
  assert.deepEqual(find("CD274").items.map(({ detail }) => detail), [""]);
  assert.deepEqual(find("CD3D").items.map(({ detail }) => detail), ["by group"]);
  assert.deepEqual(find("UNSEEN1").items.map(({ detail }) => detail), ["no cell shows it"]);
});

test("a gene that is called so comes before the axis of its name, and groups before both", () => {
  const entries = [entry("CD274", "Crosstalk axes"), entry("PD-1 / PD-L1", "Crosstalk axes"), entry("CD3D", "Select a group")];
  assert.deepEqual(find("CD274", entries).items.map(({ section }) => section), ["Genes", "Crosstalk axes"]);
  assert.deepEqual(labels(find("PD-L1", entries).items), ["CD274 (PD-L1)", "PD-1 / PD-L1"]);
  assert.deepEqual(find("CD3D", entries).items.map(({ section }) => section), ["Select a group", "Genes"]);
});

test("names that fit come before genes that do", () => {
  const entries = [
    entry("Hypoxia", "Signatures", { genes: ["CA9", "FAP"] }),
    entry("pan-FAP", "Signatures"),
    entry("FAP", "Groups"),
    entry("FAPP", "Groups"),
  ];
  const { items } = find(" fap ", entries);
  assert.deepEqual(labels(items), ["FAP", "FAPP", "pan-FAP", "Hypoxia"]);
  assert.equal(items.at(-1).detail, "has FAP");
  assert.deepEqual(find("nothing", entries).items, []);
});

test("words find groups and signatures by their lineage, in any usual form", () => {
  const entries = [
    entry("TAM", "Select a group", { group: 0, detail: "select" }),
    entry("Cancer Epithelial", "Select a group", { group: 1, detail: "select" }),
    entry("CD8 Tex", "Select a group", { group: 2, detail: "select" }),
    entry("TGF-β response", "Signatures", { id: "s:tgfb" }),
    entry("Tumour vessels", "Signatures", { id: "s:vessels" }),
  ];
  page.addLineageWords(entries, [
    { words: ["Macrophages", "macrophage", "mac"], groups: [0], features: [] },
    { words: ["Malignant cells", "malignant", "tumor", "tumour"], groups: [1], features: [] },
    { words: ["T cells", "t cell"], groups: [2], features: [] },
    { words: ["Immune cells", "immune"], groups: [0, 2], features: ["s:vessels"] },
  ]);
  const first = (typed) => find(typed, entries).items[0]?.label ?? null;
  for (const [typed, expected] of [
    ["macrophages", "TAM"],
    ["Macrophage", "TAM"],
    ["tumor", "Cancer Epithelial"],
    ["tumour cells", "Cancer Epithelial"],
    ["t cells", "CD8 Tex"],
    ["tgf-beta", "TGF-β response"],
    ["immune cells", "Tumour vessels"], // the groups are several
    ["tumor vessel", "Tumour vessels"],
    ["vessels tumour", "Tumour vessels"],
  ]) {
    assert.equal(first(typed), expected, typed);
  }
});

test("chosen genes come first, then markers that were not taken away", () => {
  const numbers = { A: [1, 4], B: [2, 0], C: [0, 0] };
  const means = { of: (name) => (numbers[name] ? { mean: numbers[name], share: [1, 0] } : null) };
  const markers = { genes: ["A", "B"], groups: [1, 0] };
  const rows = (chosen) => page.geneRows(means, markers, { added: [], hidden: [], shown: true, ...chosen });
  const names = (chosen) => rows(chosen).map(({ name }) => name);
  assert.deepEqual(names({}), ["A", "B"]);
  assert.deepEqual(names({ added: ["C", "B", "lost"] }), ["C", "B", "A"]);
  assert.deepEqual(names({ hidden: ["A"] }), ["B"]);
  assert.deepEqual(names({ shown: false, added: ["C"] }), ["C"]);
  assert.deepEqual(rows({ added: ["C"] }).map(({ marks }) => marks), [null, 1, 0]);
  assert.equal(page.highestMean(rows({})), 4);
  assert.equal(page.highestMean(rows({ added: ["C"], shown: false })), 1);
});
