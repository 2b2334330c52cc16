/** States within lineages: which share of the cells is in each, and which in none. */
import { categoryColours } from "../../assets/js/colours.js";
import { constants } from "../../assets/js/constants.js";
import { readJsonBlock } from "../../assets/js/decode.js";
import { byId, cssValue, setText } from "../../assets/js/dom.js";
import { bindFigureCursor } from "../../assets/js/figure_cursor.js";
import { withNote } from "../../assets/js/figure_words.js";
import { createPlot } from "../../assets/js/plots.js";
import { SELECTION } from "../../assets/js/selection.js";
import { percent, wholeNumber } from "../../assets/js/text.js";
import { cellsText, chosenRows, notReadText, readRows, statesFigure } from "./bars.js";

async function createStatesPanel(atlas) {
  const { meta, store, selection, categories } = atlas;
  const every = meta.panels.states;
  const chosen = readRows(every, categories.get("lineage")?.labels);
  const rows = /** @type {any} */ (chosenRows(every, chosen));
  const samples = categories.get("sample");
  const stored = await readJsonBlock(rows.samples);
  const dots = (stored.row ?? []).map((row, k) => ({
    ...{ row, share: stored.share[k], cells: stored.cells[k], called: stored.called[k] },
    name: samples.labels[stored.sample[k]],
  }));
  // Of one sample, its dots would stand on the ends of the bars.
  const isRepeated = samples !== undefined && samples.labels.length > 1;
  const shownDots = dots
    .map((dot) => ({ ...dot, row: chosen.indexOf(dot.row) }))
    .filter(({ row }) => isRepeated && row >= 0);
  let figure = null;

  function describeRow(i) {
    const interval =
      rows.low[i] === null ? "" : `, 95% interval ${percent(rows.low[i])} to ${percent(rows.high[i])}`;
    return [
      `${rows.state[i]}: ${rows.lineage[i]}`,
      rows.share[i] === null
        ? `No ${constants.rows} in which it may be read`
        : `${percent(rows.share[i])} (${cellsText(rows, i)} ${constants.rows})${interval}`,
    ];
  }
  const describeDot = ({ name, row, share, called, cells }) => [
    name,
    `${rows.state[row]}: ${rows.lineage[row]}`,
    `${percent(share)} (${wholeNumber(called)} of ${wholeNumber(cells)} ${constants.rows})`,
  ];

  const pick = categories.has("state") ? () => store.set({ colour: "state" }) : null;
  const plot = createPlot(atlas, "states", {
    describe: ({ customdata }) => {
      if (!customdata) return null;
      const [kind, k] = customdata;
      return kind === "dot" ? describeDot(shownDots[k]) : describeRow(k);
    },
    onClick: pick,
  });
  bindFigureCursor(byId("frame-states"), plot.node, {
    rows: () => figure?.boxes ?? [],
    how: pick ? "Arrow keys go to a state, Enter colours the map." : "Arrow keys go to a state.",
    describe: describeRow,
    pick,
  });

  const left = [
    notReadText(every),
    every.nNotCalled
      ? `${wholeNumber(every.nNotCalled)} ${constants.rows} are of lineages without states.`
      : "",
  ]
    .filter(Boolean)
    .join(" ");

  /** The colour of a lineage: that of its cells where the map can be coloured by it. */
  function lineageColours() {
    const lineages = categories.get("lineage");
    const colours = lineages ? categoryColours(lineages, store.get("palette")) : [];
    return (name) => colours[lineages?.labels.indexOf(name) ?? -1] ?? cssValue("--accent");
  }

  return {
    id: "states",
    usesPlotly: true,
    needs: [...SELECTION, "palette", "theme", "size"],
    async update(changed) {
      const scope = selection.isActive() ? `All ${constants.rows}, not the selection.` : `All ${constants.rows}.`;
      setText("scope-states", scope);
      setText("key-states", left);
      if (figure && [...changed].every((key) => SELECTION.includes(key))) return;
      figure = statesFigure(rows, shownDots, { width: plot.size().width, colourOf: lineageColours() });
      await plot.draw(figure);
    },
    placeOf(name) {
      const i = rows.state.findIndex((state, k) => `${rows.lineage[k]}: ${state}` === name);
      return i < 0 ? null : { node: plot.node, ...figure.boxes[i][0] };
    },
    figure: () => withNote(figure, `${byId("explain-states").textContent} ${left}`),
    data: () => ({ rows, dots: shownDots }),
    table: () => ({
      header: ["Lineage", "State", "Sample", "Cells", "In this state", "Share", "Low", "High", "Note"],
      body: every.state.flatMap((state, i) => [
        [
          ...[every.lineage[i], state, "", every.cells[i], every.called[i]],
          ...[every.share[i], every.low[i], every.high[i], every.note[i]],
        ],
        ...dots
          .filter(({ row }) => row === i)
          .map((dot) => [
            ...[every.lineage[i], state, dot.name, dot.cells, dot.called, dot.share],
            ...[null, null, ""],
          ]),
      ]),
      note: left,
    }),
  };
}

export const panel = { id: "states", create: createStatesPanel };
