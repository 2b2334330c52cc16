/** A grid of marks as a plotly figure, for export. */
import { cssValue } from "./dom.js";
import { withNote } from "./figure_notes.js";
import { baseLayout, namedAxis } from "./plots.js";
import { escapeForPlotly, widest } from "./text.js";

const COLUMN = 26;
const ROW = 20;
const LONGEST_NAME = 400;
const RING = 4; // by which a ring is wider than its dot
const NOTES = 420; // room for the notes beside a single column

/** Dots and tiles as markers; the names as ticks; the key as a colour bar. */
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
  const size = (mark) =>
    mark.shape === "tile"
      ? Math.min(column, ROW) - 1
      : Math.max(2, Math.sqrt(mark.size) * (ROW - 2 - (spec.ringed ? RING : 0)));
  const names = spec.rows.map((row) => row.label);
  const left = Math.min(LONGEST_NAME, widest([...names, ...(spec.corner ?? [])], 11, 600)) + 16;
  const right = 90 + (spec.notes ? NOTES : measures.overhang);
  const top = measures.header + 12;
  const bottom = 4;
  const width = left + right + columns * column;
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
    colourBar(spec.scale, (left + columns * column + (spec.notes ? NOTES : 2)) / width),
    numberTrace(marks.filter((mark) => mark.text)),
  ];
  const columnAxis = namedAxis(measures.columnNames, { width: 1000 });
  const rowAxis = namedAxis(names, { width: LONGEST_NAME });
  rowAxis.ticktext = rowAxis.ticktext.map((t, i) => (spec.rows[i].heading ? `<b>${t}</b>` : t));
  const layout = baseLayout({
    margin: { l: left, r: right, t: top, b: bottom },
    xaxis: {
      ...columnAxis,
      side: "top",
      tickangle: measures.level ? 0 : -50,
      range: [-0.5, columns - 0.5],
    },
    yaxis: { ...rowAxis, range: [rows - 0.5, -0.5] },
    annotations: [
      ...(spec.corner ? [cornerNote(spec.corner)] : []),
      ...rowNotes(spec.notes ?? []),
    ],
  });
  return withNote({ data, layout, width, height: top + bottom + rows * ROW }, spec.key);
}

/** The key of the colours; `x` is where it begins, as a share of the width of the figure. */
function colourBar({ colorscale, low, high, title }, x) {
  return {
    type: "scatter",
    mode: "markers",
    x: [null],
    y: [null],
    marker: {
      color: [low],
      cmin: low,
      cmax: high,
      colorscale,
      showscale: true,
      colorbar: {
        title: { text: escapeForPlotly(title), side: "right", font: { size: 11 } },
        thickness: 9,
        xref: "container",
        x,
        xanchor: "left",
        xpad: 0,
        len: 150,
        lenmode: "pixels",
        y: 1,
        yanchor: "top",
        outlinewidth: 0,
      },
    },
  };
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
    text: escapeForPlotly(text),
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
