/** Tiles of a grid: their colours, their text, and the scales of what they show. */
import { diverging, plotlyScale, rampColour, readableOn } from "./colours.js";
import { cssValue } from "./dom.js";
import { percent, shortNumber } from "./text.js";

const SHARE = "share";
const LOG2 = "log2 ratio";
const SCORE = "mean score"; // from 0 to 1

/** A number with its sign, as differences and logarithms have it. */
export const signed = (value) =>
  `${value > 0 ? "+" : value < 0 ? "−" : ""}${shortNumber(Math.abs(value))}`;

/** A value as it is written: shares as percentages, logarithms with their sign. */
export function valueText(value, unit) {
  if (unit === SHARE) return percent(value);
  if (unit === SCORE) return value.toFixed(2);
  return unit === LOG2 ? signed(value) : shortNumber(value);
}

/** A tile of a colour, with a text that can be read on it. */
export const tile = (colour, text) => ({
  ...{ shape: "tile", colour, text },
  textColour: readableOn(colour),
});

/** The tile of what cannot be read. */
export const hollowTile = () => ({
  ...{ shape: "tile", colour: cssValue("--card"), outline: cssValue("--ink-faint") },
  ...{ text: "–", textColour: cssValue("--ink-soft") },
});

/** The colour of a value on a ramp from `-most` over 0 to `most`. */
export const colourAway = (value, most) =>
  rampColour(diverging(), 0.5 + Math.max(-0.5, Math.min(0.5, value / (2 * most))));

const endText = (value) => (Number.isInteger(value) ? String(value) : shortNumber(value));

/** That ramp as the key of a grid. */
export const scaleAway = (title, most) => ({
  colorscale: plotlyScale(diverging()),
  low: -most,
  high: most,
  title,
  labels: [`≤ −${endText(most)}`, "0", `≥ ${endText(most)}`],
});
