/**
 * The map of the cells. The cells are drawn on a canvas; a transparent plotly
 * plot above it does lasso, box and panning.
 */
import { categoryColours, categoryPixels, colourRange, numberPixels } from "./colours.js";
import { byId, cssValue, setText } from "./dom.js";
import { mapFigure } from "./map_export.js";
import { createFinder, describeCell } from "./map_hover.js";
import { showMapKey } from "./map_key.js";
import { placeLabels, showLabels } from "./map_labels.js";
import { PLOT_CONFIG } from "./plots.js";
import { cellRadius, drawCells, orderBySteps } from "./raster.js";
import { wholeNumber } from "./text.js";
import { hideTooltip, showTooltip } from "./tooltip.js";
import { homeView, resizeView } from "./viewport.js";

const MANY_CELLS = 300_000;
const CELLS_WHILE_MOVING = 200_000;
const SETTLE_AFTER = 140; // milliseconds

export function createMapPanel(atlas) {
  const { meta, cells, store, selection } = atlas;
  const groups = atlas.categories.get("group");
  const stage = byId("stage");
  const plot = byId("figure-map");
  const canvas = byId("cells-canvas");
  const context = canvas.getContext("2d", { alpha: false });
  const nearest = createFinder(cells);
  let box = measure();
  let view = homeView(meta.map.aspect, box.width, box.height);
  let look = null;
  let image = null;
  let frame = 0;
  let settling = 0;

  function measure() {
    return { width: Math.max(1, stage.clientWidth), height: Math.max(1, stage.clientHeight) };
  }

  const home = () => homeView(meta.map.aspect, box.width, box.height);

  /** What is seen: the view, its size in pixels, how close, and how far apart cells are. */
  function geometry() {
    const zoom = (home().x1 - home().x0) / (view.x1 - view.x0);
    const pixelsPerSide = ((box.width / (view.x1 - view.x0)) * 65535) / meta.map.aspect[0];
    return { ...view, ...box, zoom, pixelsPerSide, spacing: meta.map.spacing };
  }

  /** Which cell gets which colour, and the order in which they are drawn. */
  async function readLook() {
    const feature = atlas.features.get(store.get("colour"));
    if (feature.kind === "category") {
      const values = cells.codesOf.get(feature.id);
      const colours = categoryColours(feature.category, store.get("palette"));
      return { feature, values, order: null, pixels: categoryPixels(colours), range: null };
    }
    const values = await cells.values(feature);
    const range = colourRange(values, feature);
    return { feature, values, order: orderBySteps(values), pixels: numberPixels(...range), range };
  }

  function draw(step = 1) {
    const scale = Math.min(2, devicePixelRatio || 1);
    const width = Math.round(box.width * scale);
    const height = Math.round(box.height * scale);
    if (canvas.width !== width || canvas.height !== height || !image) {
      canvas.width = width;
      canvas.height = height;
      image = context.createImageData(width, height);
    }
    const { order, values, pixels } = look;
    drawCells(
      image,
      cells,
      geometry(),
      { order, values, pixels, focus: selection.focus },
      { scale, step },
    );
    context.putImageData(image, 0, 0);
  }

  function label() {
    const placed = placeLabels(groups, meta.map.labels, store.get("hidden"), view, box);
    showLabels(byId("map-labels"), placed);
  }

  /** While the map moves, draw a part of the cells; all of them once it rests. */
  function moveTo(next) {
    view = next;
    const step = cells.n > MANY_CELLS ? Math.ceil(cells.n / CELLS_WHILE_MOVING) : 1;
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => {
      draw(step);
      label();
    });
    clearTimeout(settling);
    if (step > 1) settling = setTimeout(() => draw(), SETTLE_AFTER);
    hideTooltip();
  }

  /** Show another part of the map, in the plotly plot too. */
  function setView(next) {
    moveTo(next);
    if (atlas.plotly) {
      atlas.plotly.relayout(plot, {
        "xaxis.range": [view.x0, view.x1],
        "yaxis.range": [view.y0, view.y1],
      });
    }
  }

  function outline() {
    if (!atlas.plotly || !plot.data) return;
    const region = store.get("region");
    const points = region?.type === "polygon" ? region.points : null;
    const path = points && `M${points.map((point) => point.join(",")).join("L")}Z`;
    const line = { color: cssValue("--ink"), width: 1.5, dash: "dot" };
    atlas.plotly.relayout(plot, {
      selections: [],
      shapes: path ? [{ type: "path", path, line, layer: "above", xref: "x", yref: "y" }] : [],
      "newselection.line.color": cssValue("--ink"),
    });
  }

  /** Put the transparent plot over the cells; the map is drawn before this is possible. */
  async function attachPlot() {
    const hiddenAxis = (range) => ({ visible: false, range, autorange: false });
    await atlas.plotly.newPlot(
      plot,
      [
        {
          type: "scatter",
          mode: "markers",
          x: [0],
          y: [0],
          marker: { opacity: 0 },
          hoverinfo: "skip",
        },
      ],
      {
        margin: { l: 0, r: 0, t: 0, b: 0 },
        paper_bgcolor: "rgba(0,0,0,0)",
        plot_bgcolor: "rgba(0,0,0,0)",
        xaxis: hiddenAxis([view.x0, view.x1]),
        yaxis: hiddenAxis([view.y0, view.y1]),
        dragmode: store.get("tool"),
        newselection: { line: { color: cssValue("--ink"), width: 1.5, dash: "solid" } },
      },
      PLOT_CONFIG,
    );
    plot.on("plotly_relayouting", readView);
    plot.on("plotly_relayout", readView);
    plot.on("plotly_selected", (event) => event && select(event));
    plot.on("plotly_doubleclick", selection.clear);
    outline();
  }

  function readView(event) {
    if (event["xaxis.range[0]"] === undefined && event["yaxis.range[0]"] === undefined) return;
    const side = (name, end, now) => event[`${name}.range[${end}]`] ?? now;
    moveTo({
      x0: side("xaxis", 0, view.x0),
      x1: side("xaxis", 1, view.x1),
      y0: side("yaxis", 0, view.y0),
      y1: side("yaxis", 1, view.y1),
    });
  }

  function select({ lassoPoints, range }) {
    let points = null;
    if (lassoPoints) points = lassoPoints.x.map((x, i) => [x, lassoPoints.y[i]]);
    else if (range) {
      const [[x0, x1], [y0, y1]] = [range.x, range.y];
      points = [
        [x0, y0],
        [x1, y0],
        [x1, y1],
        [x0, y1],
      ];
    }
    if (points && points.length > 2) store.set({ region: { type: "polygon", points } });
  }

  function hover(event) {
    if (event.buttons || !look) return hideTooltip();
    const rect = stage.getBoundingClientRect();
    const radius = cellRadius(cells.n, geometry()) + 4;
    const at = [event.clientX - rect.left, event.clientY - rect.top];
    const i = nearest(view, box, ...at, radius, selection.focus);
    if (i < 0) return hideTooltip();
    return showTooltip(event, describeCell(atlas, i, look.feature, look.values));
  }

  function resize() {
    const before = box;
    box = measure();
    if (!look || (box.width === before.width && box.height === before.height)) return;
    const first = home();
    const grown = resizeView(view, before, box);
    view = grown.x1 - grown.x0 < (first.x1 - first.x0) * 0.9 ? grown : first;
    if (atlas.plotly && plot.data) atlas.plotly.Plots.resize(plot).then(() => setView(view));
    else moveTo(view);
  }

  new ResizeObserver(resize).observe(stage);
  plot.addEventListener("mousemove", hover);
  plot.addEventListener("mouseleave", hideTooltip);

  async function update(changed) {
    const recoloured = ["colour", "palette", "theme"].some((key) => changed.has(key));
    if (recoloured || !look) {
      look = await readLook();
      showMapKey(atlas, look.feature, look.range);
      setText("about-map", describeMap());
    }
    draw();
    if (changed.has("hidden") || recoloured) label();
    if (changed.has("region") || changed.has("theme")) outline();
  }

  function describeMap() {
    const what = `${meta.map.name}, ${wholeNumber(cells.n)} cells. Each point is a cell, coloured by `;
    return `${what}${look.feature.name}.`;
  }

  return {
    id: "map",
    needs: ["colour", "palette", "theme", "region", "hidden", "condition"],
    update,
    attachPlot,
    setView,
    view: () => view,
    home,
    box: () => box,
    redraw: draw,
    figure: (size) => mapFigure(atlas, { look, geometry: geometry() }, size),
  };
}
