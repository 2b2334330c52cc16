/**
 * Composition: the share of each group in each sample, samples ordered by condition. A selection
 * is highlighted within the whole bars: its own shares alone would always sum to 100 %.
 */
import { categoryColours } from "../../assets/js/colours.js";
import { constants } from "../../assets/js/constants.js";
import { indexOf } from "../../assets/js/deep_link.js";
import { byId, cssValue, element, setText } from "../../assets/js/dom.js";
import { bindFigureCursor } from "../../assets/js/figure_cursor.js";
import { baseLayout, createPlot, namedAxis, withLegend } from "../../assets/js/plots.js";
import { SELECTION } from "../../assets/js/selection.js";
import { countByBar } from "../../assets/js/statistics.js";
import { capital, lineHeight, textWidth, wholeNumber, widest } from "../../assets/js/text.js";
import {
  BAR,
  barMarker,
  conditionNames,
  countsWithin,
  paleNames,
  paler,
  placesOf,
  segmentBoxes,
  sum,
} from "./bars.js";
import { groupList } from "./list.js";

const PLACE = { least: 16, most: 26 }; // pixels per sample
const NOT_WHOLE = "*"; // beside the name of a sample whose shares tell nothing of a tumour

function createCompositionPanel(atlas) {
  const { meta, cells, store, selection } = atlas;
  const { bars } = meta;
  const groups = atlas.categories.get("group");
  const samples = atlas.categories.get("sample");
  const conditions = atlas.categories.get("condition");
  let selected = bars.counts;
  let current = null;
  const { parents, notWhole } = meta.panels.composition;
  let parent = null; // the lineage that shares are of; null: all cells
  let { counts } = bars;
  let totals = [];
  const isOne = bars.sample.length === 1; // a single bar says less than a list of its groups
  const plot = createPlot(atlas, "composition", {
    describe: ({ customdata }) => describe(...customdata),
    onClick: ({ customdata }) => pick(...customdata),
  });

  bindFigureCursor(byId("frame-composition"), plot.node, {
    rows: () => current?.segments ?? [],
    how: "Arrow keys go to a segment, Enter selects what is in it.",
    describe: (group, bar) => describe(group, isOne ? 0 : bar),
    pick: (group, bar) => pick(group, isOne ? 0 : bar),
  });

  const select = byId("composition-parent");
  select.hidden = !parents.length;
  select.append(
    element("option", { value: "" }, `of all ${constants.rows}`),
    ...parents.map(({ name }, i) => element("option", { value: i }, `of ${name}`)),
  );
  select.addEventListener("change", () =>
    store.set({ parent: select.value === "" ? null : Number(select.value) }),
  );

  /** Name of a bar; the condition is part of it only where a sample has several. */
  function barName(bar) {
    const sample = bars.sample[bar];
    const several = bars.sample.indexOf(sample) !== bars.sample.lastIndexOf(sample);
    const label = samples.labels[sample];
    const name = notWhole[label] && !parent ? `${label} ${NOT_WHOLE}` : label;
    return several ? `${name} (${conditions.labels[bars.condition[bar]]})` : name;
  }

  function describe(group, bar) {
    const n = counts[bar][group];
    const share = ((100 * n) / totals[bar]).toFixed(1);
    const inFocus = `${wholeNumber(selected[bar][group])} of them in the selection`;
    return [
      groups.labels[group],
      `${samples.name}: ${samples.labels[bars.sample[bar]]}`,
      conditions ? `${conditions.name}: ${conditions.labels[bars.condition[bar]]}` : null,
      `${share}% (${wholeNumber(n)} of ${wholeNumber(totals[bar])} ${parent ? parent.name : constants.rows})`,
      selection.isActive() ? inFocus : null,
      parent ? null : (notWhole[samples.labels[bars.sample[bar]]] ?? null),
    ];
  }

  function pick(group, bar) {
    const region = store.get("region");
    const again = region?.type === "bar" && region.group === group && region.bar === bar;
    store.set({ region: again ? null : { type: "bar", group, bar } });
  }

  /**
   * All segments as the columns of one trace, since plotly's time goes by the number of traces;
   * of each segment, what is selected comes first and the rest is pale.
   */
  function columns(positions) {
    const colours = categoryColours(groups, store.get("palette"));
    const pale = colours.map(paler);
    const found = { x: [], y: [], base: [], colour: [], few: [], customdata: [] };
    positions.forEach((position, bar) => {
      let base = 0;
      const add = (group, n, colour) => {
        if (!n) return;
        const share = (100 * n) / totals[bar];
        found.x.push(share);
        found.y.push(position);
        found.base.push(base);
        found.colour.push(colour);
        found.few.push(totals[bar] < constants.fewCells);
        found.customdata.push([group, bar]);
        base += share;
      };
      groups.labels.forEach((_, group) => {
        const n = selected[bar][group];
        add(group, n, colours[group]);
        add(group, counts[bar][group] - n, pale[group]);
      });
    });
    return found;
  }

  function build(width) {
    const colours = categoryColours(groups, store.get("palette"));
    if (isOne) return groupList({ counts: counts[0], selected: selected[0], labels: groups.labels, colours, width });
    const { positions, headings, length } = placesOf(bars, conditions);
    const labels = positions.map((_, bar) => barName(bar));
    const sizes = totals.map(wholeNumber);
    const left = Math.ceil(Math.min(widest(labels), width * 0.34, 320)) + 16;
    const place = Math.max(PLACE.least, Math.min(PLACE.most, 420 / length));
    const [top, bottom] = [2, Math.ceil(lineHeight(11.5)) + 12];
    const right = Math.ceil(Math.max(textWidth("100%") / 2, widest(sizes) + 12)) + 2;
    const height = Math.ceil(length * place) + top + bottom;
    const { colour, few, ...geometry } = columns(positions);
    const isPale = (bar) => totals[bar] < constants.fewCells;
    const data = [
      {
        type: "bar",
        orientation: "h",
        ...geometry,
        width: BAR,
        marker: barMarker(colour, few),
        hoverinfo: "none",
      },
      { type: "scatter", x: [null], y: [null], yaxis: "y2", hoverinfo: "none" }, // of the cells
    ];
    const range = [length - 0.45, -0.55];
    const layout = baseLayout({
      barmode: "overlay",
      margin: { l: left, r: right, t: top, b: bottom },
      annotations: conditionNames(headings, conditions, { left, room: width - 8 }),
      yaxis: { ...paleNames(namedAxis(labels, { width: left - 12, positions }), isPale), range },
      yaxis2: {
        ...paleNames(namedAxis(sizes, { width: right, positions }), isPale),
        ...{ range, side: "right", overlaying: "y" },
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
    const segments = segmentBoxes({ positions, length }, counts, totals, frame);
    return { data, layout, width, height, segments };
  }

  /** Cells and shares of whole samples, then what of them is selected. */
  function table() {
    const active = selection.isActive();
    const anyNotWhole = !parent && Object.keys(notWhole).length > 0;
    const named = (what) => groups.labels.map((label) => `${label}: ${what}`);
    return {
      note: parent ? `Shares of ${parent.name}` : "",
      header: [
        samples.name,
        ...(conditions ? [conditions.name] : []),
        ...(anyNotWhole ? ["No whole tumour"] : []),
        ...[capital(constants.rows), ...groups.labels, ...named("share")],
        ...(active ? ["Selected", ...named("selected")] : []),
      ],
      body: bars.sample.map((sample, bar) => [
        samples.labels[sample],
        ...(conditions ? [conditions.labels[bars.condition[bar]]] : []),
        ...(anyNotWhole ? [notWhole[samples.labels[sample]] ?? ""] : []),
        ...[totals[bar], ...counts[bar]],
        ...counts[bar].map((n) => (totals[bar] ? Number((n / totals[bar]).toPrecision(6)) : null)),
        ...(active ? [sum(selected[bar]), ...selected[bar]] : []),
      ]),
    };
  }

  async function update() {
    const [nGroups, nBars] = [groups.labels.length, bars.sample.length];
    const active = selection.isActive();
    parent = parents[store.get("parent")] ?? null;
    select.value = parent ? String(parents.indexOf(parent)) : "";
    const within = parent && parent.groups;
    counts = countsWithin(bars.counts, within);
    totals = counts.map(sum);
    selected = active
      ? countsWithin(countByBar(cells.group, nGroups, selection.bars, nBars, selection.indices()), within)
      : counts;
    const greyed = active ? "; greyed: not in the selection" : "";
    const starred = parent || !Object.keys(notWhole).length ? "" : `; ${NOT_WHOLE} no whole tumour`;
    const scope = parent ? `Shares of ${parent.name}` : `All ${constants.rows}`;
    setText("scope-composition", `${scope}${greyed}${starred}.`);
    current = build(plot.size().width);
    await plot.draw(current);
  }

  return {
    id: "composition",
    usesPlotly: true,
    needs: ["parent", ...SELECTION, "palette", "theme", "size"],
    update,
    figure: () =>
      isOne
        ? current
        : withLegend(current, groups.labels, categoryColours(groups, store.get("palette"))),
    /** A sample; of a single one, a group. */
    placeOf(name) {
      const at = isOne
        ? current.segments.findIndex(([{ part }]) => groups.labels[part] === name)
        : bars.sample.findIndex((sample) => samples.labels[sample] === name);
      const parts = current.segments[at];
      if (!parts?.length) return null;
      const { y, height } = parts[0];
      return { node: plot.node, x: 0, y, width: current.width, height };
    },
    /** Cells of the selection per bar and group; of all cells where nothing is selected. */
    data: () => selected,
    table,
  };
}

export const panel = {
  id: "composition",
  state: () => ({ parent: null }),
  link: { parent: { read: indexOf(({ meta }) => meta.panels.composition.parents) } },
  create: createCompositionPanel,
};
