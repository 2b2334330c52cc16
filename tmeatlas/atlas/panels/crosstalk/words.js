/** Verdicts and numbers of interactions, in words. */
import { constants } from "../../assets/js/constants.js";
import { capital, wholeNumber } from "../../assets/js/text.js";

/** The verdict of a row, as the table in Python has it. */
export const verdictName = (verdict) => constants.verdicts[verdict];

/** The verdicts that do not count: "Not this or not that". */
export const uncountedText = () =>
  capital(constants.verdicts.slice(constants.detected + 1).join(" or "));

/** What the verdict of a row means, as Python words it; `pText` is its adjusted p-value. */
export const verdictText = ({ meta }, row, pText) =>
  meta.panels.crosstalk.verdictTexts[row.verdict].replace("{p}", pText);

/** "4 active, 12 detected" with the parts that are not nought. */
const amountText = ({ active, detected }) =>
  [
    active ? `${wholeNumber(active)} active` : "",
    detected ? `${wholeNumber(detected)} detected` : "",
  ]
    .filter(Boolean)
    .join(", ") || "none detected";

/** How many interactions a choice has, and how many of them the page lists. */
export function countText({ total, listed }) {
  const [all, some] = [total, listed].map(({ active, detected }) => active + detected);
  if (!all) return "None detected.";
  const which = some === all ? "all listed" : `of which ${wholeNumber(some)} listed`;
  return `${amountText(total)}, ${which}.`;
}

/** What the page does not list of a sender and a receiver, as the table says it. */
export const unlistedText = (amount) => `${amountText(amount)}, not listed in this page`;

/** Why a panel has nothing to draw, in words: `nothing` where there is none to be listed. */
export const emptyText = ({ total }, nothing) =>
  total.active + total.detected ? `${capital(unlistedText(total))}.` : nothing;

