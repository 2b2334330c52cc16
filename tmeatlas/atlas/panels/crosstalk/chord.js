/**
 * A chord diagram with direction: a ribbon leaves the sender's arc in the
 * sender's colour and ends in an arrow head at the receiver's arc.
 */
import { withAlpha } from "../../assets/js/colours.js";
import { cssValue } from "../../assets/js/dom.js";
import { baseLayout } from "../../assets/js/plots.js";
import { escapeForPlotly, fitText, textWidth } from "../../assets/js/text.js";
import { SMALL } from "../../assets/js/type.js";

const MOST_RIBBONS = 70;
const GAP = 0.02; // between arcs, in radians
const ALL_GAPS = 0.5; // at most, with many nodes
const OWN_SHARE = 0.3; // of the circle, for the arcs themselves
const MOST_OWN_SHARE = 0.8; // where the arcs need it to have names
const MOST_IDLE = 24; // with more nodes, those without any flow are left out
const RING = { inner: 0.955, outer: 1.03 };
const SENDER_END = 0.945;
const HEAD = { base: 0.84, tip: 0.945 };
const LABEL = { size: SMALL, weight: 400, distance: 1.06, least: 0.8 };
const LEAST_RING = 60;
const USUAL_RING = 140;
const LONGEST_NAME = 0.26; // of the smaller side of the figure
const LEAST_SHARE = 0.23; // of the smaller side, for the radius of the ring: names are cut before it is smaller

const point = (angle, radius) => [Math.cos(angle) * radius, Math.sin(angle) * radius];

function arcPoints(from, to, radius) {
  const steps = Math.max(2, Math.ceil(Math.abs(to - from) / 0.04));
  const points = [];
  for (let i = 0; i <= steps; i++) points.push(point(from + ((to - from) * i) / steps, radius));
  return points;
}

/** A curve through the middle of the circle, without its end points. */
function curvePoints(from, to) {
  const points = [];
  for (let i = 1; i < 20; i++) {
    const t = i / 20;
    points.push([0, 1].map((axis) => (1 - t) ** 2 * from[axis] + t ** 2 * to[axis]));
  }
  return points;
}

/** All flows of a square matrix, the strongest first. */
function flowsOf(weights) {
  const flows = [];
  weights.forEach((row, source) =>
    row.forEach((weight, target) => weight > 0 && flows.push({ source, target, weight })),
  );
  return flows.sort((a, b) => b.weight - a.weight);
}

/**
 * Give each node an arc: a small one of its own, so that it is always there,
 * and as much more as it sends and receives. Each flow gets its part of two
 * arcs, and leaves an arc on the side of its partner. With many nodes, the own
 * part is as much as a line of text needs on a ring of this radius in pixels.
 */
function layOut(flows, nNodes, { ring, fontSize, isIdle }) {
  const size = new Float64Array(nNodes);
  for (const { source, target, weight } of flows) {
    size[source] += weight;
    size[target] += weight;
  }
  const all = [...size.keys()].filter((k) => !isIdle(k));
  const present = nNodes <= MOST_IDLE ? all : all.filter((k) => size[k] > 0);
  const total = size.reduce((sum, value) => sum + value, 0) || 1;
  const gap = Math.min(GAP, ALL_GAPS / present.length);
  const round = 2 * Math.PI - gap * present.length;
  const wanted = (fontSize * LABEL.least + 0.2) / ring;
  const usualShare = Math.max(OWN_SHARE, Math.min(MOST_OWN_SHARE, (wanted * present.length) / round));
  const ownShare = flows.length ? usualShare : 1;
  const own = (round * ownShare) / present.length;
  const perWeight = (round * (1 - ownShare)) / total;
  const arcs = new Map();
  let angle = Math.PI / 2;
  for (const k of present) {
    const length = own + perWeight * size[k];
    arcs.set(k, { from: angle, to: angle - length });
    angle -= length + gap;
  }
  const ends = new Map(present.map((k) => [k, []]));
  for (const flow of flows) {
    ends.get(flow.source).push({ flow, side: "sent", partner: flow.target });
    ends.get(flow.target).push({ flow, side: "received", partner: flow.source });
  }
  for (const k of present) {
    const away = (partner) => (partner === k ? nNodes / 2 : (partner - k + nNodes) % nNodes);
    ends.get(k).sort((a, b) => away(b.partner) - away(a.partner));
    let at = arcs.get(k).from - own / 2;
    for (const { flow, side } of ends.get(k)) {
      const length = perWeight * flow.weight;
      flow[side] = { from: at, to: at - length };
      at -= length;
    }
  }
  return arcs;
}

function ribbonPoints({ sent, received }) {
  const start = arcPoints(sent.from, sent.to, SENDER_END);
  const left = point(received.from, HEAD.base);
  const right = point(received.to, HEAD.base);
  const tip = point((received.from + received.to) / 2, HEAD.tip);
  return [
    ...start,
    ...curvePoints(start.at(-1), left),
    left,
    tip,
    right,
    ...curvePoints(right, start[0]),
    start[0],
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

/** How far a name may reach from the middle of the figure, through the middle of its arc. */
function reachOf({ from, to }, { width, height }) {
  const [x, y] = point((from + to) / 2, 1).map(Math.abs);
  return Math.min(width / 2 / Math.max(x, 1e-9), height / 2 / Math.max(y, 1e-9)) - LABEL.size;
}

/** Radius in pixels of the largest ring around which all names have room, or of the least one. */
function ringFor(arcs, widths, size) {
  let ring = Infinity;
  for (const [k, arc] of arcs) {
    ring = Math.min(ring, (reachOf(arc, size) - widths.get(k)) / LABEL.distance);
  }
  return Math.max(LEAST_RING, LEAST_SHARE * Math.min(size.width, size.height), ring);
}

/** Names around the ring, turned outwards; arcs too short for a line of text have none. */
function names(arcs, texts, widths, { ring, fontSize, inFocus }) {
  const annotations = [];
  for (const [k, { from, to }] of arcs) {
    if ((from - to) * ring < fontSize * LABEL.least) continue;
    const middle = (from + to) / 2;
    const [x, y] = point(middle, LABEL.distance + widths.get(k) / 2 / ring);
    let turn = (-middle * 180) / Math.PI;
    if (Math.cos(middle) < 0) turn += 180;
    const weight = inFocus(k) ? LABEL.weight : 400;
    annotations.push({
      x,
      y,
      text: escapeForPlotly(texts.get(k)),
      textangle: turn,
      showarrow: false,
      font: { size: fontSize, weight, color: cssValue(inFocus(k) ? "--ink" : "--ink-soft") },
    });
  }
  return annotations;
}

/**
 * @param weights  sender × receiver
 * @param options  nodes, colours, size, isChosen(source, target), inFocus(node)
 */
export function chordFigure(weights, { nodes, colours, size, isChosen, inFocus }) {
  const flows = flowsOf(weights);
  const most = LONGEST_NAME * Math.min(size.width, size.height);
  const fontSize = LABEL.size;
  const { weight } = LABEL;
  const cutTo = (k, room) => fitText(nodes[k].label, room, fontSize, weight);
  const widthsOf = (texts) =>
    new Map([...texts].map(([k, text]) => [k, textWidth(text, fontSize, weight)]));
  const widths = widthsOf(nodes.map((_node, k) => [k, cutTo(k, most)]));
  const usual = { fontSize, isIdle: (k) => nodes[k].needed > 0 };
  // The arcs depend on the ring where there are many, and the ring on where the arcs are.
  const guess = ringFor(layOut(flows, nodes.length, { ring: USUAL_RING, ...usual }), widths, size);
  const arcs = layOut(flows, nodes.length, { ring: guess, ...usual });
  const ring = ringFor(arcs, widths, size);
  const roomAt = (arc) => reachOf(arc, size) - LABEL.distance * ring + 0.01; // of the rounding
  const texts = new Map([...arcs].map(([k, arc]) => [k, cutTo(k, Math.min(most, roomAt(arc)))]));
  const drawn = flows.slice(0, MOST_RIBBONS).reverse();
  const strongest = flows[0]?.weight ?? 1;
  // Strong flows stand out from many weak ones.
  const opacity = (flow) => 0.3 + 0.45 * Math.sqrt(flow.weight / strongest);
  const ribbons = drawn.map((flow) => {
    const alpha = isChosen(flow.source, flow.target) ? opacity(flow) : 0.06;
    const colour = colours[flow.source];
    const line = { width: 0.5, color: withAlpha(colour, Math.min(1, alpha + 0.15)) };
    const meta = { source: flow.source, target: flow.target };
    return filled(ribbonPoints(flow), withAlpha(colour, alpha), line, meta);
  });
  const rings = [...arcs].map(([k, { from, to }]) => {
    const points = [...arcPoints(from, to, RING.outer), ...arcPoints(to, from, RING.inner)];
    const fill = inFocus(k) ? colours[k] : withAlpha(colours[k], 0.35);
    return filled([...points, points[0]], fill, { width: 0 }, { node: k });
  });
  const axis = (half) => ({ visible: false, range: [-half, half], fixedrange: true });
  const layout = baseLayout({
    margin: { l: 0, r: 0, t: 0, b: 0 },
    xaxis: axis(size.width / 2 / ring),
    yaxis: axis(size.height / 2 / ring),
    annotations: names(arcs, texts, widthsOf(texts), { ring, fontSize, inFocus }),
  });
  const figure = { data: [...ribbons, ...rings], layout, ...size };
  return { figure, nFlows: flows.length, nDrawn: drawn.length };
}
