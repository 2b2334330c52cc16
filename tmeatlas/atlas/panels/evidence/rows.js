/** The rows of the evidence: what each piece of it says, and all of them as a table. */
import { sortedRows, wholeRows } from "../../assets/js/tables.js";
import { capital } from "../../assets/js/text.js";
import { isApart, isStanding, samplesOf, verdictName } from "../crosstalk/words.js";

export const SIDES = { ligand: "source", receptor: "target" };
const ENDS = { ligand: "sender", receptor: "receiver" };

/** Rows of the evidence: what stands out first, what is ambient last; each by score, then by p. */
export function evidenceRows(body) {
  const rows = wholeRows(body);
  const part = rows.verdict.map((verdict) => (isStanding(verdict) ? 0 : isApart(verdict) ? 2 : 1));
  const worst = rows.padj.map((p) => p ?? Infinity);
  return sortedRows(
    rows,
    (a, b) => part[a] - part[b] || rows.score[b] - rows.score[a] || worst[a] - worst[b],
  );
}

/** What is told of one side of a row, `nodes` being the groups. */
export const sideOf = (rows, side, i, nodes) => ({
  ...{ state: rows[`${side}_state`][i], p: rows[`${side}_pval`][i] },
  ...{ fraction: rows[`${side}_fraction`][i], cells: rows[`${side}_cells`][i] },
  ...{ shareLow: rows[`${side}_fraction_low`][i], shareHigh: rows[`${side}_fraction_high`][i] },
  ...{ specificity: rows[`${side}_specificity`][i] },
  ...{ low: rows[`${side}_specificity_low`][i], high: rows[`${side}_specificity_high`][i] },
  needed: rows[`${SIDES[side]}_cells_needed`][i],
  group: nodes[rows[SIDES[side]][i]].label,
  ofCells: nodes[rows[SIDES[side]][i]].n_cells,
});

/**
 * Functions of the number of a row, one per piece: its title and at which end it is looked for
 * (modifiers: at both); its share of cells, or its effect; how specific it is, where that is told;
 * and whether it speaks for the axis, null where that was not tested.
 */
export function evidencePieces(rows, nodes, modifiers, isUp) {
  const side = (name, i) => {
    const told = sideOf(rows, name, i, nodes);
    return {
      ...{ title: capital(name), end: ENDS[name], side: told },
      ...{ share: told.fraction, fold: told.specificity, stands: isStanding(told.state) },
    };
  };
  return [
    (i) => side("ligand", i),
    (i) => side("receptor", i),
    (i) => ({
      ...{ title: "Response", end: ENDS.receptor },
      ...{ effect: rows.response_effect[i], p: rows.response_pval[i], stands: isUp(i) },
    }),
    ...modifiers.map((role) => (i) => ({ title: capital(role), share: rows[role][i], stands: null })),
  ];
}

const ALWAYS = 4; // the columns that say which row it is
const NO_NUMBER = "no number would do";

/**
 * The chosen rows; columns that none of them has anything for, such as a blocker that the axis does
 * not have, are left out.
 *
 * @param rows      columns of the evidence by name
 * @param selected  numbers of the rows
 * @param options   interactions, unlisted, modifiers, facts, topPair, associated, response: the
 *                  numbers of the rows that the page does not list, in a table of their own; the
 *                  roles beside ligand and receptor; what holds for an axis, by its number;
 *                  functions of the number of a row that return what it is called
 */
export function evidenceTable(rows, selected, { interactions, unlisted, ...about }) {
  const { topPair, associated, response, modifiers, facts } = about;
  const { nodes, axes } = interactions;
  const stored = (name) => (i) => rows[name]?.[i] ?? null;
  const ofAxis = (name) => (i) => facts[rows.axis[i]][name];
  const ofSide = (side) => [
    [`${capital(side)} verdict`, (i) => verdictName(rows[`${side}_state`][i])],
    [`${capital(side)} share`, stored(`${side}_fraction`)],
    [`${capital(side)} cells`, stored(`${side}_cells`)],
    [`${capital(side)} specificity`, stored(`${side}_specificity`)],
    [`${capital(side)} specificity, low`, stored(`${side}_specificity_low`)],
    [`${capital(side)} specificity, high`, stored(`${side}_specificity_high`)],
    [`${capital(side)} cells needed`, (i) => neededCell(rows[`${SIDES[side]}_cells_needed`][i])],
    [`${capital(side)} p`, stored(`${side}_pval`)],
  ];
  const columns = [
    ["Axis", (i) => axes[rows.axis[i]].name],
    ["Sender", (i) => nodes[rows.source[i]].label],
    ["Receiver", (i) => nodes[rows.target[i]].label],
    ["Verdict", (i) => verdictName(rows.verdict[i])],
    ["Score", stored("score")],
    ["Adjusted p", stored("padj")],
    ["Carried by", topPair],
    ["Associated, specific too", associated],
    ...Object.keys(SIDES).flatMap(ofSide),
    ["Response", ofAxis("response")],
    ["Response is", response],
    ["Response effect", stored("response_effect")],
    ["Response p", stored("response_pval")],
    ...modifiers.map((role) => [`${capital(role)} share`, stored(role)]),
    ["Core pairs in the data", ofAxis("core_pairs_measured")],
    ["Core pairs", ofAxis("core_pairs")],
    ["Missing genes", ofAxis("missing_genes")],
    ["Samples", (i) => samplesOf(rows, i)?.all ?? null],
    ["Samples seen", (i) => samplesOf(rows, i)?.seen ?? null],
    ["Samples specific", (i) => samplesOf(rows, i)?.specific ?? null],
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

const neededCell = (needed) => (needed !== null && needed < 0 ? NO_NUMBER : needed);

/** A cell of a row of which only axis, sender, receiver and verdict are known. */
function unlistedCell(name, { table, i }, { nodes, axes }) {
  if (name === "Axis") return axes[table.axis[i]].name;
  if (name === "Sender") return nodes[table.source[i]].label;
  if (name === "Receiver") return nodes[table.target[i]].label;
  return name === "Verdict" ? `${verdictName(table.verdict[i])}, not listed in this page` : null;
}
