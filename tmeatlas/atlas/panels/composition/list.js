/** Of a single sample: its groups below each other, since one bar alone says less than a list. */
import { constants } from "../../assets/js/constants.js";
import { baseLayout, namedAxis } from "../../assets/js/plots.js";
import { percent, wholeNumber, widest } from "../../assets/js/text.js";
import { BAR, barMarker, paleNames, paler } from "./bars.js";

const PLACE = { least: 17, most: 22 }; // pixels per group
const HEIGHT = 420; // up to which places are as wide as they may be
const MARGIN = { t: 2, b: 4 };
const LEAST_TARGET = 8; // pixels of a bar for the keyboard

/** Groups that have cells, each with what of it is selected first and the rest pale. */
function bars(counts, selected, shown, colours) {
  const found = { x: [], y: [], base: [], customdata: [] };
  const [colour, few] = [[], []];
  shown.forEach((group, at) => {
    const parts = [
      [0, selected[group], colours[group]],
      [selected[group], counts[group] - selected[group], paler(colours[group])],
    ];
    for (const [base, n, ofPart] of parts) {
      if (!n) continue;
      found.x.push(n);
      found.base.push(base);
      found.y.push(at);
      found.customdata.push([group, 0]);
      colour.push(ofPart);
      few.push(counts[group] < constants.fewCells);
    }
  });
  return { ...found, marker: barMarker(colour, few) };
}

/** The figure, and for the keyboard where its bars are. */
export function groupList({ counts, selected, labels, colours, width }) {
  const shown = labels.map((_, group) => group).filter((group) => counts[group]);
  const total = shown.reduce((sum, group) => sum + counts[group], 0);
  const names = shown.map((group) => labels[group]);
  const sizes = shown.map(
    (group) => `${percent(counts[group] / total)}, ${wholeNumber(counts[group])}`,
  );
  const isPale = (at) => counts[shown[at]] < constants.fewCells;
  const left = Math.ceil(Math.min(widest(names), width * 0.4, 320)) + 16;
  const right = Math.ceil(widest(sizes)) + 14;
  const place = Math.max(PLACE.least, Math.min(PLACE.most, HEIGHT / Math.max(1, shown.length)));
  const height = Math.ceil(shown.length * place) + MARGIN.t + MARGIN.b;
  const largest = Math.max(1, ...shown.map((group) => counts[group]));
  const range = [shown.length - 0.5, -0.5];
  const layout = baseLayout({
    barmode: "overlay",
    margin: { l: left, r: right, ...MARGIN },
    xaxis: { range: [0, largest], visible: false, fixedrange: true },
    yaxis: { ...paleNames(namedAxis(names, { width: left - 12 }), isPale), range },
    yaxis2: {
      ...paleNames(namedAxis(sizes, { width: right }), isPale),
      ...{ range, side: "right", overlaying: "y" },
    },
  });
  const ofBars = { type: "bar", orientation: "h", width: BAR, hoverinfo: "none" };
  const data = [
    { ...ofBars, ...bars(counts, selected, shown, colours) },
    { type: "scatter", x: [null], y: [null], yaxis: "y2", hoverinfo: "none" }, // of the numbers
  ];
  const scale = (width - left - right) / largest;
  const segments = shown.map((group, at) => [
    {
      part: group,
      x: left,
      y: MARGIN.t + (at + 0.5 - BAR / 2) * place,
      width: Math.max(LEAST_TARGET, counts[group] * scale),
      height: BAR * place,
    },
  ]);
  return { data, layout, width, height, segments };
}
