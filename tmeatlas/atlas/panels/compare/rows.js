/** The rows of a comparison: which are chosen, and what each says. */
import { capital, percent, pValue, shortNumber, wholeNumber } from "../../assets/js/text.js";

const distinct = (values) => [...new Set(values)];
const byName = (names) => (a, b) => names[a].localeCompare(names[b], "en");

/** Feature and group of a row, as one reads them. */
export function placeName([feature, group, name]) {
  if (name) return name;
  return group ? `${feature} in ${group}` : feature;
}

/** What there is to choose from: conditions and units, as codes with their names. */
export function choicesOf({ rows, names }) {
  return {
    conditions: distinct(rows.condition)
      .sort((a, b) => a - b)
      .map((code) => ({ code, name: names.condition[code] })),
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
 * Numbers of the rows of a condition (null: all), a group (null: all) and a unit (null, or one that
 * is not there: all), the best first. `unit` is the only one of these rows; null for several.
 */
export function chosenRows({ places, rows }, { condition, group, unit }) {
  const fitting = rows.place
    .map((_, i) => i)
    .filter((i) => condition === null || rows.condition[i] === condition)
    .filter((i) => group === null || places[rows.place[i]][1] === group);
  const ofUnit = fitting.filter((i) => rows.unit[i] === unit);
  const chosen = ofUnit.length ? ofUnit : fitting;
  const units = distinct(chosen.map((i) => rows.unit[i]));
  return { unit: units.length === 1 ? units[0] : null, chosen };
}

/** How far a row stands, as results.Level numbers it: over all comparisons, within its own (a lead), not. */
export const LEVELS = [2, 1, 0];

/** Whether fewer replicates than `enough` are behind one of the sides. */
export const isWeak = (rows, i, enough) => Math.min(rows.n[i], rows.n_reference[i]) < enough;

/** Rows by how far they stand, weak ones after others; of equal ones in the order they have. */
export function byLevel(rows, chosen, enough) {
  const weight = (i) => 2 * rows.level[i] - Number(isWeak(rows, i, enough));
  return [...chosen].sort((a, b) => weight(b) - weight(a));
}

const NEAREST = 5;

/** Rows that were not shown to differ: the nearest to it, each feature once and no weak one; others. */
export function nearest({ rows, places }, chosen, enough) {
  const known = new Set();
  const near = chosen.filter((i) => {
    const [feature] = places[rows.place[i]];
    if (known.size >= NEAREST || known.has(feature) || isWeak(rows, i, enough)) return false;
    return known.add(feature);
  });
  return { near, others: chosen.filter((i) => !near.includes(i)) };
}

/** How far a row stands, in words; empty where it was not tested. */
function standingWords({ level, pval }, i, several) {
  if (pval[i] === null) return "";
  if (level[i] === 0) return "not shown to differ";
  if (level[i] === 1) return several ? "a lead: stands within its comparison only" : "a lead";
  return several ? "stands over all comparisons" : "stands";
}

/** "weak: 2 v 3 samples, fewer than 4 on a side"; empty where it is not. */
export const weakWords = (rows, i, { replicate, enough }) =>
  isWeak(rows, i, enough) ? `weak: ${versus(rows, i)} ${replicate}s, fewer than ${enough} on a side` : "";

const SHARE = "share"; // unit
const meanText = (mean, unit) => (unit === SHARE && mean !== null ? percent(mean) : shortNumber(mean));

/** Means of condition and reference as they are read, and their unit: of log ratios the shares. */
function meansOf({ rows, names }, i) {
  const unit = names.unit[rows.unit[i]];
  const shares = [rows.share?.[i] ?? null, rows.share_reference?.[i] ?? null];
  if (!shares.includes(null)) {
    return { means: shares.map(percent), unit: `${unit} ${shortNumber(rows.effect[i])}` };
  }
  const means = [rows.mean[i], rows.mean_reference[i]];
  if (means.includes(null)) return { means: null, unit };
  return { means: means.map((value) => meanText(value, unit)), unit: unit === SHARE ? "" : unit };
}

/** "lower in case: control 3.78, case 3.24 (log2 per 10,000)". */
export function changeWords(body, i, { reference }) {
  const { rows, names } = body;
  const condition = names.condition[rows.condition[i]];
  if (rows.effect[i] === null) return `${condition} against ${reference}`;
  const more = rows.effect[i] < 0 ? "lower" : "higher";
  const { means, unit } = meansOf(body, i);
  const numbers = means
    ? `${reference} ${means[1]}, ${condition} ${means[0]}`
    : `difference ${shortNumber(rows.effect[i])}`;
  return `${more} in ${condition}: ${numbers}${unit ? ` (${unit})` : ""}`;
}

/** "Mean shares: control 24%, case 12%"; null where the row has none. */
function sharesLine({ rows }, i, condition, reference) {
  const shares = [rows.share?.[i] ?? null, rows.share_reference?.[i] ?? null];
  if (shares.includes(null)) return null;
  return `Mean shares: ${reference} ${percent(shares[1])}, ${condition} ${percent(shares[0])}`;
}

/** "4 v 4": replicates of the reference and of the condition. */
export const versus = (rows, i) => `${rows.n_reference[i]} v ${rows.n[i]}`;

const interval = (low, high) =>
  low === null || high === null
    ? "no interval"
    : `95% interval ${shortNumber(low)} to ${shortNumber(high)}`;

const spaced = (unit) => (unit ? ` ${unit}` : "");

/** "1 patient", "4 patients"; cells are told where the data are cells. */
function behind(n, cells, replicate) {
  const number = `${n} ${replicate}${n === 1 ? "" : "s"}`;
  return cells ? `${number}, ${wholeNumber(cells)} cells` : number;
}

/** Difference, test and what is behind, as lines. */
export function linesOfRow(body, i, { reference, replicate, enough, several }) {
  const { rows, names } = body;
  const unit = names.unit[rows.unit[i]];
  const condition = names.condition[rows.condition[i]];
  const overall = rows.overall_pval[i];
  const tested =
    rows.pval[i] === null
      ? "Not tested"
      : `p ${pValue(rows.pval[i])}, adjusted p ${pValue(rows.padj[i])}`;
  const stands = standingWords(rows, i, several);
  const weak = weakWords(rows, i, { replicate, enough });
  const sure = [stands, weak].filter(Boolean).join("; ");
  return [
    sure && capital(sure),
    `Difference ${shortNumber(rows.effect[i])}${spaced(unit)}, ${interval(rows.low[i], rows.high[i])}`,
    sharesLine(body, i, condition, reference),
    [tested, names.test[rows.test[i]]].filter(Boolean).join("; "),
    `${reference}: mean ${shortNumber(rows.mean_reference[i])} (${behind(rows.n_reference[i], rows.cells_reference[i], replicate)})`,
    `${condition}: mean ${shortNumber(rows.mean[i])} (${behind(rows.n[i], rows.cells[i], replicate)})`,
    overall === null
      ? null
      : `Over all conditions: p ${pValue(overall)}, adjusted p ${pValue(rows.overall_padj[i])}`,
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
    `${interactions.n_both_reference[i]} v ${interactions.n_both[i]}`,
  ]);
}

export const INTERACTION_COLUMNS = [
  ...["Sender → receiver", "Ligand → receptor", "Changed"],
  ...["Product, log2 (95%)", "Have both"],
];

const COLUMNS = [
  ["Difference", "effect"],
  ["95% low", "low"],
  ["95% high", "high"],
  ["p", "pval"],
  ["Adjusted p", "padj"],
  ["Mean", "mean"],
  ["Mean of reference", "mean_reference"],
  ["N", "n"],
  ["N of reference", "n_reference"],
  ["Cells", "cells"],
  ["Cells of reference", "cells_reference"],
];

/** The chosen rows as a table; `entryOf` gives the comparison of a row. */
export function tableOf({ places, rows, names }, chosen, entryOf) {
  return {
    header: [
      ...["Compared", "Feature", "Group", "Condition", "Reference", "Stands", "Weak"],
      ...[...COLUMNS.map(([name]) => name), "Unit", "Test", "Note"],
    ],
    body: chosen.map((i) => [
      entryOf(i).name,
      ...places[rows.place[i]].slice(0, 2),
      names.condition[rows.condition[i]],
      entryOf(i).reference,
      standingWords(rows, i, entryOf(i).several),
      weakWords(rows, i, entryOf(i)),
      ...COLUMNS.map(([, column]) => rows[column][i]),
      names.unit[rows.unit[i]],
      names.test[rows.test[i]],
      names.note[rows.note[i]],
    ]),
  };
}
