/** The flows of the crosstalk panel as a Sankey diagram: from groups to groups, or over axes. */
import { cssValue } from "../../assets/js/dom.js";
import { ALL_AXES } from "./interactions.js";
import { nRibbons, sankeyFigure } from "./sankey.js";

const MOST_AXES = 12;

/** One axis: each sender to each receiver. */
function direct(weights, { nodes, colours, isChosen }) {
  const links = [];
  weights.forEach((row, source) =>
    row.forEach((weight, target) => {
      if (!(weight > 0)) return;
      const meta = { source, target };
      const [colour, chosen] = [colours[source], isChosen(source, target)];
      links.push({ column: 0, from: source, to: target, weight, colour, meta, chosen });
    }),
  );
  const places = nodes.map((node, k) => ({
    label: node.label,
    colour: colours[k],
    meta: { node: k },
  }));
  const columns = [
    { heading: "Sender", places },
    { heading: "Receiver", places },
  ];
  return { columns, links, nAxes: 1, nAxesDrawn: 1 };
}

/** All axes: what each group sends over the strongest axes, and who receives it. */
function overAxes(interactions, { nodes, colours, isChosen }) {
  const { totals, sent, received } = interactions.flowsOverAxes("specific");
  const present = [...totals.keys()].filter((i) => totals[i] > 0);
  const shown = present.sort((a, b) => totals[b] - totals[a]).slice(0, MOST_AXES);
  const ink = cssValue("--ink-faint");
  const everyNode = [...nodes.keys()];
  const sends = everyNode.map((node) => everyNode.some((other) => isChosen(node, other)));
  const receives = everyNode.map((node) => everyNode.some((other) => isChosen(other, node)));
  const links = [];
  shown.forEach((axis, place) => {
    for (const node of everyNode) {
      const [out, into] = [sent[axis][node], received[axis][node]];
      if (out > 0) {
        const link = { weight: out, colour: colours[node], meta: { axis, sender: node } };
        links.push({ ...link, column: 0, from: node, to: place, chosen: sends[node] });
      }
      if (into > 0) {
        const link = { weight: into, colour: ink, meta: { axis, receiver: node } };
        links.push({ ...link, column: 1, from: place, to: node, chosen: receives[node] });
      }
    }
  });
  const groups = nodes.map((node, k) => ({
    label: node.label,
    colour: colours[k],
    meta: { node: k },
  }));
  const axes = shown.map((axis) => {
    const label = interactions.axes[axis].name;
    return { label, colour: ink, meta: { axis } };
  });
  const columns = [
    { heading: "Sender", places: groups },
    { heading: "Axis", places: axes },
    { heading: "Receiver", places: groups },
  ];
  return { columns, links, nAxes: present.length, nAxesDrawn: shown.length };
}

/**
 * @param sums     of the axis on show
 * @param options  axis, nodes, colours, size, isChosen, inFocus
 * @returns figure, nAxes, nAxesDrawn, nFlows, nFlowsDrawn
 */
export function flowFigure(sums, interactions, options) {
  const { axis, size, inFocus } = options;
  const { columns, links, ...counts } =
    axis === ALL_AXES
      ? overAxes(interactions, options)
      : direct(sums.specific, options);
  const figure = sankeyFigure({ columns, links, size, inFocus });
  return { figure, ...counts, nFlows: links.length, nFlowsDrawn: nRibbons(links) };
}
