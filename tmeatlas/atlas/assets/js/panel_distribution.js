/** Violins of the current score or gene; with a selection, the selection against the rest. */
import { stepValue } from "./cells.js";
import { categoryColours } from "./colours.js";
import { byId, cssValue, element, setText } from "./dom.js";
import { unitOf } from "./map_key.js";
import { baseLayout, createPlot, namedAxis, namesBelow } from "./plots.js";
import { histograms, quantileStep, smoothOutline, VIOLIN_POINTS } from "./statistics.js";
import { shortNumber, wholeNumber } from "./text.js";

const LEAST_FOR_VIOLIN = 20; // fewer cells are shown one by one
const HALF_WIDTH = 0.42;
const PLACE = { least: 24, most: 130 }; // pixels per group
const FAINTEST = 0.006; // where an outline ends

export function createDistributionPanel(atlas) {
  const { meta, cells, store, selection } = atlas;
  const features = meta.features;
  let feature = features[0];
  let rows = [];
  let current = null;
  const plot = createPlot(atlas, "distribution", { describe: (point) => point.data.meta });
  const bySelect = byId("distribution-by");
  for (const category of meta.categories) {
    bySelect.append(element("option", { value: category.id }, `by ${category.name.toLowerCase()}`));
  }
  bySelect.hidden = meta.categories.length < 2;
  bySelect.addEventListener("change", () => store.set({ distributionBy: bySelect.value }));

  const numberAt = (position) => stepValue(feature, position * 4 + 1);

  function outlineTrace(place, outline, sides, colour, meta_) {
    let first = 0;
    let last = VIOLIN_POINTS - 1;
    while (first < last && outline[first] < FAINTEST) first++;
    while (last > first && outline[last] < FAINTEST) last--;
    const x = [];
    const y = [];
    for (let j = first; j <= last; j++) {
      x.push(place - (sides.left ? outline[j] * HALF_WIDTH : 0));
      y.push(numberAt(j));
    }
    for (let j = last; j >= first; j--) {
      x.push(place + (sides.right ? outline[j] * HALF_WIDTH : 0));
      y.push(numberAt(j));
    }
    x.push(x[0]);
    y.push(y[0]);
    return {
      type: "scatter",
      mode: "lines",
      x,
      y,
      fill: "toself",
      fillcolor: colour,
      line: { width: 0.75, color: colour },
      hoveron: "fills",
      hoverinfo: "none",
      meta: meta_,
    };
  }

  /** Few cells: each a point, spread a little so that equal values stay apart. */
  function pointsTrace(place, { bins }, sides, colour, meta_) {
    const x = [];
    const y = [];
    const middle = place + (sides.left && sides.right ? 0 : sides.left ? -0.2 : 0.2);
    for (let step = 0; step < 255; step++) {
      for (let k = 0; k < bins[step]; k++) {
        x.push(middle + 0.13 * Math.sin(2.4 * x.length));
        y.push(stepValue(feature, step));
      }
    }
    const marker = { size: 5, color: colour, opacity: 0.85 };
    return { type: "scatter", mode: "markers", x, y, marker, hoverinfo: "none", meta: meta_ };
  }

  /** Median and quartiles of all violins as one trace of lines and one of points. */
  function quartileTraces(quartiles) {
    const ink = cssValue("--ink");
    const lines = { x: [], y: [] };
    for (const { place, values } of quartiles) {
      lines.x.push(place, place, null);
      lines.y.push(values[0], values[2], null);
    }
    const common = { type: "scatter", hoverinfo: "skip" };
    return [
      { ...common, ...lines, mode: "lines", line: { color: ink, width: 2 } },
      {
        ...common,
        mode: "markers",
        x: quartiles.map((q) => q.place),
        y: quartiles.map((q) => q.values[1]),
        marker: { size: 6, color: cssValue("--card"), line: { width: 1.5, color: ink } },
      },
    ];
  }

  function build(histogram, category, size) {
    const active = selection.isActive();
    const colours = categoryColours(category, store.get("palette"));
    const traces = [];
    const quartiles = [];
    rows = [];
    category.labels.forEach((label, k) => {
      const parts = active
        ? [
            ["rest", histogram.rest[k], { left: true }, cssValue("--rest")],
            ["selection", histogram.focus[k], { right: true }, colours[k]],
          ]
        : [["all cells", histogram.focus[k], { left: true, right: true }, colours[k]]];
      for (const [name, bins, sides, colour] of parts) {
        if (!bins.n) continue;
        const values = [0.25, 0.5, 0.75].map((share) => stepValue(feature, quantileStep(bins, share)));
        rows.push([label, name, bins.n, ...values]);
        const text = [
          active ? `${label}: ${name}` : label,
          `Median ${shortNumber(values[1])}, quartiles ${shortNumber(values[0])} to ${shortNumber(values[2])}`,
          `${wholeNumber(bins.n)} cells`,
        ];
        const violin = bins.n >= LEAST_FOR_VIOLIN;
        traces.push(
          violin
            ? outlineTrace(k, smoothOutline(bins), sides, colour, text)
            : pointsTrace(k, bins, sides, colour, text),
        );
        const shift = sides.left && sides.right ? 0 : sides.left ? -0.07 : 0.07;
        if (violin) quartiles.push({ place: k + shift, values });
      }
    });
    return figure([...traces, ...quartileTraces(quartiles)], category, size);
  }

  function figure(data, category, size) {
    const n = category.labels.length;
    const left = 50;
    const right = 10;
    const place = Math.max(PLACE.least, Math.min(PLACE.most, (size.width - left - right) / n));
    const names = namesBelow(category.labels, place);
    const width = Math.max(left + right + n * place, 200);
    const layout = baseLayout({
      margin: { l: Math.max(left, names.overhang - place / 2), r: right, t: 8, b: names.height },
      xaxis: {
        ...namedAxis(category.labels, { width: names.width }),
        tickangle: names.tickangle,
        range: [-0.6, n - 0.4],
      },
      yaxis: {
        gridcolor: cssValue("--grid"),
        zerolinecolor: cssValue("--line"),
        fixedrange: true,
        title: { text: feature.kind === "gene" ? "log expression" : "score", standoff: 6 },
        nticks: 6,
      },
    });
    return { data, layout, width, height: Math.max(180, size.height) };
  }

  async function update() {
    const chosen = atlas.features.get(store.get("colour"));
    if (chosen.kind !== "category") feature = chosen;
    const category = atlas.categories.get(store.get("distributionBy"));
    bySelect.value = category.id;
    const values = await cells.values(feature);
    const codes = cells.codesOf.get(category.id);
    setText("title-distribution", `Distribution of ${feature.name}`);
    setText(
      "explain-distribution",
      selection.isActive()
        ? `Coloured: cells in the selection; grey: the rest. Point and bar: median and quartiles (${unitOf(feature)}).`
        : `How the ${unitOf(feature)} spreads in each group. Point and bar: median and quartiles.`,
    );
    const histogram = histograms(values, codes, category.labels.length, selection.focus);
    current = build(histogram, category, plot.size());
    await plot.draw(current);
  }

  return {
    id: "distribution",
    usesPlotly: true,
    needs: ["colour", "region", "hidden", "condition", "palette", "theme", "distributionBy", "size"],
    update,
    figure: () => current,
    data: () => rows,
    table: () => ({
      header: [atlas.categories.get(store.get("distributionBy")).name, "Cells shown", "Cells", "Quartile 1", "Median", "Quartile 3"],
      body: rows,
      note: feature.name,
    }),
  };
}
