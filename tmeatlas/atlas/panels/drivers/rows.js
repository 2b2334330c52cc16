/** Words and rows of the drivers: what a bar, a link and an interval say. */
import { constants } from "../../assets/js/constants.js";
import { pValue, shortNumber, wholeNumber } from "../../assets/js/text.js";

const VERBS = { sends: "sent to others", receives: "received from others" };

/** What is told of the axes that a group sends, or receives. */
export function groupLines(groups, i, end) {
  const [mean, low, high] = ["mean", "low", "high"].map((part) => groups[`${end}_${part}`][i]);
  const first = groups[`${end}_axes`][i];
  return [
    `${groups.group[i]}, ${wholeNumber(groups.cells[i])} ${constants.rows}`,
    `Axes ${VERBS[end]}: ${groups[end][i]}${first ? `, first ${first}` : ""}`,
    `${groups[`${end}_unclear`][i]} more neither shown nor ruled out`,
    mean === null
      ? null
      : `In ${groups.n_samples[i]} samples: ${shortNumber(mean)} (95% interval ${shortNumber(low)} to ${shortNumber(high)})`,
  ].filter(Boolean);
}

/** What is told of a gene and a programme. */
export function geneLines(genes, i) {
  const [value, low, high, alone] = ["value", "low", "high", "alone"].map((name) => genes[name][i]);
  return [
    value === null
      ? null
      : `${shortNumber(value)} SD (95% interval ${shortNumber(low)} to ${shortNumber(high)}), adjusted p ${pValue(genes.padj[i])}`,
    value === null ? null : `Without the other programmes held alike: ${shortNumber(alone)} SD`,
    genes.cells[i] ? `${wholeNumber(genes.showing[i])} of ${wholeNumber(genes.cells[i])} ${constants.rows} show the gene` : null,
    genes.n_samples[i] ? `Follows in ${genes.n_samples_follow[i]} of ${genes.n_samples[i]} samples` : null,
    genes.note[i] || null,
  ].filter(Boolean);
}

function linkOf(loops, i) {
  const [source, target] = [loops.source[i], loops.target[i]];
  const n = loops.n_samples[i];
  return {
    text: source ? `${source} → ${target}` : loops.by[i],
    detail: [loops.carried_by[i], loops.verdict[i], n ? `${loops.n_samples_specific[i]} of ${n} samples` : ""]
      .filter(Boolean)
      .join(" · "),
    holds: Boolean(loops.holds[i]),
  };
}

/** The chains, each with its paths through the groups, and those with their links. */
export function loopsOf(loops) {
  const found = [];
  loops.loop.forEach((loop, i) => {
    let last = found.at(-1);
    if (last?.loop !== loop) {
      const [name, says, cite] = [loops.name[i], loops.says[i], loops.cite[i]];
      last = { loop, name, says, cite, closed: loops.closed[i], paths: [] };
      found.push(last);
    }
    if (loops.link[i] === 1) last.paths.push([]);
    last.paths.at(-1).push(linkOf(loops, i));
  });
  return found;
}

/** All three as one table: what is told, of whom, and the numbers. */
export function driversTable({ groups, loops, genes, shows }) {
  return {
    header: ["What", "Of", "To or by", "Says", "Value", "Low", "High", "Samples", "Of samples"],
    body: [
      ...groups.group.flatMap((group, i) =>
        Object.keys(VERBS).map((end) => [
          ...[`Axes ${VERBS[end]}`, group, groups[`${end}_axes`][i], "", groups[end][i]],
          ...[groups[`${end}_low`][i], groups[`${end}_high`][i], null, groups.n_samples[i]],
        ]),
      ),
      ...loops.loop.map((_, i) => [
        ...[loops.name[i], loops.source[i], loops.target[i], loops.verdict[i], loops.value[i]],
        ...[null, null, loops.n_samples_specific[i], loops.n_samples[i]],
      ]),
      ...genes.gene.map((gene, i) => [
        ...[`${gene} in ${genes.lineage[i]}`, gene, genes.name[i], genes.verdict[i], genes.value[i]],
        ...[genes.low[i], genes.high[i], genes.n_samples_follow[i], genes.n_samples[i]],
      ]),
    ],
    note: shows,
  };
}
