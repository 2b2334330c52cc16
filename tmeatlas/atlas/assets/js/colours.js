/** Colours of categories and of numbers. Categories keep their colour in every panel. */
import { constants } from "./constants.js";
import { cssValue, isDark } from "./dom.js";
import { contrast, inTheme, parseHex, toHex } from "./theme_colours.js";

const RAMPS = {
  light: ["#dde4ec", "#b3cce1", "#84b2d4", "#5595c4", "#3778b2", "#2e5998", "#2a3b79", "#221f50"],
  dark: ["#252d3c", "#2d4176", "#3561a5", "#4487c5", "#64aedc", "#95d1e8", "#cdeef3", "#f6fffb"],
  lightDiverging: ["#2c58a5", "#6a92cd", "#b5c7e6", "#f1f2f4", "#f0bea8", "#d7785f", "#ad2c39"],
  darkDiverging: ["#7fb0ff", "#4d7fd0", "#2f4a80", "#252c39", "#7d3a3a", "#c95b55", "#ff9c8a"],
};

/** The colour at `share` (0 to 1) along a ramp of hex colours, as [red, green, blue]. */
function along(stops, share) {
  const position = Math.max(0, Math.min(1, share)) * (stops.length - 1);
  const left = Math.min(stops.length - 2, Math.floor(position));
  const weight = position - left;
  const from = parseHex(stops[left]);
  const to = parseHex(stops[left + 1]);
  return from.map((value, i) => Math.round(value + (to[i] - value) * weight));
}

export const sequential = () => (isDark() ? RAMPS.dark : RAMPS.light);
export const diverging = () => (isDark() ? RAMPS.darkDiverging : RAMPS.lightDiverging);
export const rampColour = (stops, share) => toHex(along(stops, share));

/** Black or white, whichever can be read better on a colour: the contrast is 4.5 or more. */
export const readableOn = (hex) =>
  contrast(hex, "#000000") > contrast(hex, "#ffffff") ? "#000000" : "#ffffff";

/** A ramp in the form that Plotly wants. */
export const plotlyScale = (stops) => stops.map((colour, i) => [i / (stops.length - 1), colour]);

/** Hex colour with transparency, for Plotly and CSS. */
export function withAlpha(hex, alpha) {
  const [red, green, blue] = parseHex(hex);
  return `rgba(${red},${green},${blue},${alpha})`;
}

/** A colour mixed with another: of the other, `share`. */
export const mixed = (hex, other, share) => toHex(along([hex, other], share));

/** Those for colour-blind readers, or the usual ones; colours of the user's stay what they are. */
const chosenColours = (usual, cvd, palette, own) =>
  palette !== "cvd" && own ? usual : (palette === "cvd" ? cvd : usual).map(inTheme);

/** The colours of a category in the current theme. */
export const categoryColours = ({ colours, coloursCvd, own }, palette) =>
  chosenColours(colours, coloursCvd, palette, own);

/** The colours of senders and receivers: those of the groups of the same name. */
export const nodeColours = (nodes, palette) =>
  nodes.flatMap((node) => chosenColours([node.colour], [node.colour_cvd], palette, node.own));

/**
 * A colour as one pixel of an image (little endian, opaque).
 *
 * @param {number[]} parts
 */
function asPixel([red, green, blue]) {
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

export const themePixel = (name) => asPixel(parseHex(cssValue(name)));

/** Pixel of every code of a category. */
export function categoryPixels(colours) {
  const pixels = new Uint32Array(256).fill(themePixel("--dim"));
  colours.forEach((colour, code) => {
    pixels[code] = asPixel(parseHex(colour));
  });
  return pixels;
}

/** Pixel of every step of a feature; steps outside `from` to `to` keep the end colours. */
export function numberPixels(from, to) {
  const pixels = new Uint32Array(256);
  const stops = sequential();
  for (let step = 0; step <= constants.lastStep; step++) {
    pixels[step] = asPixel(along(stops, (step - from) / Math.max(1, to - from)));
  }
  pixels[constants.missing] = themePixel("--dim");
  return pixels;
}

/** The steps between which colours run: all but the outermost hundredth of the values. */
export function colourRange(values, feature) {
  const counts = new Uint32Array(256);
  for (let i = 0; i < values.length; i++) counts[values[i]]++;
  const first = feature.kind === "gene" ? 1 : 0; // of genes, the cells that show it
  let known = 0;
  for (let step = first; step <= constants.lastStep; step++) known += counts[step];
  const at = (share) => {
    let seen = 0;
    for (let step = first; step <= constants.lastStep; step++) {
      seen += counts[step];
      if (seen >= share * known && seen > 0) return step;
    }
    return constants.lastStep;
  };
  const from = feature.kind === "gene" ? 0 : at(0.01);
  return [from, Math.max(from + 1, at(0.99))];
}
