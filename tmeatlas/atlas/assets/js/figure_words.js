/** Words of figures: those that an export has below it, and those in place of a figure. */
import { byId, cssValue } from "./dom.js";
import { baseLayout, plotFont } from "./plots.js";
import { escapeForPlotly, linesOf } from "./text.js";

const LINE = 17;
const EDGE = 8;
const EMPTY = { width: 520, height: 90 };

/** The figure with a text below it, in as many lines as it takes. */
export function withNote(figure, text) {
  const { margin } = figure.layout;
  const lines = linesOf(text, figure.width - 2 * EDGE);
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
    font: plotFont(),
  };
  const layout = {
    ...figure.layout,
    margin: { ...margin, b: margin.b + room },
    annotations: [...(figure.layout.annotations ?? []), note],
  };
  return { ...figure, layout, height: figure.height + room };
}

/** Say why a panel is empty in place of its figure and key; null where it is not. */
export function showEmpty(id, why) {
  byId(`frame-${id}`).hidden = why !== null;
  byId(`empty-${id}`).hidden = why === null;
  byId(`empty-${id}`).textContent = why ?? "";
  if (why !== null) byId(`key-${id}`).replaceChildren();
}

/** The same sentence as a figure. */
export function emptyFigure(why) {
  const axis = { visible: false, range: [0, 1], fixedrange: true };
  const annotation = {
    text: escapeForPlotly(why),
    x: 0,
    y: 0.5,
    xanchor: "left",
    showarrow: false,
    font: { ...plotFont(), color: cssValue("--ink") },
  };
  const margin = { l: 8, r: 8, t: 0, b: 0 };
  const layout = baseLayout({ margin, xaxis: axis, yaxis: axis, annotations: [annotation] });
  return { data: [], layout, ...EMPTY };
}
