/** The transparent plotly plot above the cells: it does lasso, box and panning. */
import { cssValue } from "./dom.js";
import { PLOT_CONFIG } from "./plots.js";

const NOTHING = {
  type: "scatter",
  mode: "markers",
  x: [0],
  y: [0],
  marker: { opacity: 0 },
  hoverinfo: "skip",
};

/** The corners of what was drawn: a lasso, or a box. */
function cornersOf({ lassoPoints, range }) {
  if (lassoPoints) return lassoPoints.x.map((x, i) => [x, lassoPoints.y[i]]);
  if (!range) return [];
  const [[x0, x1], [y0, y1]] = [range.x, range.y];
  return [
    [x0, y0],
    [x1, y0],
    [x1, y1],
    [x0, y1],
  ];
}

/** `panel` gives the view on screen and moves it: {view, moveTo}. */
export function createOverlay(atlas, plot, panel) {
  const { store, selection } = atlas;
  const isAttached = () => atlas.plotly && plot.data;

  /** The outline of the selection, on the map on which it was drawn. */
  function outline() {
    if (!isAttached()) return;
    const region = store.get("region");
    const here = region?.type === "polygon" && region.map === store.get("map");
    const path = here && `M${region.points.map((point) => point.join(",")).join("L")}Z`;
    const line = { color: cssValue("--ink"), width: 1.5, dash: "dot" };
    atlas.plotly.relayout(plot, {
      selections: [],
      shapes: path ? [{ type: "path", path, line, layer: "above", xref: "x", yref: "y" }] : [],
      "newselection.line.color": cssValue("--ink"),
    });
  }

  function readView(event) {
    if (event["xaxis.range[0]"] === undefined && event["yaxis.range[0]"] === undefined) return;
    const view = panel.view();
    const side = (name, end, now) => event[`${name}.range[${end}]`] ?? now;
    panel.moveTo({
      x0: side("xaxis", 0, view.x0),
      x1: side("xaxis", 1, view.x1),
      y0: side("yaxis", 0, view.y0),
      y1: side("yaxis", 1, view.y1),
    });
  }

  function select(event) {
    const points = event ? cornersOf(event) : [];
    if (points.length < 3) return;
    store.set({ region: { type: "polygon", points, map: store.get("map") } });
  }

  /** Put the plot over the cells; the map is drawn before this is possible. */
  async function attach() {
    const view = panel.view();
    const hiddenAxis = (range) => ({ visible: false, range, autorange: false });
    const layout = {
      margin: { l: 0, r: 0, t: 0, b: 0 },
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      xaxis: hiddenAxis([view.x0, view.x1]),
      yaxis: hiddenAxis([view.y0, view.y1]),
      dragmode: store.get("tool"),
      newselection: { line: { color: cssValue("--ink"), width: 1.5, dash: "solid" } },
    };
    await atlas.plotly.newPlot(plot, [NOTHING], layout, PLOT_CONFIG);
    plot.on("plotly_relayouting", readView);
    plot.on("plotly_relayout", readView);
    plot.on("plotly_selected", select);
    plot.on("plotly_doubleclick", selection.clear);
    outline();
  }

  return {
    attach,
    outline,
    showView(view) {
      if (!isAttached()) return;
      atlas.plotly.relayout(plot, {
        "xaxis.range": [view.x0, view.x1],
        "yaxis.range": [view.y0, view.y1],
      });
    },
    resize: async () => {
      if (isAttached()) await atlas.plotly.Plots.resize(plot);
    },
  };
}
