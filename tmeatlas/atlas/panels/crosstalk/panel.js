/** Who talks to whom on an axis: as chord, Sankey or matrix, with the same numbers. */
import { nodeColours } from "../../assets/js/colours.js";
import { byId, press, setText } from "../../assets/js/dom.js";
import { withNote } from "../../assets/js/figure_words.js";
import { createPlot } from "../../assets/js/plots.js";
import { SELECTION } from "../../assets/js/selection.js";
import { wholeNumber } from "../../assets/js/text.js";
import { axisEntries, fillAxisSelect, genesOf, onlyAssociated } from "./axes.js";
import { chordFigure } from "./chord.js";
import { flowFigure } from "./flows.js";
import { ALL_AXES, interactionsOf } from "./interactions.js";
import { createCrosstalkMatrix } from "./matrix.js";
import { scopeOf } from "./scope.js";
import { link, usualChoice } from "./choice.js";

const SCROLLBAR = 16; // pixels
const REDRAWN = ["axis", "network", "sender", "receiver", "palette", "theme", "size"];

const cut = (nDrawn, nAll, what) =>
  nDrawn < nAll ? `The ${wholeNumber(nDrawn)} strongest of ${wholeNumber(nAll)} ${what}. ` : "";

async function createCrosstalkPanel(atlas) {
  const { store } = atlas;
  const interactions = await interactionsOf(atlas);
  const crosstalkScope = scopeOf(atlas, interactions);
  const { nodes, axes } = interactions;
  let sums = null;
  let figure = null;
  let drawnSize = null;
  let shownFocus = null; // the groups that stand out in the figure as it was drawn

  const plot = createPlot(atlas, "chord", {
    describe: ({ data }) => (data.meta ? describe(data.meta) : null),
    onClick: ({ data }) => data.meta && pick(data.meta),
  });
  const matrix = createCrosstalkMatrix(atlas, { pick, choose, describe });

  function choose(sender, receiver) {
    const again = store.get("sender") === sender && store.get("receiver") === receiver;
    store.set(again ? { sender: null, receiver: null } : { sender, receiver });
  }

  /** A ribbon chooses its sender and receiver; an arc what the group sends, then what it receives. */
  function pick({ source, target, node, axis, sender = null, receiver = null }) {
    if (axis !== undefined) store.set({ axis, sender, receiver });
    else if (node === undefined) choose(source, target);
    else if (store.get("sender") === node && store.get("receiver") === null) choose(null, node);
    else if (store.get("receiver") === node && store.get("sender") === null) choose(null, null);
    else choose(node, null);
  }

  const sumOf = (rows) => rows.reduce((sum, row) => sum + row, 0);
  const sentBy = (weights, k) => sumOf([...weights[k]]);
  const receivedBy = (weights, k) => sumOf(weights.map((row) => row[k]));

  function describe({ source, target, node, axis, sender, receiver }) {
    if (axis !== undefined) return describeAxis(axis, sender, receiver);
    if (node !== undefined) {
      return [
        nodes[node].label,
        `Sends ${wholeNumber(sentBy(sums.specific, node))} specific interactions`,
        `Receives ${wholeNumber(receivedBy(sums.specific, node))} specific interactions`,
      ];
    }
    const [specific, tooFew] = [sums.specific[source][target], sums.tooFew[source][target]];
    return [
      `${nodes[source].label} → ${nodes[target].label}`,
      `${wholeNumber(specific)} specific ${specific === 1 ? "interaction" : "interactions"}`,
      tooFew ? `${wholeNumber(tooFew)} more with too few cells to tell` : null,
    ];
  }

  /** A place or a ribbon of the Sankey diagram of all axes. */
  function describeAxis(axis, sender, receiver) {
    const { specific } = interactions.network(axis);
    const end =
      sender !== undefined
        ? `sent by ${nodes[sender].label}: ${wholeNumber(sentBy(specific, sender))}`
        : receiver !== undefined
          ? `received by ${nodes[receiver].label}: ${wholeNumber(receivedBy(specific, receiver))}`
          : `${wholeNumber(axes[axis].nSpecific)} in all`;
    return [axes[axis].name, `Specific interactions ${end}`, "Click to show this axis"];
  }

  const hasAny = (weights) => weights.some((row) => row.some((count) => count > 0));
  const anySpecific = () => hasAny(sums.specific);
  const NOTHING = "No interaction is specific here, and none has too few cells. ";
  const PALE = "No interaction is specific here; pale ribbons: too few cells to tell. ";

  const width = () =>
    anySpecific() ? "Width: specific interactions." : "Width: interactions with too few cells.";

  /** What is to be known before the figure: that nothing stands out, or only what is beside the axis. */
  function warning() {
    if (anySpecific()) return onlyAssociated(axes[store.get("axis")]);
    return hasAny(sums.tooFew) ? PALE : NOTHING;
  }

  /** The figure of a size and the words below it. */
  function sankey(options) {
    const axis = store.get("axis");
    const made = flowFigure(sums, interactions, { axis, ...options });
    const some =
      cut(made.nAxesDrawn, made.nAxes, "axes") + cut(made.nFlowsDrawn, made.nFlows, "flows");
    const how =
      axis === ALL_AXES
        ? "From left to right: sender (in its colour), axis, receiver."
        : "From the sender at the left, in its colour, to the receiver at the right.";
    return { figure: made.figure, text: `${some}${how} ${width()}` };
  }

  function chord(options) {
    const made = chordFigure(anySpecific() ? sums.specific : sums.tooFew, options);
    const how = "Ribbon: from the sender, in its colour; the arrow head points at the receiver.";
    return { figure: made.figure, text: `${cut(made.nDrawn, made.nFlows, "flows")}${how} ${width()}` };
  }

  const drawingOptions = (size, colours) => ({
    ...{ nodes, colours, size, faint: !anySpecific() },
    isChosen: crosstalkScope.flowFilter(),
    inFocus: (k) => crosstalkScope.inFocus()?.has(k) ?? true,
  });

  /** Draw a diagram that fills what the words below it leave of the card. */
  async function drawDiagram(diagram, colours) {
    const make = (size) => diagram(drawingOptions(size, colours));
    const before = plot.size();
    let made = make(before);
    setText("key-crosstalk", `${warning()}${made.text}`);
    const size = plot.size();
    if (size.height !== before.height || size.width !== before.width) made = make(size);
    if (made.figure.height > size.height) {
      size.width -= SCROLLBAR; // so that it scrolls one way only
      made = make(size);
    }
    figure = made.figure;
    drawnSize = size;
    await plot.draw(figure);
  }

  const viewButtons = [...document.querySelectorAll("[data-network]")];
  for (const button of viewButtons) {
    button.addEventListener("click", () => store.set({ network: button.dataset.network }));
  }
  fillAxisSelect(axes, (axis) => store.set({ axis }));

  async function update(changed) {
    setText("scope-crosstalk", crosstalkScope.text());
    const inFocus = crosstalkScope.inFocus();
    const isRedrawn = REDRAWN.some((key) => changed.has(key));
    if (inFocus === shownFocus && !isRedrawn) return;
    shownFocus = inFocus;
    const kind = store.get("network");
    const asMatrix = kind === "matrix";
    byId("axis-select").value = String(store.get("axis"));
    press(viewButtons, (button) => button.dataset.network === kind);
    byId("frame-chord").hidden = asMatrix;
    byId("frame-matrix").hidden = !asMatrix;
    sums = interactions.network(store.get("axis"));
    const colours = nodeColours(nodes, store.get("palette"));
    const diagram = kind === "sankey" ? sankey : chord;
    if (asMatrix) matrix.draw(sums, colours);
    else if (isRedrawn || !figure) await drawDiagram(diagram, colours);
    else {
      figure = diagram(drawingOptions(drawnSize, colours)).figure;
      if (!plot.repaint(figure)) await plot.draw(figure);
    }
  }

  const shownFigure = () =>
    store.get("network") === "matrix"
      ? matrix.figure()
      : withNote(figure, byId("key-crosstalk").textContent);

  return {
    id: "crosstalk",
    usesPlotly: true,
    fillsFrame: true,
    needs: [...REDRAWN, ...SELECTION],
    update,
    figure: shownFigure,
    data: () => sums,
    table() {
      const header = ["Sender", "Receiver", "Specific interactions", "Too few cells to tell"];
      const body = [];
      nodes.forEach((sender, i) =>
        nodes.forEach((receiver, j) => {
          const [specific, tooFew] = [sums.specific[i][j], sums.tooFew[i][j]];
          if (specific || tooFew) body.push([sender.label, receiver.label, specific, tooFew]);
        }),
      );
      body.sort((a, b) => b[2] - a[2] || b[3] - a[3]);
      return { header, body, note: crosstalkScope.text() };
    },
  };
}

export const panel = {
  id: "crosstalk",
  state: usualChoice,
  link,
  create: createCrosstalkPanel,
  entries: axisEntries,
  genes: genesOf,
};
