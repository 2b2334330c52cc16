/** The rows of the evidence: what each piece of it says, and all of them as a table. */
import { sortedRows, wholeRows } from "../../assets/js/tables.js";
import { capital } from "../../assets/js/text.js";
import { verdictName } from "../crosstalk/words.js";

const NOT_TESTED = 2; // beyond any p-value

/** Rows of the evidence: those with the lowest adjusted p first, and those by score. */
export function evidenceRows(body) {
  const rows = wholeRows(body);
  const worst = rows.padj.map((p) => p ?? NOT_TESTED);
  return sortedRows(rows, (a, b) => worst[a] - worst[b] || rows.score[b] - rows.score[a]);
}

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

const ALWAYS = 4; // the columns that say which row it is

/**
 * The chosen rows; columns that none of them has anything for, such as a blocker that the axis does
 * not have, are left out.
 *
 * @param rows      columns of the evidence by name
 * @param selected  numbers of the rows
 * @param options   interactions, unlisted, topPair, response, modifiers: the numbers of the rows
 *                  that the page does not list, in a table of their own; functions of the number of
 *                  a row that return what it is called; the roles beside ligand and receptor
 */
export function evidenceTable(rows, selected, { interactions, unlisted, ...about }) {
  const { topPair, response, modifiers } = about;
  const { nodes, axes } = interactions;
  const stored = (name) => (i) => rows[name][i];
  const columns = [
    ["Axis", (i) => axes[rows.axis[i]].name],
    ["Sender", (i) => nodes[rows.source[i]].label],
    ["Receiver", (i) => nodes[rows.target[i]].label],
    ["Verdict", (i) => verdictName(rows.verdict[i])],
    ["Adjusted p", stored("padj")],
    ["Score", stored("score")],
    ["Most of the score", topPair],
    ["Ligand share", stored("ligand_fraction")],
    ["Ligand p", stored("ligand_pval")],
    ["Receptor share", stored("receptor_fraction")],
    ["Receptor p", stored("receptor_pval")],
    ["Response", response],
    ["Response effect", stored("response_effect")],
    ["Response p", stored("response_pval")],
    ...modifiers.map((role) => [`${capital(role)} share`, stored(role)]),
  ];
  const isEmpty = (value) => value === null || value === "";
  const isThere = ([, value], place) =>
    place < ALWAYS || selected.some((i) => !isEmpty(value(i)));
  const kept = columns.filter(isThere);
  return {
    header: kept.map(([name]) => name),
    body: [
      ...selected.map((i) => kept.map(([, value]) => value(i))),
      ...unlisted.map((other) => kept.map(([name]) => unlistedCell(name, other, interactions))),
    ],
  };
}

/** A cell of a row of which only axis, sender, receiver and verdict are known. */
function unlistedCell(name, { table, i }, { nodes, axes }) {
  if (name === "Axis") return axes[table.axis[i]].name;
  if (name === "Sender") return nodes[table.source[i]].label;
  if (name === "Receiver") return nodes[table.target[i]].label;
  return name === "Verdict" ? `${verdictName(table.verdict[i])}, not listed in this page` : null;
}
