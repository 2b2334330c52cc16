/** Steps of cells from the bytes that `coder.py` wrote: it says how they are coded. */

const MARK = 1;
const GUIDE_BINS = 8;
const CHANCE_BITS = 12;
const CHANCES = 1 << CHANCE_BITS;
const ABSENT = 255;
const LOWEST_STATE = 1 << 16;
const STEPS = 256;

/** Whether the bytes of a block are coded, rather than deflated. */
export const isCoded = (bytes) => bytes[0] === MARK;

/** The bin of each step of a guide: as many cells in each as its steps allow. */
export function guideBins(guide) {
  const bins = new Uint8Array(STEPS);
  if (!guide) return bins;
  const cells = new Uint32Array(STEPS);
  for (let i = 0; i < guide.length; i++) cells[guide[i]]++;
  let before = 0;
  for (let step = 0; step < STEPS; step++) {
    bins[step] = Math.floor((GUIDE_BINS * (2 * before + cells[step])) / (2 * guide.length));
    before += cells[step];
  }
  return bins;
}

/** The parts that the levels of a table have of all chances; the largest takes the rest. */
export function fittedParts(codes) {
  const found = Array.from(codes, (code) =>
    code === ABSENT ? 0 : Math.floor(CHANCES / 2 ** (code / 8)),
  );
  const sum = found.reduce((total, part) => total + part, 0);
  const fitted = found.map((part) => part && Math.max(Math.floor((part * CHANCES) / sum), 1));
  const largest = fitted.indexOf(Math.max(...fitted));
  fitted[largest] += CHANCES - fitted.reduce((total, part) => total + part, 0);
  return fitted;
}

/** What stands before the words: the steps that occur, the table of each context, the tables. */
function readHead(bytes, nContexts) {
  const nKept = bytes[1] + 1;
  const nTables = bytes[2] + 1;
  let at = 3;
  const take = (n) => bytes.subarray(at, (at += n));
  const kept = take(nKept);
  const tableOf = new Uint8Array(nContexts);
  if (nTables > 1) {
    take(nContexts / 2).forEach((both, i) => {
      tableOf[2 * i] = both >> 4;
      tableOf[2 * i + 1] = both & 15;
    });
  }
  // For each table and chance the level; for each table and level its part, and those before.
  const levelAt = new Uint8Array(nTables * CHANCES);
  const parts = new Uint16Array(nTables * STEPS);
  const firsts = new Uint16Array(nTables * STEPS);
  for (let table = 0; table < nTables; table++) {
    let first = 0;
    fittedParts(take(nKept)).forEach((part, level) => {
      levelAt.fill(level, table * CHANCES + first, table * CHANCES + first + part);
      parts[table * STEPS + level] = part;
      firsts[table * STEPS + level] = first;
      first += part;
    });
  }
  return { kept, tableOf, levelAt, parts, firsts, at };
}

/**
 * The steps of the cells, in the order in which the page stores them. So are groups and guide,
 * which is null for a feature that has none.
 */
export function decodeSteps(bytes, group, nGroups, guide) {
  const n = group.length;
  const steps = new Uint8Array(n);
  const bins = guideBins(guide);
  const head = readHead(bytes, GUIDE_BINS * nGroups);
  const { kept, tableOf, levelAt, parts, firsts } = head;
  const word = (at) => bytes[at] | (bytes[at + 1] << 8);
  let at = head.at + 4;
  let state = (word(head.at) | (word(head.at + 2) << 16)) >>> 0;
  for (let i = 0; i < n; i++) {
    const table = tableOf[group[i] * GUIDE_BINS + (guide ? bins[guide[i]] : 0)];
    const slot = state & (CHANCES - 1);
    const level = levelAt[(table << CHANCE_BITS) | slot];
    const place = (table << 8) | level;
    state = (Math.imul(parts[place], state >>> CHANCE_BITS) + slot - firsts[place]) >>> 0;
    if (state < LOWEST_STATE) {
      state = ((state << 16) | word(at)) >>> 0;
      at += 2;
    }
    steps[i] = kept[level];
  }
  return steps;
}
