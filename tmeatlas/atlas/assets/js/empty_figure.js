/** What stands in place of a figure that has nothing to show, on the page and in an export. */
import { byId, cssValue } from "./dom.js";
import { baseLayout, plotFont } from "./plots.js";
import { escapeForPlotly } from "./text.js";

const SIZE = { width: 520, height: 90 };

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
    font: { ...plotFont(12.5), color: cssValue("--ink") },
  };
  const margin = { l: 8, r: 8, t: 0, b: 0 };
  const layout = baseLayout({ margin, xaxis: axis, yaxis: axis, annotations: [annotation] });
  return { data: [], layout, ...SIZE };
}
