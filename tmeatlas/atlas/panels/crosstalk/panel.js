/** Who talks to whom on an axis: as chord, Sankey or matrix, with the same numbers. */
import { nodeColours } from "../../assets/js/colours.js";
import { byId, element, press, setText } from "../../assets/js/dom.js";
import { withNote } from "../../assets/js/figure_words.js";
import { createPlot } from "../../assets/js/plots.js";
import { SELECTION } from "../../assets/js/selection.js";
import { wholeNumber } from "../../assets/js/text.js";
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
        `Sends ${wholeNumber(sentBy(sums.active, node))} active interactions`,
        `Receives ${wholeNumber(receivedBy(sums.active, node))} active interactions`,
      ];
    }
    const [active, detected] = [sums.active[source][target], sums.detected[source][target]];
    return [
      `${nodes[source].label} → ${nodes[target].label}`,
      `${wholeNumber(active)} active ${active === 1 ? "interaction" : "interactions"}`,
      detected ? `${wholeNumber(detected)} more detected, not significant` : null,
    ];
  }

  /** A place or a ribbon of the Sankey diagram of all axes. */
  function describeAxis(axis, sender, receiver) {
    const { active } = interactions.network(axis);
    const end =
      sender !== undefined
        ? `sent by ${nodes[sender].label}: ${wholeNumber(sentBy(active, sender))}`
        : receiver !== undefined
          ? `received by ${nodes[receiver].label}: ${wholeNumber(receivedBy(active, receiver))}`
          : `${wholeNumber(axes[axis].nActive)} in all`;
    return [axes[axis].name, `Active interactions ${end}`, "Click to show this axis"];
  }

  const anyActive = () => sums.active.some((row) => row.some((count) => count > 0));
  const PALE = "Nothing significant here; pale ribbons: detected. ";

  const width = () =>
    anyActive() ? "Width: active interactions." : "Width: detected interactions.";

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
    const made = chordFigure(anyActive() ? sums.active : sums.detected, options);
    const how = "Ribbon: from the sender, in its colour; the arrow head points at the receiver.";
    return { figure: made.figure, text: `${cut(made.nDrawn, made.nFlows, "flows")}${how} ${width()}` };
  }

  const drawingOptions = (size, colours) => ({
    ...{ nodes, colours, size, faint: !anyActive() },
    isChosen: crosstalkScope.flowFilter(),
    inFocus: (k) => crosstalkScope.inFocus()?.has(k) ?? true,
  });

  /** Draw a diagram that fills what the words below it leave of the card. */
  async function drawDiagram(diagram, colours) {
    const make = (size) => diagram(drawingOptions(size, colours));
    const before = plot.size();
    let made = make(before);
    setText("key-crosstalk", `${anyActive() ? "" : PALE}${made.text}`);
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

  function fillAxisSelect() {
    const select = byId("axis-select");
    const total = axes.reduce((sum, axis) => sum + axis.nActive, 0);
    select.append(
      element("option", { value: ALL_AXES }, `All axes (${wholeNumber(total)} active)`),
    );
    axes.forEach((axis, i) => {
      const label = `${axis.name} (${wholeNumber(axis.nActive)} active)`;
      select.append(element("option", { value: i }, label));
    });
    select.addEventListener("change", () => store.set({ axis: Number(select.value) }));
  }

  const viewButtons = [...document.querySelectorAll("[data-network]")];
  for (const button of viewButtons) {
    button.addEventListener("click", () => store.set({ network: button.dataset.network }));
  }
  fillAxisSelect();

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
      const header = [
        "Sender",
        "Receiver",
        "Active interactions",
        "Detected, not significant",
      ];
      const body = [];
      nodes.forEach((sender, i) =>
        nodes.forEach((receiver, j) => {
          if (!sums.active[i][j] && !sums.detected[i][j]) return;
          body.push([
            sender.label,
            receiver.label,
            sums.active[i][j],
            sums.detected[i][j],
          ]);
        }),
      );
      body.sort((a, b) => b[2] - a[2] || b[3] - a[3]);
      return { header, body, note: crosstalkScope.text() };
    },
  };
}

/** Axes to be found by name. */
function axisEntries(atlas) {
  return atlas.meta.panels.crosstalk.axes.map((axis, i) => ({
    label: axis.name,
    detail: `${axis.nActive} active`,
    words: [axis.name, axis.id],
    genes: [],
    section: "Crosstalk axes",
    act() {
      atlas.store.set({ axis: i });
      byId("card-crosstalk").scrollIntoView({ block: "center" });
    },
  }));
}

/** Genes of the ligands and receptors; none before the rows are read. */
function genesOf({ interactions }) {
  const { ligand, receptor } = interactions?.names ?? { ligand: [], receptor: [] };
  return [...ligand, ...receptor].flatMap((name) => name.split("+"));
}

export const panel = {
  id: "crosstalk",
  state: usualChoice,
  link,
  create: createCrosstalkPanel,
  entries: axisEntries,
  genes: genesOf,
};
