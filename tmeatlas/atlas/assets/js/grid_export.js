/** A grid of marks as a plotly figure, for export. */
import { cssValue } from "./dom.js";
import { dotRadius } from "./dot_sizes.js";
import { withNote } from "./figure_words.js";
import { keysBelow } from "./grid_keys.js";
import { briefNumber, rowName } from "./grid_measures.js";
import { baseLayout, namedAxis } from "./plots.js";
import { escapeForPlotly, fitText, widest } from "./text.js";
import { BOLD, SMALL } from "./type.js";

const COLUMN = 26;
const ROW = 20;
const LONGEST_NAME = 400;
const RING = 4; // by which a ring is wider than its dot
const NOTES = 600; // the most room for the notes beside the columns
const EDGE = 12; // free at the right
const KEY_HEIGHT = 58;
const NUMBER_HEADS = 34; // longer names, as the numbers of cells stand behind them
const WITHIN = "– "; // before the rows that others open to

/** Dots and tiles as markers; the names as ticks; the keys and what they mean below. */
export function gridFigure(spec, measures) {
  const rows = spec.rows.length;
  const column = Math.max(COLUMN, measures.level ? measures.column : 0);
  // In columns, from the middle of the first: between families there is a little room.
  const places = spec.columns.map((_, j) => measures.left(j) / measures.column);
  const wide = measures.inner / measures.column;
  const marks = [];
  spec.rows.forEach((row, i) => {
    if (row.heading || row.fold) return;
    places.forEach((place, j) => {
      const mark = spec.mark(i, j);
      if (mark) marks.push({ ...mark, i, j: place });
    });
  });
  const largest = ROW - 2 - (spec.ringed ? RING : 0);
  const size = (mark) =>
    mark.shape === "tile" ? Math.min(column, ROW) - 1 : 2 * dotRadius(mark.size, largest / 2);
  const names = spec.rows.map((row) => (row.fold ? "" : `${WITHIN.repeat(row.level ?? 0)}${rowName(row)}`));
  const left = Math.min(LONGEST_NAME, widest([...names, ...(spec.corner ?? [])], SMALL, BOLD)) + 16;
  const keys = keysBelow(spec, { left, largest });
  const beside = spec.notes ? 8 + Math.min(NOTES, widest(spec.notes)) : measures.overhang;
  const inside = wide * column;
  const right = EDGE + Math.max(beside, keys.width - left - inside);
  const top = measures.header + 12 - measures.numbers + (measures.numbers ? NUMBER_HEADS : 0);
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
  const heads = measures.columnNames.map((name, j) =>
    measures.numbers ? `${name} (${briefNumber(spec.columns[j].n)})` : name,
  );
  const columnAxis = namedAxis(heads, { width: 1000, positions: places });
  const rowAxis = namedAxis(names, { width: LONGEST_NAME });
  rowAxis.ticktext = rowAxis.ticktext.map((t, i) => (spec.rows[i].heading ? `<b>${t}</b>` : t));
  const layout = baseLayout({
    margin: { l: left, r: right, t: top, b: bottom },
    xaxis: {
      ...columnAxis,
      side: "top",
      tickangle: -measures.slant,
      range: [-0.5, wide - 0.5],
    },
    yaxis: { ...rowAxis, range: [rows - 0.5, -0.5] },
    annotations: [
      ...(spec.corner ? [cornerNote(spec.corner)] : []),
      ...rowNotes(spec.notes ?? []),
      ...(spec.families ?? []).map((family) => familyName(family, places, { column, top })),
      ...keys.annotations,
    ],
    shapes: keys.shapes,
  });
  return withNote({ data, layout, width, height: top + bottom + rows * ROW }, spec.key);
}

/** The heading of neighbouring columns, above their names. */
const familyName = ({ label, short, from, to }, places, { column, top }) => ({
  text: `<b>${escapeForPlotly(widest([label], SMALL, BOLD) <= (places[to] - places[from] + 1) * column ? label : short)}</b>`,
  xref: "x",
  yref: "paper",
  x: places[from] - 0.5,
  y: 1,
  yshift: top - 4,
  xanchor: "left",
  yanchor: "top",
  showarrow: false,
  font: { size: SMALL, color: cssValue("--ink") },
});

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
    text: escapeForPlotly(fitText(text, NOTES)),
    xref: "paper",
    x: 1,
    xshift: 8,
    y: i,
    xanchor: "left",
    yanchor: "middle",
    showarrow: false,
    font: { size: SMALL, color: cssValue("--ink-soft") },
  }));

/** The numbers in the tiles. */
const numberTrace = (marks) => ({
  type: "scatter",
  mode: "text",
  x: marks.map((mark) => mark.j),
  y: marks.map((mark) => mark.i),
  text: marks.map((mark) => mark.text),
  textfont: { size: SMALL, color: marks.map((mark) => mark.textColour) },
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
  font: { size: SMALL, color: cssValue("--ink") },
});
