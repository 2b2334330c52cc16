/** The tissue in numbers: what was measured of each sample, and what lies beside what. */
import { diverging, sequential } from "../../assets/js/colours.js";
import { constants } from "../../assets/js/constants.js";
import { readJsonBlock } from "../../assets/js/decode.js";
import { oneOf } from "../../assets/js/deep_link.js";
import { byId, cssValue, element, setText } from "../../assets/js/dom.js";
import { createGrid } from "../../assets/js/grid.js";
import { keyItem, scaleStrip } from "../../assets/js/scale_keys.js";
import { SELECTION } from "../../assets/js/selection.js";
import { besideView, samplesView } from "./views.js";

const SAMPLES = "samples";
const LEAST_FOR_TEXT = 34; // pixels of a column: "100%"

const viewsOf = ({ pairs }) => [SAMPLES, ...pairs.map(({ measure }) => measure)];

async function createTissuePanel(atlas) {
  const { meta, store, selection } = atlas;
  const packed = meta.panels.tissue_measures;
  const stored = await readJsonBlock(packed.block);
  let view = null;

  const select = byId("tissue-view");
  const titles = ["In each sample", ...packed.pairs.map(({ title }) => title)];
  select.append(...viewsOf(packed).map((value, i) => element("option", { value }, titles[i])));
  select.hidden = !packed.pairs.length;
  select.addEventListener("change", () => store.set({ measured: select.value }));

  /** The pairs that are shown; undefined where samples are. */
  const pairs = () => stored.pairs[viewsOf(packed).indexOf(store.get("measured")) - 1];

  /** Show a sample alone, or all again; what lies beside what is of all samples. */
  function pickSample(row) {
    const code = pairs() ? null : stored.codes[view.rows[row].sample];
    if (code !== null) store.set({ sample: store.get("sample") === code ? null : code });
  }
  const grid = createGrid("tissue_measures", {
    ...{ onCell: pickSample, onRow: pickSample, onColumn: () => {} },
  });

  function update() {
    view = pairs() ? besideView(pairs()) : samplesView(atlas, stored);
    select.value = store.get("measured");
    const some = selection.isActive() ? ", not the selection" : "";
    setText("scope-tissue_measures", `All ${constants.rows}${some}.`);
    const stops = pairs() ? diverging() : sequential();
    grid.draw({
      shape: "tile",
      leastForText: LEAST_FOR_TEXT,
      lineColour: cssValue("--grid"),
      ...view,
      showKey: () =>
        byId("key-tissue_measures").replaceChildren(
          keyItem(view.scale.title, scaleStrip(stops, view.scale.labels)),
          element("span", {}, view.key),
        ),
    });
  }

  /** Numbers as they are, of what is shown. */
  function table() {
    const shown = pairs();
    if (!shown) {
      return {
        header: ["Sample", ...stored.measures.map(({ name, unit }) => `${name} (${unit})`)],
        body: stored.samples.map((sample, i) => [sample, ...stored.values[i]]),
        note: "",
      };
    }
    const { rows, columns, value, n, above, below, unit } = shown;
    return {
      header: ["Of", "Beside it", `Median (${unit})`, "Samples", "More in", "Less in"],
      body: rows.flatMap((row, i) =>
        columns.map((column, j) => [row, column, value[i][j], n[i][j], above[i][j], below[i][j]]),
      ),
      note: "More or less than in the moved tissue of the sample: adjusted p of at most 0.05.",
    };
  }

  return {
    id: "tissue_measures",
    needs: ["measured", "theme", "size", ...SELECTION],
    update,
    figure: grid.figure,
    data: () => stored,
    table,
  };
}

export const panel = {
  id: "tissue_measures",
  state: () => ({ measured: SAMPLES }),
  link: { measured: { read: oneOf(({ meta }) => viewsOf(meta.panels.tissue_measures)) } },
  create: createTissuePanel,
};
