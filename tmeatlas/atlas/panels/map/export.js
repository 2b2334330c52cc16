/** The map as a plotly figure for export: the cells as a picture, the rest as drawing and text. */
import { stepValue } from "../../assets/js/cells.js";
import { categoryColours, plotlyScale, sequential } from "../../assets/js/colours.js";
import { cssValue } from "../../assets/js/dom.js";
import { withNote } from "../../assets/js/figure_words.js";
import { baseLayout, legendTraces } from "../../assets/js/plots.js";
import { unitName, unitOf } from "../../assets/js/scale_keys.js";
import { selectionWords } from "../../assets/js/selection.js";
import { escapeForPlotly, fitText, wholeNumber } from "../../assets/js/text.js";
import { placeLabels } from "./labels.js";
import { asPath, outlineCorners } from "./overlay.js";
import { drawCells } from "./raster.js";

const PICTURE_SCALE = 3; // picture pixels per pixel of the page

function cellPicture(atlas, look, { geometry, places }) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(geometry.width * PICTURE_SCALE);
  canvas.height = Math.round(geometry.height * PICTURE_SCALE);
  const context = canvas.getContext("2d", { alpha: false });
  const image = context.createImageData(canvas.width, canvas.height);
  const focus = atlas.selection.isActive() ? atlas.selection.focus : null;
  drawCells(image, places, geometry, { ...look, focus }, { scale: PICTURE_SCALE });
  context.putImageData(image, 0, 0);
  return canvas.toDataURL("image/png");
}

/** Invisible points that bring their colour bar or legend with them. */
function keyTraces(atlas, { feature, range }) {
  if (feature.id === "group") return [];
  const nowhere = { type: "scatter", mode: "markers", x: [null], y: [null] };
  if (feature.kind === "category") {
    const colours = categoryColours(feature.category, atlas.store.get("palette"));
    return legendTraces(feature.category.labels, colours);
  }
  const [low, high] = range.map((step) => stepValue(feature, step));
  const title = `${escapeForPlotly(fitText(feature.name, 230, 12))}<br>${unitName(feature)}`;
  const bar = {
    title: { text: title, side: "top", font: { size: 12 } },
    tickangle: 0,
    orientation: "h",
    thickness: 9,
    len: 200,
    lenmode: "pixels",
    x: 0.01,
    xanchor: "left",
    y: 0.01,
    yanchor: "bottom",
    outlinewidth: 0,
    nticks: 4,
  };
  const colorscale = plotlyScale(sequential());
  const marker = {
    color: [low],
    cmin: low,
    cmax: high,
    colorscale,
    showscale: true,
    colorbar: bar,
  };
  return [{ ...nowhere, marker }];
}

/** The outline that was drawn around cells. */
function outlineShapes({ store }, geometry) {
  const corners = outlineCorners(store, geometry, geometry);
  const line = { color: cssValue("--ink"), width: 1.5, dash: "3px,3px" };
  return corners.length ? [{ type: "path", path: asPath(corners), line }] : [];
}

/** How many cells there are, what is pale, and what the numbers of the colours mean. */
function noteText(atlas, feature) {
  const { cells, selection } = atlas;
  const all = wholeNumber(cells.n);
  const selected = `${wholeNumber(selection.count())} of ${all} cells selected`;
  const count = selection.isActive()
    ? `${selected} (${selectionWords(atlas)}); the others are grey.`
    : `${all} cells.`;
  return feature.kind === "category" ? count : `${count} Colour: ${unitOf(feature)}.`;
}

export function mapFigure(atlas, { look, geometry, places, map }) {
  const box = { width: geometry.width, height: geometry.height };
  const groups = atlas.categories.get("group");
  const hidden = atlas.store.get("hidden");
  const card = cssValue("--card");
  const labels = placeLabels(groups, map.labels, hidden, geometry, box);
  const axis = { visible: false, autorange: false };
  const layout = baseLayout({
    margin: { l: 0, r: 0, t: 0, b: 0 },
    xaxis: { ...axis, range: [0, box.width] },
    yaxis: { ...axis, range: [box.height, 0] },
    showlegend: look.feature.kind === "category" && look.feature.id !== "group",
    legend: { x: 1, xanchor: "right", y: 1, font: { size: 12, color: cssValue("--ink") } },
    images: [
      {
        source: cellPicture(atlas, look, { geometry, places }),
        xref: "paper",
        yref: "paper",
        x: 0,
        y: 1,
        sizex: 1,
        sizey: 1,
        sizing: "stretch",
        layer: "below",
      },
    ],
    shapes: outlineShapes(atlas, geometry),
    annotations: labels.map((label) => ({
      x: label.x,
      y: label.y,
      text: escapeForPlotly(label.text),
      showarrow: false,
      font: {
        size: 12,
        weight: 600,
        color: cssValue("--ink"),
        shadow: `0 0 3px ${card},0 0 3px ${card},0 0 4px ${card}`,
      },
    })),
  });
  const anchor = { type: "scatter", x: [0], y: [0], mode: "markers", marker: { opacity: 0 } };
  const data = [{ ...anchor, showlegend: false }, ...keyTraces(atlas, look)];
  const scope = `${map.name}, coloured by ${look.feature.name}`;
  return withNote({ data, layout, scope, ...box }, noteText(atlas, look.feature));
}
