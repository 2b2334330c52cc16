/** Means of the samples, condition by condition: cells of one sample are no replicates. */
import { stepValue } from "../../assets/js/cells.js";
import { categoryColours } from "../../assets/js/colours.js";
import { meansByCode } from "../../assets/js/statistics.js";

/**
 * A column per condition with a dot per sample: the mean of its cells in focus. Samples without a
 * value are left out; one that spans several conditions has a dot in each.
 */
export function sampleColumns(atlas, feature, values) {
  const { meta, categories, selection, store } = atlas;
  const { bars } = meta;
  const [samples, conditions] = [categories.get("sample"), categories.get("condition")];
  const indices = selection.indices();
  const { sum, n } = meansByCode(values, 0, selection.bars, bars.sample.length, indices);
  const colours = categoryColours(conditions, store.get("palette"));
  return conditions.labels.map((label, code) => {
    const dots = bars.sample.flatMap((sample, bar) => {
      if (bars.condition[bar] !== code || !n[bar]) return [];
      const value = stepValue(feature, sum[bar] / n[bar]);
      return [{ name: samples.labels[sample], value, cells: n[bar], pair: "" }];
    });
    const mean = dots.length
      ? dots.reduce((total, { value }) => total + value, 0) / dots.length
      : null;
    return { name: label, label: `${label} (n = ${dots.length})`, colour: colours[code], mean, dots };
  });
}

export const SAMPLES_TEXT =
  "Each dot: the mean of one sample; line: the mean of the samples (n).";
export const NO_REPLICATES =
  "Cells of one patient are no replicates; a page with sample_key shows a dot per sample.";
