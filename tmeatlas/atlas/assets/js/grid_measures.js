/** How large everything in a grid of marks is, in pixels. */
import { isPrinting } from "./dom.js";
import { DOT_RADIUS } from "./dot_sizes.js";
import { fitDistinct, textWidth, widest } from "./text.js";
import { BOLD, SMALL } from "./type.js";

const COLUMN = { least: 17, most: { dot: 38, tile: 54 } };
const ROW = { least: 18, leastOnPaper: 16, usual: 21, most: { dot: 30, tile: 40 } };
const OPENING = { row: 24, indent: 14, names: 170 }; // rows that open can be hit by a finger
const ROW_NAMES = { usual: 0.42, least: 0.3, narrowest: 90, whole: 0.6 }; // shares of the width; pixels
const FEW_COLUMNS = { most: 8, width: 92 }; // so few may stand further apart, for level heads
const SLANT = { least: 50, most: 90 }; // degrees
const HEAD_LINE = 15; // from one slanted head to the next, across their direction
const LONGEST_COLUMN_NAME = 180;
const LONGEST_NOTE = 600;
export const NOTE_LINE = 15; // pixels of each further line of a note
const BESIDE_NOTES = 54; // pixels: the only column, and the edges
export const RING = { gap: 1.7, width: 1.2 }; // from the edge of a dot to the middle of its ring
export const NAME_SIZE = SMALL;
const LEAST_FOR_TEXT = 26;
const FAMILY = { gap: 10, height: 24 }; // between families of columns; of their headings
const NUMBERS = { height: 18, edge: 1 }; // of cells, below the heads
const LEAST_FOR_NUMBERS = 24;
const THOUSAND = 1000;

const radians = (degrees) => (degrees * Math.PI) / 180;

/** How steep heads are, so that none touches the next: the closer they are, the steeper. */
function slantFor(column) {
  const least = (Math.asin(Math.min(1, HEAD_LINE / column)) * 180) / Math.PI;
  return Math.max(SLANT.least, Math.min(SLANT.most, Math.ceil(least)));
}

/** A number in four characters at most. */
export function briefNumber(n) {
  if (n < THOUSAND) return String(n);
  const [value, unit] = n < THOUSAND * THOUSAND ? [n / THOUSAND, "k"] : [n / THOUSAND ** 2, "M"];
  return `${value < 10 ? value.toFixed(1) : Math.round(value)}${unit}`;
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
  const names = spec.rows.filter(({ fold }) => !fold).map(rowName);
  const usualNames = Math.max(widest(names, NAME_SIZE) + 26, widest(spec.corner ?? [], SMALL, BOLD) + 12);
  // The columns keep their places where a row is opened whose signatures have long names.
  const needed = spec.opens ? Math.min(usualNames + OPENING.indent, Math.max(OPENING.names, width / 4)) : usualNames;
  if (spec.wholeNames) return Math.ceil(Math.min(needed, ROW_NAMES.whole * width));
  const spare = width - n * COLUMN.most[spec.shape] - 70;
  const usual = Math.max(width * ROW_NAMES.usual, spare);
  const room = width - n * COLUMN.least - 50;
  const share = room < usual && room > width * ROW_NAMES.least ? room : usual;
  return Math.ceil(Math.min(needed, Math.max(ROW_NAMES.narrowest, Math.min(380, share))));
}

/** Heads of the columns: with their numbers, where these have no room below. */
function heads(spec, numbersBelow) {
  const labels = spec.columns.map(({ label, n }) =>
    n === undefined || numbersBelow ? label : `${label} (${briefNumber(n)})`,
  );
  const columnNames = fitDistinct(labels, spec.longestHead ?? LONGEST_COLUMN_NAME, NAME_SIZE);
  const chips = Math.max(0, ...spec.columns.map((entry) => (entry.colours ?? []).length));
  return { columnNames, widths: columnNames.map((name) => textWidth(name, NAME_SIZE) + 14 + 9 * chips) };
}

/** Columns side by side; those of a family have room for its short name and stand apart a little. */
const oneBlock = (spec) => [{ short: "", from: 0, to: spec.columns.length - 1 }];
const blocksOf = (spec) => (spec.families?.length ? spec.families : oneBlock(spec));
const blockWidth = ({ short, from, to }, column) =>
  Math.max((to - from + 1) * column, short ? textWidth(short, NAME_SIZE, BOLD) + 2 : 0);

/** Room that columns of a width need beyond themselves. */
function roomBetween(spec, column) {
  const blocks = blocksOf(spec);
  const widths = blocks.reduce((sum, block) => sum + blockWidth(block, column), 0);
  return widths - spec.columns.length * column + FAMILY.gap * (blocks.length - 1);
}

/** Where each column begins, and where the last block ends. */
function placesOf(spec, column) {
  const lefts = [];
  let x = 0;
  for (const block of blocksOf(spec)) {
    for (let j = block.from; j <= block.to; j++) lefts[j] = x + (j - block.from) * column;
    x += blockWidth(block, column) + FAMILY.gap;
  }
  return { left: (j) => lefts[j], inner: x - FAMILY.gap };
}

/** Columns with their heads and numbers in `room` pixels. */
function across(spec, room) {
  const counted = spec.columns.some(({ n }) => n !== undefined);
  const fitted = (numbersBelow) => {
    const { columnNames, widths } = heads(spec, numbersBelow);
    const first = columnMeasures(spec, widths, room - roomBetween(spec, COLUMN.most[spec.shape]));
    const between = roomBetween(spec, first.column);
    return { columnNames, ...columnMeasures(spec, widths, room - between) };
  };
  const below = fitted(true);
  const widestNumber = widest(spec.columns.map(({ n }) => briefNumber(n ?? 0)), NAME_SIZE);
  const hasRoom = below.column >= Math.max(LEAST_FOR_NUMBERS, widestNumber + 2 * NUMBERS.edge);
  const found = hasRoom || !counted ? below : fitted(false);
  const numbers = counted && hasRoom ? NUMBERS.height : 0;
  const families = spec.families?.length ? FAMILY.height : 0;
  const places = placesOf(spec, found.column);
  return { ...found, ...places, numbers, families, header: found.header + numbers + families };
}

const phrasesOf = (note) => note.split(" · ");

/** A note in as many lines as it needs, parted between its phrases. */
export function linesOf(note, width) {
  const lines = [];
  for (const phrase of phrasesOf(note)) {
    const longer = lines.length ? `${lines.at(-1)} · ${phrase}` : phrase;
    if (lines.length && textWidth(longer, NAME_SIZE) <= width) lines[lines.length - 1] = longer;
    else lines.push(phrase);
  }
  return lines;
}

export function gridMeasures(spec, width, height) {
  const needed = spec.notes ? Math.min(LONGEST_NOTE, widest(spec.notes, NAME_SIZE)) + 16 : 0;
  const rowNames = rowNameWidth(spec, needed < width / 2 ? width - needed : width);
  // Notes without room are told in lines, or scrolled to where a phrase lacks it as well.
  const room = width - rowNames - BESIDE_NOTES;
  const phrases = (spec.notes ?? []).flatMap(phrasesOf);
  const hasLines = needed > room && widest(phrases, NAME_SIZE) + 16 <= room;
  const noteWidth = hasLines ? room : needed;
  const nLines = hasLines ? Math.max(...spec.notes.map((note) => linesOf(note, room - 8).length)) : 1;
  const oneRow = nLines > 1 ? nLines * NOTE_LINE + 6 : spec.opens ? OPENING.row : null;
  const columns = across(spec, width - rowNames - 14 - noteWidth);
  const { header } = columns;
  const nRows = Math.max(1, spec.rows.length);
  const usualRow = oneRow ?? ROW.usual;
  const leastRow = isPrinting() && nLines === 1 ? ROW.leastOnPaper : (oneRow ?? ROW.least);
  const inHeight = Math.floor((height - header - 4) / nRows);
  const row = Math.max(leastRow, Math.min(spec.opens ? OPENING.row : ROW.most[spec.shape], inHeight));
  const heights = { least: header + nRows * leastRow + 6, usual: header + nRows * usualRow + 6 };
  return {
    ...columns,
    ...{ rowNames, noteWidth, hasLines, row, heights, indent: OPENING.indent },
    radius: DOT_RADIUS,
    leastForText: spec.leastForText ?? LEAST_FOR_TEXT,
  };
}
