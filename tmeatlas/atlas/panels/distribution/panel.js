/**
 * Violins of the current score or gene; with a selection, the selection against the rest. By
 * condition, where the page has samples, their means.
 */
import { stepValue } from "../../assets/js/cells.js";
import { categoryColours } from "../../assets/js/colours.js";
import { constants } from "../../assets/js/constants.js";
import { byId, cssValue, element, setText } from "../../assets/js/dom.js";
import { bindFigureCursor } from "../../assets/js/figure_cursor.js";
import { withNote } from "../../assets/js/figure_words.js";
import { briefNumber } from "../../assets/js/grid_measures.js";
import { baseLayout, createPlot, namedAxis, namesBelow } from "../../assets/js/plots.js";
import { dotLines, hasFew, replicatesFigure, roomForNumbers, valueAxis } from "../../assets/js/replicates.js";
import { unitName, unitOf } from "../../assets/js/scale_keys.js";
import { SELECTION, selectionWords } from "../../assets/js/selection.js";
import { histograms, quantileStep } from "../../assets/js/statistics.js";
import { capital, percent, shortNumber, wholeNumber } from "../../assets/js/text.js";
import { link } from "./choice.js";
import { NO_REPLICATES, sampleColumns, SAMPLES_TEXT } from "./samples.js";
import {
  boxShape,
  drawnBins,
  LEAST_FOR_VIOLIN,
  pointsShape,
  quartileTraces,
  resolutionOf,
  shapesTrace,
  undivided,
  violinShape,
  waysForFew,
  widestShare,
} from "./violin.js";

const PLACE = { least: 24, most: 180 }; // pixels per group

function createDistributionPanel(atlas) {
  const { meta, cells, store, selection } = atlas;
  const features = meta.features;
  let feature = features[0];
  let rows = [];
  let few = null; // how groups of few cells are shown
  let current = null;
  let places = []; // per group, what the tooltip says of the left and the right half
  let columns = null; // of the means of samples, where these are shown
  const describeDot = (k, at) => dotLines(columns[at].dots[k], columns[at].name);
  const plot = createPlot(atlas, "distribution", {
    locate: describePlace,
    describe: ({ customdata }) => customdata && describeDot(customdata[1], customdata[0]),
  });
  bindFigureCursor(byId("frame-distribution"), plot.node, {
    rows: () => current?.boxes ?? [],
    how: "Where dots are samples, arrow keys go to them.",
    describe: describeDot,
  });
  const whole = undivided(cells);
  const bySelect = byId("distribution-by");
  for (const category of meta.categories.filter(({ labels }) => labels.length > 1)) {
    bySelect.append(element("option", { value: category.id }, category.main ? `by ${category.phrase}` : `by column “${category.name}” of the data`));
  }
  bySelect.append(element("option", { value: "all" }, `all ${constants.rows} together`));
  bySelect.addEventListener("change", () => store.set({ distributionBy: bySelect.value }));

  const division = () => {
    const id = store.get("distributionBy");
    return id === "all" ? whole.category() : atlas.categories.get(id);
  };

  const isOfSamples = () => store.get("distributionBy") === "condition" && meta.bars !== null;

  const isGene = () => feature.kind === "gene";

  /** A number with as many decimals as the stored values have. */
  function rounded(value) {
    const decimals = Math.ceil(-Math.log10(resolutionOf(feature)));
    return Number(value.toFixed(Math.max(0, Math.min(12, decimals))));
  }

  /** What is at a position of the axis: left of a place the rest, right the selection. */
  function describePlace(position) {
    if (columns) return undefined;
    const k = Math.round(position);
    const parts = places[k];
    if (!parts) return null;
    return parts[position < k ? 0 : parts.length - 1] ?? null;
  }

  function shapeOf({ n }) {
    if (n >= LEAST_FOR_VIOLIN) return violinShape;
    return few === "boxes" ? boxShape : pointsShape;
  }

  function build(histogram, category, size) {
    const active = selection.isActive();
    const colours = categoryColours(category, store.get("palette"));
    const violins = new Map(); // colour -> shapes
    const points = new Map();
    const quartiles = [];
    const both = { left: true, right: true };
    const widest = widestShare(feature, [...histogram.focus, ...histogram.rest]);
    rows = [];
    places = category.labels.map((label, k) => {
      const parts = active
        ? [
            ["rest", histogram.rest[k], { left: true }, cssValue("--rest")],
            ["selection", histogram.focus[k], { right: true }, colours[k]],
          ]
        : [[`all ${constants.rows}`, histogram.focus[k], both, colours[k]]];
      return parts.map(([name, bins, sides, colour]) => {
        const heading = active ? `${label}: ${name}` : label;
        if (!bins.n) return [heading, `No ${constants.rows}`];
        const values = [0.25, 0.5, 0.75].map((q) => stepValue(feature, quantileStep(bins, q)));
        rows.push([label, name, bins.n, ...values.map(rounded)]);
        const drawn = drawnBins(feature, bins);
        const outlined = drawn.n >= LEAST_FOR_VIOLIN || few === "boxes";
        const shapes = outlined ? violins : points;
        const shape = shapeOf(drawn)(feature, k, drawn, { ...sides, width: drawn.share / widest });
        if (drawn.n) shapes.set(colour, [...(shapes.get(colour) ?? []), shape]);
        const shift = sides === both ? 0 : sides.left ? -0.07 : 0.07;
        const hasQuartiles = bins.n >= LEAST_FOR_VIOLIN || few === "boxes";
        if (hasQuartiles) quartiles.push({ place: k + shift, values });
        const [low, median, high] = values.map(shortNumber);
        return [
          heading,
          `Median ${median}, quartiles ${low} to ${high}`,
          isGene() ? `${percent(drawn.share)} show it` : null,
          `${wholeNumber(bins.n)} ${constants.rows}`,
        ];
      });
    });
    const traces = [
      ...[...violins].map(([colour, shapes]) => shapesTrace(shapes, colour, false)),
      ...[...points].map(([colour, shapes]) => shapesTrace(shapes, colour, true)),
      ...quartileTraces(quartiles),
    ];
    const counts = histogram.focus.map((bins, k) => bins.n + (active ? histogram.rest[k].n : 0));
    return figure(traces, category, counts, size);
  }

  /** How to read the figure; in a file also what is selected, in `words`. */
  function explanation(words = "") {
    const some = selection.isActive() ? ` ${capital(constants.rows)} in the selection${words && ` (${words})`}.` : "";
    if (columns) {
      const hollow = hasFew(columns) ? ` Hollow: fewer than ${constants.fewCells} ${constants.rows}.` : "";
      return `${capital(unitOf(feature))}. ${SAMPLES_TEXT}${hollow}${some}`;
    }
    const halves = selection.isActive()
      ? `Coloured, right: ${constants.rows} in the selection${words && ` (${words})`}; grey, left: the rest.`
      : `How the ${constants.rows} of each group spread.`;
    const ways = {
      points: ` Few ${constants.rows}: each a point.`,
      boxes: ` Few ${constants.rows}: a box.`,
    };
    const widths = isGene() ? ` Shape: ${constants.rows} that show it, as wide as their share.` : "";
    const pooled = division().id === "condition" ? ` ${NO_REPLICATES}` : "";
    const last = `${ways[few] ?? ""}${pooled}`;
    return `${capital(unitOf(feature))}. ${halves}${widths} Point and bar: median and quartiles${isGene() ? " of all" : ""}.${last}`;
  }

  /** `counts` has the cells of each category; they stand behind its name. */
  function figure(data, category, counts, size) {
    const n = category.labels.length;
    const labels = category.labels.map((label, k) => `${label} (${briefNumber(counts[k])})`);
    const left = roomForNumbers(feature.low, feature.high);
    const right = 10;
    const place = Math.max(PLACE.least, Math.min(PLACE.most, (size.width - left - right) / n));
    const names = namesBelow(labels, place);
    const width = Math.max(left + right + n * place, 200);
    const layout = baseLayout({
      margin: { l: Math.max(left, names.overhang - place / 2), r: right, t: 8, b: names.height },
      xaxis: {
        ...namedAxis(labels, { width: names.width }),
        tickangle: names.tickangle,
        range: [-0.6, n - 0.4],
      },
      yaxis: valueAxis(unitName(feature), size.height - names.height - 8),
    });
    return { data, layout, width, height: Math.max(180, size.height) };
  }

  function ofSamples(size) {
    rows = columns.flatMap(({ name, dots }) =>
      dots.map((dot) => [name, dot.name, dot.cells, rounded(dot.value)]),
    );
    return replicatesFigure(columns, { title: unitName(feature), size });
  }

  /** What the cells are coloured by; by a category, the score or gene that was last. */
  function wantedFeature() {
    const chosen = atlas.features.get(store.get("colour"));
    if (chosen.kind !== "category") return chosen;
    return atlas.features.get(store.get("distributionOf")) ?? features[0];
  }

  async function update(changed) {
    const wanted = wantedFeature();
    if (changed.size === 1 && changed.has("distributionOf") && wanted === feature) return;
    feature = wanted;
    store.set({ distributionOf: feature.id });
    const category = division();
    bySelect.value = category.id;
    const values = await cells.values(feature);
    const codes = category.id === "all" ? whole.codes : cells.codesOf.get(category.id);
    setText("title-distribution", `Distribution of ${feature.name}`);
    columns = isOfSamples() ? sampleColumns(atlas, feature, values) : null;
    const histogram = columns
      ? null
      : histograms(values, codes, category.labels.length, selection.focus);
    const drawn = (bins) => drawnBins(feature, bins);
    few = columns ? null : waysForFew([...histogram.focus, ...histogram.rest].map(drawn));
    setText("explain-distribution", explanation()); // before the room for the figure is measured
    current = columns ? ofSamples(plot.size()) : build(histogram, category, plot.size());
    await plot.draw(current);
  }

  return {
    id: "distribution",
    usesPlotly: true,
    fillsFrame: true,
    needs: ["colour", ...SELECTION, "palette", "theme", "distributionBy", "distributionOf", "size"],
    update,
    figure: () => withNote(current, explanation(selectionWords(atlas))),
    data: () => rows,
    table() {
      const inSteps = `in steps of ${Number(resolutionOf(feature).toPrecision(2))}`;
      const [shown, names] = columns
        ? [atlas.categories.get("sample").name, ["Mean"]]
        : [`${capital(constants.rows)} shown`, ["Quartile 1", "Median", "Quartile 3"]];
      const numbers = names.map((name) => `${name} (${inSteps})`);
      return {
        header: [division().name, shown, capital(constants.rows), ...numbers],
        body: rows,
        note: `${feature.name}, ${unitOf(feature)}`,
      };
    },
  };
}

export const panel = {
  id: "distribution",
  state: () => ({
    distributionBy: "group",
    distributionOf: null, // the feature last chosen as colour, shown beside a colour by category
  }),
  link,
  create: createDistributionPanel,
};
