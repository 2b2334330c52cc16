/** What the colours of the map mean: a scale for numbers, a list for categories but groups. */
import { stepValue } from "./cells.js";
import { categoryColours, rampColour, sequential } from "./colours.js";
import { byId, element } from "./dom.js";
import { percent, shortNumber } from "./text.js";

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

export function showMapKey(atlas, feature, range) {
  const key = byId("map-key");
  key.hidden = feature.id === "group";
  if (key.hidden) return;
  const heading = element("b", {}, feature.name);
  if (feature.kind === "category") {
    const colours = categoryColours(feature.category, atlas.store.get("palette"));
    const entries = feature.category.labels.map((label, i) =>
      element(
        "li",
        {},
        element("i", { style: `background:${colours[i]}` }),
        element("span", {}, label),
      ),
    );
    key.replaceChildren(heading, element("ul", {}, ...entries));
    return;
  }
  const [from, to] = range.map((step) => stepValue(feature, step));
  const numbers = [from, (from + to) / 2, to].map(shortNumber);
  // The colours end before the outermost values; the signs say so.
  if (range[0] > 0) numbers[0] = `≤ ${numbers[0]}`;
  if (range[1] < 254) numbers[2] = `≥ ${numbers[2]}`;
  key.replaceChildren(
    heading,
    element("small", {}, unitOf(feature)),
    scaleStrip(sequential(), numbers),
  );
}
