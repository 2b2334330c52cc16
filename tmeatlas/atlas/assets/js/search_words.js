/** What readers type, and the names of things, brought to one spelling. */

const GREEK = { α: "a", β: "b", γ: "g", δ: "d", κ: "k", alpha: "a", beta: "b", gamma: "g", kappa: "k" };
const GREEK_LETTERS = /[αβγδκ]|\b(?:alpha|beta|gamma|kappa)\b/g;
// British words as Americans write them, whichever way the names of the data are written.
const SPELLINGS = [
  [/our\b/g, "or"],
  [/ours\b/g, "ors"],
  [/aem/g, "em"],
  [/oed/g, "ed"],
  [/aes/g, "es"],
  [/lling\b/g, "ling"],
  [/is(e|ed|ing|ation)\b/g, "iz$1"],
  [/fibre/g, "fiber"],
  [/centre/g, "center"],
];
const PLURAL = /(?<=[a-z]{2}[^siu])s\b/g;

const small = (text) =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .replace(GREEK_LETTERS, (letter) => GREEK[letter]);

/** Words in small letters, of one spelling, each in the singular. */
export function plain(text) {
  let found = small(text).trim();
  for (const [from, to] of SPELLINGS) found = found.replace(from, to);
  return found.replace(/[\s_]+/g, " ").replace(PLURAL, "");
}

/** Letters and digits alone: "PD-L1" and "pdl1" are one. */
export const compact = (text) => small(text).replace(/[^a-z0-9]/g, "");

const SYMBOL = /^[A-Za-z][A-Za-z0-9]*(?:[-./][A-Za-z0-9]+)*$/;

/** Whether a text looks like the symbol of a gene: one word, with a digit or all in capitals. */
export const isSymbol = (text) =>
  text.length > 1 && SYMBOL.test(text) && (/\d/.test(text) || text === text.toUpperCase());
