/**
 * Composition: the share of each group in each sample, samples ordered by condition. A selection
 * is highlighted within the whole bars: its own shares alone would always sum to 100 %.
 */
import { categoryColours, mixed } from "../../assets/js/colours.js";
import { byId, cssValue, setText } from "../../assets/js/dom.js";
import { bindFigureCursor } from "../../assets/js/figure_cursor.js";
import { baseLayout, createPlot, namedAxis, plotFont, withLegend } from "../../assets/js/plots.js";
import { SELECTION } from "../../assets/js/selection.js";
import { countByBar } from "../../assets/js/statistics.js";
import {
  escapeForPlotly,
  fitText,
  lineHeight,
  textWidth,
  wholeNumber,
  widest,
} from "../../assets/js/text.js";

const PLACE = { least: 16, most: 26 }; // pixels per sample
const BAR = 0.84; // of the place of a sample
const PALENESS = 0.78; // how grey cells outside of the selection are

function createCompositionPanel(atlas) {
  const { meta, cells, store, selection } = atlas;
  const { bars } = meta;
  const groups = atlas.categories.get("group");
  const samples = atlas.categories.get("sample");
  const conditions = atlas.categories.get("condition");
  let selected = bars.counts;
  let current = null;
  const plot = createPlot(atlas, "composition", {
    describe: ({ customdata }) => describe(...customdata),
    onClick: ({ customdata }) => pick(...customdata),
  });

  bindFigureCursor(byId("frame-composition"), plot.node, {
    rows: () => current?.segments ?? [],
    how: "Arrow keys go to a segment, Enter selects its cells.",
    describe,
    pick,
  });

  const sum = (counts) => counts.reduce((all, count) => all + count, 0);
  const totals = bars.counts.map(sum);

  /** Name of a bar; the condition is part of it only where a sample has several. */
  function barName(bar) {
    const sample = bars.sample[bar];
    const several = bars.sample.indexOf(sample) !== bars.sample.lastIndexOf(sample);
    const name = samples.labels[sample];
    return several ? `${name} (${conditions.labels[bars.condition[bar]]})` : name;
  }

  function describe(group, bar) {
    const n = bars.counts[bar][group];
    const share = ((100 * n) / totals[bar]).toFixed(1);
    const inFocus = `${wholeNumber(selected[bar][group])} of them in the selection`;
    return [
      groups.labels[group],
      `${samples.name}: ${samples.labels[bars.sample[bar]]}`,
      conditions ? `${conditions.name}: ${conditions.labels[bars.condition[bar]]}` : null,
      `${share}% (${wholeNumber(n)} of ${wholeNumber(totals[bar])} cells)`,
      selection.isActive() ? inFocus : null,
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

  const conditionNames = (headings, left, room) =>
    headings.map(({ condition, at }) => ({
      x: 0,
      y: at,
      xref: "paper",
      xanchor: "left",
      yshift: -2,
      xshift: -left + 4,
      text: escapeForPlotly(fitText(conditions.labels[condition], room, 12, 600)),
      showarrow: false,
      font: { ...plotFont(12), weight: 600, color: cssValue("--ink") },
    }));

  /**
   * All segments as the columns of one trace, since plotly's time goes by the number of traces;
   * of each segment, what is selected comes first and the rest is pale.
   */
  function columns(positions) {
    const colours = categoryColours(groups, store.get("palette"));
    const pale = colours.map((colour) => mixed(colour, cssValue("--dim"), PALENESS));
    const found = { x: [], y: [], base: [], colour: [], customdata: [] };
    positions.forEach((position, bar) => {
      let base = 0;
      const add = (group, n, colour) => {
        if (!n) return;
        const share = (100 * n) / totals[bar];
        found.x.push(share);
        found.y.push(position);
        found.base.push(base);
        found.colour.push(colour);
        found.customdata.push([group, bar]);
        base += share;
      };
      groups.labels.forEach((_, group) => {
        const n = selected[bar][group];
        add(group, n, colours[group]);
        add(group, bars.counts[bar][group] - n, pale[group]);
      });
    });
    return found;
  }

  /** Where each segment is in the figure, for the keyboard. */
  function segmentBoxes({ positions, length }, { left, right, top, bottom, width, height }) {
    const place = (height - top - bottom) / (length + 0.1);
    return positions.map((position, bar) => {
      const scale = (width - left - right) / totals[bar];
      const y = top + (position + 0.55 - BAR / 2) * place;
      let x = left;
      return groups.labels.flatMap((_, group) => {
        const box = { part: group, x, y, width: bars.counts[bar][group] * scale, height: BAR * place };
        x += box.width;
        return box.width ? [box] : [];
      });
    });
  }

  function build(width) {
    const { positions, headings, length } = places();
    const labels = positions.map((_, bar) => barName(bar));
    const left = Math.ceil(Math.min(widest(labels, 11.5), width * 0.34, 320)) + 16;
    const place = Math.max(PLACE.least, Math.min(PLACE.most, 420 / length));
    const [top, bottom] = [2, Math.ceil(lineHeight(11.5)) + 12];
    const right = Math.ceil(textWidth("100%", 11.5) / 2) + 2; // the last number ends beyond its bar
    const height = Math.ceil(length * place) + top + bottom;
    const { colour, ...geometry } = columns(positions);
    const data = [
      {
        type: "bar",
        orientation: "h",
        ...geometry,
        width: BAR,
        marker: { color: colour, line: { width: 0.5, color: cssValue("--card") } },
        hoverinfo: "none",
      },
    ];
    const layout = baseLayout({
      barmode: "overlay",
      margin: { l: left, r: right, t: top, b: bottom },
      annotations: conditionNames(headings, left, width - 8),
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
    const frame = { left, right, top, bottom, width, height };
    const segments = segmentBoxes({ positions, length }, frame);
    return { data, layout, width, height, segments };
  }

  /** Cells and shares of whole samples, then what of them is selected. */
  function table() {
    const active = selection.isActive();
    const named = (what) => groups.labels.map((label) => `${label}: ${what}`);
    return {
      header: [
        samples.name,
        ...(conditions ? [conditions.name] : []),
        ...["Cells", ...groups.labels, ...named("share")],
        ...(active ? ["Selected", ...named("selected")] : []),
      ],
      body: bars.sample.map((sample, bar) => [
        samples.labels[sample],
        ...(conditions ? [conditions.labels[bars.condition[bar]]] : []),
        ...[totals[bar], ...bars.counts[bar]],
        ...bars.counts[bar].map((n) => Number((n / totals[bar]).toPrecision(6))),
        ...(active ? [sum(selected[bar]), ...selected[bar]] : []),
      ]),
    };
  }

  async function update() {
    const [nGroups, nBars] = [groups.labels.length, bars.sample.length];
    const active = selection.isActive();
    selected = active
      ? countByBar(cells.group, nGroups, selection.bars, nBars, selection.indices())
      : bars.counts;
    const greyed = active ? "; greyed: not in the selection" : "";
    setText("scope-composition", `All cells${greyed}.`);
    current = build(plot.size().width);
    await plot.draw(current);
  }

  return {
    id: "composition",
    usesPlotly: true,
    needs: [...SELECTION, "palette", "theme", "size"],
    update,
    figure: () => withLegend(current, groups.labels, categoryColours(groups, store.get("palette"))),
    /** Cells of the selection per bar and group; of all cells where nothing is selected. */
    data: () => selected,
    table,
  };
}

export const panel = { id: "composition", create: createCompositionPanel };
