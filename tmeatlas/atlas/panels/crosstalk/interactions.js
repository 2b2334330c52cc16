/** The crosstalk results: sums between groups, and the rows behind them. */
import { constants } from "../../assets/js/constants.js";
import { readJsonBlock } from "../../assets/js/decode.js";
import { sortedRows, wholeRows } from "../../assets/js/tables.js";
import { createLevels } from "./levels.js";
import { isApart, isStanding, samplesOf } from "./words.js";

export const ALL_AXES = -1;

const noneOf = () => ({ specific: 0, tooFew: 0 });
const edgeKey = (table, i, n) => (table.axis[i] * n + table.source[i]) * n + table.target[i];

/** What stands out first, the other verdicts, what is ambient, then what has none; by score. */
function interactionRows(body) {
  const rows = wholeRows(body);
  rows.stands = rows.verdict.map((verdict) => (isStanding(verdict) ? 1 : 0));
  const part = rows.verdict.map((verdict, i) =>
    rows.stands[i] ? 0 : isApart(verdict) ? (verdict === constants.noVerdict ? 3 : 2) : 1,
  );
  return sortedRows(rows, (a, b) => part[a] - part[b] || rows.score[b] - rows.score[a]);
}

/** Listed interactions of each axis, sender and receiver. */
function countListed(rows, nNodes) {
  const found = new Map();
  for (let i = 0; i < rows.axis.length; i++) {
    if (!rows.stands[i] && rows.verdict[i] !== constants.tooFew) continue;
    const key = edgeKey(rows, i, nNodes);
    if (!found.has(key)) found.set(key, noneOf());
    found.get(key)[rows.stands[i] ? "specific" : "tooFew"] += 1;
  }
  return found;
}

async function loadInteractions(packed) {
  const body = await readJsonBlock(packed.block);
  const { edges, names, routes } = body;
  const rows = interactionRows(body);
  const { nodes, axes, groupsWord: groups } = packed;
  const nNodes = nodes.length;
  const levels = createLevels(body.levels, nodes);
  const told = new Map(routes.axis.map((_, i) => [edgeKey(routes, i, nNodes), routes.verdict[i]]));

  /** What is said of an axis between two groups; what is not told of it lacks cells. */
  const verdictOf = (axis, source, target) =>
    told.get((axis * nNodes + source) * nNodes + target) ?? constants.tooFew;

  /** The axes that stand out between two groups, the one with the most evidence first. */
  const standingAxes = (source, target) =>
    [...axes.keys()].filter((axis) => isStanding(verdictOf(axis, source, target)));

  /** Groups between which an axis stands out: those with its ligand, and those with its receptor. */
  function standingEnds(axis) {
    const [ligand, receptor] = [new Set(), new Set()];
    routes.axis.forEach((of, i) => {
      if (of !== axis || !isStanding(routes.verdict[i])) return;
      ligand.add(routes.source[i]);
      receptor.add(routes.target[i]);
    });
    return { ligand, receptor };
  }

  /** Sums for one axis, or all: `specific` and `tooFew`, each sender × receiver. */
  function network(axis) {
    const empty = () => Array.from({ length: nNodes }, () => new Float64Array(nNodes));
    const sums = { specific: empty(), tooFew: empty() };
    for (let i = 0; i < edges.axis.length; i++) {
      if (axis !== ALL_AXES && edges.axis[i] !== axis) continue;
      const [source, target] = [edges.source[i], edges.target[i]];
      sums.specific[source][target] += edges.n_specific[i];
      sums.tooFew[source][target] += edges.n_too_few[i];
    }
    return sums;
  }

  /** Per axis, all in one pass: the sum of a measure, and what each group sends and receives of it. */
  function flowsOverAxes(measure) {
    const column = { specific: edges.n_specific, tooFew: edges.n_too_few }[measure];
    const perNode = () => axes.map(() => new Float64Array(nNodes));
    const [totals, sent, received] = [new Float64Array(axes.length), perNode(), perNode()];
    for (let i = 0; i < edges.axis.length; i++) {
      const [axis, value] = [edges.axis[i], column[i]];
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
      const specific = edges.n_specific[i] - known.specific;
      const tooFew = edges.n_too_few[i] - known.tooFew;
      total.specific += edges.n_specific[i];
      total.tooFew += edges.n_too_few[i];
      listed.specific += known.specific;
      listed.tooFew += known.tooFew;
      const [axis, source, target] = [edges.axis[i], edges.source[i], edges.target[i]];
      if (specific || tooFew) unlisted.push({ axis, source, target, specific, tooFew });
    }
    return { total, listed, unlisted };
  }

  /** What is told of one side: numbers as the table has them. */
  const sideOf = (side, end, i) => ({
    name: names[side][rows[side][i]],
    fraction: rows[`${side}_fraction`][i],
    cells: rows[`${side}_cells`][i],
    ofCells: nodes[rows[end][i]].n_cells,
    specificity: rows[`${side}_specificity`][i],
    low: rows[`${side}_specificity_low`][i],
    high: rows[`${side}_specificity_high`][i],
    needed: rows[`${end}_cells_needed`][i],
    isAmbient: rows[`${side}_ambient`][i] === 1,
    group: nodes[rows[end][i]].label,
  });

  const wordOf = (kind, i) => names[kind][rows[kind][i]];

  const row = (i) => ({
    source: nodes[rows.source[i]].label,
    target: nodes[rows.target[i]].label,
    ligand: names.ligand[rows.ligand[i]],
    receptor: names.receptor[rows.receptor[i]],
    axis: axes[rows.axis[i]].name,
    role: wordOf("role", i),
    core: wordOf("core", i),
    isAssociated: rows.core[i] === names.core.indexOf(packed.associated),
    disputed: wordOf("disputed", i),
    nResources: rows.n_resources[i],
    stands: rows.stands[i] === 1,
    verdict: rows.verdict[i],
    score: rows.score[i],
    padj: rows.padj[i],
    samples: samplesOf(rows, i),
    ligandSide: sideOf("ligand", "source", i),
    receptorSide: sideOf("receptor", "target", i),
  });

  const axisName = (axis) => (axis === ALL_AXES ? "All axes" : axes[axis].name);

  /** What is chosen, in words: the axis, and the sender and the receiver where there are any. */
  function scopeText({ axis, sender, receiver }) {
    if (sender === null && receiver === null) return axisName(axis);
    const from = sender === null ? "any sender" : nodes[sender].label;
    const to = receiver === null ? "any receiver" : nodes[receiver].label;
    return `${axisName(axis)}, ${from} → ${to}`;
  }

  return {
    ...{ nodes, axes, groups, names, rows, levels, network, flowsOverAxes, verdictOf, standingAxes },
    standingEnds,
    ...{ fits, select, count, row, axisName, scopeText },
  };
}

/** The interactions of an atlas, read once for all panels that show them. */
export async function interactionsOf(atlas) {
  atlas.interactions ??= await loadInteractions(atlas.meta.panels.crosstalk);
  return atlas.interactions;
}
