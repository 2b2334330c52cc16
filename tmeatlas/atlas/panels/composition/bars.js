/** Bars of samples: where each stands, what it is called, and which groups it is made of. */
import { mixed } from "../../assets/js/colours.js";
import { cssValue } from "../../assets/js/dom.js";
import { plotFont } from "../../assets/js/plots.js";
import { escapeForPlotly, fitText } from "../../assets/js/text.js";
import { BOLD } from "../../assets/js/type.js";

export const BAR = 0.84; // of the place of a sample

export const sum = (counts) => counts.reduce((all, count) => all + count, 0);

/** Counts per bar and group with those groups alone that are `within`; null: all. */
export const countsWithin = (counts, within) =>
  within === null
    ? counts
    : counts.map((row) => Array.from(row, (n, group) => (within.includes(group) ? n : 0)));

/** Places of the bars from top to bottom, with room for the name of each condition. */
export function placesOf({ condition: ofBar }, conditions) {
  const positions = [];
  const headings = [];
  let next = 0;
  ofBar.forEach((condition, bar) => {
    if (conditions && (bar === 0 || condition !== ofBar[bar - 1])) {
      headings.push({ condition, at: next });
      next += 1;
    }
    positions.push(next);
    next += 1;
  });
  return { positions, headings, length: next };
}

export const conditionNames = (headings, conditions, { left, room }) =>
  headings.map(({ condition, at }) => ({
    x: 0,
    y: at,
    xref: "paper",
    xanchor: "left",
    yshift: -2,
    xshift: -left + 4,
    text: escapeForPlotly(fitText(conditions.labels[condition], room, 12, 600)),
    showarrow: false,
    font: { ...plotFont(), weight: BOLD, color: cssValue("--ink") },
  }));

/** Names of an axis, pale where `isPale` says so of their number. */
export function paleNames(axis, isPale) {
  const colour = cssValue("--ink-soft");
  const ticktext = axis.ticktext.map((text, i) =>
    isPale(i) ? `<span style="color:${colour}">${text}</span>` : text,
  );
  return { ...axis, ticktext, tickfont: { ...axis.tickfont, color: cssValue("--ink") } };
}

/** Bars in their colours, hatched where there are few cells behind. */
export const barMarker = (colours, isFew) => ({
  color: colours,
  line: { width: 0.5, color: cssValue("--card") },
  pattern: {
    shape: isFew.map((few) => (few ? "/" : "")),
    fillmode: "replace", // of "overlay", plotly takes one colour for all bars
    fgcolor: colours,
    bgcolor: cssValue("--card"),
    size: 6,
    solidity: 0.6,
  },
});

const PALENESS = 0.78; // how grey cells outside of the selection are

/** The colour of a group for its cells outside of the selection. */
export const paler = (colour) => mixed(colour, cssValue("--dim"), PALENESS);

/** Where each segment is in the figure, for the keyboard. */
export function segmentBoxes({ positions, length }, counts, totals, frame) {
  const { left, right, top, bottom, width, height } = frame;
  const place = (height - top - bottom) / (length + 0.1);
  return positions.map((position, bar) => {
    const scale = (width - left - right) / totals[bar];
    const y = top + (position + 0.55 - BAR / 2) * place;
    let x = left;
    return Array.from(counts[bar]).flatMap((n, group) => {
      if (!n) return [];
      const box = { part: group, x, y, width: n * scale, height: BAR * place };
      x += box.width;
      return [box];
    });
  });
}
