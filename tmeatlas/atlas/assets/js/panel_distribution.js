/** Violins of the current score or gene; with a selection, the selection against the rest. */
import { stepValue } from "./cells.js";
import { categoryColours } from "./colours.js";
import { byId, cssValue, element, setText } from "./dom.js";
import { unitOf } from "./map_key.js";
import { baseLayout, createPlot, namedAxis, namesBelow } from "./plots.js";
import { SELECTION } from "./selection.js";
import { histograms, quantileStep, smoothOutline, VIOLIN_POINTS } from "./statistics.js";
import { shortNumber, wholeNumber } from "./text.js";

const LEAST_FOR_VIOLIN = 20; // fewer cells are shown one by one
const HALF_WIDTH = 0.42;
const PLACE = { least: 24, most: 130 }; // pixels per group
const GENE_BANDWIDTH = 10; // steps: genes come in every eighth
const FAINTEST = 0.006; // where an outline ends

export function createDistributionPanel(atlas) {
  const { meta, cells, store, selection } = atlas;
  const features = meta.features;
  let feature = features[0];
  let rows = [];
  let current = null;
  let places = []; // per group, what the tooltip says of the left and the right half
  const plot = createPlot(atlas, "distribution", { locate: describePlace });
  const bySelect = byId("distribution-by");
  for (const category of meta.categories) {
    bySelect.append(element("option", { value: category.id }, `by ${category.name.toLowerCase()}`));
  }
  bySelect.hidden = meta.categories.length < 2;
  bySelect.addEventListener("change", () => store.set({ distributionBy: bySelect.value }));

  const numberAt = (position) => stepValue(feature, position * 4 + 1);

  /** What is at a position of the axis: the left half of a place is the rest, the right the selection. */
  function describePlace(position) {
    const k = Math.round(position);
    const parts = places[k];
    if (!parts) return null;
    return parts[position < k ? 0 : parts.length - 1] ?? null;
  }

  /** Corners of a violin, or of half of one, around its place. */
  function outlinePoints(place, bins, { left, right }) {
    const outline = smoothOutline(bins, feature.kind === "gene" ? GENE_BANDWIDTH : undefined);
    let first = 0;
    let last = VIOLIN_POINTS - 1;
    while (first < last && outline[first] < FAINTEST) first++;
    while (last > first && outline[last] < FAINTEST) last--;
    const points = [];
    const add = (j, side) => points.push([place + side * outline[j] * HALF_WIDTH, numberAt(j)]);
    for (let j = first; j <= last; j++) add(j, left ? -1 : 0);
    for (let j = last; j >= first; j--) add(j, right ? 1 : 0);
    return [...points, points[0]];
  }

  /** Few cells: each a point, spread a little so that equal values stay apart. */
  function singlePoints(place, { bins }, { left, right }) {
    const points = [];
    const middle = place + (left && right ? 0 : left ? -0.2 : 0.2);
    for (let step = 0; step < 255; step++) {
      for (let k = 0; k < bins[step]; k++) {
        points.push([middle + 0.13 * Math.sin(2.4 * points.length), stepValue(feature, step)]);
      }
    }
    return points;
  }

  /** All shapes of one colour as one trace: plotly's time goes by the number of traces. */
  function traceOf(shapes, colour, asPoints) {
    const corners = shapes.flatMap((points) => [...points, [null, null]]);
    const common = { type: "scatter", x: corners.map((c) => c[0]), y: corners.map((c) => c[1]) };
    if (asPoints) {
      const marker = { size: 5, color: colour, opacity: 0.85 };
      return { ...common, mode: "markers", marker, hoverinfo: "skip" };
    }
    const line = { width: 0.75, color: colour };
    return { ...common, mode: "lines", fill: "toself", fillcolor: colour, line, hoverinfo: "skip" };
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
    const violins = new Map(); // colour -> shapes
    const points = new Map();
    const quartiles = [];
    const whole = { left: true, right: true };
    rows = [];
    places = category.labels.map((label, k) => {
      const parts = active
        ? [
            ["rest", histogram.rest[k], { left: true }, cssValue("--rest")],
            ["selection", histogram.focus[k], { right: true }, colours[k]],
          ]
        : [["all cells", histogram.focus[k], whole, colours[k]]];
      return parts.map(([name, bins, sides, colour]) => {
        const heading = active ? `${label}: ${name}` : label;
        if (!bins.n) return [heading, "No cells"];
        const values = [0.25, 0.5, 0.75].map((q) => stepValue(feature, quantileStep(bins, q)));
        rows.push([label, name, bins.n, ...values]);
        const many = bins.n >= LEAST_FOR_VIOLIN;
        const shapes = many ? violins : points;
        const shape = many ? outlinePoints(k, bins, sides) : singlePoints(k, bins, sides);
        shapes.set(colour, [...(shapes.get(colour) ?? []), shape]);
        const shift = sides === whole ? 0 : sides.left ? -0.07 : 0.07;
        if (many) quartiles.push({ place: k + shift, values });
        const [low, median, high] = values.map(shortNumber);
        return [
          heading,
          `Median ${median}, quartiles ${low} to ${high}`,
          `${wholeNumber(bins.n)} cells`,
        ];
      });
    });
    const traces = [
      ...[...violins].map(([colour, shapes]) => traceOf(shapes, colour, false)),
      ...[...points].map(([colour, shapes]) => traceOf(shapes, colour, true)),
      ...quartileTraces(quartiles),
    ];
    return figure(traces, category, size);
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
        ticklabeloverflow: "allow",
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
    needs: ["colour", ...SELECTION, "palette", "theme", "distributionBy", "size"],
    update,
    figure: () => current,
    data: () => rows,
    table: () => ({
      header: [
        atlas.categories.get(store.get("distributionBy")).name,
        "Cells shown",
        "Cells",
        "Quartile 1",
        "Median",
        "Quartile 3",
      ],
      body: rows,
      note: feature.name,
    }),
  };
}
