/** Programmes as rows: which are shown, and which open to their states and signatures. */
import { constants } from "../../assets/js/constants.js";

/** Key of the line in place of the programmes in which no group stands out. */
export const REST = "rest";
/** In a link, that all rows are open. */
export const ALL = "all";

// Conventions, measured (benchmarks/programmes_shuffled.py): on five data sets with labels shuffled 20
// times, at most 2 of 52 consensus scores stand out by them, on average 0.04; with the real labels 34
// to 52, among T cells alone 6.
const LEAST_AWAY = 0.5; // standard deviations above the average cell
const LEAST_ERRORS = 4; // standard errors of the mean of so many cells
const LEAST_CELLS = 10;

/** How far the mean of a group is from the mean of all cells, in standard deviations. */
export const deviation = (feature, mean) =>
  feature.spreadAll > 0 ? (mean - feature.meanAll) / feature.spreadAll : 0;

/** Whether the mean of a group is further above the average cell than chance would put it. */
export function groupStandsOut(feature, group, n) {
  const mean = feature.mean[group];
  if (mean === null || n < LEAST_CELLS) return false;
  return deviation(feature, mean) >= Math.max(LEAST_AWAY, LEAST_ERRORS / Math.sqrt(n));
}

const counted = (n) => `${n} ${n === 1 ? "programme" : "programmes"}`;

/** A programme as a row, with the rows that it opens to. */
function programmeRow(programme, key, features, level = 0) {
  const feature = features.get(programme.feature);
  const signatures = programme.signatures.map((id, k) => ({
    ...{ key: `${key}.s${k}`, feature: features.get(id), level: level + 1, within: [] },
    label: features.get(id).name,
  }));
  const states = programme.states.map((state, k) => programmeRow(state, `${key}.${k}`, features, level + 1));
  const isSignature = feature.kind === "signature";
  const title = isSignature ? `${programme.name}: ${feature.name}` : `${programme.name}: consensus of ${signatures.length} signatures`;
  return { key, feature, label: programme.name, title, level, within: [...signatures, ...states] };
}

const everyRow = (row) => [row, ...row.within.flatMap(everyRow)];

/** All programmes of a page as rows that hold each other. */
export function readProgrammes(programmes, features, sizes) {
  return programmes.map((programme, i) => {
    const row = programmeRow(programme, String(i), features);
    const all = everyRow(row).map(({ feature }) => feature);
    const stands = all.some((feature) => sizes.some((n, k) => groupStandsOut(feature, k, n)));
    return { ...row, stands };
  });
}

/** A row and, where it is open, those within it. */
function withInside(row, isOpen) {
  if (!row.within.length) return [row];
  const open = isOpen(row.key);
  return [{ ...row, open }, ...(open ? row.within.flatMap((each) => withInside(each, isOpen)) : [])];
}

/** The rows to show: programmes in which a group stands out, then a line that opens to the rest. */
export function shownRows(programmes, isOpen) {
  const rest = programmes.filter(({ stands }) => !stands);
  const rows = programmes.filter(({ stands }) => stands).flatMap((row) => withInside(row, isOpen));
  if (!rest.length) return rows;
  const open = isOpen(REST);
  const label = `${counted(rest.length)} in which no ${constants.row === "spot" ? "group of spots" : "group"} stands out`;
  const line = { key: REST, fold: true, open, label };
  return [...rows, line, ...(open ? rest.flatMap((row) => withInside(row, isOpen)) : [])];
}

/** The keys of the open rows as the link has them, with one more or less. */
export function toggled(text, key, every) {
  const keys = new Set(text === ALL ? every : text.split(",").filter(Boolean));
  if (!keys.delete(key)) keys.add(key);
  return [...keys].join(",");
}

/** The keys that have to be open for the row of a feature to be seen; none where it is, or has no row. */
export function keysAbove(programmes, id) {
  const above = (row) => {
    if (row.feature.id === id) return [];
    const within = row.within.map(above).find(Boolean);
    return within && [row.key, ...within];
  };
  for (const programme of programmes) {
    const keys = above(programme);
    if (keys) return programme.stands ? keys : [REST, ...keys];
  }
  return [];
}

/** Some keys of open rows as the link has them, with others. */
export const opened = (text, keys) =>
  text === ALL ? ALL : [...new Set([...text.split(",").filter(Boolean), ...keys])].join(",");

/** The keys of all rows that open. */
export const openingKeys = (programmes) => [
  ...programmes.flatMap(everyRow).filter(({ within }) => within.length).map(({ key }) => key),
  ...(programmes.some(({ stands }) => !stands) ? [REST] : []),
];

/** The features of all rows, each once. */
export const everyFeature = (programmes) =>
  programmes.flatMap((programme) => everyRow(programme).map(({ feature }) => ({ feature, programme })));
