/** The rows of the evidence: what each piece of it says, and all of them as a table. */
import { readJsonBlock } from "../../assets/js/decode.js";
import { sortedRows, wholeRows } from "../../assets/js/tables.js";
import { capital } from "../../assets/js/text.js";
import { SHOWN } from "../crosstalk/naming.js";
import { isApart, isStanding, samplesOf, verdictName } from "../crosstalk/words.js";

export const SIDES = { ligand: "source", receptor: "target" };
const ENDS = { ligand: "sender", receptor: "receiver" };

/** Rows of the evidence: what stands out first, by score; the others by p; what is ambient last. */
export function evidenceRows(body) {
  const rows = wholeRows(body);
  const part = rows.verdict.map((verdict) => (isStanding(verdict) ? 0 : isApart(verdict) ? 2 : 1));
  const worst = rows.padj.map((p) => p ?? Infinity);
  const ofBoth = rows.ligand_pval.map((p, i) => Math.max(p ?? Infinity, rows.receptor_pval[i] ?? Infinity));
  const ofEither = rows.ligand_pval.map((p, i) => Math.min(p ?? Infinity, rows.receptor_pval[i] ?? Infinity));
  const byScore = (a, b) => rows.score[b] - rows.score[a];
  const byP = (a, b) => compared(worst[a], worst[b]) || compared(ofBoth[a], ofBoth[b]) || compared(ofEither[a], ofEither[b]);
  return sortedRows(rows, (a, b) =>
    part[a] - part[b] || (part[a] === 1 ? byP(a, b) || byScore(a, b) : byScore(a, b) || byP(a, b)),
  );
}

/** Their order; of two that are infinite, none. */
const compared = (one, other) => (one === other ? 0 : one - other);

/** The evidence of an atlas, read once for all panels that show it; null where there is none. */
export async function evidenceOf(atlas) {
  const packed = atlas.meta.panels.evidence;
  if (!packed) return null;
  atlas.evidence ??= readJsonBlock(packed.block).then((body) => ({
    rows: evidenceRows(body),
    names: body.names,
    unlisted: body.unlisted,
  }));
  return atlas.evidence;
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
 * Functions of the number of a row, one for the ligand, the receptor and the response: its title
 * and at which end it is looked for; its share of cells, or its effect; how specific it is, where
 * that is told; and whether it speaks for the axis, null where that was not tested.
 */
export function evidencePieces(rows, nodes, isUp) {
  const side = (name, i) => {
    const told = sideOf(rows, name, i, nodes);
    return {
      ...{ title: capital(name), end: ENDS[name], side: told },
      ...{ share: told.fraction, fold: told.specificity, stands: isStanding(told.state) },
      ...{ effect: null, p: told.p },
    };
  };
  return [
    (i) => side("ligand", i),
    (i) => side("receptor", i),
    (i) => ({
      ...{ title: "Response", end: ENDS.receptor, side: null, share: null, fold: null },
      ...{ effect: rows.response_effect[i], p: rows.response_pval[i], stands: isUp(i) },
    }),
  ];
}

const MOST_STANDING = 40;
const NEAREST = 3; // rows of an axis of which none stands out
const MOST_OPEN = 120;

/**
 * The rows that are listed, and the rest, which is folded: what does not stand out. Where nothing
 * does, the nearest are listed.
 */
export function shownRows(selected, rows, isOpen) {
  const told = selected.filter((i) => isStanding(rows.verdict[i]) || isApart(rows.verdict[i]));
  const first = told.length ? told.slice(0, MOST_STANDING) : selected.slice(0, NEAREST);
  const known = new Set(first);
  const rest = selected.filter((i) => !known.has(i));
  return { shown: isOpen ? [...first, ...rest.slice(0, MOST_OPEN)] : first, rest };
}

const ALWAYS = 4; // the columns that say which row it is
const NO_NUMBER = "no number would do";

/**
 * The chosen rows; columns that none of them has anything for, such as a blocker that the axis does
 * not have, are left out.
 *
 * @param rows      columns of the evidence by name
 * @param selected  numbers of the rows
 * @param options   interactions, unlisted, naming (how groups, genes and axes are called), modifiers, facts, topPair, associated, response: the
 *                  numbers of the rows that the page does not list, in a table of their own; the
 *                  roles beside ligand and receptor; what holds for an axis, by its number;
 *                  functions of the number of a row that return what it is called
 */
export function evidenceTable(rows, selected, { interactions, unlisted, naming = SHOWN, ...about }) {
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
    ["Axis", (i) => naming.axis(axes[rows.axis[i]])],
    ["Sender", (i) => naming.group(nodes[rows.source[i]])],
    ["Receiver", (i) => naming.group(nodes[rows.target[i]])],
    ["Verdict", (i) => verdictName(rows.verdict[i])],
    ["Score", stored("score")],
    ["Adjusted p", stored("padj")],
    ["Carried by", (i) => naming.genes(topPair(i))],
    ["Associated, specific too", (i) => naming.genes(associated(i))],
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
      ...unlisted.map((other) => kept.map(([name]) => unlistedCell(name, other, { interactions, naming }))),
    ],
  };
}

const neededCell = (needed) => (needed !== null && needed < 0 ? NO_NUMBER : needed);

/** A cell of a row of which only axis, sender, receiver and verdict are known. */
function unlistedCell(name, { table, i }, { interactions: { nodes, axes }, naming }) {
  if (name === "Axis") return naming.axis(axes[table.axis[i]]);
  if (name === "Sender") return naming.group(nodes[table.source[i]]);
  if (name === "Receiver") return naming.group(nodes[table.target[i]]);
  return name === "Verdict" ? `${verdictName(table.verdict[i])}, not listed in this page` : null;
}
