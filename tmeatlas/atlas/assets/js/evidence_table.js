/** The evidence for axes as a table. */
import { verdictName } from "./interactions.js";
import { capital } from "./text.js";

/**
 * The chosen rows; columns that none of them has anything for, such as a blocker that the axis does
 * not have, are left out.
 *
 * @param rows      columns of the evidence by name
 * @param selected  numbers of the rows
 * @param labels    {axis, route, topPair, response, modifiers}: functions of the number of a row that
 *                  return what it is called, and the names of the roles beside ligand and receptor
 */
export function evidenceTable(rows, selected, { axis, route, topPair, response, modifiers }) {
  const stored = (name) => (i) => rows[name][i];
  const columns = [
    ["Axis", axis],
    ["Sender", (i) => route(i)[0]],
    ["Receiver", (i) => route(i)[1]],
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
  const kept = columns.filter(([, value]) => !selected.every((i) => isEmpty(value(i))));
  return {
    header: kept.map(([name]) => name),
    body: selected.map((i) => kept.map(([, value]) => value(i))),
  };
}
