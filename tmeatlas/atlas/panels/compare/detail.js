/** One difference in detail: a dot per patient, the numbers in words, the interactions of a side. */
import { categoryColours } from "../../assets/js/colours.js";
import { constants } from "../../assets/js/constants.js";
import { byId, cssValue, element, setText } from "../../assets/js/dom.js";
import { bindFigureCursor } from "../../assets/js/figure_cursor.js";
import { createPlot } from "../../assets/js/plots.js";
import { dotLines, hasFew, replicatesFigure } from "../../assets/js/replicates.js";
import {
  choicesOf,
  INTERACTION_COLUMNS,
  interactionsOf,
  linesOfRow,
  placeName,
  replicatesOf,
} from "./rows.js";

const MOST_INTERACTIONS = 40;

/** The parts beside the rows; they show the row that is drawn last. */
export function createDetail(atlas) {
  let columns = [];
  let unit = "";
  let figure = null;
  const describe = (k, at) => dotLines(columns[at].dots[k], columns[at].label, unit);
  const plot = createPlot(atlas, "replicates", {
    describe: ({ customdata }) => customdata && describe(customdata[1], customdata[0]),
  });
  bindFigureCursor(byId("frame-replicates"), plot.node, {
    rows: () => figure?.boxes ?? [],
    how: "Arrow keys go to a dot.",
    describe,
  });

  /** The colour of a condition: that of the page, where it knows one by the same name. */
  function colourOf(name, reference) {
    const category = atlas.categories.get("condition");
    const code = category ? category.labels.indexOf(name) : -1;
    if (code >= 0) return categoryColours(category, atlas.store.get("palette"))[code];
    return cssValue(name === reference ? "--ink-faint" : "--accent");
  }

  /** The reference, then the conditions, as in all words; each with its mean where the row has it. */
  function columnsOf(body, { reference }, i) {
    const { rows, names } = body;
    const found = replicatesOf(body, rows.place[i]);
    const last = names.condition.indexOf(reference);
    const means = new Map([
      [last, rows.mean_reference[i]],
      [rows.condition[i], rows.mean[i]],
    ]);
    return [last, ...choicesOf(body).conditions.map(({ code }) => code)]
      .filter((code) => code >= 0)
      .map((code) => ({
        label: names.condition[code],
        colour: colourOf(names.condition[code], reference),
        mean: means.get(code) ?? null,
        dots: found.filter(({ condition }) => condition === code),
      }));
  }

  function showInteractions(lines) {
    const box = byId("replicates-interactions");
    const rest = lines.length - MOST_INTERACTIONS;
    const caption = rest > 0 ? `The first ${MOST_INTERACTIONS} of ${lines.length}` : "Its";
    const head = INTERACTION_COLUMNS.map((name) => element("th", { scope: "col" }, name));
    const rows = lines
      .slice(0, MOST_INTERACTIONS)
      .map((line) => element("tr", {}, ...line.map((text) => element("td", {}, text))));
    box.hidden = !lines.length;
    box.replaceChildren(
      element(
        "table",
        {},
        element("caption", {}, `${caption} interactions`),
        element("thead", {}, element("tr", {}, ...head)),
        element("tbody", {}, ...rows),
      ),
    );
  }

  return {
    /** Show row `i` of a comparison. */
    draw(body, entry, i) {
      const { rows, names, places } = body;
      columns = columnsOf(body, entry, i);
      unit = names.unit[rows.unit[i]];
      setText("replicates-title", placeName(places[rows.place[i]]));
      const few = hasFew(columns) ? [`Hollow dots: fewer than ${constants.fewCells} ${constants.rows}`] : [];
      const lines = [...few, ...linesOfRow(body, i, entry)].map((line) => element("li", {}, line));
      byId("replicates-words").replaceChildren(...lines);
      showInteractions(interactionsOf(body, rows.place[i], rows.condition[i]));
      figure = replicatesFigure(columns, { title: unit || "value", size: plot.size() });
      return plot.draw(figure);
    },
    figure: () => figure,
    columns: () => columns,
  };
}
