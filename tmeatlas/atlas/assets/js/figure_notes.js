/** Figures for export with the words that the page has below them. */
import { plotFont } from "./plots.js";
import { escapeForPlotly, linesOf } from "./text.js";

const SIZE = 11;
const LINE = 15;
const EDGE = 8;

/** The figure with a text below it, in as many lines as it takes. */
export function withNote(figure, text) {
  const { margin } = figure.layout;
  const lines = linesOf(text, figure.width - 2 * EDGE, SIZE);
  const room = LINE * lines.length + EDGE;
  const note = {
    text: lines.map(escapeForPlotly).join("<br>"),
    xref: "paper",
    yref: "paper",
    x: 0,
    y: 0,
    xshift: EDGE - margin.l,
    yshift: -margin.b - 2,
    xanchor: "left",
    yanchor: "top",
    align: "left",
    showarrow: false,
    font: plotFont(SIZE),
  };
  const layout = {
    ...figure.layout,
    margin: { ...margin, b: margin.b + room },
    annotations: [...(figure.layout.annotations ?? []), note],
  };
  return { ...figure, layout, height: figure.height + room };
}
