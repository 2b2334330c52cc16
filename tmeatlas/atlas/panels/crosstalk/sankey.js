/**
 * A Sankey diagram with direction: senders at the left, receivers at the right,
 * and the axes between them where all are shown together. A ribbon has the
 * colour of its sender and ends in an arrow head.
 */
import { withAlpha } from "../../assets/js/colours.js";
import { cssValue } from "../../assets/js/dom.js";
import { baseLayout } from "../../assets/js/plots.js";
import { escapeForPlotly, fitText, linesOf, widest } from "../../assets/js/text.js";
import { SMALL } from "../../assets/js/type.js";

const BAR = 11; // width of a place in pixels
const HEAD = 9; // length of an arrow head
const TOP = 26; // room for the headings
const LABEL = { size: SMALL, weight: 400 };
const LEAST_BAR = 2;
const CURVE_STEPS = 24;
const GAP = { least: 10, most: 26 }; // between places: with the least bar, room for a line of text
const FLOW_HEIGHT = 160; // at least, for what flows; with many places the figure scrolls
const LEAST_WIDTH = 140; // per column; a wider figure scrolls
const MOST_RIBBONS = 200;
const TWO_LINES = 27; // pixels that a name between two columns needs for a second line

/** Weight and order of the places of each column; places without any flow are left out. */
function stack(columns, links, roomOnPage) {
  const weights = columns.map((column) => new Float64Array(column.places.length));
  for (const { column, from, to, weight } of links) {
    if (column === 0) weights[0][from] += weight;
    weights[column + 1][to] += weight;
  }
  const present = weights.map((row) => [...row.keys()].filter((k) => row[k] > 0));
  const most = Math.max(...present.map((places) => places.length));
  const height = Math.max(roomOnPage, most * (GAP.least + LEAST_BAR) + FLOW_HEIGHT);
  const total = weights[0].reduce((sum, value) => sum + value, 0) || 1;
  // The least bars take room from the others: what a column needs beyond its share is spared.
  const spare = LEAST_BAR * most;
  const scale = Math.max(1, height - GAP.least * most - spare) / total;
  const bars = columns.map((_, c) => {
    const sizes = present[c].map((k) => LEAST_BAR + weights[c][k] * scale);
    const bar = sizes.reduce((sum, size) => sum + size, 0);
    const between = Math.max(1, sizes.length - 1);
    const gap = Math.max(GAP.least, Math.min(GAP.most, (height - bar) / between));
    let y = TOP + Math.max(0, (height - bar - gap * (sizes.length - 1)) / 2);
    const found = new Map();
    present[c].forEach((k, i) => {
      found.set(k, { y, size: sizes[i], gap, sent: y, received: y });
      y += sizes[i] + gap;
    });
    return found;
  });
  return { bars, scale, height };
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

/** A name beside its bar: outside of the outer columns; of the middle one on the ribbons. */
function nameOf(place, bar, { x, where, room, faded }) {
  const fitted = (line) => escapeForPlotly(fitText(line, room, LABEL.size, LABEL.weight));
  const isRoomy = where === "middle" && bar.size + bar.gap >= TWO_LINES;
  const [first, ...more] = linesOf(place.label, room, LABEL.size, LABEL.weight);
  const lines = isRoomy ? [first, more.join(" ")].filter(Boolean) : [place.label];
  return {
    x: where === "left" ? x - 5 : x + BAR + (where === "middle" ? 2 : 5),
    y: bar.y + bar.size / 2,
    xanchor: where === "left" ? "right" : "left",
    yanchor: "middle",
    align: "left",
    text: lines.map(fitted).join("<br>"),
    bgcolor: where === "middle" ? withAlpha(cssValue("--card"), 0.78) : undefined,
    borderpad: 1,
    showarrow: false,
    font: {
      size: LABEL.size,
      weight: faded ? 400 : LABEL.weight,
      color: cssValue(faded ? "--ink-soft" : "--ink"),
    },
  };
}

/** Ribbons between the bars, of which the strongest are drawn; the others keep their place. */
function ribbonsOf(links, bars, { xOf, scale }) {
  const byWeight = [...links].sort((a, b) => b.weight - a.weight);
  const drawn = new Set(byWeight.slice(0, MOST_RIBBONS));
  const strongest = Math.max(byWeight[0]?.weight ?? 0, 1e-9);
  const sorted = [...links].sort((a, b) => a.from - b.from || a.to - b.to);
  const ribbons = [];
  for (const link of sorted) {
    const [from, to] = [bars[link.column].get(link.from), bars[link.column + 1].get(link.to)];
    const [start, end] = [from.sent, to.received];
    from.sent += link.weight * scale;
    to.received += link.weight * scale;
    if (!drawn.has(link)) continue;
    const thickness = Math.max(0.8, link.weight * scale);
    const [x0, x1] = [xOf[link.column] + BAR, xOf[link.column + 1] - 1];
    const points = ribbonPoints(x0, x1, start, end, thickness);
    const usual = 0.28 + 0.35 * Math.sqrt(link.weight / strongest);
    const alpha = link.chosen ? usual : 0.06;
    const line = { width: 0.5, color: withAlpha(link.colour, Math.min(1, alpha + 0.15)) };
    ribbons.push(filled(points, withAlpha(link.colour, alpha), line, link.meta));
  }
  return ribbons;
}

function blocksOf(columns, bars, xOf, isFaded) {
  return columns.flatMap((column, c) =>
    [...bars[c]].map(([k, { y, size: length }]) => {
      const [x0, x1] = [xOf[c], xOf[c] + BAR];
      const corners = [
        [x0, y],
        [x1, y],
        [x1, y + length],
        [x0, y + length],
        [x0, y],
      ];
      const { colour, meta } = column.places[k];
      const fill = isFaded(column.places[k]) ? withAlpha(colour, 0.35) : colour;
      return filled(corners, fill, { width: 0 }, meta);
    }),
  );
}

/**
 * @param columns  two or three of {heading, places: [{label, colour, meta}]}
 * @param links    column, from, to, weight, colour, meta and chosen of each: from a place of
 *                 `column` to one of the next
 * @param inFocus  whether a node keeps its full colour
 */
export function sankeyFigure({ columns, links, size: given, inFocus }) {
  const { bars, scale, height } = stack(columns, links, given.height - TOP - 8);
  const last = columns.length - 1;
  const width = Math.max(given.width, columns.length * LEAST_WIDTH);
  const labels = (c) => [...bars[c].keys()].map((k) => columns[c].places[k].label);
  const most = width * (last > 1 ? 0.22 : 0.27);
  const rooms = [0, last].map((c) =>
    Math.min(most, widest(labels(c), LABEL.size, LABEL.weight) + 2),
  );
  const [left, right] = [rooms[0] + 12, width - rooms[1] - 12 - BAR];
  const xOf = columns.map((_, c) => left + ((right - left) * c) / last);
  const isFaded = ({ meta }) => meta.node !== undefined && !inFocus(meta.node);
  const inner = columns.length > 2 ? xOf[2] - xOf[1] - BAR - 8 : 0;
  const names = columns.flatMap((column, c) =>
    [...bars[c]].map(([k, bar]) => {
      const where = c === 0 ? "left" : c === last ? "right" : "middle";
      const room = { left: rooms[0], right: rooms[1], middle: inner }[where];
      const faded = isFaded(column.places[k]);
      return nameOf(column.places[k], bar, { x: xOf[c], where, room, faded });
    }),
  );
  const headings = columns.map((column, c) => ({
    x: c === 0 ? xOf[0] + BAR : c === last ? xOf[last] : xOf[c],
    y: 0,
    xanchor: c === 0 ? "right" : "left",
    yanchor: "top",
    text: escapeForPlotly(column.heading),
    showarrow: false,
    font: { size: SMALL, color: cssValue("--ink-soft") },
  }));
  const layout = baseLayout({
    margin: { l: 0, r: 0, t: 0, b: 0 },
    xaxis: { visible: false, range: [0, width], fixedrange: true },
    yaxis: { visible: false, range: [height + TOP + 8, 0], fixedrange: true },
    annotations: [...headings, ...names],
  });
  const ribbons = ribbonsOf(links, bars, { xOf, scale });
  const data = [...ribbons, ...blocksOf(columns, bars, xOf, isFaded)];
  return { data, layout, width, height: height + TOP + 8 };
}

/** Of how many ribbons the diagram draws the strongest. */
export const nRibbons = (links) => Math.min(MOST_RIBBONS, links.length);
