/** The rows of a comparison: which are chosen, and what each says. */
import { pValue, shortNumber, wholeNumber } from "../../assets/js/text.js";

const distinct = (values) => [...new Set(values)];
const byName = (names) => (a, b) => names[a].localeCompare(names[b], "en");

/** Feature and group of a row, as one reads them. */
export function placeName([feature, group]) {
  return group ? `${feature} in ${group}` : feature;
}

/** What there is to choose from: conditions and units, as codes with their names. */
export function choicesOf({ rows, names }) {
  return {
    conditions: distinct(rows.condition).map((code) => ({ code, name: names.condition[code] })),
    units: distinct(rows.unit)
      .sort(byName(names.unit))
      .map((code) => ({ code, name: names.unit[code] })),
  };
}

/** The groups that a condition has rows of, by name. */
export function groupsOf({ places, rows }, condition) {
  const ofCondition = rows.place.filter((_, i) => rows.condition[i] === condition);
  const groups = distinct(ofCondition.map((place) => places[place][1]));
  return groups.filter(Boolean).sort((a, b) => a.localeCompare(b, "en"));
}

/**
 * Numbers of the rows of a condition, a group (null: all) and a unit (null: that of the best row),
 * the best first. Differences in several units do not fit on one axis.
 */
export function chosenRows({ places, rows }, { condition, group, unit }) {
  const fitting = rows.place
    .map((_, i) => i)
    .filter((i) => rows.condition[i] === condition)
    .filter((i) => group === null || places[rows.place[i]][1] === group);
  const shown = fitting.some((i) => rows.unit[i] === unit) ? unit : (rows.unit[fitting[0]] ?? null);
  return { unit: shown, chosen: fitting.filter((i) => rows.unit[i] === shown) };
}

/** "4 v 4": replicates of the condition and of the reference. */
export const versus = (rows, i) => `${rows.n[i]} v ${rows.n_reference[i]}`;

export const stands = (rows, i, alpha) => rows.padj[i] !== null && rows.padj[i] <= alpha;

const interval = (low, high) =>
  low === null || high === null
    ? "no interval"
    : `95 % interval ${shortNumber(low)} to ${shortNumber(high)}`;

const spaced = (unit) => (unit ? ` ${unit}` : "");

/** "1 patient", "4 patients"; cells are told where the data are cells. */
function behind(n, cells, replicate) {
  const number = `${n} ${replicate}${n === 1 ? "" : "s"}`;
  return cells ? `${number}, ${wholeNumber(cells)} cells` : number;
}

/** Difference, test and what is behind, as lines. */
export function linesOfRow({ rows, names }, i, { reference, replicate }) {
  const unit = names.unit[rows.unit[i]];
  const condition = names.condition[rows.condition[i]];
  const overall = rows.overall_pval[i];
  const tested =
    rows.pval[i] === null
      ? "Not tested"
      : `p ${pValue(rows.pval[i])}, adjusted ${pValue(rows.padj[i])}`;
  return [
    `Difference ${shortNumber(rows.effect[i])}${spaced(unit)}, ${interval(rows.low[i], rows.high[i])}`,
    [tested, names.test[rows.test[i]]].filter(Boolean).join("; "),
    `${condition}: mean ${shortNumber(rows.mean[i])} (${behind(rows.n[i], rows.cells[i], replicate)})`,
    `${reference}: mean ${shortNumber(rows.mean_reference[i])} (${behind(rows.n_reference[i], rows.cells_reference[i], replicate)})`,
    overall === null
      ? null
      : `Over all conditions: p ${pValue(overall)}, adjusted ${pValue(rows.overall_padj[i])}`,
    names.note[rows.note[i]] || null,
  ].filter(Boolean);
}

/** The replicates of a place: {replicate, condition, pair, value, cells}, conditions as codes. */
export function replicatesOf({ samples, names }, place) {
  const found = [];
  (samples.place ?? []).forEach((other, k) => {
    if (other !== place || samples.value[k] === null) return;
    found.push({
      name: names.replicate[samples.replicate[k]],
      condition: samples.condition[k],
      pair: names.pair[samples.pair[k]],
      value: samples.value[k],
      cells: samples.cells[k],
    });
  });
  return found;
}

const CHANGED = { ligand: "ligand", receptor: "receptor", both: "both sides", "": "none" };

/** "0.50 (-0.50 to 1.50)"; the number alone where there is no interval. */
function productText({ product, product_low: low, product_high: high }, i) {
  const number = shortNumber(product[i]);
  const hasInterval = low[i] !== null && high[i] !== null;
  return hasInterval ? `${number} (${shortNumber(low[i])} to ${shortNumber(high[i])})` : number;
}

/** The interactions that a side takes part in, as rows of a table; none where there are no sides. */
export function interactionsOf({ interactions, names }, place, condition) {
  const { condition: conditions = [] } = interactions;
  const ofSide = (i) =>
    interactions.ligand_place[i] === place || interactions.receptor_place[i] === place;
  const numbers = conditions
    .map((_, i) => i)
    .filter((i) => conditions[i] === condition && ofSide(i));
  return numbers.map((i) => [
    `${names.group[interactions.source[i]]} → ${names.group[interactions.target[i]]}`,
    `${names.gene[interactions.ligand[i]]} → ${names.gene[interactions.receptor[i]]}`,
    CHANGED[names.changed[interactions.changed[i]]] ?? names.changed[interactions.changed[i]],
    productText(interactions, i),
    `${interactions.n_both[i]} v ${interactions.n_both_reference[i]}`,
  ]);
}

export const INTERACTION_COLUMNS = [
  ...["Sender → receiver", "Ligand → receptor", "Changed"],
  ...["Product, log2 (95 %)", "With both groups"],
];

const COLUMNS = [
  ["Difference", "effect"],
  ["95 % low", "low"],
  ["95 % high", "high"],
  ["p", "pval"],
  ["Adjusted p", "padj"],
  ["Mean", "mean"],
  ["Mean of reference", "mean_reference"],
  ["N", "n"],
  ["N of reference", "n_reference"],
  ["Cells", "cells"],
  ["Cells of reference", "cells_reference"],
];

/** The chosen rows as a table. */
export function tableOf({ places, rows, names }, chosen) {
  return {
    header: ["Feature", "Group", "Condition", ...COLUMNS.map(([name]) => name), "Unit", "Test", "Note"],
    body: chosen.map((i) => [
      ...places[rows.place[i]],
      names.condition[rows.condition[i]],
      ...COLUMNS.map(([, column]) => rows[column][i]),
      names.unit[rows.unit[i]],
      names.test[rows.test[i]],
      names.note[rows.note[i]],
    ]),
  };
}
