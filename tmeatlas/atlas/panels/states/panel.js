/** States within lineages: which share of the cells is in each, and which in none. */
import { readJsonBlock } from "../../assets/js/decode.js";
import { byId, setText } from "../../assets/js/dom.js";
import { bindFigureCursor } from "../../assets/js/figure_cursor.js";
import { withNote } from "../../assets/js/figure_words.js";
import { createPlot } from "../../assets/js/plots.js";
import { SELECTION } from "../../assets/js/selection.js";
import { percent, wholeNumber } from "../../assets/js/text.js";
import { cellsText, statesFigure } from "./bars.js";

async function createStatesPanel(atlas) {
  const { meta, store, selection, categories } = atlas;
  const rows = meta.panels.states;
  const samples = categories.get("sample");
  const stored = await readJsonBlock(rows.samples);
  const dots = (stored.row ?? []).map((row, k) => ({
    ...{ row, share: stored.share[k], cells: stored.cells[k], called: stored.called[k] },
    name: samples.labels[stored.sample[k]],
  }));
  let figure = null;

  function describeRow(i) {
    const interval =
      rows.low[i] === null ? "" : `, 95 % interval ${percent(rows.low[i])} to ${percent(rows.high[i])}`;
    return [
      `${rows.state[i]}: ${rows.lineage[i]}`,
      rows.share[i] === null
        ? "No cells in which it may be read"
        : `${percent(rows.share[i])} (${cellsText(rows, i)} cells)${interval}`,
      rows.note[i] ? `Not read: ${rows.note[i]}` : null,
    ];
  }
  const describeDot = ({ name, row, share, called, cells }) => [
    name,
    `${rows.state[row]}: ${rows.lineage[row]}`,
    `${percent(share)} (${wholeNumber(called)} of ${wholeNumber(cells)} cells)`,
  ];

  const pick = categories.has("state") ? () => store.set({ colour: "state" }) : null;
  const plot = createPlot(atlas, "states", {
    describe: ({ customdata }) => {
      if (!customdata) return null;
      const [kind, k] = customdata;
      return kind === "dot" ? describeDot(dots[k]) : describeRow(k);
    },
    onClick: pick,
  });
  bindFigureCursor(byId("frame-states"), plot.node, {
    rows: () => figure?.boxes ?? [],
    how: pick ? "Arrow keys go to a state, Enter colours the map." : "Arrow keys go to a state.",
    describe: describeRow,
    pick,
  });

  const left = rows.nNotCalled
    ? `${wholeNumber(rows.nNotCalled)} cells are of lineages without states.`
    : "";

  return {
    id: "states",
    usesPlotly: true,
    needs: [...SELECTION, "theme", "size"],
    async update() {
      const scope = selection.isActive() ? "All cells, not the selection." : "All cells.";
      setText("scope-states", scope);
      setText("key-states", left);
      figure = statesFigure(rows, dots, { width: plot.size().width });
      await plot.draw(figure);
    },
    figure: () => withNote(figure, `${byId("explain-states").textContent} ${left}`),
    data: () => ({ rows, dots }),
    table: () => ({
      header: ["Lineage", "State", "Sample", "Cells", "In this state", "Share", "Low", "High", "Note"],
      body: rows.state.flatMap((state, i) => [
        [
          ...[rows.lineage[i], state, "", rows.cells[i], rows.called[i]],
          ...[rows.share[i], rows.low[i], rows.high[i], rows.note[i]],
        ],
        ...dots
          .filter(({ row }) => row === i)
          .map((dot) => [
            ...[rows.lineage[i], state, dot.name, dot.cells, dot.called, dot.share],
            ...[null, null, ""],
          ]),
      ]),
      note: left,
    }),
  };
}

export const panel = { id: "states", create: createStatesPanel };
