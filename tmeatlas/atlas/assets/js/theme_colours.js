/** Colours of the palettes are made for white; on the dark ground they are shown lighter. */
import { cssValue, isDark } from "./dom.js";

const LIFT = 0.13; // of the lightness in OKLab, from 0 to 1
const STEP = 0.01;
const LEAST_CONTRAST = 3; // of points and areas on their ground (WCAG 2.2, 1.4.11)
const lightened = new Map(); // by colour

export const parseHex = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
export const toHex = (parts) => `#${parts.map((v) => v.toString(16).padStart(2, "0")).join("")}`;

const toLinear = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
const fromLinear = (v) => (v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055);
const linear = (hex) => parseHex(hex).map((v) => toLinear(v / 255));

function luminance(hex) {
  const [red, green, blue] = linear(hex);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** The contrast ratio of WCAG 2.2 of two hex colours, 1 to 21. */
export function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** OKLab: lightness, and two numbers for the hue and how strong it is (Ottosson 2020). */
function toLab(hex) {
  const [r, g, b] = linear(hex);
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function fromLab([lightness, a, b]) {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

/**
 * The colour of a lightness, weaker where the screen has none so strong.
 *
 * @param {number[]} lab
 * @param {number} lightness
 */
function ofLightness([, a, b], lightness) {
  for (let strength = 1; ; strength = Math.max(0, strength - 0.04)) {
    const parts = fromLab([lightness, strength * a, strength * b]);
    if (strength === 0 || parts.every((v) => v > -0.001 && v < 1.001))
      return toHex(parts.map((v) => Math.round(255 * fromLinear(Math.max(0, Math.min(1, v))))));
  }
}

function lighter(hex) {
  const lab = toLab(hex);
  let lightness = Math.min(0.95, lab[0] + LIFT);
  let colour = ofLightness(lab, lightness);
  while (contrast(colour, cssValue("--card")) < LEAST_CONTRAST) {
    lightness += STEP;
    colour = ofLightness(lab, lightness);
  }
  return colour;
}

/** A colour of a palette as the current theme shows it. */
export function inTheme(hex) {
  if (!isDark()) return hex;
  if (!lightened.has(hex)) lightened.set(hex, lighter(hex));
  return lightened.get(hex);
}
