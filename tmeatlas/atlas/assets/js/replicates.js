/** One dot per replicate: patients or samples beside each other, those that belong together joined. */
import { constants } from "./constants.js";
import { cssValue } from "./dom.js";
import { baseLayout, namedAxis, namesBelow } from "./plots.js";
import {
  escapeForPlotly,
  fitText,
  lineHeight,
  shortNumber,
  wholeNumber,
  widest,
} from "./text.js";
import { SMALL } from "./type.js";

const SPREAD = 0.22; // of the place of a column, to both sides
const MEAN = 0.3; // half the length of the line at a mean
const GOLDEN = 0.618034;
const DOT = 10; // pixels
const AXIS_TITLE = SMALL;
const TICK = SMALL;
const PLACE = { least: 20, most: 150 };

/** Dots of a column beside each other, so that equal values stay apart; the same every time. */
export function spreadDots(values) {
  const order = values.map((_, i) => i).sort((a, b) => values[a] - values[b]);
  const places = new Array(values.length).fill(0);
  if (values.length < 2) return places;
  order.forEach((i, k) => {
    places[i] = SPREAD * (2 * ((k * GOLDEN) % 1) - 1);
  });
  return places;
}

/** Lines between the dots of one pair, from column to column. */
function pairLines(columns) {
  const ofPair = new Map();
  columns.forEach(({ dots }, at) =>
    dots.forEach(({ pair, value }) => {
      if (pair) ofPair.set(pair, [...(ofPair.get(pair) ?? []), [at, value]]);
    }),
  );
  const corners = [...ofPair.values()].flatMap((points) => [...points, [null, null]]);
  return {
    type: "scatter",
    mode: "lines",
    x: corners.map(([x]) => x),
    y: corners.map(([, y]) => y),
    line: { color: cssValue("--rest"), width: 1.25 },
    hoverinfo: "skip",
  };
}

function meanLines(columns) {
  const ends = columns.flatMap(({ mean }, at) =>
    mean === null || mean === undefined
      ? []
      : [
          [at - MEAN, mean],
          [at + MEAN, mean],
          [null, null],
        ],
  );
  return {
    type: "scatter",
    mode: "lines",
    x: ends.map(([x]) => x),
    y: ends.map(([, y]) => y),
    line: { color: cssValue("--ink"), width: 2 },
    hoverinfo: "skip",
  };
}

const isFew = ({ cells }) => cells > 0 && cells < constants.fewCells;

/** Whether any dot is hollow: of so few cells that it jumps with each. */
export const hasFew = (columns) => columns.some(({ dots }) => dots.some(isFew));

/** All dots as one trace, those of few cells hollow; `customdata` is [column, dot]. */
function dotTrace(columns, isPaired) {
  const found = { x: [], y: [], customdata: [], colour: [], edge: [] };
  columns.forEach(({ dots, colour }, at) => {
    const shift = spreadDots(dots.map(({ value }) => value));
    dots.forEach((dot, k) => {
      found.x.push(isPaired ? at : at + shift[k]);
      found.y.push(dot.value);
      found.customdata.push([at, k]);
      const own = dot.colour ?? colour;
      found.colour.push(isFew(dot) ? cssValue("--card") : own);
      found.edge.push(isFew(dot) ? own : cssValue("--card"));
    });
  });
  const { colour, edge, ...places } = found;
  const line = { width: 1.5, color: edge };
  const marker = { size: DOT - 1, color: colour, line };
  return { type: "scatter", mode: "markers", ...places, marker, hoverinfo: "none" };
}

/** Room for the numbers of the axis, of which plotly writes about six, and its title. */
export function roomForNumbers(low, high) {
  const step = Math.max(1e-9, high - low) / 6;
  const decimals = Math.max(0, Math.min(6, Math.ceil(-Math.log10(step))));
  const numbers = [low, high].map((value) => value.toFixed(decimals));
  return Math.max(50, Math.ceil(widest(numbers, TICK) + lineHeight(AXIS_TITLE)) + 16);
}

/** The vertical axis of a figure of values. */
const shorter = (title) => title.replace("log-normalised expression", "log expression");

/** A title as long as there is room for: a word that is cut says less than a short one. */
function axisTitle(title, room) {
  const whole = fitText(title, room, AXIS_TITLE);
  return whole === title ? title : fitText(shorter(title), room, AXIS_TITLE);
}

export const valueAxis = (title, room) => ({
  gridcolor: cssValue("--grid"),
  zerolinecolor: cssValue("--line"),
  fixedrange: true,
  title: {
    text: escapeForPlotly(axisTitle(title, Math.max(60, room))),
    font: { size: AXIS_TITLE },
    standoff: 6,
  },
  nticks: 6,
  ticklabeloverflow: "allow",
});

/** Where each dot is in the figure, for the keyboard: one row per column. */
function dotBoxes(trace, columns, { left, top, width, height, place, range }) {
  const rows = columns.map(() => []);
  trace.customdata.forEach(([at, k], i) => {
    const x = left + (trace.x[i] + 0.5) * place - DOT / 2;
    const share = (range[1] - trace.y[i]) / (range[1] - range[0]);
    const y = top + share * height - DOT / 2;
    if (width > 0) rows[at].push({ part: k, x, y, width: DOT, height: DOT });
  });
  return rows.map((boxes) => boxes.sort((a, b) => a.x - b.x));
}

/**
 * The figure and where its dots are. `columns` are {label, colour, mean?, dots}, dots
 * {value, pair?, colour?}.
 */
export function replicatesFigure(columns, { title, size }) {
  const values = columns.flatMap(({ dots }) => dots.map(({ value }) => value));
  const [low, high] = values.length ? [Math.min(...values), Math.max(...values)] : [0, 1];
  const edge = 0.08 * (high - low) || Math.abs(high) * 0.1 || 1;
  const range = [low - edge, high + edge];
  const isPaired = columns.some(({ dots }) => dots.some(({ pair }) => pair));
  const n = columns.length;
  const left = roomForNumbers(...range);
  const right = 10;
  const place = Math.max(PLACE.least, Math.min(PLACE.most, (size.width - left - right) / n));
  const names = namesBelow(columns.map(({ label }) => label), place);
  const width = Math.max(left + right + n * place, 200);
  const height = Math.max(180, size.height);
  const top = 8;
  const margin = { l: Math.max(left, names.overhang - place / 2), r: right, t: top, b: names.height };
  const dots = dotTrace(columns, isPaired);
  const inner = { width: width - margin.l - right, height: height - top - names.height };
  const layout = baseLayout({
    margin,
    xaxis: {
      ...namedAxis(columns.map(({ label }) => label), { width: names.width }),
      tickangle: names.tickangle,
      range: [-0.5, n - 0.5],
    },
    yaxis: { ...valueAxis(title, inner.height), range },
  });
  const boxes = dotBoxes(dots, columns, {
    ...{ left: margin.l, top, place: inner.width / n },
    ...{ width: inner.width, height: inner.height, range },
  });
  const lines = isPaired ? [pairLines(columns)] : [];
  return { data: [...lines, meanLines(columns), dots], layout, width, height, boxes };
}

/** What is told of a dot. */
export const dotLines = ({ name, value, cells }, heading, unit = "") => [
  name,
  heading,
  `${shortNumber(value)}${unit ? ` ${unit}` : ""}`,
  cells ? `${wholeNumber(cells)} ${constants.rows}` : null,
];
