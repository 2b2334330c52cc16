/** Drug targets: which rows are drawn, what is said of each, and all of them as a table. */
import { capital, percent, shortNumber } from "../../assets/js/text.js";

/** Rows for the grid: those that are supported or seen, else those that are expressed. */
export function drawnRows(rows, words) {
  const seen = rows.filter(({ support }) => words.slice(0, 2).includes(support));
  const drawn = seen.length ? seen : rows.filter(({ support }) => support === words[2]);
  return words.flatMap((word) => {
    const found = drawn.filter(({ support }) => support === word);
    return found.length ? [{ heading: true, label: capital(word) }, ...found] : [];
  });
}

/** "KDR · VEGF, receptor", or without the role where there is no room for it. */
export const rowLabel = (row, isNarrow) =>
  `${row.label} · ${isNarrow && row.name ? row.name : belongsTo(row)}`;

/** "VEGF, receptor": what the drug target belongs to, and what it is there. */
export const belongsTo = ({ name, role, level }) =>
  level === "axis" ? `${name}, ${role}` : name || "nothing named";

export const samplesOf = (row) =>
  row.n_samples ? `${row.n_samples_specific}/${row.n_samples}` : "";

/** "Axis specific in 5 of 10 samples": what is counted, and in how many samples it is so. */
export function samplesSentence({ level, ofPair, n_samples: all, n_samples_specific: specific }) {
  if (!all) return "";
  const counted = level !== "axis" ? "Stands out" : ofPair ? "This interaction specific" : "Axis specific";
  return `${counted} in ${specific} of ${all} samples`;
}

/** Where it was seen: the route of an axis, or the group of a programme by its name among `groups`. */
export function whereSeen(row, groups) {
  if (row.source) return `${row.source} → ${row.target}, over ${row.interaction}`;
  if (!row.routes) return "";
  return groups.find(({ raw }) => raw === row.group)?.label ?? row.group;
}

/** A status is never without its date. */
export function statusText({ status, status_date: date, status_source: source }) {
  if (!date) return status;
  return `${status} (as of ${date}${source ? `; ${source}` : ""})`;
}

/** What is told of a drug target in a group of cells. */
export function linesOfTarget(row, groups, k, { share, kindOfRows }) {
  const group = groups[k];
  return [
    `${row.label} in ${group.label}`,
    share === null ? (row.drug_target ? "Not measured" : "No gene is named") : `${percent(share)} of its ${kindOfRows} show it`,
    group.normal ? "Normal, of these data" : null,
    `${capital(row.support)}: ${belongsTo(row)}`,
    whereSeen(row, groups) || null,
    samplesSentence(row) || null,
    row.note ? capital(row.note) : null,
    row.specificity === null ? null : `Specificity over all types (τ): ${shortNumber(row.specificity)}`,
  ];
}

const HEADER = [
  ...["Drug", "Drug target", "Direction", "Kind", "Belongs to", "Level", "Support", "Verdict"],
  ...["Sender", "Receiver", "Interaction", "Samples", "Samples specific", "Type", "Share"],
  ...["Specificity", "Normal types that have it", "Status", "As of", "Stated by", "Named as"],
  ...["Note", "Use"],
];

/** One row per drug, drug target and what it belongs to; then the drugs that are left out. */
export function drugsTable(rows, { conflicting, use }) {
  const listed = rows.flatMap((row) =>
    row.drugs.map((drug) => [
      ...[drug.drug, row.drug_target, drug.direction, drug.kind, row.name, row.level, row.support],
      ...[row.verdict, row.source, row.target, row.interaction, row.n_samples],
      ...[row.n_samples_specific, row.group, row.share, row.specificity, row.normal_groups],
      ...[drug.status, drug.status_date, drug.status_source, drug.intervention, row.note, use],
    ]),
  );
  const leftOut = conflicting.map(([drug, target, conflict]) => {
    const known = { Drug: drug, "Drug target": target, Note: `left out: ${conflict}`, Use: use };
    return HEADER.map((name) => known[name] ?? "");
  });
  return { header: HEADER, body: [...listed, ...leftOut], note: use };
}
