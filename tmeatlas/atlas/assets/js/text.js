/** Numbers and labels, made to fit. */
import { cssValue } from "./dom.js";
import { SMALL } from "./type.js";

const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", "{": "&#123;" };

/** Plotly reads labels as a kind of HTML with `%{...}` look-ups; this keeps them what they are. */
export const escapeForPlotly = (text) => String(text).replace(/[&<>{]/g, (c) => ENTITIES[c]);

export const capital = (words) => words[0].toUpperCase() + words.slice(1);

/** Thousands apart by commas; the browser's own way of it takes a while to start. */
export const wholeNumber = (value) =>
  String(Math.round(value)).replace(/\B(?=(\d{3})+(?!\d))/g, ",");

/** Three significant digits, without an exponent for everyday sizes. */
export function shortNumber(value) {
  if (value === null || !Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size >= 1000) return wholeNumber(value);
  if (size >= 100) return value.toFixed(0);
  if (size >= 10) return value.toFixed(1);
  if (size >= 0.1 || size === 0) return value.toFixed(2);
  return size >= 0.001 ? value.toFixed(3) : value.toExponential(0);
}

export const percent = (share) => `${(100 * share).toFixed(share < 0.0995 ? 1 : 0)}%`;

/** An adjusted p-value as it is written in papers. */
export const pValue = (p) => (p === null ? "not tested" : p < 0.001 ? "< 0.001" : p.toFixed(3));

let measuring = null;
let fontSet = "";

function measured(text, size, weight) {
  measuring ??= document.createElement("canvas").getContext("2d");
  const font = `${weight} ${size}px ${cssValue("--font")}`;
  if (font !== fontSet) measuring.font = font; // parsed each time it is set
  fontSet = font;
  return measuring.measureText(text);
}

/** Width of a text in pixels in the font of the page. */
export const textWidth = (text, size = SMALL, weight = 400) => measured(text, size, weight).width;

/** Height of a line of text in pixels in the font of the page, from the highest to the lowest letter. */
export function lineHeight(size = SMALL, weight = 400) {
  const { fontBoundingBoxAscent, fontBoundingBoxDescent } = measured("", size, weight);
  return fontBoundingBoxAscent + fontBoundingBoxDescent;
}

export function widest(texts, size, weight) {
  return texts.reduce((most, text) => Math.max(most, textWidth(text, size, weight)), 0);
}

/** The text, cut with "…" so that it is no wider than `width` pixels. */
export function fitText(text, width, size = SMALL, weight = 400) {
  if (textWidth(text, size, weight) <= width) return text;
  const characters = [...text];
  let low = 1;
  let high = characters.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    const cut = `${characters.slice(0, middle).join("").trimEnd()}…`;
    if (textWidth(cut, size, weight) <= width) low = middle;
    else high = middle - 1;
  }
  return `${characters.slice(0, low).join("").trimEnd()}…`;
}

/** The text in lines that are no wider than `width` pixels, but for longer words. */
export function linesOf(text, width, size = SMALL, weight = 400) {
  const lines = [];
  for (const word of text.split(" ")) {
    const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
    if (lines.length && textWidth(longer, size, weight) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** The text, cut with "…" in its middle: names often differ in their last words. */
function fitMiddle(text, width, size) {
  const characters = [...text];
  let kept = characters.length - 1;
  let cut = text;
  while (kept > 2 && textWidth(cut, size) > width) {
    kept -= 1;
    const head = characters.slice(0, Math.ceil(kept / 2)).join("");
    cut = `${head.trimEnd()}…${characters.slice(-Math.floor(kept / 2)).join("").trimStart()}`;
  }
  return cut;
}

/** The texts, cut to `width` pixels: at their ends, or in the middle where that makes two alike. */
export function fitDistinct(texts, width, size) {
  const cut = texts.map((text) => fitText(text, width, size));
  const seen = new Map();
  cut.forEach((text, i) => seen.set(text, new Set([...(seen.get(text) ?? []), texts[i]])));
  return cut.map((text, i) => (seen.get(text).size > 1 ? fitMiddle(texts[i], width, size) : text));
}
