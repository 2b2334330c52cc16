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

const nodes = ["T cell", "CAF"].map((label) => ({ label, n_cells: 10 }));
const axes = ["TGF-β", "CXCL12"].map((name) => ({ name }));
const side = (name, end) => ({
  ...{ [name]: [0, 1], [`${name}_fraction`]: [0.5, 0.25], [`${name}_cells`]: [5, 2] },
  ...{ [`${name}_specificity`]: [3.21, null], [`${name}_specificity_low`]: [2.1, null] },
  ...{ [`${name}_specificity_high`]: [41, null], [`${end}_cells_needed`]: [null, 1234] },
  [`${name}_ambient`]: [0, name === "ligand" ? 1 : 0],
});
const word = (name) => page.constants.verdicts.indexOf(name);
const VERDICTS = ["specific", "not testable", "specific", "too few cells", ""].map(word);
const AMBIENT = "specific, mostly ambient";
const AMBIENT_VERDICTS = ["specific", "not testable", AMBIENT, "too few cells", ""].map(word);
const BODY = {
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
  const crosstalk = { block: 7, nodes, axes, associated: "associated" };
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
  assert.equal(page.countText({ total, listed }), "3 specific, 4 with too few cells, of which 3 listed.");
  assert.equal(page.countText({ total, listed: total }), "3 specific, 4 with too few cells, all listed.");
  const none = { specific: 0, tooFew: 0 };
  assert.equal(page.countText({ total: none, listed: none }), "None specific.");
  assert.equal(page.emptyText({ total: none }, "Nothing."), "Nothing.");
  assert.match(page.emptyText({ total }, "Nothing."), /^3 specific, 4 with too few cells, not listed/);
});

test("rows of axes are counted by their verdict", () => {
  const [active, tooFew, untested] = ["active", "too few cells", "not testable"].map(word);
  const listed = [active, tooFew, tooFew, untested];
  assert.equal(page.countVerdicts({ listed, unlisted: [] }), "1 active; 2 too few cells; all listed.");
  assert.equal(
    page.countVerdicts({ listed, unlisted: [tooFew] }),
    "1 active; 3 too few cells; of which 3 listed.",
  );
  assert.equal(page.countVerdicts({ listed: [untested], unlisted: [] }), "None specific.");
  assert.equal(
    page.countVerdicts({ listed: [active, word(AMBIENT)], unlisted: [] }),
    "1 active; 1 specific, mostly ambient; all listed.",
  );
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
    ...["Associated pairs", "CXCL12 CXCR4", "Without a verdict", "CXCL12 TGFBR1"],
  ]);
  assert.deepEqual(shown(ANY, false), [
    ...["TGFB1 TGFBR1", "CXCL12 CXCR4", "Without a verdict", "CXCL12 TGFBR1"],
  ]);
});

test("what is mostly ambient RNA stands apart, unless another flow of the pair does not", async () => {
  page.putBlock(8, packed({ ...BODY, rows: { ...BODY.rows, verdict: AMBIENT_VERDICTS } }));
  const crosstalk = { block: 8, nodes, axes, associated: "associated" };
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
  const { header, body } = page.pairsTable(interactions, [0, 3], interactions.count(ANY).unlisted);
  const column = (name) => body.map((row) => row[header.indexOf(name)]);
  assert.deepEqual(column("Verdict").slice(0, 3), ["specific", "too few cells", "1 specific, not listed in this page"]);
  assert.deepEqual(column("Ligand specificity, low"), [2.1, null, null, null, null]);
  assert.deepEqual(column("Receptor cells needed"), [null, 1234, null, null, null]);
  assert.deepEqual(column("Ligand mostly ambient"), ["", "yes", null, null, null]);
  assert.deepEqual(column("Lists").slice(0, 2), [7, 1]);
  assert.ok(body.every((row) => row.length === header.length));
  assert.ok(!header.includes("Samples"));
});

test("cells, shares and folds in words", () => {
  assert.deepEqual(["CAF", "T cell", "NK cells"].map(page.cellsOf), ["CAF cells", "T cells", "NK cells"]);
  assert.equal(page.shareText({ fraction: 0, cells: 0, ofCells: 33, group: "B" }), "none of 33 B cells");
  assert.equal(page.foldText({ specificity: 12.34, low: 9.96, high: 1234 }), "12-fold, 10.0 to 1,234");
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
  assert.equal(page.samplesText(page.samplesOf(rows, 0)), "specific in 5 of 8 samples");
  assert.equal(page.samplesText(page.samplesOf(rows, 1)), "");
  assert.equal(page.samplesOf({}, 0), null);
  assert.equal(page.verdictText(["{p}!"], { verdict: 0 }, "0.01"), "0.01!");
});

test("an axis of which only associated pairs stand out is marked", () => {
  assert.match(page.onlyAssociated({ nSpecific: 2, nCore: 0, stands: false }), /^Only interactions associated/);
  assert.equal(page.onlyAssociated({ nSpecific: 2, nCore: 1, stands: true }), "");
  assert.equal(page.onlyAssociated(undefined), "");
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

test("evidence comes by what stands out, then by score, then by p", () => {
  const verdict = ["too few cells", "too few cells", "specific", "too few cells"].map(word);
  const packedRows = { verdict, padj: [null, 0.5, 0.01, 0.4], score: [0.9, 0.1, 0.2, 0.1] };
  const rows = page.evidenceRows({ rows: packedRows, shared: {} });
  assert.deepEqual(rows.padj, [0.01, null, 0.4, 0.5]);
  assert.deepEqual(rows.score, [0.2, 0.9, 0.1, 0.1]);
});

test("each piece of evidence says how strong it is and whether it stands out", () => {
  const pieces = page.evidencePieces(EVIDENCE, nodes, ["decoy"], () => false);
  const [ligand, receptor, response, decoy] = pieces.map((piece) => piece(0));
  assert.deepEqual([ligand.stands, receptor.stands, response.stands], [true, false, false]);
  assert.deepEqual([ligand.end, receptor.end], ["sender", "receiver"]);
  assert.deepEqual([receptor.share, receptor.fold, receptor.side.needed], [0.4, 3, 507]);
  assert.deepEqual([ligand.side.group, receptor.side.group], ["CAF", "T cell"]);
  assert.deepEqual([response.effect, response.p], [-1.5, 0.3]);
  assert.deepEqual(decoy, { title: "Decoy", share: 0.1, stands: null });
});

test("the evidence of a row can be read", () => {
  const lines = page.readingOf(0, OPTIONS);
  assert.deepEqual(lines[0], ["TGF-β, CAF → T cell", "Specific (p 0.020)."]);
  const told = Object.fromEntries(lines.slice(1));
  assert.match(told.Samples, /^Specific in 5 of 8 samples that have both groups.*are seen in 6\.$/);
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
    told.Coverage,
    "Core pairs in the data: 7 of 17, less than half: read it with care. Missing genes: A1, B2.",
  );
  assert.match(told["Associated pairs"], /not what the axis is named after: TGFB1 → TGFBR2 \(disputed\)\.$/);
  const unknown = { ...EVIDENCE, response_state: [3], response_effect: [null] };
  const rest = Object.fromEntries(page.readingOf(0, { ...OPTIONS, rows: unknown }));
  assert.equal(rest["Response of T cell"], "None known.");
});
