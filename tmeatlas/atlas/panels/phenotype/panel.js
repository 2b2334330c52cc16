/** Samples × measures: what kind of tumour each sample shows, with its call. */
import { plotlyScale, rampColour, readableOn, sequential } from "../../assets/js/colours.js";
import { constants } from "../../assets/js/constants.js";
import { readJsonBlock } from "../../assets/js/decode.js";
import { byId, cssValue, element, setText } from "../../assets/js/dom.js";
import { createGrid } from "../../assets/js/grid.js";
import { keyItem, scaleStrip } from "../../assets/js/scale_keys.js";
import { SELECTION } from "../../assets/js/selection.js";
import { shortNumber, wholeNumber, widest } from "../../assets/js/text.js";
import { callColour } from "./call_colours.js";
import {
  callEntries,
  callName,
  callText,
  linesOfMeasure,
  marginText,
  phenotypeRows,
  phenotypeTable,
  readText,
  samplesByCall,
  scaled,
  scaleText,
  valueText,
} from "./rows.js";

const LEAST_FOR_TEXT = 35; // pixels of a column: "-0.004" or "100%"
const NARROW = 480; // pixels, below which a value has no room for its interval
const COLUMN = 17; // pixels of a measure at the least
const BESIDE = 130; // pixels for the cells of a sample, and for the last name of a measure
const ENDS = ["low", "high"];
const SCALE = "Value on the scale of its measure, whose ends are told under the pointer";
const NOT_A_DIAGNOSTIC = "Not a diagnostic.";

const isKnown = (rows, j) => rows.some((row) => row[j] !== null);

async function createPhenotypePanel(atlas) {
  const { meta, store, selection } = atlas;
  const packed = meta.panels.phenotype;
  const { calls, measures } = packed;
  const values = await readJsonBlock(packed.block);
  const rows = phenotypeRows(calls, atlas.categories.get("condition"));
  const isOne = calls.length === 1;
  /** Measures that any sample has; the others are named below. */
  const readable = [...measures.keys()].filter((j) => isKnown(values.value, j));
  const unread = [...measures.keys()].filter((j) => !readable.includes(j)).map((j) => measures[j].name);
  const ofMeasure = measures.map((_, j) => values.value.map((row) => row[j]));
  const titleOf = (j) => {
    const { name, unit, lineage } = measures[j];
    const range = scaleText(measures[j], ofMeasure[j]);
    const parts = [name, unit, lineage && `in ${lineage}`, range && `colours ${range}`];
    return parts.filter(Boolean).join(", ");
  };
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

  function markOf(i, j) {
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
    return linesOfMeasure(calls[i], measures[j], ofMeasure[j], at(i, j));
  };

  /** Which samples were called what, for all to see at once. */
  function showCalls() {
    const lines = samplesByCall(calls, packed.callOrder).map(({ call, leans, name, samples, text }) => {
      const colour = callColour(leans || call);
      const dot = element("i", { style: leans ? `border:2px solid ${colour}` : `background:${colour}` });
      const head = isOne ? text : `${name} (${samples.length}) `;
      const { margin, reason } = samples[0];
      const rest = isOne
        ? `: ${callName(samples[0])}${margin === null ? "" : `, margin ${shortNumber(margin)}`}${reason ? `; ${reason}` : ""}`
        : text;
      return element("li", {}, dot, element("b", {}, head), rest);
    });
    byId("phenotype-calls").replaceChildren(...lines);
  }

  /** Why each sample is called so, in the order of the figure. */
  function fillReasons() {
    const body = calls.map((call) => {
      const texts = [callName(call), marginText(call), call.reason];
      return element("tr", {}, element("th", { scope: "row" }, call.sample), ...texts.map((text) => element("td", {}, text)));
    });
    const heads = ["Sample", "Call", "Margin", "Why"].map((text) => element("th", { scope: "col" }, text));
    const head = element("thead", {}, element("tr", {}, ...heads));
    byId("phenotype-reasons").append(element("table", {}, head, element("tbody", {}, ...body)));
    byId("phenotype-reasons").hidden = isOne;
  }

  const scale = {
    ...{ colorscale: plotlyScale(sequential()), low: 0, high: 1 },
    ...{ title: SCALE, labels: [ENDS[0], "", ENDS[1]] },
  };
  const hollow = `${NOT_A_DIAGNOSTIC} Hollow: cannot be read.`;
  const showsUnread = !isOne && unread.length > 0;
  const missing = showsUnread ? ` Not readable in any sample: ${unread.join(", ")}.` : "";
  const key = `${hollow}${missing}`;
  const unreadList = element(
    "details",
    { hidden: !showsUnread },
    element("summary", {}, `Not readable in any sample: ${unread.length}`),
    element("p", {}, `${unread.join(", ")}.`),
  );
  const common = {
    shape: "tile",
    leastForText: LEAST_FOR_TEXT,
    key,
    scale,
    showKey: () =>
      byId("key-phenotype").replaceChildren(
        keyItem(SCALE, scaleStrip(sequential(), ENDS)),
        hollow,
        unreadList,
      ),
  };

  const isNarrow = () => byId("frame-phenotype").clientWidth < NARROW;

  /** Of one sample, a list: its measures below each other, with what they are read from. */
  const listOfOne = () => ({
    ...common,
    rows: measures.map((measure, j) => ({ label: measure.name, title: titleOf(j), inert: true })),
    columns: [{ label: calls[0].sample }],
    notes: measures.map((measure, j) => readText(measure, at(0, j), isNarrow())),
    mark: (j) => ({ ...markOf(0, j), text: "" }),
    describe: (j) => linesOfMeasure(calls[0], measures[j], ofMeasure[j], at(0, j)),
    lineColour: cssValue("--grid"),
  });

  fillReasons();

  function update() {
    showCalls();
    const selected = selection.isActive() ? `All ${constants.rows}, not the selection.` : `All ${constants.rows}.`;
    setText("scope-phenotype", selected);
    if (isOne) {
      grid.draw(listOfOne());
      return;
    }
    const width = byId("frame-phenotype").clientWidth;
    const words = calls.map((call) => `${call.sample} · ${callText(call)}`);
    // Without room for them beside all measures, the colour says the call, and the line above.
    const hasWords = widest(words) + BESIDE + readable.length * COLUMN <= width;
    grid.draw({
      ...common,
      corner: ["Call, margin,", constants.rows],
      rows: rows.map((row) => {
        if (row.heading) return row;
        const call = calls[row.sample];
        return {
          label: hasWords ? words[row.sample] : `${call.sample} ${marginText(call)}`.trim(),
          colour: callColour(call.leans || call.call),
          isRing: Boolean(call.leans),
          pale: call.cells > 0 && call.cells < constants.fewCells,
          title: `${call.sample}: ${callName(call)}${call.margin === null ? "" : `, margin ${shortNumber(call.margin)}`}${call.reason ? `, ${call.reason}` : ""}`,
          found: call.sample,
          number: call.cells ? wholeNumber(call.cells) : "",
          ...(call.code === null
            ? { inert: true }
            : { pressed: store.get("sample") === call.code }),
        };
      }),
      columns: readable.map((j) => ({ label: measures[j].name, title: titleOf(j) })),
      mark: (row, column) => markOf(rows[row].sample, readable[column]),
      describe: (row, column) => describe(row, readable[column]),
      lineColour: cssValue("--grid"),
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

export const panel = { id: "phenotype", create: createPhenotypePanel, entries: callEntries };
