/** The phenotype of samples: their order, and what a value says. */
import { constants } from "../../assets/js/constants.js";
import { showPanel } from "../../assets/js/tabs.js";
import { capital, percent, shortNumber, wholeNumber } from "../../assets/js/text.js";

const MOST_NAMED = 40;

const LOG2_RATIO = "log2 ratio";

/** A value as it is written: shares as percentages. */
export const valueText = (value, unit) => (unit === "share" ? percent(value) : shortNumber(value));

/** "8.72 to 1 (6.37 to 11.9)": a value in words, ratios as calls and findings tell them. */
function valueWords({ value, low, high }, unit, isShort = false) {
  const isRatio = unit === LOG2_RATIO;
  const text = (number) => (isRatio ? shortNumber(2 ** number) : valueText(number, unit));
  const named = isRatio ? " to 1" : unit && unit !== "share" ? ` ${unit}` : "";
  const hasInterval = !isShort && low !== null && high !== null;
  const logged = isRatio && !isShort ? `; log2 ${shortNumber(value)}` : "";
  return { told: `${text(value)}${named}`, interval: hasInterval ? `${text(low)} to ${text(high)}` : "", logged };
}

/** "0% to 30%": between which values a measure is coloured; without a scale, those of its samples. */
export function scaleText({ low, high, unit }, values) {
  const known = values.filter((other) => other !== null);
  if (!known.length) return "";
  const ends = [low ?? Math.min(...known), high ?? Math.max(...known)];
  const [from, to] = ends.map((end) => valueText(end, unit));
  return `${unit === LOG2_RATIO ? "log2 " : ""}${from} to ${to}`;
}

/** Rows for the grid, in the order of the calls: where each has one condition, a heading for each. */
export function phenotypeRows(calls, conditions) {
  const byCondition = conditions && calls.every(({ condition }) => condition !== null);
  const rows = [];
  calls.forEach(({ condition }, i) => {
    if (byCondition && (i === 0 || condition !== calls[i - 1].condition)) {
      rows.push({ heading: true, label: conditions.labels[condition] });
    }
    rows.push({ sample: i });
  });
  return rows;
}

/** The margin of a call; without one nothing. */
export const marginText = ({ margin }) => (margin === null ? "" : shortNumber(margin));

/** "inflamed", or "unclear, leaning inflamed": the call and, of an unclear one, what its values point at. */
export const callName = ({ call, leans }) => (leans ? `${call}, leaning ${leans}` : call);

/** "inflamed 0.35": the call with its margin, where it has one. */
export const callText = (call) => [callName(call), marginText(call)].join(" ").trim();

/**
 * Which samples have which call: {call, leans, name, samples, text}, in the order of the calls; the
 * unclear ones by what they lean to.
 */
export function samplesByCall(calls, order) {
  const words = [...new Set([...order, ...calls.map(({ call }) => call)])];
  const kinds = words.flatMap((call) => [...order, ""].map((leans) => ({ call, leans })));
  return kinds.flatMap(({ call, leans }) => {
    const samples = calls.filter((other) => other.call === call && (other.leans ?? "") === leans);
    if (!samples.length) return [];
    const sorted = [...samples].sort((a, b) => (b.margin ?? 0) - (a.margin ?? 0));
    const most = sorted.length === MOST_NAMED + 1 ? sorted.length : MOST_NAMED;
    const named = sorted.slice(0, most).map(({ sample }) => sample);
    const rest = sorted.length - named.length;
    const reasons = new Set(samples.map(({ reason }) => reason));
    const why = samples.length > 1 && reasons.size === 1 ? [...reasons][0] : ""; // the same for all
    const list = [...named, ...(rest ? [`${rest} more`] : [])].join(", ");
    const text = why ? `${list}: ${why}` : list;
    return [{ call, leans, name: capital(callName({ call, leans })), samples: sorted, text }];
  });
}

/** Where a value lies on the scale of its measure, from 0 to 1; without a scale, among all values. */
export function scaled(value, { low, high }, values) {
  const known = values.filter((other) => other !== null);
  const from = low ?? Math.min(...known);
  const to = high ?? Math.max(...known);
  return to > from ? Math.max(0, Math.min(1, (value - from) / (to - from))) : 0.5;
}

/** What is told of one measure in one sample. */
export function linesOfMeasure(call, measure, ofMeasure, { value, low, high, cells, note }) {
  const unread = `Cannot be read${note ? `: ${note}` : ""}`;
  const { told, interval, logged } =
    value === null ? { told: unread, interval: "", logged: "" } : valueWords({ value, low, high }, measure.unit);
  const numbers = `${told}${interval && `, 95% interval ${interval}`}${logged}`;
  return [
    `${call.sample}: ${measure.name}`,
    numbers,
    measure.lineage ? `Read in ${measure.lineage}` : null,
    cells ? `${wholeNumber(cells)} ${constants.rows}` : null,
    value !== null && note ? note : null,
    value !== null ? `Colours: ${scaleText(measure, ofMeasure)}` : null,
    `Call: ${callName(call)}${call.reason ? `; ${call.reason}` : ""}`,
  ];
}

/** A value with its interval and cells, beside the measure of the only sample; `isShort` without the interval. */
export function readText({ unit }, { value, low, high, cells, note }, isShort = false) {
  if (value === null) return `cannot be read${note ? `: ${note}` : ""}`;
  const { told, interval } = valueWords({ value, low, high }, unit, isShort);
  // The name says the depth; how many cells have it is told under the pointer.
  const short = note.replace(/^.*(?=as they are)/, "");
  const of = short ? `; ${short}` : cells ? `, ${wholeNumber(cells)} ${constants.rows}` : "";
  return `${told}${interval && ` (${interval})`}${of}`;
}

/** Calls and values as a table. */
export function phenotypeTable({ calls, measures }, { value, low, high, cells, note }) {
  const named = measures.flatMap(({ name, unit }) => [
    unit ? `${name} (${unit})` : name,
    ...["low", "high", "cells", "note"].map((what) => `${name}: ${what}`),
  ]);
  return {
    header: ["Sample", "Call", "Leans to", "Margin", "Reason", capital(constants.rows), ...named],
    body: calls.map((call, i) => [
      ...[call.sample, call.call, call.leans, call.margin, call.reason, call.cells],
      ...measures.flatMap((_, j) => [value[i][j], low[i][j], high[i][j], cells[i][j], note[i][j]]),
    ]),
  };
}

/** The calls as entries of the search box: each shows its samples and, where it has one alone, selects it. */
export function callEntries(atlas) {
  const { calls, callOrder } = atlas.meta.panels.phenotype;
  return samplesByCall(calls, callOrder).map(({ call, name, samples, text }) => ({
    label: name,
    detail: text,
    words: [name, call],
    genes: [],
    section: "Phenotype",
    act() {
      const [{ code }] = samples;
      if (samples.length === 1 && code !== null) atlas.store.set({ sample: code });
      showPanel(atlas, "phenotype");
    },
  }));
}
