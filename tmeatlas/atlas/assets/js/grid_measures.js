/** How large everything in a grid of marks is, in pixels. */
import { isPrinting } from "./dom.js";
import { fitDistinct, textWidth, widest } from "./text.js";

const COLUMN = { least: 15, most: { dot: 38, tile: 54 } };
const ROW = { least: 16, leastOnPaper: 14, usual: 20, most: { dot: 30, tile: 40 } };
const ROW_NAMES = { usual: 0.42, least: 0.3, narrowest: 90 }; // shares of the width; pixels
const FEW_COLUMNS = { most: 8, width: 92 }; // so few may stand further apart, for level heads
const SLANT = { least: 50, most: 90 }; // degrees
const HEAD_LINE = 13; // from one slanted head to the next, across their direction
const LONGEST_COLUMN_NAME = 180;
const LONGEST_NOTE = 600;
export const RING = { gap: 1.7, width: 1.2 }; // from the edge of a dot to the middle of its ring
export const NAME_SIZE = 11.5;
const LEAST_FOR_TEXT = 22;

const radians = (degrees) => (degrees * Math.PI) / 180;

/** How steep heads are, so that none touches the next: the closer they are, the steeper. */
function slantFor(column) {
  const least = (Math.asin(Math.min(1, HEAD_LINE / column)) * 180) / Math.PI;
  return Math.max(SLANT.least, Math.min(SLANT.most, Math.ceil(least)));
}

/** Width of the columns and how their heads stand in `room` pixels. */
function columnMeasures(spec, widths, room) {
  const n = Math.max(1, spec.columns.length);
  const widestHead = Math.max(0, ...widths);
  const usual = COLUMN.most[spec.shape];
  const levelUpTo = n <= FEW_COLUMNS.most ? FEW_COLUMNS.width : usual * 1.6;
  if (widestHead <= Math.min(levelUpTo, room / n)) {
    const column = Math.min(Math.max(usual, widestHead), room / n);
    return { column, level: true, slant: 0, overhang: 0, header: 24 };
  }
  const last = widths[n - 1] ?? 0;
  const columnAt = (slant) => {
    const overhang = Math.max(8, Math.cos(radians(slant)) * last);
    return { overhang, column: Math.max(COLUMN.least, Math.min(usual, (room - overhang) / n)) };
  };
  const slant = slantFor(columnAt(SLANT.least).column);
  const header = Math.ceil(Math.sin(radians(slant)) * widestHead + 16);
  return { ...columnAt(slant), level: false, slant, header };
}

/** The name of a row with its number, where the heads of the columns are numbers. */
export const rowName = ({ label, number }) => (number ? `${label}  ${number}` : label);

/** Width of the names of the rows: all they need where there is room, less where columns lack it. */
function rowNameWidth(spec, width) {
  const n = Math.max(1, spec.columns.length);
  const names = spec.rows.map(rowName);
  const needed = Math.max(widest(names, NAME_SIZE) + 26, widest(spec.corner ?? [], 12, 600) + 12);
  const spare = width - n * COLUMN.most[spec.shape] - 70;
  const usual = Math.max(width * ROW_NAMES.usual, spare);
  const room = width - n * COLUMN.least - 50;
  const share = room < usual && room > width * ROW_NAMES.least ? room : usual;
  return Math.ceil(Math.min(needed, Math.max(ROW_NAMES.narrowest, Math.min(380, share))));
}

export function gridMeasures(spec, width, height) {
  const noteWidth = spec.notes ? Math.min(LONGEST_NOTE, widest(spec.notes, NAME_SIZE)) + 16 : 0;
  // Notes that would leave less than half of the room are scrolled to.
  const rowNames = rowNameWidth(spec, noteWidth < width / 2 ? width - noteWidth : width);
  const labels = spec.columns.map((column) => column.label);
  const columnNames = fitDistinct(labels, LONGEST_COLUMN_NAME, NAME_SIZE);
  const chips = Math.max(0, ...spec.columns.map((entry) => (entry.colours ?? []).length));
  const widths = columnNames.map((name) => textWidth(name, NAME_SIZE) + 14 + 9 * chips);
  const across = columnMeasures(spec, widths, width - rowNames - 14 - noteWidth);
  const { column, header } = across;
  const nRows = Math.max(1, spec.rows.length);
  const leastRow = isPrinting() ? ROW.leastOnPaper : ROW.least;
  const inHeight = Math.floor((height - header - 4) / nRows);
  const row = Math.max(leastRow, Math.min(ROW.most[spec.shape], inHeight));
  // A ring stands off its dot, so that it is seen around dark ones; dots leave the room.
  const radius = Math.min(column, row, 26) / 2 - 1 - (spec.ringed ? RING.gap + RING.width / 2 : 0);
  const heights = { least: header + nRows * leastRow + 6, usual: header + nRows * ROW.usual + 6 };
  const leastForText = spec.leastForText ?? LEAST_FOR_TEXT;
  return { ...across, rowNames, columnNames, noteWidth, row, radius, heights, leastForText };
}
