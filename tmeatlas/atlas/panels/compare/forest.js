/** Effects with their intervals, one row each: names at the left, who was compared at the right. */
import { cssValue } from "../../assets/js/dom.js";
import { baseLayout, plotFont } from "../../assets/js/plots.js";
import {
  escapeForPlotly,
  fitText,
  lineHeight,
  textWidth,
  widest,
} from "../../assets/js/text.js";
import { BOLD, SMALL } from "../../assets/js/type.js";

const SIZE = SMALL;
const PLACE = 24; // pixels of a row
const NARROW = 520; // pixels, below which names stand above their intervals
const PLACE_NARROW = 42;
const NAME_SHARE = 0.42; // of the width
const HEADING = 22;
const LONGEST = 3; // times the largest difference: longer intervals are cut at the edge
const PALE = 0.8;

/** The ends of the axis: every difference and 0, and of the intervals what leaves these readable. */
export function axisRange(effects) {
  const known = effects.filter(({ effect }) => effect !== null);
  const largest = Math.max(1e-9, ...known.map(({ effect }) => Math.abs(effect)));
  const cut = (value, effect) =>
    Math.max(-LONGEST * largest, Math.min(LONGEST * largest, value ?? effect));
  const low = Math.min(0, ...known.map(({ low: end, effect }) => cut(end, effect)));
  const high = Math.max(0, ...known.map(({ high: end, effect }) => cut(end, effect)));
  const edge = 0.04 * (high - low);
  return {
    range: [low - edge, high + edge],
    isCut: known.some((row) => row.low < low - edge || row.high > high + edge),
  };
}

const note = (text, y, options) => ({
  text: escapeForPlotly(text),
  y,
  xref: "x domain",
  showarrow: false,
  font: { ...plotFont(SIZE), color: cssValue("--ink") },
  ...options,
});

/** Names, and at the right what stands beside each row; on narrow screens both above the interval. */
function words(effects, { narrow, left, right, width, chosen }) {
  return effects.flatMap(({ name, beside, stands }, i) => {
    const weight = stands ? BOLD : 400;
    const font = { ...plotFont(SIZE), weight, color: cssValue("--ink") };
    const room = narrow ? width - textWidth(beside, SIZE) - 30 : left - 14;
    const text = fitText(name, room, SIZE, weight);
    if (narrow) {
      const bgcolor = cssValue(i === chosen ? "--soft" : "--card"); // no line of the axis through it
      return [
        note(text, i, { x: 0, xanchor: "left", yshift: 11, font, bgcolor }),
        note(beside, i, { x: 1, xanchor: "right", yshift: 11, bgcolor }),
      ];
    }
    return [
      note(text, i, { x: 0, xanchor: "right", xshift: -8, font }),
      note(beside, i, { x: 1, xanchor: "left", xshift: 8, width: right - 10, align: "left" }),
    ];
  });
}

/** Points with their intervals: of those that stand in colour, of others grey; weak ones hollow. */
function marks(effects, standing, colour, middle) {
  const chosen = effects
    .map((row, i) => ({ ...row, y: i + middle }))
    .filter((row) => row.effect !== null && row.stands === standing);
  const end = (name) =>
    chosen.map((row) => (row[name] === null ? 0 : Math.abs(row[name] - row.effect)));
  return {
    type: "scatter",
    mode: "markers",
    x: chosen.map((row) => row.effect),
    y: chosen.map((row) => row.y),
    error_x: {
      type: "data",
      symmetric: false,
      array: end("high"),
      arrayminus: end("low"),
      color: colour,
      thickness: 1.5,
      width: 3,
    },
    marker: {
      size: 9,
      color: chosen.map(({ weak }) => (weak ? cssValue("--card") : colour)),
      line: { width: 1.5, color: colour },
    },
    opacity: standing ? 1 : PALE,
    hoverinfo: "skip",
  };
}

/**
 * The figure and the places of its rows. `effects` are {name, effect, low, high, stands, weak,
 * beside}; `chosen` is the number of the row that is shown in detail.
 */
export function forestFigure(effects, { width, title, heading, chosen }) {
  const narrow = width < NARROW;
  const place = narrow ? PLACE_NARROW : PLACE;
  const names = effects.map(({ name }) => name);
  const right = narrow ? 10 : Math.ceil(widest([heading, ...effects.map((e) => e.beside)], SIZE)) + 18;
  const left = narrow ? 10 : Math.ceil(Math.min(widest(names, SIZE, BOLD) + 16, width * NAME_SHARE));
  const top = Math.ceil(2 * lineHeight(SIZE)) + HEADING;
  const height = effects.length * place + top + 8;
  const middle = narrow ? 0.22 : 0;
  const { range, isCut } = axisRange(effects);
  const layout = baseLayout({
    margin: { l: left, r: right, t: top, b: 8 },
    xaxis: {
      side: "top",
      range,
      title: { text: escapeForPlotly(fitText(title, width - 16, SIZE)), font: { size: SIZE }, standoff: 4 },
      fixedrange: true,
      gridcolor: cssValue("--grid"),
      zeroline: true,
      zerolinecolor: cssValue("--ink-faint"),
      zerolinewidth: 1.5,
      nticks: narrow ? 5 : 7,
      ticklabeloverflow: "allow",
      automargin: false,
    },
    yaxis: { range: [effects.length - 0.5, -0.5], visible: false, fixedrange: true },
    annotations: [
      ...words(effects, { narrow, left, right, width, chosen }),
      ...(narrow
        ? []
        : [note(heading, -0.5, { x: 1, xanchor: "left", xshift: 8, yanchor: "bottom", yshift: 2 })]),
    ],
    shapes: [band(chosen)],
  });
  const data = [
    marks(effects, false, cssValue("--ink-faint"), middle),
    marks(effects, true, cssValue("--accent"), middle),
  ];
  const boxes = effects.map((_, i) => [
    { part: 0, x: 2, y: top + i * place + 1, width: width - 4, height: place - 2 },
  ]);
  return { data, layout, width, height, boxes, isCut };
}

/** Behind the row that is shown in detail. */
const band = (chosen) => ({
  type: "rect",
  xref: "x domain",
  yref: "y",
  x0: 0,
  x1: 1,
  y0: chosen - 0.5,
  y1: chosen + 0.5,
  line: { width: 0 },
  fillcolor: cssValue("--soft"),
  layer: "below",
});
