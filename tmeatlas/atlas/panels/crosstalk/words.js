/** Verdicts and numbers of interactions, in words. */
import { constants } from "../../assets/js/constants.js";
import { capital, percent, wholeNumber } from "../../assets/js/text.js";

/** The verdict of a row or an axis: the one word for it in all of the page. */
export const verdictName = (verdict) => constants.verdicts[verdict] ?? "no verdict";

/** Whether a verdict, by its number, stands out. */
export const isStanding = (verdict) => constants.standing.includes(verdict);

/** Whether a verdict, by its number, is listed apart: mostly ambient RNA, or none at all. */
export const isApart = (verdict) =>
  verdict === constants.ambient || verdict === constants.noVerdict;

/** What the verdict of a row means, as Python words it for a panel; `pText` is its adjusted p. */
export const verdictText = (texts, { verdict }, pText) => texts[verdict].replace("{p}", pText);

/** "1 pair of cell types", "9 pairs of cell types": between so many groups something is said of an axis. */
export const pairsOfGroups = (n, groups) => `${wholeNumber(n)} ${n === 1 ? "pair" : "pairs"} of ${groups}`;

/** How much of an axis there is: "4 active and 5 specific pairs of cell types", or why there is none. */
export function axisWord({ nActive, nStanding, verdict }, groups) {
  if (!nStanding) return verdictName(verdict);
  const parts = [[nActive, "active"], [nStanding - nActive, "specific"]].filter(([n]) => n);
  const told = parts.map(([n, word]) => `${wholeNumber(n)} ${word}`).join(" and ");
  return `${told} ${parts.at(-1)[0] === 1 && parts.length === 1 ? "pair" : "pairs"} of ${groups}`;
}

/** "2 active, 9 specific, 187 too few cells": the verdicts on pairs of groups, each by its word. */
export function verdictParts(verdicts) {
  const nOf = (wanted) => verdicts.filter(wanted).length;
  const { ambient, tooFew, notSpecific, notTestable } = constants;
  return [
    [nOf((v) => v === constants.active), "active"],
    [nOf((v) => isStanding(v) && v !== constants.active), "specific"],
    ...[ambient, tooFew, notSpecific, notTestable].map((other) => [
      nOf((v) => v === other),
      verdictName(other),
    ]),
  ].filter(([n]) => n);
}

/** The same in a sentence, and whether the page lists all of them. */
export function countVerdicts({ listed, unlisted }, groups) {
  const told = verdictParts([...listed, ...unlisted]).map(([n, word]) => `${wholeNumber(n)} ${word}`);
  if (!told.length) return "None specific.";
  const which = unlisted.length ? `; ${wholeNumber(listed.length)} of them listed` : "";
  return `${capital(told.join(", "))}, of ${pairsOfGroups(listed.length + unlisted.length, groups)}${which}.`;
}

/** "4 specific interactions, 12 with too few cells": the parts that are not nought. */
export const amountText = ({ specific, tooFew }, names = "") =>
  [
    specific ? `${wholeNumber(specific)} specific ${specific === 1 ? "interaction" : "interactions"}${names && ` (${names})`}` : "",
    tooFew ? `${wholeNumber(tooFew)} with ${verdictName(constants.tooFew)}` : "",
  ]
    .filter(Boolean)
    .join(", ") || "none specific";

/** How many interactions a choice has, `names` being those that are specific, and how many are listed. */
export function countText({ total, listed }, names = "") {
  const [all, some] = [total, listed].map(({ specific, tooFew }) => specific + tooFew);
  if (!all) return "None specific.";
  const which = some === all ? "all listed" : `of which ${wholeNumber(some)} listed`;
  return `${capital(amountText(total, names))}, ${which}.`;
}

/** What the page does not list of a sender and a receiver, as the table says it. */
export const unlistedText = (amount) => `${amountText(amount)}, not listed in this page`;

/** Why a panel has nothing to draw, in words: `nothing` where there is none to be listed. */
export const emptyText = ({ total }, nothing) =>
  total.specific + total.tooFew ? `${capital(unlistedText(total))}.` : nothing;

/** Two digits are as much as is known. */
export const foldNumber = (fold) => (fold < 10 ? fold.toFixed(1) : wholeNumber(fold));

/** Whether only the lower end of a fold is known, as `results.is_open` has it. */
const isOpen = ({ low, high, cells }) =>
  low !== null && (high === null || high > constants.mostFold || (cells < constants.fewestCells && low > 1));

/** "3.2-fold, 2.1 to 4.9": how many times as high as in other cells or spots of like depth. */
export function foldText(side) {
  const { specificity, low, high } = side;
  if (specificity === null) return `no other ${constants.rows} to compare with`;
  if (isOpen(side)) return `at least ${foldNumber(low)}-fold`;
  const interval = low === null || high === null ? "" : `, ${foldNumber(low)} to ${foldNumber(high)}`;
  return `${foldNumber(specificity)}-fold${interval}`;
}

/** "3.2", "≥ 17": the fold of a side where there is room for a number alone. */
export const shortFold = (side) =>
  isOpen(side) ? `≥ ${foldNumber(side.low)}` : foldNumber(side.specificity);

/** "CAF cells", "T cells", "stroma spots": the cells or spots of a group by its name. */
export const cellsOf = (group) =>
  constants.row === "cell" && /\bcells?$/i.test(group)
    ? group.replace(/cell$/i, "cells")
    : `${group} ${constants.rows}`;

/** "79% of CAF cells (96 of 122)". */
export const shareText = ({ fraction, cells, ofCells, group }) =>
  cells
    ? `${percent(fraction)} of ${cellsOf(group)} (${wholeNumber(cells)} of ${wholeNumber(ofCells)})`
    : `none of ${wholeNumber(ofCells)} ${cellsOf(group)}`;

/** How many cells it would take to tell, in plain words; empty for a side that does not lack them. */
export function neededText({ needed, group, ofCells }) {
  if (needed === null) return "";
  if (needed < 0) return `more ${cellsOf(group)} alone would not settle it`;
  // A number that is not above that of the cells there are only says that they are too few.
  const number = wholeNumber(Number(needed.toPrecision(3)));
  return `${needed > ofCells ? `about ${number}` : "more"} ${cellsOf(group)} would be needed`;
}

/** The same of both sides; where they are of one group, of the side that needs more. */
export function neededOfBoth(ligand, receptor) {
  const weight = ({ needed }) => (needed === null ? -1 : needed < 0 ? Infinity : needed);
  const byWeight = [ligand, receptor].sort((a, b) => weight(b) - weight(a));
  const sides = ligand.group === receptor.group ? byWeight.slice(0, 1) : [ligand, receptor];
  return sides.map(neededText).filter(Boolean).join(", ");
}

/** In how many samples a row is specific; null where the run knew none. */
export function samplesOf(rows, i) {
  if (!rows.n_samples || !rows.n_samples[i]) return null;
  const [all, seen] = [rows.n_samples[i], rows.n_samples_seen[i]];
  return { all, seen, specific: rows.n_samples_specific[i] };
}

/**
 * "axis specific in 5 of 8 samples": what is counted is said, as one interaction by itself may be
 * specific in more or fewer samples than its axis, which is adjusted for all its pairs.
 */
export const samplesText = (samples, what = "axis") =>
  samples ? `${what} specific in ${samples.specific} of ${samples.all} samples` : "";
