/** Composition: the share of each group in each sample, samples ordered by condition. */
import { categoryColours } from "./colours.js";
import { cssValue, setText } from "./dom.js";
import { baseLayout, createPlot, namedAxis, namesBelow, plotFont } from "./plots.js";
import { countByBar } from "./statistics.js";
import { escapeForPlotly, fitText, wholeNumber } from "./text.js";

const PLACE = { least: 20, most: 84 }; // pixels per sample
const GAP = 0.6; // between conditions, in places

export function createCompositionPanel(atlas) {
  const { meta, cells, store, selection } = atlas;
  const { bars } = meta;
  const groups = atlas.categories.get("group");
  const samples = atlas.categories.get("sample");
  const conditions = atlas.categories.get("condition");
  let counts = bars.counts;
  let current = null;
  const plot = createPlot(atlas, "composition", {
    describe: ({ data, pointNumber }) => describe(data.meta, pointNumber),
    onClick: ({ data, pointNumber }) => pick(data.meta, pointNumber),
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

  /** Places of the bars along the axis, with a gap between conditions, and the conditions' names. */
  function places() {
    const positions = [];
    const spans = [];
    let next = 0;
    bars.condition.forEach((condition, bar) => {
      if (bar && condition !== bars.condition[bar - 1]) next += GAP;
      const span = spans.at(-1);
      if (span?.condition === condition) span.last = next;
      else spans.push({ condition, first: next, last: next });
      positions.push(next);
      next += 1;
    });
    return { positions, spans, length: next };
  }

  function conditionNames(spans, step, shift) {
    if (!conditions) return [];
    return spans.map(({ condition, first, last }) => ({
      x: (first + last) / 2,
      y: 1,
      yref: "paper",
      yanchor: "bottom",
      yshift: shift,
      text: escapeForPlotly(fitText(conditions.labels[condition], (last - first + 1.3) * step, 12, 600)),
      showarrow: false,
      font: { ...plotFont(12), weight: 600, color: cssValue("--ink") },
    }));
  }

  function build(size) {
    const { positions, spans, length } = places();
    const left = 44;
    const right = 12;
    const step = Math.max(PLACE.least, Math.min(PLACE.most, (size.width - left - right) / length));
    const labels = positions.map((_, bar) => barName(bar));
    const names = namesBelow(labels, step);
    const colours = categoryColours(groups, store.get("palette"));
    const totals = positions.map((_, bar) => Math.max(1, total(bar)));
    const data = groups.labels.map((_, group) => ({
      type: "bar",
      x: positions,
      y: positions.map((_, bar) => (100 * counts[bar][group]) / totals[bar]),
      width: 0.86,
      marker: { color: colours[group], line: { width: 0.5, color: cssValue("--card") } },
      hoverinfo: "none",
      meta: group,
    }));
    const layout = baseLayout({
      barmode: "stack",
      margin: { l: Math.max(left, names.overhang - step / 2), r: right, t: conditions ? 26 : 8, b: names.height },
      annotations: conditionNames(spans, step, 4),
      xaxis: {
        ...namedAxis(labels, { width: names.width, positions }),
        tickangle: names.tickangle,
        range: [-0.6, length - 0.4],
      },
      yaxis: {
        range: [0, 100],
        ticksuffix: "%",
        fixedrange: true,
        gridcolor: cssValue("--grid"),
        zeroline: false,
        nticks: 6,
      },
    });
    return { data, layout, width: left + right + length * step, height: Math.max(180, size.height) };
  }

  async function update() {
    const [nGroups, nBars] = [groups.labels.length, bars.sample.length];
    counts = selection.isActive()
      ? countByBar(cells.group, nGroups, selection.bars, nBars, selection.indices())
      : bars.counts;
    setText("scope-composition", selection.isActive() ? "Cells in the selection." : "All cells.");
    current = build(plot.size());
    await plot.draw(current);
  }

  return {
    id: "composition",
    needs: ["region", "hidden", "condition", "palette", "theme", "size"],
    update,
    figure: () => current,
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
