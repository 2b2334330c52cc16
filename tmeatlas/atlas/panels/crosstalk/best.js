/** The row that says the most of an axis: of the test of the axes or, without it, of its interactions. */
import { evidenceOf, sideOf } from "../evidence/rows.js";
import { isApart, isStanding, samplesOf } from "./words.js";

/** @returns a function of the number of an axis: {source, target, verdict, padj, pair, sides, samples, all} or null */
export async function bestRows(atlas, interactions) {
  const evidence = await evidenceOf(atlas);
  return evidence
    ? (axis) => ofEvidence(evidence, axis, interactions)
    : (axis) => ofInteractions(axis, interactions);
}

/** How many rows stand out, and from what p to what. */
function rangeOf(values) {
  const known = values.filter((p) => p !== null);
  return { n: values.length, low: known.length ? Math.min(...known) : null, high: Math.max(0, ...known) };
}

function ofEvidence({ rows, names }, axis, { nodes }) {
  const i = rows.axis.indexOf(axis);
  if (i < 0) return null;
  const sides = ["ligand", "receptor"].map((side) => sideOf(rows, side, i, nodes));
  const [source, target] = sides.map(({ group }) => group);
  return {
    ...{ source, target, sides, verdict: rows.verdict[i], padj: rows.padj[i] },
    pair: names.top_interaction[rows.top_interaction[i]],
    samples: samplesOf(rows, i),
    all: rangeOf(rows.padj.filter((_, k) => rows.axis[k] === axis && isStanding(rows.verdict[k]))),
  };
}

function ofInteractions(axis, interactions) {
  const choice = { axis, sender: null, receiver: null };
  const rows = interactions.select(choice).map(interactions.row);
  const best = rows.find((row) => !isApart(row.verdict) && !row.isAssociated);
  if (!best) return null;
  const { source, target, verdict, padj, samples, ligandSide, receptorSide } = best;
  const sides = [ligandSide, receptorSide];
  return { source, target, verdict, padj, samples, sides, pair: `${best.ligand} → ${best.receptor}` };
}
