/** The phenotype of samples: their order, and what a value says. */
import { capital, percent, shortNumber, wholeNumber } from "../../assets/js/text.js";

const ORDER = ["inflamed", "excluded-like", "desert", "unclear"]; // then others, without a call last

/** A value as it is written: shares as percentages. */
export const valueText = (value, unit) => (unit === "share" ? percent(value) : shortNumber(value));

const rank = (call, noCall) => {
  const at = ORDER.indexOf(call);
  return call === noCall ? ORDER.length + 1 : at < 0 ? ORDER.length : at;
};

/** Rows for the grid: a heading for each call, then its samples, the surest first. */
export function phenotypeRows(calls, noCall) {
  const order = calls.map((_, i) => i);
  order.sort(
    (a, b) =>
      rank(calls[a].call, noCall) - rank(calls[b].call, noCall) ||
      (calls[b].margin ?? 0) - (calls[a].margin ?? 0),
  );
  const rows = [];
  let last = null;
  for (const i of order) {
    const { call } = calls[i];
    if (call !== last) rows.push({ heading: true, label: capital(call) });
    last = call;
    rows.push({ sample: i });
  }
  return rows;
}

/** "P1 (0.35)", with its margin; without a call, nothing but the name. */
export const sampleName = ({ sample, margin }) =>
  margin === null ? sample : `${sample} (${shortNumber(margin)})`;

/** Where a value lies on the scale of its measure, from 0 to 1; without a scale, among all values. */
export function scaled(value, { low, high }, values) {
  const known = values.filter((other) => other !== null);
  const from = low ?? Math.min(...known);
  const to = high ?? Math.max(...known);
  return to > from ? Math.max(0, Math.min(1, (value - from) / (to - from))) : 0.5;
}

/** What is told of one measure in one sample. */
export function linesOfMeasure(call, measure, { value, low, high, cells, note }) {
  const unit = measure.unit && measure.unit !== "share" ? ` ${measure.unit}` : "";
  const text = (number) => valueText(number, measure.unit);
  const numbers =
    value === null
      ? `Cannot be read${note ? `: ${note}` : ""}`
      : `${text(value)}${unit}${low === null || high === null ? "" : `, 95 % interval ${text(low)} to ${text(high)}`}`;
  return [
    `${call.sample}: ${measure.name}`,
    numbers,
    measure.lineage ? `Read in ${measure.lineage}` : null,
    cells ? `${wholeNumber(cells)} cells` : null,
    value !== null && note ? note : null,
    `Call: ${call.call}${call.reason ? `; ${call.reason}` : ""}`,
  ];
}

/** Calls and values as a table. */
export function phenotypeTable({ calls, measures }, { value, low, high, cells, note }) {
  const named = measures.flatMap(({ name, unit }) => [
    unit ? `${name} (${unit})` : name,
    ...["low", "high", "cells", "note"].map((what) => `${name}: ${what}`),
  ]);
  return {
    header: ["Sample", "Call", "Margin", "Reason", "Cells", ...named],
    body: calls.map((call, i) => [
      ...[call.sample, call.call, call.margin, call.reason, call.cells],
      ...measures.flatMap((_, j) => [value[i][j], low[i][j], high[i][j], cells[i][j], note[i][j]]),
    ]),
  };
}
