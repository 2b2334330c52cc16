/** What every figure and table that leaves the page says: of what it is, and what it is not for. */
import { constants } from "./constants.js";
import { wholeNumber } from "./text.js";

/** "wu2021 · 1,564 cells · Research use only"; `n` where a figure has its own number. */
export function captionOf({ meta }, n = `${wholeNumber(meta.nCells)} ${constants.rows}`) {
  return [meta.title, n, constants.sourceWords].join(" · ");
}
