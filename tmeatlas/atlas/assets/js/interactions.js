/** The crosstalk results: sums between groups, and the rows behind them. */
import { readJsonBlock } from "./decode.js";

export const ALL_AXES = -1;

export async function loadInteractions(meta) {
  const { edges, rows, names } = await readJsonBlock(meta.crosstalk.block);
  const { nodes, axes } = meta.crosstalk;
  const nNodes = nodes.length;

  /** Sums for one axis, or all: `active`, `strength`, `detected`, `faint`, each sender × receiver. */
  function network(axis) {
    const empty = () => Array.from({ length: nNodes }, () => new Float64Array(nNodes));
    const sums = { active: empty(), strength: empty(), detected: empty(), faint: empty() };
    for (let i = 0; i < edges.axis.length; i++) {
      if (axis !== ALL_AXES && edges.axis[i] !== axis) continue;
      const [source, target] = [edges.source[i], edges.target[i]];
      sums.active[source][target] += edges.n_active[i];
      sums.strength[source][target] += edges.strength[i];
      sums.detected[source][target] += edges.n_detected[i];
      sums.faint[source][target] += edges.faint[i];
    }
    return sums;
  }

  /** Numbers of the listed rows of an axis, sender and receiver; -1 or null stand for any. */
  function select(axis, sender, receiver) {
    const found = [];
    for (let i = 0; i < rows.axis.length; i++) {
      if (axis !== ALL_AXES && rows.axis[i] !== axis) continue;
      if (sender !== null && rows.source[i] !== sender) continue;
      if (receiver !== null && rows.target[i] !== receiver) continue;
      found.push(i);
    }
    return found;
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
  return { nodes, axes, rows, network, select, row, axisName };
}

export const nodeColours = (nodes, palette) =>
  nodes.map((node) => (palette === "cvd" ? node.colour_cvd : node.colour));

const VERDICTS = ["active", "detected", "not detectable", "not testable"];

/** The verdict of a row, as the table in Python has it. */
export const verdictName = (verdict) => VERDICTS[verdict];

/** What the verdict of a row means, in words. */
export function verdictText(row, pText) {
  const name = verdictName(row.verdict);
  if (name === "not detectable")
    return "not detectable at this depth: fewer than 3 cells show the ligand or the receptor";
  if (name === "not testable") return "not testable: shuffling moves neither group";
  return name === "active"
    ? `active, adjusted p ${pText}`
    : `detected, not significant (adjusted p ${pText})`;
}
