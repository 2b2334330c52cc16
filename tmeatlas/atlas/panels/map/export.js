/** The maps as a plotly figure for export: the cells as pictures, the rest as drawing and text. */
import { stepValue } from "../../assets/js/cells.js";
import { categoryColours, plotlyScale, sequential } from "../../assets/js/colours.js";
import { constants } from "../../assets/js/constants.js";
import { cssValue } from "../../assets/js/dom.js";
import { withNote } from "../../assets/js/figure_words.js";
import { baseLayout, legendTraces } from "../../assets/js/plots.js";
import { unitName, unitOf } from "../../assets/js/scale_keys.js";
import { selectionWords } from "../../assets/js/selection.js";
import { escapeForPlotly, fitText, wholeNumber, widest } from "../../assets/js/text.js";
import { BOLD, SMALL } from "../../assets/js/type.js";
import { beyondText } from "./key.js";
import { placeLabels } from "./labels.js";
import { asPath, bordersPath, outlineCorners } from "./overlay.js";
import { cellPicture, published } from "./published.js";

const LEGEND = 56; // pixels of a legend beside its labels
const KEY = 86; // pixels of a scale below a map
const GAP = 14; // between two maps
const TITLE = 10; // pixels of the middle of a pane's name above it

/** Invisible points that bring a scale of numbers with them, below the map. */
function scaleTraces({ feature, range }, height) {
  const [low, high] = range.map((step) => stepValue(feature, step));
  const title = `${escapeForPlotly(fitText(feature.name, 230, SMALL))}<br>${unitName(feature)}`;
  const bar = {
    title: { text: title, side: "top", font: { size: SMALL } },
    tickangle: 0,
    orientation: "h",
    thickness: 9,
    len: 200,
    lenmode: "pixels",
    x: 0.01,
    xanchor: "left",
    y: -6 / height,
    yanchor: "top",
    outlinewidth: 0,
    nticks: 4,
  };
  const marker = {
    ...{ color: [low], cmin: low, cmax: high },
    ...{ colorscale: plotlyScale(sequential()), showscale: true, colorbar: bar },
  };
  return [{ type: "scatter", mode: "markers", x: [null], y: [null], marker }];
}

/** The outline that was drawn around cells, and the borders of regions. */
function shapesOf({ store }, { view, panes, map, outline, left }) {
  const ink = cssValue("--ink");
  const corners = outlineCorners(store, map, view, panes);
  const move = (points, pane) => points.map(([x, y]) => [x + pane.left + left, y + pane.top]);
  const drawn = { color: ink, width: 1.5, dash: "3px,3px" };
  const around = corners.length
    ? panes.list.map((pane) => ({ type: "path", path: asPath(move(corners, pane)), line: drawn }))
    : [];
  const borders = bordersPath(outline, view, panes, left);
  return borders ? [...around, { type: "path", path: borders, line: { color: ink, width: 1.25 } }] : around;
}

/** The names on a map, their lines and the titles of its panes. */
function wordsOf({ panes, left }, labels) {
  const card = cssValue("--card");
  const ink = cssValue("--ink");
  const font = {
    ...{ size: SMALL, weight: BOLD, color: ink },
    shadow: `0 0 3px ${card},0 0 3px ${card},0 0 4px ${card}`,
  };
  const text = (x, y, words) => ({ x, y, text: escapeForPlotly(words), showarrow: false, font });
  const annotations = [];
  const lines = [];
  panes.list.forEach((pane, k) => {
    const at = [left + pane.left, pane.top];
    if (pane.name) annotations.push(text(at[0] + panes.width / 2, at[1] - TITLE, pane.name));
    for (const { x, y, text: words, line } of labels[k]) {
      annotations.push(text(at[0] + x, at[1] + y, words));
      if (!line) continue;
      const [[x0, y0], [x1, y1]] = line.map(([px, py]) => [at[0] + px, at[1] + py]);
      const pen = { color: cssValue("--ink-soft"), width: 1 };
      lines.push({ type: "line", ...{ x0, y0, x1, y1 }, line: pen });
    }
  });
  return { annotations, lines };
}

/** How many cells there are, what is pale or left out, and what the numbers of the colours mean. */
function noteText(atlas, { feature, range }, parts) {
  const { cells, selection } = atlas;
  const all = wholeNumber(cells.n);
  const selected = `${wholeNumber(selection.count())} of ${all} ${constants.rows} selected`;
  const count = selection.isActive()
    ? `${selected} (${selectionWords(atlas)}); the others are grey.`
    : `${all} ${constants.rows}.`;
  const beyond = parts.flatMap(({ isWhole, entry }) => (isWhole ? entry.farOff : []));
  const n = beyond.reduce((sum, far) => sum + far.n, 0);
  const left = n ? ` ${wholeNumber(n)} far-off ${constants.rows} lie beyond the edge.` : "";
  const scale = range ? ` Colour: ${unitOf(feature)}. ${beyondText(feature, range)}` : "";
  return `${count}${left}${scale}`.trim();
}

/** Whether each label of the groups can be told: from its name on the map, or from none at all. */
function areNamed(feature, labels) {
  if (feature.id !== "group") return false;
  const named = new Set(labels.flat(2).map(({ group }) => group));
  return feature.category.sizes.every((size, group) => !size || named.has(group));
}

/** `views` are the maps that are shown, as `view.js` tells of them. */
export function mapFigure(atlas, look, views) {
  const { feature } = look;
  let width = 0;
  const parts = views.map((each) => {
    const part = { ...published(each, views.length), left: width };
    width += part.box.width + GAP;
    return part;
  });
  width -= GAP;
  const height = Math.max(...parts.map(({ box }) => box.height));
  const labels = parts.map(({ drawn, view, panes, geometry }) =>
    panes.list.map(({ code }) => placeLabels({ ...drawn(code), geometry }, view, panes)),
  );
  const words = parts.map((part, k) => wordsOf(part, labels[k]));
  const showlegend = feature.kind === "category" && !areNamed(feature, labels);
  const names = feature.category?.labels ?? [];
  const right = showlegend ? Math.ceil(widest(names, SMALL)) + LEGEND : 0;
  const axis = { visible: false, autorange: false };
  const layout = baseLayout({
    margin: { l: 0, r: right, t: 0, b: look.range ? KEY : 0 },
    xaxis: { ...axis, range: [0, width] },
    yaxis: { ...axis, range: [height, 0] },
    showlegend,
    legend: { x: 1, xanchor: "left", y: 1, font: { size: SMALL, color: cssValue("--ink") } },
    images: parts.map((part) => ({
      ...{ source: cellPicture(atlas, look, part), xref: "x", yref: "y" },
      ...{ x: part.left, y: 0, sizex: part.box.width, sizey: part.box.height },
      ...{ sizing: "stretch", layer: "below" },
    })),
    shapes: [...words.flatMap(({ lines }) => lines), ...parts.flatMap((part) => shapesOf(atlas, part))],
    annotations: words.flatMap(({ annotations }) => annotations),
  });
  const anchor = { type: "scatter", x: [0], y: [0], mode: "markers", marker: { opacity: 0 } };
  const legend = showlegend ? legendTraces(names, categoryColours(feature.category, atlas.store.get("palette"))) : [];
  const data = [{ ...anchor, showlegend: false }, ...(look.range ? scaleTraces(look, height) : legend)];
  const scope = `${parts.map(({ entry }) => entry.name).join(" and ")}, coloured by ${feature.name}`;
  const size = { width: width + right, height: height + (look.range ? KEY : 0) };
  return withNote({ data, layout, scope, ...size }, noteText(atlas, look, parts));
}
