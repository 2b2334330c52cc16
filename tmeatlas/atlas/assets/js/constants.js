/**
 * How numbers and words are packed in the page. Python writes them into it, so that they stand in
 * one place; until the page is read, nobody here knows them.
 *
 * @typedef {object} Constants
 * @property {string} row         what one row of the data is: "cell" or "spot"
 * @property {string} rows        the same of several
 * @property {number} mapSteps    the last step of a coordinate
 * @property {number} lastStep    the last step of a score or gene
 * @property {number} missing     what stands for a cell without a value: the step after the last
 * @property {number} geneLevels  genes come in so many levels above 0
 * @property {number} fewCells    below so many cells, names are pale and bars hatched
 * @property {string} sourceWords how the line ends that says what a file is of
 * @property {string[]} verdicts  of interactions and axes in words, by their number
 * @property {number} active      number of that verdict
 * @property {number} notSpecific number of that verdict: it was ruled out
 * @property {number} notTestable number of that verdict: there is nothing to compare with
 * @property {number[]} standing  numbers of the verdicts that stand out
 * @property {number} tooFew      number of that verdict
 * @property {number} ambient     number of that of rows that rest on ambient RNA
 * @property {number} noVerdict   number of the empty one: of roles that carry no signal
 * @property {number} alpha       p up to which something stands out
 * @property {number} mostFold    above it, the upper end of a fold says nothing
 * @property {number} fewestCells with fewer cells it says nothing either
 */

/** @type {Constants} */
export const constants = {
  row: "",
  rows: "",
  mapSteps: NaN,
  lastStep: NaN,
  missing: NaN,
  geneLevels: NaN,
  fewCells: NaN,
  sourceWords: "",
  verdicts: [],
  active: NaN,
  notSpecific: NaN,
  notTestable: NaN,
  standing: [],
  tooFew: NaN,
  ambient: NaN,
  noVerdict: NaN,
  alpha: NaN,
  mostFold: NaN,
  fewestCells: NaN,
};

/** @param {Constants} given */
export function useConstants(given) {
  Object.assign(constants, given);
}
