/** Who talks to whom on an axis: as chord, Sankey or matrix, with the same numbers. */
import { nodeColours } from "../../assets/js/colours.js";
import { byId, press, setText } from "../../assets/js/dom.js";
import { emptyFigure, withNote } from "../../assets/js/figure_words.js";
import { createPlot } from "../../assets/js/plots.js";
import { SELECTION } from "../../assets/js/selection.js";
import { wholeNumber } from "../../assets/js/text.js";
import { answerOf, answerText, fillAnswer } from "./answer.js";
import { axisEntries, fillAxisSelect } from "./axes.js";
import { bestRows } from "./best.js";
import { chordFigure } from "./chord.js";
import { link, usualChoice } from "./choice.js";
import { createDescription } from "./describe.js";
import { flowFigure } from "./flows.js";
import { ALL_AXES, interactionsOf } from "./interactions.js";
import { createCrosstalkMatrix } from "./matrix.js";
import { SHOWN, STORED } from "./naming.js";
import { scopeOf } from "./scope.js";
import { matrixTable } from "./table.js";
import { axisWord, pairsOfGroups } from "./words.js";

const SCROLLBAR = 16; // pixels
const REDRAWN = ["axis", "network", "sender", "receiver", "palette", "theme", "size"];

const LEAST_WIDTH = 640; // of an exported matrix, in pixels
const WIDTH = "Width: specific interactions.";

const cut = (nDrawn, nAll, what) =>
  nDrawn < nAll ? `The ${wholeNumber(nDrawn)} strongest of ${wholeNumber(nAll)} ${what}. ` : "";

/** A figure with room for its title and for the words below it. */
function widened(made) {
  const more = Math.max(0, LEAST_WIDTH - made.width);
  const { margin } = made.layout;
  const layout = { ...made.layout, margin: { ...margin, r: margin.r + more } };
  return { ...made, layout, width: made.width + more };
}

async function createCrosstalkPanel(atlas) {
  const { store } = atlas;
  const interactions = await interactionsOf(atlas);
  const crosstalkScope = scopeOf(atlas, interactions);
  const { nodes, axes } = interactions;
  const bestOf = await bestRows(atlas, interactions);
  let sums = null;
  let figure = null;
  let drawnSize = null;
  let answer = null; // the axis in words
  let empty = null; // why there is no diagram to draw, if so
  let shownFocus = null; // the groups that stand out in the figure as it was drawn

  const describe = createDescription(interactions, () => ({ axis: store.get("axis"), sums }));
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

  const anySpecific = () => sums.specific.some((row) => row.some((count) => count > 0));

  /** Why there is no ribbon to draw. */
  function emptyWords() {
    const axis = store.get("axis");
    const word = axis === ALL_AXES ? "none specific" : axisWord(axes[axis], interactions.groups);
    const seen = sums.tooFew.flatMap((row) => [...row]).filter((count) => count > 0).length;
    const some = seen
      ? ` ${pairsOfGroups(seen, interactions.groups)} show a ligand and its receptor, in too few cells to tell; the matrix has a dot for each.`
      : "";
    return `No ribbon to draw. ${interactions.axisName(axis)}: ${word}.${some}`;
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
    return { figure: made.figure, text: `${some}${how} ${WIDTH}` };
  }

  function chord(options) {
    const made = chordFigure(sums.specific, options);
    const how = "Ribbon: from the sender, in its colour; the arrow head points at the receiver.";
    return { figure: made.figure, text: `${cut(made.nDrawn, made.nFlows, "flows")}${how} ${WIDTH}` };
  }

  const drawingOptions = (size, colours) => ({
    ...{ nodes, colours, size },
    isChosen: crosstalkScope.flowFilter(),
    inFocus: (k) => crosstalkScope.inFocus()?.has(k) ?? true,
  });

  /** Draw a diagram that fills what the words below it leave of the card. */
  async function drawDiagram(diagram, colours) {
    const make = (size) => diagram(drawingOptions(size, colours));
    const before = plot.size();
    let made = make(before);
    setText("key-crosstalk", made.text);
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
  fillAxisSelect(axes, {
    groups: interactions.groups,
    choose: (axis) => store.set({ axis }),
  });

  function showAnswer() {
    const axis = store.get("axis");
    answer = answerOf(axis, interactions, axis === ALL_AXES ? null : bestOf(axis));
    fillAnswer(byId("answer-crosstalk"), answer);
  }

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
    sums = interactions.network(store.get("axis"));
    showAnswer();
    empty = asMatrix || anySpecific() ? null : emptyWords();
    byId("frame-chord").hidden = asMatrix || empty !== null;
    byId("frame-matrix").hidden = !asMatrix;
    byId("empty-crosstalk").hidden = empty === null;
    byId("empty-crosstalk").textContent = empty ?? "";
    const colours = nodeColours(nodes, store.get("palette"));
    const diagram = kind === "sankey" ? sankey : chord;
    if (empty !== null) byId("key-crosstalk").replaceChildren();
    else if (asMatrix) matrix.draw(sums, colours);
    else if (isRedrawn || !figure) await drawDiagram(diagram, colours);
    else {
      figure = diagram(drawingOptions(drawnSize, colours)).figure;
      if (!plot.repaint(figure)) await plot.draw(figure);
    }
  }

  /** What is shown, for a file; null until something is. */
  function shownFigure() {
    if (!answer) return null;
    const words = answerText(answer);
    if (store.get("network") === "matrix") return withNote(widened(matrix.figure()), words);
    if (empty !== null) return emptyFigure(empty);
    return withNote(withNote(figure, byId("key-crosstalk").textContent), words);
  }

  function tableOf(naming) {
    const axis = store.get("axis");
    const note = `${crosstalkScope.text()} ${answerText(answer)}`;
    return { ...matrixTable(interactions, { axis, sums, naming }), note };
  }

  return {
    id: "crosstalk",
    usesPlotly: true,
    fillsFrame: true,
    needs: [...REDRAWN, ...SELECTION],
    update,
    figure: shownFigure,
    data: () => sums,
    table: () => tableOf(STORED),
    shownTable: () => tableOf(SHOWN),
  };
}

export const panel = {
  id: "crosstalk",
  state: usualChoice,
  link,
  create: createCrosstalkPanel,
  entries: axisEntries,
};
