/** Whether the signatures of a consensus say the same: their rank correlations. */
import { diverging, plotlyScale, rampColour, readableOn } from "../../assets/js/colours.js";
import { constants } from "../../assets/js/constants.js";
import { indexOf } from "../../assets/js/deep_link.js";
import { byId, cssValue, element, setText } from "../../assets/js/dom.js";
import { createGrid } from "../../assets/js/grid.js";
import { keyItem, scaleStrip } from "../../assets/js/scale_keys.js";
import { SELECTION } from "../../assets/js/selection.js";

const REDRAWN = ["consensus", "colour", "theme", "size"];
const ENDS = ["−1", "0", "1"];
const MOST_NUMBERS = 16; // signatures; with more, numbers would not fit into the tiles

function createAgreementPanel(atlas) {
  const { meta, store, selection } = atlas;
  const entries = meta.panels.agreement;
  let entry = entries[0];
  let titles = [];

  const colourBy = (i) => store.set({ colour: entry.features[i] });
  const grid = createGrid("agreement", { onCell: colourBy, onRow: colourBy, onColumn: colourBy });
  const select = byId("agreement-consensus");
  entries.forEach((each, i) => {
    const label = `${each.name} (${each.features.length})`;
    select.append(element("option", { value: i }, label));
  });
  select.addEventListener("change", () => store.set({ consensus: Number(select.value) }));

  const written = (value) => (value === null ? "not defined" : value.toFixed(2));

  function mark(i, j) {
    const value = entry.spearman[i][j];
    if (value === null) return null;
    const colour = rampColour(diverging(), (value + 1) / 2);
    const text = titles.length <= MOST_NUMBERS ? value.toFixed(2) : "";
    return { shape: "tile", colour, text, textColour: readableOn(colour) };
  }

  function update(changed) {
    // It is always that of all cells, which has to be said while some are selected.
    const cells = selection.isActive() ? `All ${constants.rows}, not the selection.` : `All ${constants.rows}.`;
    entry = entries[store.get("consensus")] ?? entries[0];
    select.value = String(entries.indexOf(entry));
    setText("scope-agreement", `${entry.name}. ${cells}`);
    if (![...changed].some((key) => REDRAWN.includes(key))) return;
    titles = entry.features.map((id) => atlas.features.get(id).name);
    const stops = diverging();
    grid.draw({
      shape: "tile",
      rows: titles.map((title, i) => ({
        label: title,
        number: i + 1,
        pressed: store.get("colour") === entry.features[i],
      })),
      columns: titles.map((title, i) => ({ label: String(i + 1), title })),
      mark,
      describe: (i, j) => [
        `${titles[i]} and`,
        titles[j],
        `Rank correlation ${written(entry.spearman[i][j])}`,
      ],
      lineColour: cssValue("--grid"),
      key: "Columns: the signatures in the order of the rows.",
      scale: {
        colorscale: plotlyScale(stops),
        low: -1,
        high: 1,
        title: "Spearman correlation",
        labels: ENDS,
      },
    });
    byId("key-agreement").replaceChildren(
      keyItem("Rank correlation (Spearman)", scaleStrip(stops, ENDS)),
    );
  }

  return {
    id: "agreement",
    needs: [...REDRAWN, ...SELECTION],
    update,
    figure: grid.figure,
    data: () => entry,
    table: () => ({
      header: ["Signature", ...titles],
      body: titles.map((title, i) => [title, ...entry.spearman[i]]),
      note: entry.name,
    }),
  };
}

export const panel = {
  id: "agreement",
  state: () => ({ consensus: 0 }),
  link: { consensus: { read: indexOf(({ meta }) => meta.panels.agreement) } },
  create: createAgreementPanel,
};
