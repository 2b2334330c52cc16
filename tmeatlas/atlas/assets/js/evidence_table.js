/** The evidence for axes as a table. */
import { verdictName } from "./interactions.js";
import { capital } from "./text.js";

const ALWAYS = 4; // the columns that say which row it is

/**
 * The chosen rows; columns that none of them has anything for, such as a blocker that the axis does
 * not have, are left out.
 *
 * @param rows      columns of the evidence by name
 * @param selected  numbers of the rows
 * @param options   {interactions, unlisted, topPair, response, modifiers}: the numbers of the rows
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
