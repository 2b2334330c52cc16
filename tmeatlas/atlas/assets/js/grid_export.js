/** A grid of marks as a plotly figure, for export. */
import { cssValue } from "./dom.js";
import { baseLayout, namedAxis } from "./plots.js";
import { escapeForPlotly, widest } from "./text.js";

const COLUMN = 26;
const ROW = 20;
const LONGEST_NAME = 400;
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
      : Math.max(2, Math.sqrt(mark.size) * (ROW - 2));
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
    colourBar(spec.scale),
    ...(spec.notes ? [noteTrace(spec.notes)] : []),
    numberTrace(marks.filter((mark) => mark.text)),
  ];
  const names = spec.rows.map((row) => row.label);
  const left = Math.min(LONGEST_NAME, widest([...names, ...(spec.corner ?? [])], 11, 600)) + 16;
  const right = 90 + (spec.notes ? NOTES : measures.overhang);
  const top = measures.header + 12;
  const bottom = 46;
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
    annotations: [note(spec.key), ...(spec.corner ? [cornerNote(spec.corner)] : [])],
  });
  return {
    data,
    layout,
    width: left + right + columns * column,
    height: top + bottom + rows * ROW,
  };
}

function colourBar({ colorscale, low, high, title }) {
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
        x: 1,
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

const noteTrace = (notes) => ({
  type: "scatter",
  mode: "text",
  x: notes.map(() => 0.5),
  y: notes.map((_, i) => i),
  text: notes.map(escapeForPlotly),
  textposition: "middle right",
  textfont: { size: 11, color: cssValue("--ink-soft") },
  cliponaxis: false,
});

/** The numbers in the tiles. */
const numberTrace = (marks) => ({
  type: "scatter",
  mode: "text",
  x: marks.map((mark) => mark.j),
  y: marks.map((mark) => mark.i),
  text: marks.map((mark) => mark.text),
  textfont: { size: 9.5, color: marks.map((mark) => mark.textColour) },
});

const note = (text) => ({
  text: escapeForPlotly(text),
  xref: "paper",
  yref: "paper",
  x: 0,
  y: 0,
  xanchor: "left",
  yanchor: "top",
  yshift: -8,
  showarrow: false,
  font: { size: 11 },
});

const cornerNote = (lines) => ({
  ...note(""),
  text: lines.map(escapeForPlotly).join("<br>"),
  align: "right",
  y: 1,
  xanchor: "right",
  yanchor: "bottom",
  xshift: -8,
  yshift: 4,
  font: { size: 11, color: cssValue("--ink") },
});
