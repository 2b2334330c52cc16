/** Verdicts and numbers of interactions, in words. */
import { constants } from "../../assets/js/constants.js";
import { capital, percent, wholeNumber } from "../../assets/js/text.js";

/** The verdict of a row, as the table in Python has it; that of some roles is empty. */
export const verdictName = (verdict) => constants.verdicts[verdict] || "no verdict";

/** Whether a verdict, by its number, stands out. */
export const isStanding = (verdict) => constants.standing.includes(verdict);

/** Whether a verdict, by its number, is listed apart: mostly ambient RNA, or none at all. */
export const isApart = (verdict) =>
  verdict === constants.ambient || verdict === constants.noVerdict;

const tooFewName = () => constants.verdicts[constants.tooFew];

/** What the verdict of a row means, as Python words it for a panel; `pText` is its adjusted p. */
export const verdictText = (texts, { verdict }, pText) => texts[verdict].replace("{p}", pText);

/** "4 specific, 12 too few cells" with the parts that are not nought. */
export const amountText = ({ specific, tooFew }) =>
  [
    specific ? `${wholeNumber(specific)} specific` : "",
    tooFew ? `${wholeNumber(tooFew)} with ${tooFewName()}` : "",
  ]
    .filter(Boolean)
    .join(", ") || "none specific";

/** How many interactions a choice has, and how many of them the page lists. */
export function countText({ total, listed }) {
  const [all, some] = [total, listed].map(({ specific, tooFew }) => specific + tooFew);
  if (!all) return "None specific.";
  const which = some === all ? "all listed" : `of which ${wholeNumber(some)} listed`;
  return `${capital(amountText(total))}, ${which}.`;
}

/** What the page does not list of a sender and a receiver, as the table says it. */
export const unlistedText = (amount) => `${amountText(amount)}, not listed in this page`;

/** Why a panel has nothing to draw, in words: `nothing` where there is none to be listed. */
export const emptyText = ({ total }, nothing) =>
  total.specific + total.tooFew ? `${capital(unlistedText(total))}.` : nothing;

/** Two digits are as much as is known. */
export const foldNumber = (fold) => (fold < 10 ? fold.toFixed(1) : wholeNumber(fold));

/** "3.2-fold, 2.1 to 4.9": how many times as high as in other cells of like depth. */
export function foldText({ specificity, low, high }) {
  if (specificity === null) return "no other cells to compare with";
  const interval = low === null || high === null ? "" : `, ${foldNumber(low)} to ${foldNumber(high)}`;
  return `${foldNumber(specificity)}-fold${interval}`;
}

/** "CAF cells", "T cells": the cells of a group by its name. */
export const cellsOf = (group) =>
  /\bcells?$/i.test(group) ? group.replace(/cell$/i, "cells") : `${group} cells`;

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

/** "specific in 5 of 8 samples". */
export const samplesText = (samples) =>
  samples ? `specific in ${samples.specific} of ${samples.all} samples` : "";

/** "2 active; 12 too few cells; all listed.": how many stand out, are ambient, have too few cells. */
export function countVerdicts({ listed, unlisted }) {
  const counting = [...constants.standing, constants.ambient, constants.tooFew];
  const nOf = (verdicts, wanted) => verdicts.filter((verdict) => verdict === wanted).length;
  const parts = counting.map((verdict) => [verdict, nOf([...listed, ...unlisted], verdict)]);
  const told = parts.filter(([, n]) => n).map(([verdict, n]) => `${wholeNumber(n)} ${verdictName(verdict)}`);
  const n = counting.reduce((sum, verdict) => sum + nOf(listed, verdict), 0);
  if (!told.length) return "None specific.";
  return `${told.join("; ")}; ${unlisted.length ? `of which ${wholeNumber(n)} listed` : "all listed"}.`;
}
