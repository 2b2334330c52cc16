/** The shapes of a distribution: violins, single cells, quartiles; each colour one trace. */
import { stepValue } from "../../assets/js/cells.js";
import { constants } from "../../assets/js/constants.js";
import { cssValue } from "../../assets/js/dom.js";
import {
  bandwidthOf,
  quantileStep,
  smoothOutline,
  VIOLIN_POINTS,
  WIDEST_BANDWIDTH,
} from "../../assets/js/statistics.js";
import { capital } from "../../assets/js/text.js";

export const LEAST_FOR_VIOLIN = 30; // the shape of fewer cells is mostly chance
const MOST_POINTS = 1500; // plotly draws each as an element of its own
const HALF_WIDTH = 0.42;
const LEAST_BANDWIDTH = 5; // steps
const OF_GENES = 1.2;
const OF_SCORES = 0.6; // of what lies between two levels: a narrower one would draw each of them
const BOX = 0.22; // half widths of a box and of its line
const LINE = 0.02;
const LEAST_SHARE = 0.25; // of cells that show a gene, for which a violin has its full width
const FAINTEST = 0.006; // where an outline ends

/** How far apart the values of a feature are that the page can tell from each other. */
export const resolutionOf = ({ kind, low, high, stepsKept }) =>
  (high - low) / (kind === "gene" ? constants.geneLevels : (stepsKept?.length ?? constants.lastStep));

/** All cells as if they were one group: a selection of whole groups has its rest elsewhere. */
export function undivided(cells) {
  const colours = () => [cssValue("--accent")];
  const same = { id: "all", name: capital(constants.rows), labels: [`All ${constants.rows}`] };
  const category = () => ({ ...same, colours: colours(), coloursCvd: colours() });
  return { codes: new Uint8Array(cells.n), category };
}

/** Steps between which an outline is smooth: further apart than the levels that the page keeps. */
export function leastBandwidth({ kind, stepsKept }) {
  const { lastStep, geneLevels } = constants;
  if (kind === "gene") return Math.round((OF_GENES * lastStep) / geneLevels);
  if (!(stepsKept?.length > 1)) return LEAST_BANDWIDTH;
  const gaps = stepsKept.slice(1).map((step, i) => step - stepsKept[i]).sort((a, b) => a - b);
  const usual = gaps[Math.floor(gaps.length / 2)];
  return Math.max(LEAST_BANDWIDTH, Math.min(WIDEST_BANDWIDTH, Math.round(OF_SCORES * usual)));
}

/** The cells that are drawn: of a gene those that show it, as the others would be all one sees. */
export function drawnBins({ kind }, { bins, n }) {
  if (kind !== "gene") return { bins, n, share: 1 };
  const showing = bins.slice();
  showing[0] = 0;
  return { bins: showing, n: n - bins[0], share: n ? (n - bins[0]) / n : 0 };
}

/** How wide the widest violin is; of a gene by the largest share that shows it. */
export const widestShare = (feature, histograms) =>
  Math.max(LEAST_SHARE, ...histograms.map((histogram) => drawnBins(feature, histogram).share));

/** Corners of a violin around its place; `sides` says which halves and how wide: {left, right, width}. */
export function violinShape(feature, place, histogram, { left, right, width = 1 }) {
  const outline = smoothOutline(histogram, bandwidthOf(histogram, leastBandwidth(feature)));
  let first = 0;
  let last = VIOLIN_POINTS - 1;
  while (first < last && outline[first] < FAINTEST) first++;
  while (last > first && outline[last] < FAINTEST) last--;
  const points = [];
  const add = (j, side) => {
    points.push([place + side * outline[j] * HALF_WIDTH * width, stepValue(feature, j * 4 + 1)]);
  };
  for (let j = first; j <= last; j++) add(j, left ? -1 : 0);
  for (let j = last; j >= first; j--) add(j, right ? 1 : 0);
  return [...points, points[0]];
}

/** Few cells: each a point, spread a little so that equal values stay apart. */
export function pointsShape(feature, place, { bins }, { left, right }) {
  const points = [];
  const middle = place + (left && right ? 0 : left ? -0.2 : 0.2);
  for (let step = 0; step <= constants.lastStep; step++) {
    for (let k = 0; k < bins[step]; k++) {
      points.push([middle + 0.13 * Math.sin(2.4 * points.length), stepValue(feature, step)]);
    }
  }
  return points;
}

/** A box from quartile to quartile on a line over all values. */
export function boxShape(feature, place, { bins, n }, { left, right }) {
  const at = (share) => quantileStep({ bins, n }, share);
  const half = [
    ...[[at(0), LINE], [at(0.25), LINE], [at(0.25), BOX]],
    ...[[at(0.75), BOX], [at(0.75), LINE], [at(1), LINE]],
  ];
  const side =
    (sign) =>
    (/** @type {number[]} */ [step, width]) => [place + sign * width, stepValue(feature, step)];
  const up = half.map(side(left ? -1 : 0));
  return [...up, ...half.reverse().map(side(right ? 1 : 0)), up[0]];
}

/** How groups of few cells are shown: "points" or, where that would be too many, "boxes". */
export function waysForFew(histograms) {
  const few = histograms.map(({ n }) => n).filter((n) => n > 0 && n < LEAST_FOR_VIOLIN);
  if (!few.length) return null;
  return few.reduce((sum, n) => sum + n, 0) > MOST_POINTS ? "boxes" : "points";
}

/** All shapes of one colour as one trace: plotly's time goes by the number of traces. */
export function shapesTrace(shapes, colour, asPoints) {
  const corners = shapes.flatMap((points) => [...points, [null, null]]);
  const common = { type: "scatter", x: corners.map((c) => c[0]), y: corners.map((c) => c[1]) };
  if (asPoints) {
    const marker = { size: 5, color: colour, opacity: 0.85 };
    return { ...common, mode: "markers", marker, hoverinfo: "skip" };
  }
  const line = { width: 0.75, color: colour };
  return { ...common, mode: "lines", fill: "toself", fillcolor: colour, line, hoverinfo: "skip" };
}

/** Median and quartiles of all violins as one trace of lines and one of points. */
export function quartileTraces(quartiles) {
  const ink = cssValue("--ink");
  const lines = { x: [], y: [] };
  for (const { place, values } of quartiles) {
    lines.x.push(place, place, null);
    lines.y.push(values[0], values[2], null);
  }
  const common = { type: "scatter", hoverinfo: "skip" };
  return [
    { ...common, ...lines, mode: "lines", line: { color: ink, width: 2 } },
    {
      ...common,
      mode: "markers",
      x: quartiles.map((q) => q.place),
      y: quartiles.map((q) => q.values[1]),
      marker: { size: 6, color: cssValue("--card"), line: { width: 1.5, color: ink } },
    },
  ];
}
