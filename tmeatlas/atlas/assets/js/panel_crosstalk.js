/** Who talks to whom on an axis: as chord, Sankey or matrix, with the same numbers. */
import { chordFigure } from "./chord.js";
import { plotlyScale, rampColour, readableOn, sequential } from "./colours.js";
import { flowFigure, MOST_AXES } from "./crosstalk_flows.js";
import { byId, cssValue, element, press, setText } from "./dom.js";
import { createGrid } from "./grid.js";
import { ALL_AXES, nodeColours } from "./interactions.js";
import { keyItem, scaleStrip } from "./map_key.js";
import { createPlot } from "./plots.js";
import { shortNumber, wholeNumber } from "./text.js";

export function createCrosstalkPanel(atlas) {
  const { store, interactions } = atlas;
  const { nodes, axes } = interactions;
  let sums = null;
  let figure = null;
  let strongest = 1;

  const plot = createPlot(atlas, "chord", {
    describe: ({ data }) => (data.meta ? describe(data.meta) : null),
    onClick: ({ data }) => data.meta && pick(data.meta),
  });
  const grid = createGrid("matrix", {
    onCell: (source, target) => pick({ source, target }),
    onRow: (source) => choose(source, null),
    onColumn: (target) => choose(null, target),
  });

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
  const sentBy = (matrix, k) => sumOf([...matrix[k]]);
  const receivedBy = (matrix, k) => sumOf(matrix.map((row) => row[k]));

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
      active
        ? `Strength ${shortNumber(sums.strength[source][target])} (sum of their scores)`
        : null,
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

  function isChosen(source, target) {
    const [sender, receiver] = [store.get("sender"), store.get("receiver")];
    return (sender === null || sender === source) && (receiver === null || receiver === target);
  }

  function matrixMark(source, target) {
    const alpha = isChosen(source, target) ? 1 : 0.25;
    const active = sums.active[source][target];
    if (!active) {
      if (!sums.detected[source][target]) return null;
      return { shape: "dot", size: 0.03, colour: cssValue("--ink-faint"), alpha };
    }
    const share = sums.strength[source][target] / strongest;
    const colour = rampColour(sequential(), 0.08 + 0.92 * share);
    const text = active < 1000 ? String(active) : "";
    return { shape: "tile", alpha, colour, text, textColour: readableOn(colour) };
  }

  function drawMatrix(colours) {
    const scale = {
      colorscale: plotlyScale(sequential()),
      low: 0,
      high: strongest,
      title: "Strength: sum of the scores of active interactions",
    };
    grid.draw({
      shape: "tile",
      corner: ["Receiver →", "Sender ↓"],
      rows: nodes.map((node, k) => ({
        label: node.label,
        colour: colours[k],
        pressed: store.get("sender") === k,
        title: `${node.label} as sender`,
      })),
      columns: nodes.map((node, k) => ({
        label: node.label,
        colours: [colours[k]],
        title: `${node.label} as receiver`,
      })),
      mark: matrixMark,
      describe: (source, target) => describe({ source, target }),
      lineColour: cssValue("--grid"),
      key: "Number: active interactions. Small dot: detected, none significant.",
      scale,
    });
    byId("key-crosstalk").replaceChildren(
      keyItem(
        "Strength (sum of scores)",
        scaleStrip(sequential(), ["0", shortNumber(strongest / 2), shortNumber(strongest)]),
      ),
      element("span", {}, "Number: active interactions. Small dot: detected, none significant."),
    );
  }

  const anyActive = () => sums.active.some((row) => row.some((count) => count > 0));
  const PALE = "Nothing significant here; pale ribbons: detected. ";

  async function drawSankey(colours) {
    const axis = store.get("axis");
    const faint = !anyActive();
    const how =
      axis === ALL_AXES
        ? "Left half: who sends over an axis; right half: who receives. Width: strength."
        : "From the sender at the left to the receiver at the right. Width: strength.";
    const nAxes = axis === ALL_AXES ? `At most ${MOST_AXES} axes, the strongest. ` : "";
    setText("key-crosstalk", `${faint ? PALE : ""}${nAxes}${how}`);
    const options = { axis, nodes, colours, size: plot.size(), faint, isChosen };
    figure = flowFigure(sums, interactions, options);
    await plot.draw(figure);
  }

  async function drawChord(colours) {
    const isActive = anyActive();
    const weights = isActive ? sums.strength : sums.faint;
    const options = { nodes, colours, size: plot.size(), faint: !isActive, isChosen };
    const made = chordFigure(weights, options);
    figure = made.figure;
    await plot.draw(figure);
    const some =
      made.nDrawn < made.nFlows
        ? `The ${made.nDrawn} strongest of ${wholeNumber(made.nFlows)} flows. `
        : "";
    const pale = isActive ? "" : PALE;
    setText(
      "key-crosstalk",
      `${pale}${some}Ribbon: from the sender, in its colour; the arrow head points at the receiver.`,
    );
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

  async function update() {
    const kind = store.get("network");
    const asMatrix = kind === "matrix";
    byId("axis-select").value = String(store.get("axis"));
    press(viewButtons, (button) => button.dataset.network === kind);
    byId("frame-chord").hidden = asMatrix;
    byId("frame-matrix").hidden = !asMatrix;
    sums = interactions.network(store.get("axis"));
    strongest = Math.max(1e-9, ...sums.strength.map((row) => Math.max(...row)));
    const colours = nodeColours(nodes, store.get("palette"));
    setText("scope-crosstalk", `${interactions.axisName(store.get("axis"))}.`);
    if (asMatrix) drawMatrix(colours);
    else if (kind === "sankey") await drawSankey(colours);
    else await drawChord(colours);
  }

  return {
    id: "crosstalk",
    usesPlotly: true,
    needs: ["axis", "network", "sender", "receiver", "palette", "theme", "size"],
    update,
    figure: () => (store.get("network") === "matrix" ? grid.figure() : figure),
    data: () => sums,
    table() {
      const header = [
        "Sender",
        "Receiver",
        "Active interactions",
        "Strength (sum of scores)",
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
            sums.strength[i][j],
            sums.detected[i][j],
          ]);
        }),
      );
      body.sort((a, b) => b[3] - a[3]);
      return { header, body, note: interactions.axisName(store.get("axis")) };
    },
  };
}
