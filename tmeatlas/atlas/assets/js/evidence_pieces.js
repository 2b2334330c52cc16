/** The pieces of evidence for an axis between two groups: the columns of the figure. */
import { capital } from "./text.js";

/**
 * Functions of the number of a row, one per piece: its title; its share of cells, or its effect;
 * the p-value, null where there was no test; and whether the table counts it as missing.
 */
export function evidencePieces(rows, names, modifiers) {
  /** Not specific for the group, or seen in too few cells. */
  const lacks = (name, i) => names.missing[rows.missing[i]].split("; ").includes(name);
  const side = (name, i) => ({
    title: capital(name),
    share: rows[`${name}_fraction`][i],
    low: rows[`${name}_fraction_low`][i],
    high: rows[`${name}_fraction_high`][i],
    p: rows[`${name}_pval`][i],
    lacks: lacks(name, i),
  });
  return [
    (i) => side("ligand", i),
    (i) => side("receptor", i),
    (i) => ({
      title: "Response",
      effect: rows.response_effect[i],
      p: rows.response_pval[i],
      lacks: lacks("response", i),
    }),
    ...modifiers.map((role) => (i) => ({ title: capital(role), share: rows[role][i], p: null })),
  ];
}
