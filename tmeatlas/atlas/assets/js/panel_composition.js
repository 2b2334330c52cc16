/** Composition: the share of each group in each sample, samples ordered by condition. */
import { categoryColours } from "./colours.js";
import { cssValue, setText } from "./dom.js";
import { baseLayout, createPlot, namedAxis, plotFont, withLegend } from "./plots.js";
import { SELECTION } from "./selection.js";
import { countByBar } from "./statistics.js";
import { escapeForPlotly, fitText, wholeNumber, widest } from "./text.js";

const PLACE = { least: 16, most: 26 }; // pixels per sample

export function createCompositionPanel(atlas) {
  const { meta, cells, store, selection } = atlas;
  const { bars } = meta;
  const groups = atlas.categories.get("group");
  const samples = atlas.categories.get("sample");
  const conditions = atlas.categories.get("condition");
  let counts = bars.counts;
  let current = null;
  const plot = createPlot(atlas, "composition", {
    describe: ({ customdata }) => describe(...customdata),
    onClick: ({ customdata }) => pick(...customdata),
  });

  const total = (bar) => counts[bar].reduce((sum, count) => sum + count, 0);

  /** Name of a bar; the condition is part of it only where a sample has several. */
  function barName(bar) {
    const sample = bars.sample[bar];
    const several = bars.sample.indexOf(sample) !== bars.sample.lastIndexOf(sample);
    const name = samples.labels[sample];
    return several ? `${name} (${conditions.labels[bars.condition[bar]]})` : name;
  }

  function describe(group, bar) {
    const n = counts[bar][group];
    const share = ((100 * n) / Math.max(1, total(bar))).toFixed(1);
    return [
      groups.labels[group],
      `${samples.name}: ${samples.labels[bars.sample[bar]]}`,
      conditions ? `${conditions.name}: ${conditions.labels[bars.condition[bar]]}` : null,
      `${share}% (${wholeNumber(n)} of ${wholeNumber(total(bar))} cells)`,
    ];
  }

  function pick(group, bar) {
    const region = store.get("region");
    const again = region?.type === "bar" && region.group === group && region.bar === bar;
    store.set({ region: again ? null : { type: "bar", group, bar } });
  }

  /** Places of the bars from top to bottom, with room for the name of each condition. */
  function places() {
    const positions = [];
    const headings = [];
    let next = 0;
    bars.condition.forEach((condition, bar) => {
      if (conditions && (bar === 0 || condition !== bars.condition[bar - 1])) {
        headings.push({ condition, at: next });
        next += 1;
      }
      positions.push(next);
      next += 1;
    });
    return { positions, headings, length: next };
  }

  const conditionNames = (headings, left) =>
    headings.map(({ condition, at }) => ({
      x: 0,
      y: at,
      xref: "paper",
      xanchor: "left",
      yshift: -2,
      xshift: -left + 4,
      text: escapeForPlotly(fitText(conditions.labels[condition], 400, 12, 600)),
      showarrow: false,
      font: { ...plotFont(12), weight: 600, color: cssValue("--ink") },
    }));

  function build(width) {
    const { positions, headings, length } = places();
    const labels = positions.map((_, bar) => barName(bar));
    const left = Math.ceil(Math.min(widest(labels, 11.5), width * 0.34, 320)) + 16;
    const place = Math.max(PLACE.least, Math.min(PLACE.most, 420 / length));
    const bottom = 26;
    const colours = categoryColours(groups, store.get("palette"));
    const totals = positions.map((_, bar) => Math.max(1, total(bar)));
    // One trace for all: plotly's time goes by the number of traces.
    const segments = { x: [], y: [], base: [], colour: [], customdata: [] };
    positions.forEach((position, bar) => {
      let base = 0;
      groups.labels.forEach((_, group) => {
        const share = (100 * counts[bar][group]) / totals[bar];
        if (!share) return;
        segments.x.push(share);
        segments.y.push(position);
        segments.base.push(base);
        segments.colour.push(colours[group]);
        segments.customdata.push([group, bar]);
        base += share;
      });
    });
    const { colour, ...geometry } = segments;
    const data = [
      {
        type: "bar",
        orientation: "h",
        ...geometry,
        width: 0.84,
        marker: { color: colour, line: { width: 0.5, color: cssValue("--card") } },
        hoverinfo: "none",
      },
    ];
    const layout = baseLayout({
      barmode: "overlay",
      margin: { l: left, r: 16, t: 2, b: bottom },
      annotations: conditionNames(headings, left),
      yaxis: {
        ...namedAxis(labels, { width: left - 12, positions, size: 11.5 }),
        range: [length - 0.45, -0.55],
      },
      xaxis: {
        range: [0, 100],
        ticksuffix: "%",
        fixedrange: true,
        gridcolor: cssValue("--grid"),
        zeroline: false,
        nticks: 6,
        ticklabeloverflow: "allow",
      },
    });
    return { data, layout, width, height: Math.ceil(length * place) + bottom + 2 };
  }

  async function update() {
    const [nGroups, nBars] = [groups.labels.length, bars.sample.length];
    counts = selection.isActive()
      ? countByBar(cells.group, nGroups, selection.bars, nBars, selection.indices())
      : bars.counts;
    setText("scope-composition", selection.isActive() ? "Cells in the selection." : "All cells.");
    current = build(plot.size().width);
    await plot.draw(current);
  }

  return {
    id: "composition",
    usesPlotly: true,
    needs: [...SELECTION, "palette", "theme", "size"],
    update,
    figure: () => withLegend(current, groups.labels, categoryColours(groups, store.get("palette"))),
    data: () => counts,
    table: () => ({
      header: [samples.name, ...(conditions ? [conditions.name] : []), "Cells", ...groups.labels],
      body: bars.sample.map((sample, bar) => [
        samples.labels[sample],
        ...(conditions ? [conditions.labels[bars.condition[bar]]] : []),
        total(bar),
        ...counts[bar],
      ]),
    }),
  };
}
