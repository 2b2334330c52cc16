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

const nodes = ["T", "CAF"].map((label) => ({ label }));
const axes = ["TGF-β", "CXCL12"].map((name) => ({ name }));
const side = (side_) => ({
  ...{ [side_]: [0, 1], [`${side_}_mean`]: [1, 2] },
  ...{ [`${side_}_fraction`]: [0.5, 0.25], [`${side_}_cells`]: [5, 2] },
});
const BODY = {
  edges: { axis: [0, 0, 1], source: [0, 1, 1], target: [1, 0, 0], n_active: [2, 1, 0], n_detected: [0, 1, 3] },
  names: { ligand: ["TGFB1", "CXCL12"], receptor: ["TGFBR1", "CXCR4"] },
  rows: {
    ...{ axis: [0, 0, 0, 1], source: [0, 0, 1, 1], target: [1, 1, 0, 0], verdict: [0, 2, 0, 1] },
    ...{ score: [1, 9, 3, 7], padj: [0.01, null, 0.02, 0.5] },
    ...{ l: [0, 1, 0, 1], r: [0, 1, 0, 1] },
  },
  shared: { l: side("ligand"), r: side("receptor") },
};

async function loaded() {
  page.putBlock(7, packed(BODY));
  return page.interactionsOf({ meta: { panels: { crosstalk: { block: 7, nodes, axes } } } });
}

const ANY = { axis: page.ALL_AXES, sender: null, receiver: null };

test("active rows come first, and each kind by score", async () => {
  const { rows, row } = await loaded();
  assert.deepEqual(rows.score, [3, 1, 9, 7]);
  assert.deepEqual(rows.verdict.map(page.verdictName), ["active", "active", "not detectable", "detected"]);
  const first = row(0);
  assert.deepEqual([first.source, first.target, first.ligand, first.axis], ["CAF", "T", "TGFB1", "TGF-β"]);
  assert.deepEqual([first.ligandFraction, first.receptorCells, first.active], [0.5, 5, true]);
});

test("sums are those of the edges, of one axis or all", async () => {
  const interactions = await loaded();
  const sums = (axis) => {
    const { active, detected } = interactions.network(axis);
    return [active, detected].map((matrix) => matrix.map((row) => [...row]));
  };
  assert.deepEqual(sums(0), [[[0, 2], [1, 0]], [[0, 0], [1, 0]]]);
  assert.deepEqual(sums(page.ALL_AXES), [[[0, 2], [1, 0]], [[0, 0], [4, 0]]]);
  const { totals, sent, received } = interactions.flowsOverAxes("active");
  assert.deepEqual([...totals], [3, 0]);
  assert.deepEqual([...sent[0]], [2, 1]);
  assert.deepEqual([...received[0]], [1, 2]);
});

test("what is not listed is counted", async () => {
  const interactions = await loaded();
  const { total, listed, unlisted } = interactions.count(ANY);
  assert.deepEqual([total, listed], [{ active: 3, detected: 4 }, { active: 2, detected: 1 }]);
  assert.deepEqual(unlisted, [
    { axis: 0, source: 0, target: 1, active: 1, detected: 0 },
    { axis: 0, source: 1, target: 0, active: 0, detected: 1 },
    { axis: 1, source: 1, target: 0, active: 0, detected: 2 },
  ]);
  assert.equal(page.countText({ total, listed }), "3 active, 4 detected, of which 3 listed.");
  assert.equal(page.countText({ total, listed: total }), "3 active, 4 detected, all listed.");
  const none = { active: 0, detected: 0 };
  assert.equal(page.countText({ total: none, listed: none }), "None detected.");
  assert.equal(page.emptyText({ total: none }, "Nothing."), "Nothing.");
  assert.match(page.emptyText({ total }, "Nothing."), /^3 active, 4 detected, not listed/);
});

test("a choice selects its rows and says so", async () => {
  const interactions = await loaded();
  assert.deepEqual(interactions.select({ ...ANY, axis: 1 }), [3]);
  assert.deepEqual(interactions.select({ ...ANY, sender: 0 }), [1, 2]);
  assert.deepEqual(interactions.select({ ...ANY, sender: 1, receiver: 1 }), []);
  assert.equal(interactions.scopeText(ANY), "All axes");
  assert.equal(interactions.scopeText({ axis: 0, sender: 1, receiver: null }), "TGF-β, CAF → any receiver");
});

test("pairs and flows are those with the strongest rows, the active ones first", async () => {
  const found = page.choosePairs(await loaded(), ANY);
  assert.deepEqual(found.pairs.map(({ ligand }) => ligand), ["TGFB1", "CXCL12"]);
  assert.deepEqual([found.nPairs, found.nFlows, found.selected.length], [2, 2, 4]);
  assert.deepEqual(found.flows.map(({ source, target }) => [source, target]), [[1, 0], [0, 1]]);
  assert.deepEqual([found.rowAt(0, 0), found.rowAt(0, 1)], [0, 1]);
});

test("evidence comes by adjusted p, that without a test last", () => {
  const rows = page.evidenceRows({ rows: { padj: [null, 0.5, 0.01, 0.5], score: [9, 1, 1, 2] }, shared: {} });
  assert.deepEqual(rows.padj, [0.01, 0.5, 0.5, null]);
  assert.deepEqual(rows.score, [1, 2, 1, 9]);
});

test("each piece of evidence says what it lacks", () => {
  const of = (name) => ({
    [`${name}_fraction`]: [0.4], [`${name}_fraction_low`]: [0.2],
    [`${name}_fraction_high`]: [0.6], [`${name}_pval`]: [0.01],
  });
  const rows = { ...of("ligand"), ...of("receptor"), response_effect: [1.5], response_pval: [null], decoy: [0.1], missing: [0] };
  const pieces = page.evidencePieces(rows, { missing: ["ligand; response"] }, ["decoy"]);
  const [ligand, receptor, response, decoy] = pieces.map((piece) => piece(0));
  assert.deepEqual([ligand.lacks, receptor.lacks, response.lacks], [true, false, true]);
  assert.deepEqual([ligand.end, receptor.end], ["sender", "receiver"]);
  assert.deepEqual([receptor.share, receptor.low, receptor.high, receptor.p], [0.4, 0.2, 0.6, 0.01]);
  assert.deepEqual([response.effect, response.p], [1.5, null]);
  assert.deepEqual(decoy, { title: "Decoy", share: 0.1, p: null });
});
