/**
 * The parts of a stage, each a map of its own: one for all cells or those of one label, or one for
 * each label. All have the same size and show the same part of the map.
 *
 * @typedef {object} Pane
 * @property {number} code   the label that it shows; -1 for all
 * @property {number} left   pixels from the corner of the stage
 * @property {number} top
 * @property {string} name   written above it; empty where nothing is
 *
 * @typedef {object} Panes
 * @property {number} width    pixels of each
 * @property {number} height
 * @property {Uint8Array | null} codes  label of each cell; null where all are shown
 * @property {Pane[]} list
 * @property {number} from     labels before the first that is shown
 * @property {number} all      labels that have cells
 */
import { wholeNumber } from "../../assets/js/text.js";

const TITLE = 20; // pixels
const GAP = 8;
const LEAST = { width: 128, height: 124 }; // pixels of a pane that can be read, with its title

/**
 * One pane that fills the stage, of all cells or of those with a label.
 *
 * @returns {Panes}
 */
export function onePane({ width, height }, codes = null, code = -1) {
  return { width, height, codes, from: 0, all: 1, list: [{ code, left: 0, top: 0, name: "" }] };
}

/** How many columns make the panes largest, for a map of an aspect. */
function bestColumns(n, box, aspect, most) {
  let best = 1;
  let largest = -1;
  for (let columns = 1; columns <= Math.min(n, most.columns); columns++) {
    const rows = Math.ceil(n / columns);
    if (rows > most.rows) continue;
    const size = Math.min(
      (box.width / columns - GAP) / aspect[0],
      (box.height / rows - GAP - TITLE) / aspect[1],
    );
    if (size <= largest) continue;
    largest = size;
    best = columns;
  }
  return best;
}

/**
 * A pane for each label of a category that has cells, from one of them on: as many as are large
 * enough to be read.
 *
 * @param {{width: number, height: number}} box
 * @param {{labels: string[], sizes: number[], codes: Uint8Array}} category
 * @param {number[]} aspect
 * @returns {Panes}
 */
export function splitPanes(box, { labels, sizes, codes }, aspect, wanted = 0) {
  const present = labels.map((_, code) => code).filter((code) => sizes[code] > 0);
  const most = {
    columns: Math.max(1, Math.floor(box.width / LEAST.width)),
    rows: Math.max(1, Math.floor(box.height / LEAST.height)),
  };
  const from = wanted < present.length ? wanted : 0;
  const shown = present.slice(from, from + most.columns * most.rows);
  const columns = bestColumns(shown.length, box, aspect, most);
  const rows = Math.ceil(shown.length / columns);
  const [width, height] = [Math.floor(box.width / columns), Math.floor(box.height / rows)];
  const list = shown.map((code, k) => ({
    code,
    left: (k % columns) * width + GAP / 2,
    top: Math.floor(k / columns) * height + TITLE,
    name: `${labels[code]} · ${wholeNumber(sizes[code])}`,
  }));
  const inside = { width: width - GAP, height: height - GAP - TITLE };
  return { ...inside, codes, list, from, all: present.length };
}

/** The pane under a point of the stage, or the nearest one. */
export function paneAt({ width, height, list }, x, y) {
  const away = ({ left, top }) =>
    Math.hypot(
      Math.max(left - x, 0, x - left - width),
      Math.max(top - y, 0, y - top - height),
    );
  return list.reduce((best, pane) => (away(pane) < away(best) ? pane : best));
}

/** What tells one division of the stage from another. */
export const panesKey = ({ width, height, codes, list }) =>
  [width, height, codes ? 1 : 0, ...list.flatMap(({ code, left, top }) => [code, left, top])].join(" ");
