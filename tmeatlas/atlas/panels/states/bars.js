/** Bars of the states, lineage by lineage: share, interval, samples, and how many cells. */
import { cssValue } from "../../assets/js/dom.js";
import { baseLayout, namedAxis, plotFont } from "../../assets/js/plots.js";
import { escapeForPlotly, fitText, lineHeight, percent, wholeNumber, widest } from "../../assets/js/text.js";
import { BOLD, SMALL } from "../../assets/js/type.js";

const PLACE = 22; // pixels of a row
const SIZE = SMALL;
const NAME_SHARE = 0.4; // of the width
const NARROW = 200; // pixels of the axis, in which six numbers would stand upright

/** Places of the rows from top to bottom, a line above each lineage for its name. */
export function placesOf(lineages) {
  const positions = [];
  const headings = [];
  let next = 0;
  lineages.forEach((lineage, i) => {
    if (i === 0 || lineage !== lineages[i - 1]) headings.push({ lineage, at: next++ });
    positions.push(next++);
  });
  return { positions, headings, length: next };
}

/** "120 of 400": the cells in a state and those in which it may be read. */
export const cellsText = ({ called, cells }, i) =>
  `${wholeNumber(called[i])} of ${wholeNumber(cells[i])}`;

const sideText = (rows, i) =>
  rows.share[i] === null ? cellsText(rows, i) : `${percent(rows.share[i])}, ${cellsText(rows, i)}`;

/** The rows that are drawn: what was read, in lineages in which any state was, these in an order. */
export function readRows(rows, order = []) {
  const isRead = (i) => rows.share[i] !== null && !rows.note[i];
  const all = rows.state.map((_, i) => i);
  const named = all.filter((i) => isRead(i) && rows.state[i] !== rows.unassigned);
  const lineages = new Set(named.map((i) => rows.lineage[i]));
  const place = (i) => order.indexOf(rows.lineage[i]);
  return all
    .filter((i) => isRead(i) && lineages.has(rows.lineage[i]))
    .sort((a, b) => place(a) - place(b));
}

/** Some of the rows, in their order. */
export const chosenRows = (rows, chosen) =>
  Object.fromEntries(
    Object.entries(rows).map(([name, values]) => [
      name,
      Array.isArray(values) ? chosen.map((i) => values[i]) : values,
    ]),
  );

/** What is not drawn: "Not read: T cells (cycling); NK cells (…)"; empty for nothing. */
export function notReadText(rows) {
  const of = new Map();
  rows.state.forEach((state, i) => {
    if (state === rows.unassigned || (rows.share[i] !== null && !rows.note[i])) return;
    of.set(rows.lineage[i], [...(of.get(rows.lineage[i]) ?? []), state]);
  });
  const parts = [...of].map(([lineage, states]) => `${lineage} (${states.join(", ")})`);
  return parts.length ? `Not read (the table says why): ${parts.join("; ")}.` : "";
}

const heading = ({ lineage, at }, left, room) => ({
  x: 0,
  y: at,
  xref: "paper",
  xanchor: "left",
  xshift: -left + 4,
  yshift: -2,
  text: escapeForPlotly(fitText(lineage, room, SIZE, BOLD)),
  showarrow: false,
  font: { ...plotFont(SIZE), weight: BOLD, color: cssValue("--ink") },
});

/** The figure; `dots` are {row, share, name}, `colourOf` gives the colour of a lineage. */
export function statesFigure(rows, dots, { width, colourOf }) {
  const { positions, headings, length } = placesOf(rows.lineage);
  const names = rows.state.map((state, i) => (rows.note[i] ? `${state} (not read)` : state));
  const beside = rows.state.map((_, i) => sideText(rows, i));
  const left = Math.ceil(Math.min(widest(names, SIZE), width * NAME_SHARE)) + 16;
  const right = Math.ceil(widest(beside, SIZE)) + 16;
  const [top, bottom] = [Math.ceil(lineHeight(SIZE)) + 12, 4];
  const height = length * PLACE + top + bottom;
  const isRead = (i) => rows.share[i] !== null && !rows.note[i];
  const known = rows.state.map((_, i) => i).filter(isRead);
  const seen = dots.map((_, k) => k).filter((k) => isRead(dots[k].row));
  const percentOf = (name) => known.map((i) => 100 * rows[name][i]);
  const off = (name) => known.map((i) => 100 * Math.abs((rows[name][i] ?? rows.share[i]) - rows.share[i]));
  const isOpen = (i) => rows.state[i] === rows.unassigned;
  const range = [length - 0.45, -0.55];
  const ends = [...known.map((i) => rows.high[i] ?? 0), ...seen.map((k) => dots[k].share)];
  const highest = Math.max(0.05, ...ends);
  const data = [
    {
      type: "bar",
      orientation: "h",
      x: percentOf("share"),
      y: known.map((i) => positions[i]),
      width: 0.7,
      marker: {
        color: known.map((i) => (isOpen(i) ? cssValue("--rest") : colourOf(rows.lineage[i]))),
        opacity: 0.8,
      },
      error_x: {
        ...{ type: "data", symmetric: false, array: off("high"), arrayminus: off("low") },
        ...{ color: cssValue("--ink"), thickness: 1.25, width: 3 },
      },
      customdata: known.map((i) => ["row", i]),
      hoverinfo: "none",
    },
    {
      type: "scatter",
      mode: "markers",
      x: seen.map((k) => 100 * dots[k].share),
      y: seen.map((k) => positions[dots[k].row]),
      cliponaxis: false,
      marker: { size: 6, color: cssValue("--card"), opacity: 0.85, line: { width: 1, color: cssValue("--ink-soft") } },
      customdata: seen.map((k) => ["dot", k]),
      hoverinfo: "none",
    },
    { type: "scatter", x: [null], y: [null], yaxis: "y2", hoverinfo: "none" }, // of the cells
  ];
  const layout = baseLayout({
    margin: { l: left, r: right, t: top, b: bottom },
    annotations: headings.map((each) => heading(each, left, width - 8)),
    yaxis: { ...namedAxis(names, { width: left - 12, positions, size: SIZE }), range },
    yaxis2: {
      ...namedAxis(beside, { width: right, positions, size: SIZE }),
      ...{ range, side: "right", overlaying: "y" },
    },
    xaxis: {
      side: "top", // seen first, where all states are more than fit
      range: [0, Math.min(103, 104 * highest)],
      ticksuffix: "%",
      fixedrange: true,
      gridcolor: cssValue("--grid"),
      zeroline: false,
      nticks: width - left - right < NARROW ? 3 : 6,
      tickangle: 0,
      ticklabeloverflow: "allow",
    },
  });
  const boxes = positions.map((position, i) => [
    { part: i, x: 2, y: top + position * PLACE + 2, width: width - 4, height: PLACE - 3 },
  ]);
  return { data, layout, width, height, boxes };
}
