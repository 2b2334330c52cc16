/** The flows of the crosstalk panel as a Sankey diagram: from groups to groups, or over axes. */
import { ALL_AXES } from "./interactions.js";
import { cssValue } from "./dom.js";
import { sankeyFigure } from "./sankey.js";

export const MOST_AXES = 12;

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
  return { columns, links };
}

/** All axes: what each group sends over the strongest axes, and who receives it. */
function overAxes(measure, interactions, { nodes, colours, isChosen }) {
  const shown = interactions.axes
    .map((axis, i) => ({ axis, i, weights: interactions.network(i)[measure] }))
    .map((entry) => ({ ...entry, total: entry.weights.flatMap((row) => [...row]).reduce(add, 0) }))
    .filter((entry) => entry.total > 0)
    .sort((a, b) => b.total - a.total)
    .slice(0, MOST_AXES);
  const ink = cssValue("--ink-faint");
  const links = [];
  shown.forEach(({ i, weights }, place) => {
    const meta = { axis: i };
    for (const node of nodes.keys()) {
      const targets = [...nodes.keys()];
      const sent = targets.reduce((sum, target) => sum + weights[node][target], 0);
      const received = targets.reduce((sum, source) => sum + weights[source][node], 0);
      const sends = targets.some((target) => isChosen(node, target));
      const receives = targets.some((source) => isChosen(source, node));
      const link = { weight: sent, colour: colours[node], meta: { ...meta, sender: node } };
      if (sent > 0) links.push({ ...link, column: 0, from: node, to: place, chosen: sends });
      const onward = { weight: received, colour: ink, meta: { ...meta, receiver: node } };
      if (received > 0) {
        links.push({ ...onward, column: 1, from: place, to: node, chosen: receives });
      }
    }
  });
  const groups = nodes.map((node, k) => ({
    label: node.label,
    colour: colours[k],
    meta: { node: k },
  }));
  const axes = shown.map(({ axis, i }) => ({ label: axis.name, colour: ink, meta: { axis: i } }));
  const columns = [
    { heading: "Sender", places: groups },
    { heading: "Axis", places: axes },
    { heading: "Receiver", places: groups },
  ];
  return { columns, links };
}

const add = (sum, value) => sum + value;

/**
 * @param sums     of the axis on show: `strength`, or `faint` where nothing is active
 * @param options  {axis, nodes, colours, size, faint, isChosen}
 */
export function flowFigure(sums, interactions, options) {
  const { axis, size, faint } = options;
  const measure = faint ? "faint" : "strength";
  const made =
    axis === ALL_AXES
      ? overAxes(measure, interactions, options)
      : direct(sums[measure], options);
  return sankeyFigure({ ...made, size, faint });
}
