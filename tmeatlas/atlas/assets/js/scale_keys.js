/** What the colours and sizes of a figure mean: strips, dots, and the units of features. */
import { rampColour } from "./colours.js";
import { element } from "./dom.js";
import { percent } from "./text.js";

const SCALE_WIDTH = 150;

/** A strip of the ramp with its ends and middle in numbers. */
export function scaleStrip(stops, labels) {
  const strip = element("canvas", { width: SCALE_WIDTH, height: 1, class: "strip" });
  const context = strip.getContext("2d");
  for (let x = 0; x < SCALE_WIDTH; x++) {
    context.fillStyle = rampColour(stops, x / (SCALE_WIDTH - 1));
    context.fillRect(x, 0, 1, 1);
  }
  const ends = element(
    "span",
    { class: "strip-ends" },
    ...labels.map((t) => element("span", {}, t)),
  );
  return element("span", { class: "scale" }, strip, ends);
}

/** Dots of a few sizes, and the shares of cells that they stand for; the largest is `whole`. */
export function sizeKey(sizes, radius, whole = 1) {
  const dots = sizes.map((size) => {
    const width = 2 * Math.max(1, Math.sqrt(size) * radius);
    const dot = element("i", { style: `width:${width}px;height:${width}px` });
    return element("span", {}, dot, percent(size * whole));
  });
  return element("span", { class: "sizes" }, ...dots);
}

/** Part of the key below a figure: what it is, and its scale. */
export const keyItem = (label, scale) => element("span", { class: "key-item" }, label, scale);

/** What the numbers of a feature are, in a few words. */
export const unitOf = (feature) =>
  feature.unit || (feature.kind === "gene" ? "log-normalised expression" : "score");

/** The same without its details, for where there is little room. */
export const unitName = (feature) => unitOf(feature).split(";")[0];
