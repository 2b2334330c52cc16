/** Differences between conditions: effects with intervals, and the patients behind the chosen one. */
import { constants } from "../../assets/js/constants.js";
import { readJsonBlock } from "../../assets/js/decode.js";
import { byId, element, setText } from "../../assets/js/dom.js";
import { bindFigureCursor } from "../../assets/js/figure_cursor.js";
import { withNote } from "../../assets/js/figure_words.js";
import { createPlot } from "../../assets/js/plots.js";
import { SELECTION } from "../../assets/js/selection.js";
import { pValue, wholeNumber } from "../../assets/js/text.js";
import { hideTooltip, showTooltip } from "../../assets/js/tooltip.js";
import { besideFigure } from "./beside.js";
import { createDetail } from "./detail.js";
import { forestFigure } from "./forest.js";
import {
  choicesOf,
  chosenRows,
  groupsOf,
  linesOfRow,
  placeName,
  stands,
  tableOf,
  versus,
} from "./rows.js";

const MOST_DRAWN = 60;
const CHOICE = ["comparison", "versus", "within", "inUnit", "difference"];
const FIRST = { versus: null, within: null, inUnit: null, difference: null };

function createComparePanel(atlas) {
  const { meta, store, selection } = atlas;
  const entries = meta.panels.compare;
  const bodies = [];
  let entry = entries[0];
  let body = null;
  let choices = null;
  let shown = null; // {condition, group, unit, chosen, drawn, at}
  let forest = null;
  const forestPlot = createPlot(atlas, "compare", {});
  const detail = createDetail(atlas);

  const select = {
    comparison: byId("compare-what"),
    versus: byId("compare-condition"),
    within: byId("compare-group"),
    inUnit: byId("compare-unit"),
  };
  select.comparison.append(
    ...entries.map(({ name }, i) => element("option", { value: i }, name)),
  );
  select.comparison.addEventListener("change", () =>
    store.set({ comparison: Number(select.comparison.value), ...FIRST }),
  );
  for (const key of ["versus", "within", "inUnit"]) {
    select[key].addEventListener("change", () => {
      const { value } = select[key];
      store.set({ [key]: value === "" ? null : Number(value), difference: null });
    });
  }

  const pick = (_, row) => store.set({ difference: body.rows.place[shown.drawn[row]] });
  const nameOfRow = (i) => placeName(body.places[body.rows.place[i]]);
  const describeRow = (_, row) => {
    const i = shown.drawn[row];
    return [nameOfRow(i), ...linesOfRow(body, i, entry)];
  };

  bindFigureCursor(byId("frame-compare"), forestPlot.node, {
    rows: () => forest?.boxes ?? [],
    how: "Arrow keys go to a row, Enter shows its replicates.",
    describe: describeRow,
    pick,
  });
  /** The row under the pointer: wherever it is, not only on its mark. */
  function rowAt(event) {
    const { top } = forestPlot.node.getBoundingClientRect();
    const y = event.clientY - top;
    return (forest?.boxes ?? []).findIndex(([box]) => y >= box.y && y < box.y + box.height);
  }
  forestPlot.node.addEventListener("mousemove", (event) => {
    const row = rowAt(event);
    forestPlot.node.style.cursor = row < 0 ? "" : "pointer";
    if (row < 0) hideTooltip();
    else showTooltip(event, describeRow(0, row));
  });
  forestPlot.node.addEventListener("click", (event) => {
    const row = rowAt(event);
    if (row >= 0) pick(0, row);
  });

  /** Fill a list of choices, which is hidden where there is nothing to choose. */
  function offer(key, names, chosen, all = null) {
    const first = all === null ? [] : [element("option", { value: "" }, all)];
    const options = names.map((name, i) => element("option", { value: i }, name));
    select[key].replaceChildren(...first, ...options);
    select[key].value = String(chosen ?? "");
    select[key].hidden = names.length < 2;
  }

  /** What the state asks for, where this comparison has it. */
  function choose() {
    const { conditions, units } = choices;
    const condition = conditions[store.get("versus")] ?? conditions[0];
    const groups = groupsOf(body, condition.code);
    const groupAt = store.get("within");
    const group = groups[groupAt] ?? null;
    const wanted = units[store.get("inUnit")]?.code ?? null;
    const found = chosenRows(body, { condition: condition.code, group, unit: wanted });
    const drawn = found.chosen.slice(0, MOST_DRAWN);
    const place = store.get("difference");
    const beyond = found.chosen.find((i) => body.rows.place[i] === place);
    if (beyond !== undefined && !drawn.includes(beyond)) drawn.push(beyond);
    const at = Math.max(0, drawn.findIndex((i) => body.rows.place[i] === place));
    shown = { condition, group, ...found, drawn, at };
    select.comparison.value = String(entries.indexOf(entry));
    select.comparison.hidden = entries.length < 2;
    offer("versus", conditions.map(({ name }) => name), conditions.indexOf(condition));
    offer("within", groups, group === null ? null : groupAt, "All groups");
    const unitAt = units.findIndex(({ code }) => code === found.unit);
    offer("inUnit", units.map(({ name }) => name || "no unit"), unitAt);
  }

  function drawForest() {
    const { rows } = body;
    const { condition, drawn, at, unit } = shown;
    const inUnit = body.names.unit[unit];
    const effects = drawn.map((i) => ({
      name: nameOfRow(i),
      effect: rows.effect[i],
      low: rows.low[i],
      high: rows.high[i],
      stands: stands(rows, i, constants.alpha),
      beside: `${versus(rows, i)} · ${rows.padj[i] === null ? "–" : pValue(rows.padj[i])}`,
    }));
    forest = forestFigure(effects, {
      width: forestPlot.size().width,
      title: `${condition.name} minus ${entry.reference}${inUnit ? `, ${inUnit}` : ""}`,
      heading: `${entry.replicate}s · adj. p`,
      chosen: at,
    });
    return forestPlot.draw(forest);
  }

  /** How it was tested, and what was left out with the reasons. */
  function showKey() {
    const n = body.leftOut.reduce((sum, [, what]) => sum + what.length, 0);
    const reasons = body.leftOut.map(([reason, what]) =>
      element("li", {}, `${reason}: ${what.filter(Boolean).join("; ") || "all"}`),
    );
    const left = element(
      "details",
      { hidden: !n },
      element("summary", {}, `Left out: ${wholeNumber(n)}`),
      element("ul", {}, ...reasons),
    );
    byId("key-compare").replaceChildren(element("span", {}, howTested()), left);
  }

  const howTested = () => {
    const tests = body.names.test.filter(Boolean).join(", ");
    const cut = shown.chosen.length - shown.drawn.length;
    return [
      `Test: ${tests || "none"}; each ${entry.replicate} counts once. Reference: ${entry.reference}.`,
      `Adjusted (Benjamini-Hochberg) over all that was tested in this comparison.`,
      forest?.isCut ? "Intervals that reach the edge go on beyond it." : "",
      cut > 0 ? `Drawn: the best ${wholeNumber(shown.drawn.length)} of ${wholeNumber(shown.chosen.length)}; the table has more.` : "",
    ].filter(Boolean).join(" ");
  };

  const scopeText = () =>
    `${entry.name}: ${shown.condition.name} against ${entry.reference}. ${
      selection.isActive() ? "All cells, not the selection." : "All cells."
    }`;

  async function update(changed) {
    const wanted = entries[store.get("comparison")] ?? entries[usualComparison(entries)];
    const at = entries.indexOf(wanted);
    bodies[at] ??= await readJsonBlock(wanted.block);
    entry = wanted;
    body = bodies[at];
    choices = choicesOf(body);
    choose();
    setText("scope-compare", scopeText());
    if (![...changed].some((key) => !SELECTION.includes(key))) return;
    await drawForest();
    showKey();
    await detail.draw(body, entry, shown.drawn[shown.at]);
  }

  return {
    id: "compare",
    usesPlotly: true,
    needs: [...CHOICE, ...SELECTION, "palette", "theme", "size"],
    update,
    figure: () =>
      withNote(besideFigure(forest, detail.figure(), nameOfRow(shown.drawn[shown.at])), howTested()),
    data: () => ({ rows: shown.drawn.map((i) => nameOfRow(i)), chosen: shown.at, columns: detail.columns() }),
    table: () => ({ ...tableOf(body, shown.chosen), note: `${scopeText()} ${howTested()}` }),
  };
}

/** What is shown first: the comparison in which most differences stand. */
function usualComparison(entries) {
  const most = Math.max(...entries.map(({ nStanding }) => nStanding));
  return entries.findIndex(({ nStanding }) => nStanding === most);
}

/** A whole number, or what this comparison does not have. */
const whole = { read: (text) => (/^\d{1,6}$/.test(text) ? Number(text) : undefined) };

export const panel = {
  id: "compare",
  state: ({ panels }) => ({ comparison: usualComparison(panels.compare), ...FIRST }),
  link: {
    comparison: whole,
    versus: whole,
    within: whole,
    inUnit: whole,
    difference: whole,
  },
  create: createComparePanel,
};
