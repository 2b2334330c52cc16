/** The keys of a grid of marks as shapes and annotations of a plotly figure. */
import { rampColour } from "./colours.js";
import { cssValue } from "./dom.js";
import { dotRadius, KEY_SHARES } from "./dot_sizes.js";
import { escapeForPlotly, percent, shortNumber, widest } from "./text.js";
import { SMALL } from "./type.js";

const KEY_EDGE = 8; // of the keys, from the left of the figure
const KEY_GAP = 36; // between the two keys
const KEY_BAR = { width: 150, height: 9, steps: 50 };
const KEY_LINE = { title: 10, marks: 30, ends: 45 }; // middles of the lines, down from the grid

/** A text in pixels from the lower left corner of the grid: `x` to the right, `y` down. */
const textAt = (text, x, y, xanchor = "left") => ({
  text: escapeForPlotly(text),
  xref: "paper",
  yref: "paper",
  x: 0,
  y: 0,
  xshift: x,
  yshift: -y,
  xanchor,
  yanchor: "middle",
  showarrow: false,
  font: { size: SMALL, color: cssValue("--ink-soft") },
});

const shapeAt = (type, /** @type {number[]} */ [x0, y0, x1, y1], fillcolor) => ({
  type,
  xref: "paper",
  yref: "paper",
  xsizemode: "pixel",
  ysizemode: "pixel",
  xanchor: 0,
  yanchor: 0,
  x0,
  y0: -y0,
  x1,
  y1: -y1,
  fillcolor,
  line: { width: 0 },
});

const endText = (value) => (value === 0 ? "0" : shortNumber(value));

/** A strip of the colours with its title above, and its ends and middle in numbers below. */
function colourKey({ colorscale, low, high, title, labels }, x) {
  const stops = colorscale.map(([, colour]) => colour);
  const top = KEY_LINE.marks - KEY_BAR.height / 2;
  const step = KEY_BAR.width / KEY_BAR.steps;
  const shapes = Array.from({ length: KEY_BAR.steps }, (_, k) => {
    const box = [x + k * step, top, x + (k + 1) * step + 0.3, top + KEY_BAR.height];
    return shapeAt("rect", box, rampColour(stops, k / (KEY_BAR.steps - 1)));
  });
  const [first, middle, last] = labels ?? [low, (low + high) / 2, high].map(endText);
  const annotations = [
    textAt(title, x, KEY_LINE.title),
    textAt(first, x, KEY_LINE.ends),
    textAt(middle, x + KEY_BAR.width / 2, KEY_LINE.ends, "center"),
    textAt(last, x + KEY_BAR.width, KEY_LINE.ends, "right"),
  ];
  return { shapes, annotations, width: Math.max(KEY_BAR.width, widest([title], SMALL)) };
}

/** Dots of a few sizes and the shares that they stand for; the largest is `whole`. */
function sizeKey({ title, whole }, largest, x) {
  const shapes = [];
  const annotations = [textAt(title, x, KEY_LINE.title)];
  let at = x;
  for (const share of KEY_SHARES) {
    const width = 2 * dotRadius(share, largest / 2);
    const top = KEY_LINE.marks - width / 2;
    shapes.push(shapeAt("circle", [at, top, at + width, top + width], cssValue("--ink-faint")));
    const label = percent(share * whole);
    annotations.push(textAt(label, at + width + 5, KEY_LINE.marks));
    at += width + 5 + widest([label], SMALL) + 14;
  }
  return { shapes, annotations, width: Math.max(at - x - 14, widest([title], SMALL)) };
}

/**
 * Both keys as shapes and annotations of a plotly figure, with the width that they take.
 *
 * @param left     width of what stands left of the grid
 * @param largest  diameter of the dot that stands for all
 */
export function keysBelow({ scale, sizes }, { left, largest }) {
  const start = KEY_EDGE - left;
  const colours = colourKey(scale, start);
  if (!sizes) return { ...colours, width: KEY_EDGE + colours.width };
  const dots = sizeKey(sizes, largest, start + colours.width + KEY_GAP);
  return {
    shapes: [...colours.shapes, ...dots.shapes],
    annotations: [...colours.annotations, ...dots.annotations],
    width: KEY_EDGE + colours.width + KEY_GAP + dots.width,
  };
}
