/** Samples × measures: what kind of tumour each sample shows, with its call. */
import { plotlyScale, rampColour, readableOn, sequential } from "../../assets/js/colours.js";
import { readJsonBlock } from "../../assets/js/decode.js";
import { byId, cssValue, setText } from "../../assets/js/dom.js";
import { createGrid } from "../../assets/js/grid.js";
import { keyItem, scaleStrip } from "../../assets/js/scale_keys.js";
import { SELECTION } from "../../assets/js/selection.js";
import { shortNumber, wholeNumber } from "../../assets/js/text.js";
import { linesOfMeasure, phenotypeRows, phenotypeTable, sampleName, scaled, valueText } from "./rows.js";

const LEAST_FOR_TEXT = 35; // pixels of a column: "-0.004" or "100%"
const ENDS = ["low", "high"];
const NOT_A_DIAGNOSTIC = "Not a diagnostic.";

async function createPhenotypePanel(atlas) {
  const { meta, store, selection } = atlas;
  const packed = meta.panels.phenotype;
  const { calls, measures } = packed;
  const values = await readJsonBlock(packed.block);
  const rows = phenotypeRows(calls, packed.noCall);
  const ofMeasure = measures.map((_, j) => values.value.map((row) => row[j]));
  const at = (i, j) => {
    const [value, low, high] = [values.value[i][j], values.low[i][j], values.high[i][j]];
    return { value, low, high, cells: values.cells[i][j], note: values.note[i][j] };
  };

  /** Select the cells of a sample, where the page has it; a second click lets go of them. */
  function pick(row) {
    const { code } = calls[rows[row].sample];
    if (code !== null) store.set({ sample: store.get("sample") === code ? null : code });
  }
  const grid = createGrid("phenotype", { onCell: pick, onRow: pick, onColumn: () => {} });

  function mark(row, j) {
    const i = rows[row].sample;
    const value = values.value[i][j];
    if (value === null) {
      const hollow = { colour: cssValue("--card"), outline: cssValue("--ink-faint") };
      return { shape: "tile", ...hollow, text: "–", textColour: cssValue("--ink-soft") };
    }
    const colour = rampColour(sequential(), scaled(value, measures[j], ofMeasure[j]));
    const text = valueText(value, measures[j].unit);
    return { shape: "tile", colour, text, textColour: readableOn(colour) };
  }

  const describe = (row, j) => {
    const i = rows[row].sample;
    return linesOfMeasure(calls[i], measures[j], at(i, j));
  };

  function update() {
    const selected = selection.isActive() ? "All cells, not the selection." : "All cells.";
    setText("scope-phenotype", selected);
    grid.draw({
      shape: "tile",
      leastForText: LEAST_FOR_TEXT,
      corner: ["Sample (margin)", "and its cells"],
      rows: rows.map((row) => {
        if (row.heading) return row;
        const call = calls[row.sample];
        return {
          label: sampleName(call),
          title: `${call.sample}: ${call.call}${call.margin === null ? "" : `, margin ${shortNumber(call.margin)}`}${call.reason ? `, ${call.reason}` : ""}`,
          number: call.cells ? wholeNumber(call.cells) : "",
          ...(call.code === null
            ? { inert: true }
            : { pressed: store.get("sample") === call.code }),
        };
      }),
      columns: measures.map(({ name, unit, lineage }) => ({
        label: name,
        title: [name, unit, lineage && `in ${lineage}`].filter(Boolean).join(", "),
      })),
      mark,
      describe,
      lineColour: cssValue("--grid"),
      key: `${NOT_A_DIAGNOSTIC} Number beside a sample: its cells; hollow: cannot be read.`,
      scale: {
        ...{ colorscale: plotlyScale(sequential()), low: 0, high: 1 },
        ...{ title: "Value on the scale of its measure", labels: ENDS },
      },
      showKey: () =>
        byId("key-phenotype").replaceChildren(
          keyItem("Value on the scale of its measure", scaleStrip(sequential(), ENDS)),
          NOT_A_DIAGNOSTIC,
        ),
    });
  }

  return {
    id: "phenotype",
    needs: ["theme", "size", ...SELECTION],
    update,
    figure: grid.figure,
    data: () => ({ rows, values }),
    table: () => ({ ...phenotypeTable(packed, values), note: NOT_A_DIAGNOSTIC }),
  };
}

export const panel = { id: "phenotype", create: createPhenotypePanel };
