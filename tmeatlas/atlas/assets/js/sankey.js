/**
 * A Sankey diagram with direction: senders at the left, receivers at the right,
 * and the axes between them where all are shown together. A ribbon has the
 * colour of its sender and ends in an arrow head.
 */
import { withAlpha } from "./colours.js";
import { cssValue } from "./dom.js";
import { baseLayout } from "./plots.js";
import { escapeForPlotly, fitText, widest } from "./text.js";

const BAR = 11; // width of a place in pixels
const HEAD = 9; // length of an arrow head
const TOP = 26; // room for the headings
const LABEL = { size: 11.5, weight: 500 };
const LEAST_BAR = 2;
const CURVE_STEPS = 24;

/** Weight and order of the places of each column; places without any flow are left out. */
function stack(columns, links, height) {
  const weights = columns.map((column) => new Float64Array(column.places.length));
  for (const { column, from, to, weight } of links) {
    if (column === 0) weights[0][from] += weight;
    weights[column + 1][to] += weight;
  }
  const present = weights.map((row) => [...row.keys()].filter((k) => row[k] > 0));
  const most = Math.max(...present.map((places) => places.length));
  const gap = Math.min(12, (height * 0.35) / Math.max(1, most));
  const total = weights[0].reduce((sum, value) => sum + value, 0) || 1;
  // The least bars take room from the others: what a column needs beyond its share is spared.
  const spare = LEAST_BAR * most;
  const scale = Math.max(1, height - gap * most - spare) / total;
  const bars = columns.map((_, c) => {
    const sizes = present[c].map((k) => LEAST_BAR + weights[c][k] * scale);
    const used = sizes.reduce((sum, size) => sum + size, 0) + gap * (sizes.length - 1);
    let y = TOP + Math.max(0, (height - used) / 2);
    const found = new Map();
    present[c].forEach((k, i) => {
      found.set(k, { y, size: sizes[i], sent: y, received: y });
      y += sizes[i] + gap;
    });
    return found;
  });
  return { bars, scale };
}

function side(x0, y0, x1, y1) {
  const points = [];
  for (let i = 0; i <= CURVE_STEPS; i++) {
    const t = i / CURVE_STEPS;
    const eased = t * t * (3 - 2 * t);
    points.push([x0 + (x1 - x0) * t, y0 + (y1 - y0) * eased]);
  }
  return points;
}

function ribbonPoints(x0, x1, from, to, thickness) {
  const head = Math.min(HEAD, thickness);
  const neck = x1 - head;
  return [
    ...side(x0, from, neck, to),
    [x1, to + thickness / 2],
    ...side(x0, from + thickness, neck, to + thickness).reverse(),
    [x0, from],
  ];
}

function filled(points, fill, line, meta) {
  return {
    type: "scatter",
    mode: "lines",
    x: points.map((p) => p[0]),
    y: points.map((p) => p[1]),
    fill: "toself",
    fillcolor: fill,
    line,
    hoveron: "fills",
    hoverinfo: "none",
    meta,
  };
}

/** Names beside the bars: outside of the outer columns, and on the right of the middle one. */
function nameOf(place, bar, x, where, room) {
  return {
    x: where === "left" ? x - 5 : x + BAR + 5,
    y: bar.y + bar.size / 2,
    xanchor: where === "left" ? "right" : "left",
    yanchor: "middle",
    text: escapeForPlotly(fitText(place.label, room, LABEL.size, LABEL.weight)),
    showarrow: false,
    font: { size: LABEL.size, weight: LABEL.weight, color: cssValue("--ink") },
  };
}

/**
 * @param columns  two or three of {heading, places: [{label, colour, meta}]}
 * @param links    {column, from, to, weight, colour, meta, chosen}: from a place of
 *                 `column` to one of the next
 */
export function sankeyFigure({ columns, links, size, faint }) {
  const height = Math.max(160, size.height - TOP - 8);
  const { bars, scale } = stack(columns, links, height);
  const last = columns.length - 1;
  const labels = (c) => [...bars[c].keys()].map((k) => columns[c].places[k].label);
  const most = size.width * 0.27;
  const rooms = [0, last].map((c) =>
    Math.min(most, widest(labels(c), LABEL.size, LABEL.weight) + 2),
  );
  const [left, right] = [rooms[0] + 12, size.width - rooms[1] - 12 - BAR];
  const xOf = columns.map((_, c) => left + ((right - left) * c) / last);
  const strongest = Math.max(...links.map((link) => link.weight), 1e-9);
  const sorted = [...links].sort((a, b) => a.from - b.from || a.to - b.to);
  const ribbons = sorted.map((link) => {
    const [from, to] = [bars[link.column].get(link.from), bars[link.column + 1].get(link.to)];
    const thickness = Math.max(0.8, link.weight * scale);
    const [x0, x1] = [xOf[link.column] + BAR, xOf[link.column + 1] - 1];
    const points = ribbonPoints(x0, x1, from.sent, to.received, thickness);
    from.sent += link.weight * scale;
    to.received += link.weight * scale;
    const usual = faint ? 0.2 : 0.28 + 0.35 * Math.sqrt(link.weight / strongest);
    const alpha = link.chosen ? usual : 0.06;
    const line = { width: 0.5, color: withAlpha(link.colour, Math.min(1, alpha + 0.15)) };
    return filled(points, withAlpha(link.colour, alpha), line, link.meta);
  });
  const blocks = columns.flatMap((column, c) =>
    [...bars[c]].map(([k, { y, size: length }]) => {
      const [x0, x1] = [xOf[c], xOf[c] + BAR];
      const corners = [
        [x0, y],
        [x1, y],
        [x1, y + length],
        [x0, y + length],
        [x0, y],
      ];
      return filled(corners, column.places[k].colour, { width: 0 }, column.places[k].meta);
    }),
  );
  const inner = columns.length > 2 ? xOf[2] - xOf[1] - BAR - 14 : 0;
  const names = columns.flatMap((column, c) =>
    [...bars[c]]
      .filter(([, bar]) => bar.size >= LABEL.size * 0.55 || bars[c].size <= 24)
      .map(([k, bar]) => {
        const room = c === 0 ? rooms[0] : c === last ? rooms[1] : inner;
        return nameOf(column.places[k], bar, xOf[c], c === 0 ? "left" : "right", room);
      }),
  );
  const headings = columns.map((column, c) => ({
    x: c === 0 ? xOf[0] + BAR : c === last ? xOf[last] : xOf[c],
    y: 0,
    xanchor: c === 0 ? "right" : "left",
    yanchor: "top",
    text: escapeForPlotly(column.heading),
    showarrow: false,
    font: { size: 11, color: cssValue("--ink-soft") },
  }));
  const layout = baseLayout({
    margin: { l: 0, r: 0, t: 0, b: 0 },
    xaxis: { visible: false, range: [0, size.width], fixedrange: true },
    yaxis: { visible: false, range: [height + TOP + 8, 0], fixedrange: true },
    annotations: [...headings, ...names],
  });
  return {
    data: [...ribbons, ...blocks],
    layout,
    width: size.width,
    height: height + TOP + 8,
  };
}
