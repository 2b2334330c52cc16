/** The crosstalk results: sums between groups, and the rows behind them. */
import { constants } from "../../assets/js/constants.js";
import { readJsonBlock } from "../../assets/js/decode.js";
import { sortedRows, wholeRows } from "../../assets/js/tables.js";

export const ALL_AXES = -1;

const noneOf = () => ({ active: 0, detected: 0 });
const edgeKey = (table, i, n) => (table.axis[i] * n + table.source[i]) * n + table.target[i];

/** Rows of the crosstalk: the active ones first, and those by score. */
function interactionRows(body) {
  const rows = wholeRows(body);
  rows.active = rows.verdict.map((verdict) => (verdict === constants.active ? 1 : 0));
  return sortedRows(rows, (a, b) => rows.active[b] - rows.active[a] || rows.score[b] - rows.score[a]);
}

/** Listed interactions of each axis, sender and receiver. */
function countListed(rows, nNodes) {
  const found = new Map();
  for (let i = 0; i < rows.axis.length; i++) {
    if (rows.verdict[i] > constants.detected) continue;
    const key = edgeKey(rows, i, nNodes);
    if (!found.has(key)) found.set(key, noneOf());
    found.get(key)[rows.active[i] ? "active" : "detected"] += 1;
  }
  return found;
}

async function loadInteractions(packed) {
  const body = await readJsonBlock(packed.block);
  const { edges, names } = body;
  const rows = interactionRows(body);
  const { nodes, axes } = packed;
  const nNodes = nodes.length;

  /** Sums for one axis, or all: `active` and `detected`, each sender × receiver. */
  function network(axis) {
    const empty = () => Array.from({ length: nNodes }, () => new Float64Array(nNodes));
    const sums = { active: empty(), detected: empty() };
    for (let i = 0; i < edges.axis.length; i++) {
      if (axis !== ALL_AXES && edges.axis[i] !== axis) continue;
      const [source, target] = [edges.source[i], edges.target[i]];
      sums.active[source][target] += edges.n_active[i];
      sums.detected[source][target] += edges.n_detected[i];
    }
    return sums;
  }

  /** Per axis, all in one pass: the sum of a measure, and what each group sends and receives of it. */
  function flowsOverAxes(measure) {
    const perNode = () => axes.map(() => new Float64Array(nNodes));
    const [totals, sent, received] = [new Float64Array(axes.length), perNode(), perNode()];
    for (let i = 0; i < edges.axis.length; i++) {
      const [axis, value] = [edges.axis[i], edges[`n_${measure}`][i]];
      totals[axis] += value;
      sent[axis][edges.source[i]] += value;
      received[axis][edges.target[i]] += value;
    }
    return { totals, sent, received };
  }

  /** Whether row `i` of a table is of a choice. */
  const fits = (table, i, { axis, sender, receiver }) =>
    (axis === ALL_AXES || table.axis[i] === axis) &&
    (sender === null || table.source[i] === sender) &&
    (receiver === null || table.target[i] === receiver);

  /** Numbers of the listed rows of a choice: {axis, sender, receiver}, null for any. */
  function select(choice) {
    const found = [];
    for (let i = 0; i < rows.axis.length; i++) if (fits(rows, i, choice)) found.push(i);
    return found;
  }

  const listedOf = countListed(rows, nNodes);

  /**
   * How many interactions a choice has, and how many of them are listed; and, for each axis,
   * sender and receiver, those that are not: the page holds all sums, but not all rows behind them.
   */
  function count(choice) {
    const [total, listed] = [noneOf(), noneOf()];
    const unlisted = [];
    for (let i = 0; i < edges.axis.length; i++) {
      if (!fits(edges, i, choice)) continue;
      const known = listedOf.get(edgeKey(edges, i, nNodes)) ?? noneOf();
      const active = edges.n_active[i] - known.active;
      const detected = edges.n_detected[i] - known.detected;
      total.active += edges.n_active[i];
      total.detected += edges.n_detected[i];
      listed.active += known.active;
      listed.detected += known.detected;
      const [axis, source, target] = [edges.axis[i], edges.source[i], edges.target[i]];
      if (active || detected) unlisted.push({ axis, source, target, active, detected });
    }
    return { total, listed, unlisted };
  }

  const row = (i) => ({
    source: nodes[rows.source[i]].label,
    target: nodes[rows.target[i]].label,
    ligand: names.ligand[rows.ligand[i]],
    receptor: names.receptor[rows.receptor[i]],
    axis: axes[rows.axis[i]].name,
    role: names.role ? names.role[rows.role[i]] : "",
    active: rows.active[i] === 1,
    verdict: rows.verdict[i],
    score: rows.score[i],
    padj: rows.padj[i],
    ligandMean: rows.ligand_mean[i],
    receptorMean: rows.receptor_mean[i],
    ligandFraction: rows.ligand_fraction[i],
    receptorFraction: rows.receptor_fraction[i],
    ligandCells: rows.ligand_cells[i],
    receptorCells: rows.receptor_cells[i],
  });

  const axisName = (axis) => (axis === ALL_AXES ? "All axes" : axes[axis].name);

  /** What is chosen, in words: the axis, and the sender and the receiver where there are any. */
  function scopeText({ axis, sender, receiver }) {
    if (sender === null && receiver === null) return axisName(axis);
    const from = sender === null ? "any sender" : nodes[sender].label;
    const to = receiver === null ? "any receiver" : nodes[receiver].label;
    return `${axisName(axis)}, ${from} → ${to}`;
  }

  return { nodes, axes, names, rows, network, flowsOverAxes, fits, select, count, row, axisName, scopeText };
}

/** The interactions of an atlas, read once for all panels that show them. */
export async function interactionsOf(atlas) {
  atlas.interactions ??= await loadInteractions(atlas.meta.panels.crosstalk);
  return atlas.interactions;
}
