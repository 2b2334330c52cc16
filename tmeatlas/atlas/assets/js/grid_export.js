/** A grid of marks as a plotly figure, for export. */
import { rampColour } from "./colours.js";
import { cssValue } from "./dom.js";
import { withNote } from "./figure_words.js";
import { rowName } from "./grid_measures.js";
import { baseLayout, namedAxis } from "./plots.js";
import { escapeForPlotly, fitText, percent, shortNumber, widest } from "./text.js";

const COLUMN = 26;
const ROW = 20;
const LONGEST_NAME = 400;
const RING = 4; // by which a ring is wider than its dot
const NOTES = 600; // the most room for the notes beside the columns
const EDGE = 12; // free at the right
const KEY_EDGE = 8; // of the keys, from the left of the figure
const KEY_GAP = 36; // between the two keys
const KEY_BAR = { width: 150, height: 9, steps: 50 };
const KEY_LINE = { title: 10, marks: 30, ends: 45 }; // middles of the lines, down from the grid
const KEY_HEIGHT = 58;
const SHARES = [0.1, 0.5, 1];
const SIZE = 11;

/** Dots and tiles as markers; the names as ticks; the keys and what they mean below. */
export function gridFigure(spec, measures) {
  const [columns, rows] = [spec.columns.length, spec.rows.length];
  const column = Math.max(COLUMN, measures.level ? measures.column : 0);
  const marks = [];
  spec.rows.forEach((row, i) => {
    if (row.heading) return;
    for (let j = 0; j < columns; j++) {
      const mark = spec.mark(i, j);
      if (mark) marks.push({ ...mark, i, j });
    }
  });
  const largest = ROW - 2 - (spec.ringed ? RING : 0);
  const size = (mark) =>
    mark.shape === "tile"
      ? Math.min(column, ROW) - 1
      : Math.max(2, Math.sqrt(mark.size) * largest);
  const names = spec.rows.map(rowName);
  const left = Math.min(LONGEST_NAME, widest([...names, ...(spec.corner ?? [])], 11, 600)) + 16;
  const keys = keysBelow(spec, { left, largest });
  const beside = spec.notes ? 8 + Math.min(NOTES, widest(spec.notes, 11)) : measures.overhang;
  const inside = columns * column;
  const right = EDGE + Math.max(beside, keys.width - left - inside);
  const top = measures.header + 12;
  const bottom = KEY_HEIGHT;
  const width = left + right + inside;
  const data = [
    {
      type: "scatter",
      mode: "markers",
      x: marks.map((mark) => mark.j),
      y: marks.map((mark) => mark.i),
      marker: {
        symbol: marks.map((mark) => (mark.shape === "tile" ? "square" : "circle")),
        size: marks.map(size),
        color: marks.map((mark) => mark.colour),
        opacity: marks.map((mark) => mark.alpha ?? 1),
        line: {
          color: marks.map((mark) => mark.outline ?? "rgba(0,0,0,0)"),
          width: marks.map((mark) => (mark.outline ? (mark.outlineWidth ?? 0.75) : 0)),
        },
      },
      cliponaxis: false,
    },
    ringTrace(marks.filter((mark) => mark.ring), size),
    numberTrace(marks.filter((mark) => mark.text && measures.column >= measures.leastForText)),
  ];
  const columnAxis = namedAxis(measures.columnNames, { width: 1000 });
  const rowAxis = namedAxis(names, { width: LONGEST_NAME });
  rowAxis.ticktext = rowAxis.ticktext.map((t, i) => (spec.rows[i].heading ? `<b>${t}</b>` : t));
  const layout = baseLayout({
    margin: { l: left, r: right, t: top, b: bottom },
    xaxis: {
      ...columnAxis,
      side: "top",
      tickangle: -measures.slant,
      range: [-0.5, columns - 0.5],
    },
    yaxis: { ...rowAxis, range: [rows - 0.5, -0.5] },
    annotations: [
      ...(spec.corner ? [cornerNote(spec.corner)] : []),
      ...rowNotes(spec.notes ?? []),
      ...keys.annotations,
    ],
    shapes: keys.shapes,
  });
  return withNote({ data, layout, width, height: top + bottom + rows * ROW }, spec.key);
}

/** Rings that stand off their dots, as on screen. */
const ringTrace = (marks, size) => ({
  type: "scatter",
  mode: "markers",
  x: marks.map((mark) => mark.j),
  y: marks.map((mark) => mark.i),
  marker: {
    symbol: "circle-open",
    size: marks.map((mark) => size(mark) + RING),
    color: marks.map((mark) => mark.ring),
    line: { width: 1.2 },
  },
  cliponaxis: false,
});

/** Notes beside the rows: annotations, as plotly leaves out points outside of the axes. */
const rowNotes = (notes) =>
  notes.map((text, i) => ({
    text: escapeForPlotly(fitText(text, NOTES, 11)),
    xref: "paper",
    x: 1,
    xshift: 8,
    y: i,
    xanchor: "left",
    yanchor: "middle",
    showarrow: false,
    font: { size: 11, color: cssValue("--ink-soft") },
  }));

/** The numbers in the tiles. */
const numberTrace = (marks) => ({
  type: "scatter",
  mode: "text",
  x: marks.map((mark) => mark.j),
  y: marks.map((mark) => mark.i),
  text: marks.map((mark) => mark.text),
  textfont: { size: 9.5, color: marks.map((mark) => mark.textColour) },
});

const cornerNote = (lines) => ({
  xref: "paper",
  yref: "paper",
  x: 0,
  showarrow: false,
  text: lines.map(escapeForPlotly).join("<br>"),
  align: "right",
  y: 1,
  xanchor: "right",
  yanchor: "bottom",
  xshift: -8,
  yshift: 4,
  font: { size: 11, color: cssValue("--ink") },
});

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
  return { shapes, annotations, width: Math.max(KEY_BAR.width, widest([title], SIZE)) };
}

/** Dots of a few sizes and the shares that they stand for; the largest is `whole`. */
function sizeKey({ title, whole }, largest, x) {
  const shapes = [];
  const annotations = [textAt(title, x, KEY_LINE.title)];
  let at = x;
  for (const share of SHARES) {
    const width = Math.max(2, Math.sqrt(share) * largest);
    const top = KEY_LINE.marks - width / 2;
    shapes.push(shapeAt("circle", [at, top, at + width, top + width], cssValue("--ink-faint")));
    const label = percent(share * whole);
    annotations.push(textAt(label, at + width + 5, KEY_LINE.marks));
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
function keysBelow({ scale, sizes }, { left, largest }) {
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
