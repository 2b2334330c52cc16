/** The pieces of evidence for an axis between two groups: the columns of the figure. */
import { capital } from "./text.js";

/**
 * Functions of the number of a row, one per piece: its title and at which end it is looked for
 * (modifiers: at both); its share of cells, or its effect; the p-value, null where there was no test; and whether the table counts it as missing.
 */
export function evidencePieces(rows, names, modifiers) {
  /** Not specific for the group, or seen in too few cells. */
  const lacks = (name, i) => names.missing[rows.missing[i]].split("; ").includes(name);
  const side = (name, end, i) => ({
    ...{ title: capital(name), end },
    share: rows[`${name}_fraction`][i],
    low: rows[`${name}_fraction_low`][i],
    high: rows[`${name}_fraction_high`][i],
    p: rows[`${name}_pval`][i],
    lacks: lacks(name, i),
  });
  return [
    (i) => side("ligand", "sender", i),
    (i) => side("receptor", "receiver", i),
    (i) => ({
      ...{ title: "Response", end: "receiver" },
      effect: rows.response_effect[i],
      p: rows.response_pval[i],
      lacks: lacks("response", i),
    }),
    ...modifiers.map((role) => (i) => ({ title: capital(role), share: rows[role][i], p: null })),
  ];
}
