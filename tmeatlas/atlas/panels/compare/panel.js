/** Differences between conditions: all of them in words, effects with intervals, and who is behind. */
import { constants } from "../../assets/js/constants.js";
import { readJsonBlock } from "../../assets/js/decode.js";
import { byId, element, setText } from "../../assets/js/dom.js";
import { bindFigureCursor } from "../../assets/js/figure_cursor.js";
import { withNote } from "../../assets/js/figure_words.js";
import { createPlot } from "../../assets/js/plots.js";
import { SELECTION } from "../../assets/js/selection.js";
import { capital, pValue, wholeNumber } from "../../assets/js/text.js";
import { hideTooltip, showTooltip } from "../../assets/js/tooltip.js";
import { besideFigure, titledFigure } from "./beside.js";
import { CHOICE, createChoices, USUAL } from "./choices.js";
import { createDetail } from "./detail.js";
import { forestFigure } from "./forest.js";
import { createList } from "./list.js";
import { choicesOf, isWeak, LEVELS, linesOfRow, placeName, tableOf, versus } from "./rows.js";

function createComparePanel(atlas) {
  const { meta, store, selection } = atlas;
  const { words, nTested, enough, together } = meta.panels.compare;
  const several = meta.panels.compare.entries.length > 1;
  const entries = meta.panels.compare.entries.map((entry) => ({ ...entry, enough, several }));
  const bodies = [];
  let all = null; // the best rows of all comparisons
  let at = null; // the number of the comparison that is shown; null for all
  let body = null;
  let shown = null; // {condition, unit, chosen, drawn, at}
  let forest = null; // null where rows are listed in words
  const forestPlot = createPlot(atlas, "compare", {});
  const detail = createDetail(atlas);
  const choices = createChoices(store, entries, several && nTested > 0);

  /** The comparison of a row of what is shown. */
  const entryOf = (i) => entries[at ?? body.rows.comparison[i]];
  const nameOfRow = (i) => placeName(body.places[body.rows.place[i]]);
  const linesOf = (i) => linesOfRow(body, i, entryOf(i));
  const chosenRow = () => shown.drawn[shown.at];

  function pick(row) {
    const i = shown.drawn[row];
    store.set({ difference: at === null ? i : body.rows.place[i] });
  }
  const list = createList(byId("list-compare"), {
    pick,
    nameOf: nameOfRow,
    entryOf: (i) => ({ ...entryOf(i), isListed: at === null }),
  });

  const describeRow = (_, row) => [nameOfRow(shown.drawn[row]), ...linesOf(shown.drawn[row])];
  bindFigureCursor(byId("frame-compare"), forestPlot.node, {
    rows: () => forest?.boxes ?? [],
    how: "Arrow keys go to a row, Enter shows its replicates.",
    describe: describeRow,
    pick: (_, row) => pick(row),
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
    if (row >= 0) pick(row);
  });

  function drawForest(entry) {
    const { rows } = body;
    const { condition, drawn, unit } = shown;
    const inUnit = body.names.unit[unit];
    const effects = drawn.map((i) => ({
      name: nameOfRow(i),
      effect: rows.effect[i],
      low: rows.low[i],
      high: rows.high[i],
      stands: rows.level[i] > 0,
      weak: isWeak(rows, i, enough),
      beside: `${versus(rows, i)} · ${rows.padj[i] === null ? "–" : pValue(rows.padj[i])}`,
    }));
    forest = forestFigure(effects, {
      width: forestPlot.size().width,
      title: `${condition.name} minus ${entry.reference}${inUnit ? `, ${inUnit}` : ""}`,
      heading: `${entry.replicate}s (${entry.reference} v ${condition.name}) · adjusted p`,
      chosen: shown.at,
    });
    return forestPlot.draw(forest);
  }

  /** The rows in words; of all comparisons each level counts what is not listed, too. */
  function drawList() {
    const { rows } = body;
    const ofLevel = (level) => shown.chosen.filter((i) => rows.level[i] === level).length;
    const counts = Object.fromEntries(LEVELS.map((level) => [level, ofLevel(level)]));
    if (at === null) counts[0] = nTested - counts[1] - counts[2];
    const { reference, replicate } = entryOf(chosenRow());
    const { conditions } = choicesOf(body);
    const condition = conditions.length === 1 ? conditions[0].name : "condition";
    const columns = `${replicate}s (${reference} v ${condition}) · adjusted p`;
    list.draw(body, {
      ...{ drawn: shown.drawn, chosen: shown.at, counts },
      words: { several, enough, nComparisons: entries.length, columns },
    });
  }

  /** Rows of one unit as a forest; of several, which share no axis, in words. */
  async function drawRows() {
    const inWords = at === null || shown.unit === null;
    byId("list-compare").hidden = !inWords;
    byId("frame-compare").hidden = inWords;
    if (inWords) {
      forest = null;
      drawList();
    } else await drawForest(entries[at]);
  }

  /** How it was tested, and what was left out with the reasons. */
  function showKey() {
    const n = at === null ? 0 : body.leftOut.reduce((sum, [, what]) => sum + what.length, 0);
    const reasons = (body.leftOut ?? []).map(([reason, what]) =>
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

  /** Which rows are missing in what is drawn. */
  function cutWords() {
    const cut = shown.chosen.length - shown.drawn.length;
    return cut > 0
      ? `Drawn: the best ${wholeNumber(shown.drawn.length)} of ${wholeNumber(shown.chosen.length)}; the table has more.`
      : "";
  }

  const howTested = () => {
    const tests = body.names.test.filter(Boolean).join(", ");
    const { reference, replicate } = entryOf(chosenRow());
    return [
      `Test: ${tests || "none"}; each ${replicate} counts once. Reference: ${reference}.`,
      "p is adjusted (Benjamini-Hochberg) over all that was tested in one comparison.",
      several ? "What stands over all comparisons is adjusted over these, too." : "",
      forest ? `Blue: stands; hollow: weak, fewer than ${enough} ${replicate}s on a side.` : "",
      forest?.isCut ? "Intervals that reach the edge go on beyond it." : "",
      forest ? cutWords() : "",
    ].filter(Boolean).join(" ");
  };

  function scopeText() {
    const scope = `All ${constants.rows}${selection.isActive() ? ", not the selection" : ""}.`;
    if (at === null) return `${capital(words)}. ${scope}`;
    return `${entries[at].name}: ${shown.condition.name} against ${entries[at].reference}. ${scope}`;
  }

  const bodyOf = async (number) => (bodies[number] ??= await readJsonBlock(entries[number].block));

  /** The chosen row in detail, which is of the comparison that it belongs to. */
  async function drawDetail() {
    const i = chosenRow();
    if (at !== null) return detail.draw(body, entries[at], i);
    const number = body.rows.comparison[i];
    return detail.draw(await bodyOf(number), entries[number], body.rows.row[i]);
  }

  async function update(changed) {
    const wanted = choices.comparison();
    if (wanted === null) all ??= await readJsonBlock(together);
    const next = wanted === null ? all : await bodyOf(wanted);
    [at, body] = [wanted, next];
    shown = at === null ? choices.chooseTogether(body) : choices.choose(body, entries[at]);
    setText("scope-compare", scopeText());
    if (![...changed].some((key) => !SELECTION.includes(key))) return;
    await drawRows();
    await drawDetail();
    showKey();
  }

  function figure() {
    const name = nameOfRow(chosenRow());
    const dots = detail.figure();
    return withNote(forest ? besideFigure(forest, dots, name) : titledFigure(dots, name), howTested());
  }

  return {
    id: "compare",
    usesPlotly: true,
    needs: [...CHOICE, ...SELECTION, "palette", "theme", "size"],
    update,
    figure,
    data: () => ({
      ...{ rows: shown.drawn.map(nameOfRow), levels: shown.drawn.map((i) => body.rows.level[i]) },
      ...{ chosen: shown.at, columns: detail.columns() },
    }),
    table: () => ({ ...tableOf(body, shown.chosen, entryOf), note: `${scopeText()} ${howTested()}` }),
  };
}

/** A whole number, or what this comparison does not have. */
const whole = { read: (text) => (/^\d{1,6}$/.test(text) ? Number(text) : undefined) };

export const panel = {
  id: "compare",
  state: () => ({ ...USUAL }),
  link: {
    comparison: whole,
    versus: whole,
    within: whole,
    inUnit: whole,
    difference: whole,
  },
  create: createComparePanel,
};
