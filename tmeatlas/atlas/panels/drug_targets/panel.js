/** Drug targets × groups of cells, and below them the drugs of the one that is chosen. */
import { plotlyScale, rampColour, readableOn, sequential } from "../../assets/js/colours.js";
import { readJsonBlock } from "../../assets/js/decode.js";
import { byId, cssValue, element, setText } from "../../assets/js/dom.js";
import { emptyFigure, showEmpty } from "../../assets/js/figure_words.js";
import { createGrid } from "../../assets/js/grid.js";
import { keyItem, scaleStrip } from "../../assets/js/scale_keys.js";
import { capital, percent } from "../../assets/js/text.js";
import {
  belongsTo,
  drawnRows,
  drugsTable,
  linesOfTarget,
  rowLabel,
  samplesOf,
  samplesSentence,
  statusText,
  whereSeen,
} from "./rows.js";

const LEAST_FOR_TEXT = 30; // pixels of a column: "100%"
const NARROW = 480; // pixels, below which names have no room for the role of a drug target
const EMPTY = "No drug target is expressed here; the table has all.";
const BOLD_TYPES = "Types in bold may be malignant: they are not known to be normal.";
const ENDS = ["0%", "50%", "100%"];

async function createDrugTargetsPanel(atlas) {
  const { meta, store, features } = atlas;
  const packed = meta.panels.drug_targets;
  const { groups, words } = packed;
  const SHARE = `Share of ${packed.rows} that show it`;
  const all = await readJsonBlock(packed.block);
  const rows = drawnRows(all, words);
  let chosen = rows.find((row) => !row.heading) ?? null;

  function choose(i) {
    chosen = rows[i];
    const gene = `g:${chosen.drug_target}`;
    if (features.has(gene)) store.set({ colour: gene });
    show();
  }
  const grid = createGrid("drug_targets", { onCell: choose, onRow: choose, onColumn: () => {} });

  function mark(i, j) {
    const row = rows[i];
    const share = row.shares[j];
    if (share === null || share === undefined) return null;
    const colour = rampColour(sequential(), share);
    const framed = row.routes > 0 && row.group === groups[j].raw;
    return {
      ...{ shape: "tile", colour, text: percent(share), textColour: readableOn(colour) },
      ...(framed ? { outline: cssValue("--ink"), outlineWidth: 2 } : {}),
    };
  }

  function rowOf(row) {
    if (row.heading) return row;
    return {
      found: row.label,
      label: rowLabel(row, byId("frame-drug_targets").clientWidth < NARROW),
      title: [`${row.label}: ${belongsTo(row)}`, whereSeen(row, groups)].filter(Boolean).join("; "),
      number: samplesOf(row),
      pressed: row === chosen,
    };
  }

  function drawGrid() {
    grid.draw({
      shape: "tile",
      leastForText: LEAST_FOR_TEXT,
      corner: ["Drug target", "and samples"],
      rows: rows.map(rowOf),
      columns: groups.map(({ label, normal }) => ({
        label,
        title: normal ? `${label}: normal` : label,
        strong: !normal,
      })),
      mark,
      describe: (i, j) => linesOfTarget(rows[i], groups, j, { share: rows[i].shares[j] ?? null, kindOfRows: packed.rows }),
      lineColour: cssValue("--grid"),
      key: `${packed.use} Framed: has it where something is specific. ${BOLD_TYPES}`,
      scale: {
        ...{ colorscale: plotlyScale(sequential()), low: 0, high: 1 },
        ...{ title: SHARE },
      },
      showKey: () =>
        byId("key-drug_targets").replaceChildren(
          keyItem(SHARE, scaleStrip(sequential(), ENDS)),
          BOLD_TYPES,
        ),
    });
  }

  /** The drugs of the chosen drug target, each with direction, status and date. */
  function showDrugs() {
    const reading = byId("reading-drug_targets");
    reading.hidden = chosen === null;
    if (chosen === null) return;
    const where = whereSeen(chosen, groups);
    const counted = samplesSentence(chosen);
    const samples = counted && ` ${counted}${chosen.note ? ` (${chosen.note})` : ""}.`;
    const normal = chosen.normal_groups
      ? `Normal types of these data that also have it: ${chosen.normal_groups}.`
      : packed.rows === "spots"
        ? ""
        : "No normal type of these data is known to have it.";
    const leftOut = packed.conflicting
      .filter(([, target]) => target === chosen.drug_target)
      .map(([drug, , conflict]) => [drug, `left out: ${conflict}`]);
    const entries = [
      ...chosen.drugs.map((drug) => [drug.drug, `${drug.direction}; ${statusText(drug)}`]),
      ...leftOut,
    ];
    reading.replaceChildren(
      element("h3", {}, `${chosen.label}: ${belongsTo(chosen)}`, element("span", {}, ` ${chosen.support}`)),
      element("p", {}, `${where ? `${capital(where)}.` : ""}${samples} ${normal}`),
      element(
        "dl",
        {},
        ...entries.flatMap(([name, text]) => [element("dt", {}, name), element("dd", {}, text)]),
      ),
      element("p", { class: "explain" }, `${packed.use} ${packed.status}`),
    );
  }

  function show() {
    showEmpty("drug_targets", rows.length ? null : EMPTY);
    if (rows.length) drawGrid();
    showDrugs();
  }

  return {
    id: "drug_targets",
    needs: ["theme", "size"],
    update() {
      const n = all.filter(({ support }) => support === words[0]).length;
      setText(
        "scope-drug_targets",
        `All ${packed.rows}: ${packed.nSupported} drug targets supported, by ${n} of ${all.length} rows.`,
      );
      show();
    },
    figure: () => (rows.length ? grid.figure() : emptyFigure(EMPTY)),
    data: () => ({ rows, all }),
    table: () => drugsTable(all, packed),
  };
}

export const panel = { id: "drug_targets", create: createDrugTargetsPanel };
