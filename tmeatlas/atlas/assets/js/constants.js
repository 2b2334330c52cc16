/**
 * How numbers and words are packed in the page. Python writes them into it, so that they stand in
 * one place; until the page is read, nobody here knows them.
 *
 * @typedef {object} Constants
 * @property {number} mapSteps    the last step of a coordinate
 * @property {number} lastStep    the last step of a score or gene
 * @property {number} missing     what stands for a cell without a value: the step after the last
 * @property {number} geneLevels  genes come in so many levels above 0
 * @property {string[]} verdicts  of interactions and axes, by their number
 * @property {number[]} standing  numbers of the verdicts that stand out
 * @property {number} tooFew      number of that verdict
 * @property {number} ambient     number of that of rows that rest on ambient RNA
 * @property {number} noVerdict   number of the empty one: of roles that carry no signal
 * @property {number} alpha       p up to which something stands out
 */

/** @type {Constants} */
export const constants = {
  mapSteps: NaN,
  lastStep: NaN,
  missing: NaN,
  geneLevels: NaN,
  verdicts: [],
  standing: [],
  tooFew: NaN,
  ambient: NaN,
  noVerdict: NaN,
  alpha: NaN,
};

/** @param {Constants} given */
export function useConstants(given) {
  Object.assign(constants, given);
}
