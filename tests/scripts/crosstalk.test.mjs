/** Sums of interactions, the rows behind them, and the evidence for axes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";

import * as page from "./page.mjs";

/** JSON as the page packs it: deflated, in base 85 without what means something in HTML. */
function packed(value) {
  const bytes = deflateSync(JSON.stringify(value));
  const added = (4 - (bytes.length % 4)) % 4;
  const whole = Buffer.concat([bytes, Buffer.alloc(added)]);
  const digits = [...Array(94).keys()]
    .map((i) => String.fromCharCode(33 + i))
    .filter((c) => !"<>&\"'`\\-/".includes(c));
  let text = String(added);
  for (let at = 0; at < whole.length; at += 4) {
    let number = whole.readUInt32BE(at);
    const five = [];
    for (let k = 0; k < 5; k++) {
      five.unshift(digits[number % 85]);
      number = Math.floor(number / 85);
    }
    text += five.join("");
  }
  return text;
}

const nodes = ["T cell", "CAF"].map((label) => ({ label, n_cells: 10, needed: 0 }));
const axes = [
  { name: "TGF-β", nStanding: 2, nActive: 0, nSpecific: 3, nCore: 3, verdict: 1 },
  { name: "CXCL12", nStanding: 0, nActive: 0, nSpecific: 0, nCore: 0, verdict: 3 },
];
const groupsWord = "cell types";
const side = (name, end) => ({
  ...{ [name]: [0, 1], [`${name}_fraction`]: [0.5, 0.25], [`${name}_cells`]: [5, 2] },
  ...{ [`${name}_specificity`]: [3.21, null], [`${name}_specificity_low`]: [2.1, null] },
  ...{ [`${name}_specificity_high`]: [41, null], [`${end}_cells_needed`]: [null, 1234] },
  [`${name}_ambient`]: [0, name === "ligand" ? 1 : 0],
});
const word = (name) => page.constants.verdicts.indexOf(name);
const NONE = "no verdict";
const VERDICTS = ["specific", "not testable", "specific", "too few cells", NONE].map(word);
const AMBIENT = "specific, mostly ambient";
const AMBIENT_VERDICTS = ["specific", "not testable", AMBIENT, "too few cells", NONE].map(word);
const LEVELS = {
  ...{ names: ["TGFB1", "CXCL12", "CXCR4", "ACKR3"], cells: [0, 0, 6, -1, 5, 2, 0, 4] },
  means: [0, 0, 1.5, null, 0.8, 0.2, 0, 0.4],
  sides: [{ ligand: [0], receptor: [] }, { ligand: [1], receptor: [2], decoy: [3] }],
};
const BODY = {
  levels: LEVELS,
  routes: { axis: [0, 0], source: [0, 1], target: [1, 0], verdict: [1, 1] },
  edges: {
    ...{ axis: [0, 0, 1], source: [0, 1, 1], target: [1, 0, 0] },
    ...{ n_specific: [2, 1, 0], n_too_few: [0, 1, 3] },
  },
  names: {
    ...{ ligand: ["TGFB1", "CXCL12"], receptor: ["TGFBR1", "CXCR4"] },
    ...{ role: ["signalling", "decoy"], core: ["core", "associated"], disputed: ["", "yes"] },
  },
  rows: {
    ...{ axis: [0, 0, 0, 1, 1], source: [0, 0, 1, 1, 1], target: [1, 1, 0, 0, 0] },
    ...{ verdict: VERDICTS, score: [1, 9, 3, 7, 8], padj: [0.01, null, 0.02, 0.5, null] },
    ...{ l: [0, 1, 0, 1, 1], r: [0, 1, 0, 1, 0], i: [0, 0, 0, 1, 2] },
  },
  shared: {
    ...{ l: side("ligand", "source"), r: side("receptor", "target") },
    i: { role: [0, 0, 1], core: [0, 1, 0], disputed: [0, 1, 0], n_resources: [7, 1, 3] },
  },
};

async function loaded() {
  page.putBlock(7, packed(BODY));
  const crosstalk = { block: 7, nodes, axes, groupsWord, associated: "associated" };
  return page.interactionsOf({ meta: { panels: { crosstalk } } });
}

const ANY = { axis: page.ALL_AXES, sender: null, receiver: null };

test("what stands out comes first, what has no verdict last, and each kind by score", async () => {
  const { rows, row } = await loaded();
  assert.deepEqual(rows.score, [3, 1, 9, 7, 8]);
  assert.deepEqual(
    rows.verdict.map(page.verdictName),
    ["specific", "specific", "not testable", "too few cells", "no verdict"],
  );
  const first = row(0);
  assert.deepEqual([first.source, first.target, first.ligand, first.axis], ["CAF", "T cell", "TGFB1", "TGF-β"]);
  assert.deepEqual([first.stands, first.isAssociated, first.nResources, first.samples], [true, false, 7, null]);
  const { ligandSide, receptorSide } = first;
  assert.deepEqual([ligandSide.fraction, receptorSide.cells, receptorSide.ofCells], [0.5, 5, 10]);
  assert.deepEqual([ligandSide.specificity, ligandSide.low, ligandSide.high], [3.21, 2.1, 41]);
  const other = row(3);
  assert.deepEqual([other.isAssociated, other.disputed, other.ligandSide.needed], [true, "yes", 1234]);
  assert.deepEqual([row(4).role, row(4).stands], ["decoy", false]);
});

test("sums are those of the edges, of one axis or all", async () => {
  const interactions = await loaded();
  const sums = (axis) => {
    const { specific, tooFew } = interactions.network(axis);
    return [specific, tooFew].map((matrix) => matrix.map((row) => [...row]));
  };
  assert.deepEqual(sums(0), [[[0, 2], [1, 0]], [[0, 0], [1, 0]]]);
  assert.deepEqual(sums(page.ALL_AXES), [[[0, 2], [1, 0]], [[0, 0], [4, 0]]]);
  const { totals, sent, received } = interactions.flowsOverAxes("specific");
  assert.deepEqual([...totals], [3, 0]);
  assert.deepEqual([...sent[0]], [2, 1]);
  assert.deepEqual([...received[0]], [1, 2]);
  assert.deepEqual([...interactions.flowsOverAxes("tooFew").totals], [1, 3]);
});

test("what is not listed is counted", async () => {
  const interactions = await loaded();
  const { total, listed, unlisted } = interactions.count(ANY);
  assert.deepEqual([total, listed], [{ specific: 3, tooFew: 4 }, { specific: 2, tooFew: 1 }]);
  assert.deepEqual(unlisted, [
    { axis: 0, source: 0, target: 1, specific: 1, tooFew: 0 },
    { axis: 0, source: 1, target: 0, specific: 0, tooFew: 1 },
    { axis: 1, source: 1, target: 0, specific: 0, tooFew: 2 },
  ]);
  assert.equal(page.countText({ total, listed }), "3 specific interactions, 4 with too few cells, of which 3 listed.");
  assert.equal(page.countText({ total, listed: total }), "3 specific interactions, 4 with too few cells, all listed.");
  const none = { specific: 0, tooFew: 0 };
  assert.equal(page.countText({ total: none, listed: none }), "None specific.");
  assert.equal(page.emptyText({ total: none }, "Nothing."), "Nothing.");
  assert.match(page.emptyText({ total }, "Nothing."), /^3 specific interactions, 4 with too few cells, not listed/);
});

test("rows of axes are counted by their verdict", () => {
  const [active, tooFew, untested] = ["active", "too few cells", "not testable"].map(word);
  const listed = [active, tooFew, tooFew, untested];
  const counted = (listed, unlisted) => page.countVerdicts({ listed, unlisted }, "cell types");
  assert.equal(
    counted([...listed, word("specific")], []),
    "1 active, 1 specific, 2 too few cells, 1 not testable, of 5 pairs of cell types.",
  );
  assert.equal(
    counted(listed, [tooFew]),
    "1 active, 3 too few cells, 1 not testable, of 5 pairs of cell types; 4 of them listed.",
  );
  assert.equal(counted([active, word(AMBIENT)], []), "1 active, 1 specific, mostly ambient, of 2 pairs of cell types.");
  assert.equal(counted([], []), "None specific.");
});

test("an axis is told by its pairs of groups or, where it stands out in none, by its verdict", () => {
  const told = (nActive, nStanding, verdict) => page.axisWord({ nActive, nStanding, verdict }, "cell types");
  assert.equal(told(0, 1, 1), "1 specific pair of cell types");
  assert.equal(told(2, 2, 0), "2 active pairs of cell types");
  assert.equal(told(1, 2, 0), "1 active and 1 specific pairs of cell types");
  assert.equal(told(0, 0, word("too few cells")), "too few cells");
});

test("who shows a partner: the surest share first, with the cells", async () => {
  const { levels } = await loaded();
  assert.ok(page.surelyAbove(40, 400) > page.surelyAbove(1, 10));
  assert.ok(Math.abs(page.surelyAbove(5, 10) - 0.2366) < 1e-4); // Wilson, 95 %
  assert.equal(page.shownText(levels, nodes, 0, 3), "TGFB1 in 5 of 10 CAF cells (50%)");
  assert.equal(page.shownText(levels, [...nodes], 2, 0), "CXCR4 in 1 more group (60%)");
  const both = page.createLevels({ names: ["IL6"], cells: [2, 9], means: [1, 1], sides: [] }, nodes);
  assert.equal(page.shownText(both, nodes, 0, 3), "IL6 in 9 of 10 CAF cells (90%) and 2 of 10 T cells (20%)");
  const first = page.shownText(both, nodes, 0, 3, new Set([0]));
  assert.equal(first, "IL6 most in 9 of 10 CAF cells (90%), then in 2 of 10 T cells (20%)");
  const second = page.shownText(both, nodes, 0, 3, new Set([1]));
  assert.equal(second, "IL6 in 9 of 10 CAF cells (90%), less clearly in 2 of 10 T cells (20%)");
  const many = [0, 1, 2, 3].map((i) => ({ label: "ABCD"[i], n_cells: 100 }));
  const wide = page.createLevels({ names: ["IL6"], cells: [57, 40, 8, 1], means: [1, 1, 1, 1], sides: [] }, many);
  assert.equal(
    page.shownText(wide, many, 0, 4, new Set([0])),
    "IL6 in 57 of 100 A cells (57%), less clearly in 40 of 100 B cells (40%) and 2 more groups (1.0% to 8.0%)",
  );
  assert.deepEqual(levels.at(0, 0), { cells: 0, ofCells: 10, share: 0, mean: 0 });
  assert.equal(levels.at(0, 3), null);
  const { lines, unseen, nMore } = page.partnerLines(levels, 1);
  assert.deepEqual(
    lines.map(({ heading, partner }) => heading ?? levels.names[partner]),
    ["Ligands, in the sender", "CXCL12", "Receptors, in the receiver", "CXCR4", "Apart from signalling", "ACKR3"],
  );
  assert.deepEqual([unseen, nMore], [[], 0]);
  const { header, body } = page.partnersTable({ levels, nodes }, 1);
  assert.deepEqual(body[1], ["Ligand", "CXCL12", "CAF", 10, 2, 0.2, 0.2]);
  assert.ok(body.every((row) => row.length === header.length));
});

test("the answer says who sends, who receives, and how sure that is", async () => {
  const interactions = await loaded();
  const sides = [
    { needed: 507, group: "CAF", ofCells: 112 },
    { needed: null, group: "T cell", ofCells: 10 },
  ];
  const best = { source: "CAF", target: "T cell", verdict: 3, padj: 0.84, pair: "CXCL12 → CXCR4", sides };
  const { heading, lines } = page.answerOf(1, interactions, { ...best, samples: null });
  assert.equal(heading, "CXCL12: too few cells");
  assert.deepEqual(lines, [
    ["Who sends", "CXCL12 in 2 of 10 CAF cells (20%)."],
    ["Who receives", "CXCR4 in 6 of 10 T cells (60%)."],
    [
      "How sure",
      "Too few cells. Nearest: CAF → T cell, CXCL12 → CXCR4, adjusted p 0.840. Needed to tell: about 507 CAF cells (112 here).",
    ],
  ]);
  const samples = { all: 4, seen: 4, specific: 3 };
  const sure = page.answerText(page.answerOf(0, interactions, { ...best, verdict: 1, padj: 0.01, samples }));
  assert.match(sure, /^TGF-β: 2 specific pairs of cell types\. Who sends: TGFB1 in 5 of 10 CAF cells/);
  assert.match(sure, /Specific\. Strongest: CAF → T cell, .*adjusted p 0\.010, axis specific in 3 of 4 samples\.$/);
  const range = { n: 9, low: 0.0002, high: 0.0499 };
  const ranged = page.answerText(page.answerOf(0, interactions, { ...best, verdict: 1, padj: 0.01, all: range }));
  assert.match(ranged, / All 9 pairs of cell types: adjusted p < 0\.001 to 0\.050\.$/);
  const [ligand, receptor] = sides;
  const half = [{ ...ligand, state: word("too few cells") }, { ...receptor, state: word("specific") }];
  const lacking = page.answerText(page.answerOf(1, interactions, { ...best, sides: half, samples: null }));
  assert.match(lacking, /CXCR4 alone is specific there; what is missing is the ligand\. Needed to tell: about 507/);
  const all = page.answerOf(page.ALL_AXES, interactions, null);
  assert.equal(all.heading, "All axes: 1 of 2 axes specific");
});

test("groups that are too small say so and do nothing", () => {
  const small = { label: "DC", n_cells: 8, needed: 10 };
  assert.equal(page.titleOf(small), "DC, 8 cells: too few to be tested, 10 are needed");
  const [head] = page.headsOf([small], { colours: ["#000"], isStrong: () => false, role: "as sender" });
  assert.deepEqual([head.label, head.inert], ["DC (8)", true]);
});

test("a choice selects its rows and says so", async () => {
  const interactions = await loaded();
  assert.deepEqual(interactions.select({ ...ANY, axis: 1 }), [3, 4]);
  assert.deepEqual(interactions.select({ ...ANY, sender: 0 }), [1, 2]);
  assert.deepEqual(interactions.select({ ...ANY, sender: 1, receiver: 1 }), []);
  assert.equal(interactions.scopeText(ANY), "All axes");
  assert.equal(interactions.scopeText({ axis: 0, sender: 1, receiver: null }), "TGF-β, CAF → any receiver");
});

test("pairs and flows are those with the strongest rows, what stands out first", async () => {
  const found = page.choosePairs(await loaded(), ANY);
  assert.deepEqual(found.pairs.map(({ ligand }) => ligand), ["TGFB1", "CXCL12"]);
  assert.deepEqual(found.beside.map(({ ligand, receptor }) => [ligand, receptor]), [["CXCL12", "TGFBR1"]]);
  assert.deepEqual([found.nPairs, found.nFlows, found.selected.length], [2, 2, 5]);
  assert.deepEqual(found.flows.map(({ source, target }) => [source, target]), [[1, 0], [0, 1]]);
  assert.deepEqual([found.rowAt(found.pairs[0], 0), found.rowAt(found.pairs[0], 1)], [0, 1]);
  assert.equal(found.rowAt(found.beside[0], 1), undefined);
  assert.equal(found.topScore, 9); // what has no verdict is not on the scale
});

test("core pairs, associated ones and those without a verdict stand apart", async () => {
  const interactions = await loaded();
  const shown = (choice, isOneAxis) =>
    page
      .pairLines(page.choosePairs(interactions, choice), isOneAxis)
      .map(({ heading, pair }) => heading ?? `${pair.ligand} ${pair.receptor}`);
  assert.deepEqual(shown({ ...ANY, axis: 0 }, true), ["TGFB1 TGFBR1", "CXCL12 CXCR4"]);
  assert.deepEqual(shown({ ...ANY, axis: 1 }, true), [
    ...["Associated pairs", "CXCL12 CXCR4", "Apart from signalling, without a verdict", "CXCL12 TGFBR1"],
  ]);
  assert.deepEqual(shown(ANY, false), [
    ...["TGFB1 TGFBR1", "CXCL12 CXCR4", "Apart from signalling, without a verdict", "CXCL12 TGFBR1"],
  ]);
});

test("what is mostly ambient RNA stands apart, unless another flow of the pair does not", async () => {
  page.putBlock(8, packed({ ...BODY, rows: { ...BODY.rows, verdict: AMBIENT_VERDICTS } }));
  const crosstalk = { block: 8, nodes, axes, groupsWord, associated: "associated" };
  const interactions = await page.interactionsOf({ meta: { panels: { crosstalk } } });
  assert.deepEqual(interactions.rows.score, [1, 9, 7, 3, 8]); // ambient after others, before no verdict
  assert.equal(interactions.row(3).stands, false);
  const found = page.choosePairs(interactions, ANY);
  assert.deepEqual(found.pairs.map(({ ligand }) => ligand), ["TGFB1", "CXCL12"]);
  assert.deepEqual(found.beside.map(({ ligand, receptor }) => [ligand, receptor]), [["CXCL12", "TGFBR1"]]);
  const all = AMBIENT_VERDICTS.map((verdict) => (verdict === word("specific") ? word(AMBIENT) : verdict));
  page.putBlock(8, packed({ ...BODY, rows: { ...BODY.rows, verdict: all } }));
  const others = await page.interactionsOf({ meta: { panels: { crosstalk } } });
  const lines = page.pairLines(page.choosePairs(others, { ...ANY, axis: 0 }), true);
  assert.deepEqual(
    lines.map(({ heading, pair }) => heading ?? `${pair.ligand} ${pair.receptor}`),
    ["Core pairs of the axis", "CXCL12 CXCR4", "Mostly ambient RNA", "TGFB1 TGFBR1"],
  );
});

test("a pair says what is known of it", async () => {
  const { row } = await loaded();
  const texts = {
    verdictTexts: page.constants.verdicts.map((name) => `${name}: p {p}`),
    disputedTexts: { yes: "disputed: hardly any list holds it" },
  };
  const first = page.linesOfPair(row(0), texts);
  assert.deepEqual(first.slice(0, 4), ["TGFB1 → TGFBR1", "CAF → T cell", "Specific: p 0.020", null]);
  assert.equal(first[4], "TGFB1 in 50% of CAF cells (5 of 10): 3.2-fold, 2.1 to 41");
  assert.equal(first.at(-1), null);
  const other = page.linesOfPair(row(3), texts);
  assert.match(other[4], /^CXCL12 in 25% of CAF cells \(2 of 10\): .*; mostly ambient RNA; about 1,230/);
  assert.match(other[5], /^CXCR4 in 25% of T cells \(2 of 10\): .*; about 1,230 T cells would be needed$/);
  assert.ok(other.includes("Axis: CXCL12 (associated)"));
  assert.equal(other.at(-1), "Disputed: hardly any list holds it");
  assert.equal(
    page.noteOfPair(row(0)),
    "specific · ligand 3.2-fold in 50%, receptor 3.2-fold in 50% of cells",
  );
  assert.match(page.noteOfPair(row(3)), /^too few cells: about 1,230 CAF cells would be needed, about/);
  assert.deepEqual([0, 3, 4].map((i) => page.besideName(row(i), texts)), ["", " (disputed)", " (decoy)"]);
});

test("the table has a column for all that is known, and a row for what is not listed", async () => {
  const interactions = await loaded();
  const { header, body } = page.pairsTable(interactions, [0, 3], interactions.count(ANY));
  const column = (name) => body.map((row) => row[header.indexOf(name)]);
  assert.deepEqual(column("Verdict").slice(0, 3), ["specific", "too few cells", "1 specific interaction, not listed in this page"]);
  assert.deepEqual(column("Ligand specificity, low"), [2.1, null, null, null, null]);
  assert.deepEqual(column("Receptor cells needed"), [null, 1234, null, null, null]);
  assert.deepEqual(column("Ligand mostly ambient"), ["", "yes", null, null, null]);
  assert.deepEqual(column("Lists").slice(0, 2), [7, 1]);
  assert.ok(body.every((row) => row.length === header.length));
  assert.ok(!header.includes("Samples"));
});

test("files call groups, genes and axes as the data and Python do", () => {
  const { group, genes, axis } = page.STORED;
  assert.equal(group({ label: "T CD8", raw: "T_CD8" }), "T_CD8");
  assert.equal(group({ label: "CAF", raw: "" }), "CAF");
  assert.equal(genes("TGFB1 → TGFBR1+TGFBR2"), "TGFB1^TGFBR1_TGFBR2");
  assert.equal(axis({ id: "cxcl12", name: "CXCL12" }), "cxcl12");
});

test("specific interactions are told by their pairs where these are few and all listed", () => {
  const rows = [["CXCL14", 1], ["CXCL12", 2]].flatMap(([ligand, n]) => Array(n).fill({ ligand, receptor: "CXCR4" }));
  const total = { specific: 3, tooFew: 1 };
  const names = page.namesOfSpecific(rows, { total });
  assert.equal(names, "2 CXCL12 → CXCR4, 1 CXCL14 → CXCR4");
  const told = page.countText({ total, listed: total }, names);
  assert.equal(told, `3 specific interactions (${names}), 1 with too few cells, all listed.`);
  assert.equal(page.namesOfSpecific(rows, { total: { specific: 4, tooFew: 0 } }), "");
});

test("cells, shares and folds in words", () => {
  assert.deepEqual(["CAF", "T cell", "NK cells"].map(page.cellsOf), ["CAF cells", "T cells", "NK cells"]);
  assert.equal(page.shareText({ fraction: 0, cells: 0, ofCells: 33, group: "B" }), "none of 33 B cells");
  assert.equal(page.foldText({ specificity: 12.34, low: 9.96, high: 934, cells: 9 }), "12-fold, 10.0 to 934");
  assert.equal(page.foldText({ specificity: 25, low: 17, high: 17970, cells: 85 }), "at least 17-fold");
  assert.equal(page.foldText({ specificity: 29, low: 3.1, high: 870, cells: 2 }), "at least 3.1-fold");
  assert.equal(page.foldText({ specificity: 1.2, low: 0.2, high: 8, cells: 2 }), "1.2-fold, 0.2 to 8.0");
  assert.equal(page.neededText({ needed: -1, group: "B" }), "more B cells alone would not settle it");
  assert.equal(page.neededText({ needed: null, group: "B" }), "");
  assert.equal(page.neededText({ needed: 30, group: "B", ofCells: 33 }), "more B cells would be needed");
  const [few, many] = [40, 507].map((needed) => ({ needed, group: "B", ofCells: 33 }));
  assert.equal(page.neededOfBoth(few, many), "about 507 B cells would be needed");
  assert.equal(
    page.neededOfBoth(few, { ...many, group: "NK" }),
    "about 40 B cells would be needed, about 507 NK cells would be needed",
  );
  const rows = { n_samples: [8, 0], n_samples_seen: [6, 0], n_samples_specific: [5, 0] };
  assert.equal(page.samplesText(page.samplesOf(rows, 0)), "axis specific in 5 of 8 samples");
  assert.equal(page.samplesText(page.samplesOf(rows, 1)), "");
  assert.equal(page.samplesOf({}, 0), null);
  assert.equal(page.verdictText(["{p}!"], { verdict: 0 }, "0.01"), "0.01!");
});

test("an axis of which only single interactions stand out is marked", () => {
  const beside = (nSpecific, nCore, nStanding) => page.onlyBeside({ nSpecific, nCore, nStanding });
  assert.match(beside(2, 0, 0), /^2 interactions are specific, but only associated with the axis/);
  assert.match(beside(1, 1, 0), /^1 interaction is specific, but not the axis as a whole/);
  assert.equal(beside(2, 1, 1), "");
  assert.equal(page.onlyBeside(undefined), "");
});

const of = (name, end) => ({
  ...{ [`${name}_state`]: [word("specific")], [`${name}_pval`]: [0.01], [`${name}_cells`]: [4] },
  ...{ [`${name}_fraction`]: [0.4], [`${name}_fraction_low`]: [0.2], [`${name}_fraction_high`]: [0.6] },
  ...{ [`${name}_specificity`]: [3], [`${name}_specificity_low`]: [2], [`${name}_specificity_high`]: [4] },
  [`${end}_cells_needed`]: [null],
});
const EVIDENCE = {
  ...{ axis: [0], source: [1], target: [0], verdict: [word("specific")], padj: [0.02], score: [0.5] },
  ...of("ligand", "source"),
  ...{ ...of("receptor", "target"), receptor_state: [word("too few cells")], target_cells_needed: [507] },
  ...{ response_state: [1], response_effect: [-1.5], response_pval: [0.3] },
  ...{ decoy: [0.1], top_interaction: [0], associated: [0] },
  ...{ n_samples: [8], n_samples_seen: [6], n_samples_specific: [5] },
};
const OPTIONS = {
  ...{ rows: EVIDENCE, nodes, axes, modifiers: ["decoy"] },
  names: { top_interaction: ["TGFB1 → TGFBR1"], associated: ["TGFB1 → TGFBR2 (disputed)"] },
  responseTexts: ["up", "not up", "not scored", "none known"],
  verdictTexts: page.constants.verdicts.map((name) => `${name} (p {p})`),
  facts: [
    {
      ...{ core_pairs: 17, core_pairs_measured: 7, is_little: true, missing_genes: "A1; B2" },
      ...{ response: "Fibroblast response", validated: false },
    },
  ],
};

test("evidence comes by what stands out, by score, and what does not by p", () => {
  const verdict = ["too few cells", "too few cells", "specific", "too few cells", "specific"].map(word);
  const packedRows = {
    ...{ verdict, padj: [null, 1, 0.01, 1, 0.04], score: [0.9, 0.1, 0.2, 0.1, 0.3] },
    ...{ ligand_pval: [0.1, 0.5, 0.001, 0.2, 0.01], receptor_pval: [0.1, 0.1, 0.001, 0.1, 0.01] },
  };
  const rows = page.evidenceRows({ rows: packedRows, shared: {} });
  assert.deepEqual(rows.padj, [0.04, 0.01, 1, 1, null]);
  assert.deepEqual(rows.ligand_pval, [0.01, 0.001, 0.2, 0.5, 0.1]);
});

test("what does not stand out is folded; where nothing does, the nearest are listed", () => {
  const rows = { verdict: ["specific", ...Array(6).fill("too few cells")].map(word) };
  const everyRow = rows.verdict.map((_, i) => i);
  assert.deepEqual(page.shownRows(everyRow, rows, false), { shown: [0], rest: [1, 2, 3, 4, 5, 6] });
  assert.deepEqual(page.shownRows(everyRow, rows, true).shown, everyRow);
  assert.deepEqual(page.shownRows([1, 2, 3, 4, 5], rows, false), { shown: [1, 2, 3], rest: [4, 5] });
});

test("bars of p and colours of folds have their ends", () => {
  assert.deepEqual([1, 1e-4, 1e-9, null].map(page.pFill), [0, 1, 1, 0]);
  assert.ok(Math.abs(page.pFill(0.01) - 0.5) < 1e-9);
  assert.deepEqual([0.2, 1, 8, 640].map(page.foldStrength), [0, 0, 0.5, 1]);
});

test("each piece of evidence says how strong it is and whether it stands out", () => {
  const pieces = page.evidencePieces(EVIDENCE, nodes, () => false);
  const [ligand, receptor, response] = pieces.map((piece) => piece(0));
  assert.deepEqual([ligand.stands, receptor.stands, response.stands], [true, false, false]);
  assert.deepEqual([ligand.end, receptor.end], ["sender", "receiver"]);
  assert.deepEqual([receptor.share, receptor.fold, receptor.side.needed], [0.4, 3, 507]);
  assert.deepEqual([ligand.side.group, receptor.side.group], ["CAF", "T cell"]);
  assert.deepEqual([response.effect, response.p], [-1.5, 0.3]);
});

test("the evidence of a row can be read", () => {
  const lines = page.readingOf(0, OPTIONS);
  assert.deepEqual(lines[0], ["TGF-β, CAF → T cell", "Specific (p 0.020)."]);
  const told = Object.fromEntries(lines.slice(1));
  assert.match(told.Samples, /^The axis is specific in 5 of 8 samples that have both groups.*are seen in 6\.$/);
  assert.equal(
    told["Ligand in CAF"],
    "Specific. TGFB1 is seen in 40% of CAF cells (4 of 10); 3.0-fold, 2.0 to 4.0, over other cells of like depth.",
  );
  assert.match(
    told["Receptor in T cell"],
    /^Too few cells: about 507 T cells would be needed\. TGFBR1 is seen in .*; 3\.0-fold/,
  );
  assert.match(told["Response of T cell"], /^Not up .*1\.50 standard deviations below .*; not validated/);
  assert.equal(told.Modifiers, "decoy in 10% of sender or receiver.");
  assert.equal(
    told["Genes in the data"],
    "Core pairs in the data: 7 of 17, less than half: read it with care. Missing genes: A1, B2.",
  );
  assert.match(told["Associated pairs"], /not what the axis is named after: TGFB1 → TGFBR2 \(disputed\)\.$/);
  const unknown = { ...EVIDENCE, response_state: [3], response_effect: [null] };
  const rest = Object.fromEntries(page.readingOf(0, { ...OPTIONS, rows: unknown }));
  assert.equal(rest["Response of T cell"], "None known.");
});
