/** The keys of a grid of marks in an exported figure: colours and sizes, in a row below it. */
import { rampColour } from "./colours.js";
import { cssValue } from "./dom.js";
import { escapeForPlotly, percent, shortNumber, widest } from "./text.js";

const EDGE = 8; // from the left of the figure
const GAP = 36; // between the two keys
const BAR = { width: 150, height: 9, steps: 50 };
const LINE = { title: 10, marks: 30, ends: 45 }; // middles of the lines, down from the grid
const SHARES = [0.1, 0.5, 1];
const SIZE = 11;
export const KEY_HEIGHT = 58;

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
  font: { size: SIZE, color: cssValue("--ink-soft") },
});

const shapeAt = (type, [x0, y0, x1, y1], fillcolor) => ({
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
  const top = LINE.marks - BAR.height / 2;
  const step = BAR.width / BAR.steps;
  const shapes = Array.from({ length: BAR.steps }, (_, k) => {
    const box = [x + k * step, top, x + (k + 1) * step + 0.3, top + BAR.height];
    return shapeAt("rect", box, rampColour(stops, k / (BAR.steps - 1)));
  });
  const [first, middle, last] = labels ?? [low, (low + high) / 2, high].map(endText);
  const annotations = [
    textAt(title, x, LINE.title),
    textAt(first, x, LINE.ends),
    textAt(middle, x + BAR.width / 2, LINE.ends, "center"),
    textAt(last, x + BAR.width, LINE.ends, "right"),
  ];
  return { shapes, annotations, width: Math.max(BAR.width, widest([title], SIZE)) };
}

/** Dots of a few sizes and the shares that they stand for; the largest is `whole`. */
function sizeKey({ title, whole }, largest, x) {
  const shapes = [];
  const annotations = [textAt(title, x, LINE.title)];
  let at = x;
  for (const share of SHARES) {
    const width = Math.max(2, Math.sqrt(share) * largest);
    const top = LINE.marks - width / 2;
    shapes.push(shapeAt("circle", [at, top, at + width, top + width], cssValue("--ink-faint")));
    const label = percent(share * whole);
    annotations.push(textAt(label, at + width + 5, LINE.marks));
    at += width + 5 + widest([label], SIZE) + 14;
  }
  return { shapes, annotations, width: Math.max(at - x - 14, widest([title], SIZE)) };
}

/**
 * Both keys as shapes and annotations of a plotly figure, with the width that they take.
 *
 * @param left     width of what stands left of the grid
 * @param largest  diameter of the dot that stands for all
 */
export function keysBelow({ scale, sizes }, { left, largest }) {
  const start = EDGE - left;
  const colours = colourKey(scale, start);
  if (!sizes) return { ...colours, width: EDGE + colours.width };
  const dots = sizeKey(sizes, largest, start + colours.width + GAP);
  return {
    shapes: [...colours.shapes, ...dots.shapes],
    annotations: [...colours.annotations, ...dots.annotations],
    width: EDGE + colours.width + GAP + dots.width,
  };
}
