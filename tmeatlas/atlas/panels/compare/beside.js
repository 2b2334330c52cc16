/** The forest and the dots of the chosen row as one figure, for a file. */
import { plotFont } from "../../assets/js/plots.js";
import { escapeForPlotly, fitText } from "../../assets/js/text.js";
import { BOLD } from "../../assets/js/type.js";

const GAP = 28;
const TITLE = 26;
const LEAST_HEIGHT = 300;

/** What stands above the dots; `axis` is the number of their axes, empty for the first. */
const headingOf = (title, { margin, width }, axis) => ({
  text: escapeForPlotly(fitText(title, width - 12, 13, 650)),
  xref: `x${axis} domain`,
  yref: `y${axis} domain`,
  x: 0,
  y: 1,
  xshift: 8 - margin.l,
  yshift: TITLE / 2 + 2,
  xanchor: "left",
  showarrow: false,
  font: { ...plotFont(), weight: BOLD },
});

/** The dots alone, below a title. */
export function titledFigure(figure, title) {
  const { layout, width } = figure;
  const margin = { ...layout.margin, t: layout.margin.t + TITLE };
  const heading = headingOf(title, { margin, width }, "");
  const annotations = [...(layout.annotations ?? []), heading];
  return { ...figure, layout: { ...layout, margin, annotations }, height: figure.height + TITLE };
}

/** `left` with `right` beside it; the right one keeps its own axes, below a title. */
export function besideFigure(left, right, title) {
  const [l, r] = [left.layout.margin, right.layout.margin];
  const inner = left.width - l.l - l.r;
  const width = left.width + GAP + right.width;
  const all = width - l.l - r.r;
  const from = (left.width + GAP + r.l - l.l) / all;
  const height = Math.max(left.height, right.height + TITLE, LEAST_HEIGHT);
  const margin = { l: l.l, r: r.r, t: Math.max(l.t, r.t + TITLE), b: Math.max(l.b, r.b) };
  const area = height - margin.t - margin.b;
  const ownHeight = left.height - l.t - l.b;
  const heading = headingOf(title, { margin: r, width: right.width }, "2");
  return {
    data: [
      ...left.data,
      ...right.data.map((trace) => ({ ...trace, xaxis: "x2", yaxis: "y2" })),
    ],
    layout: {
      ...left.layout,
      margin,
      xaxis: { ...left.layout.xaxis, domain: [0, inner / all], anchor: "y" },
      yaxis: { ...left.layout.yaxis, domain: [1 - Math.min(1, ownHeight / area), 1] },
      xaxis2: { ...right.layout.xaxis, domain: [from, 1], anchor: "y2" },
      yaxis2: { ...right.layout.yaxis, domain: [0, 1], anchor: "x2" },
      annotations: [...left.layout.annotations, heading],
    },
    width,
    height,
  };
}
