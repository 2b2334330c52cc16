/** The rows behind the pairs: which of them the figure shows, and all of them as a table. */
import { constants } from "../../assets/js/constants.js";
import { showPanel } from "../../assets/js/tabs.js";
import { SHOWN } from "../crosstalk/naming.js";
import { isApart, unlistedText, verdictName } from "../crosstalk/words.js";

const MOST_PAIRS = 20;
const MOST_BESIDE = 8;
const MOST_FLOWS = 12;

/**
 * The listed rows of a choice, and the strongest pairs and flows among them. Pairs that are mostly
 * ambient RNA wherever they are, and those whose role carries no signal, are listed apart, and
 * choose no flows where there are others.
 *
 * @param interactions  the crosstalk results
 * @param choice        axis, sender and receiver, as the store has them
 * @returns selected, pairs, beside, flows, rowAt, nPairs, nFlows, topScore:
 *          `rowAt(pair, j)` is the number of the row of a pair and flow j, or undefined; the counts
 *          are of all listed
 */
export function choosePairs(interactions, choice) {
  const { rows } = interactions;
  const selected = interactions.select(choice);
  const pairKey = (i) => rows.ligand[i] * 65536 + rows.receptor[i];
  const judged = selected.filter((i) => !isApart(rows.verdict[i]));
  const known = new Set(judged.map(pairKey));
  const others = selected.filter((i) => isApart(rows.verdict[i]) && !known.has(pairKey(i)));
  const flowKey = (i) => rows.source[i] * 65536 + rows.target[i];

  /** The strongest by best score, specific rows before all others. */
  function strongest(from, keyOf, most) {
    const best = new Map();
    for (const i of from) {
      const key = keyOf(i);
      const rank = rows.score[i] + (rows.stands[i] ? 1e6 : 0);
      if (!best.has(key) || best.get(key).rank < rank) best.set(key, { rank, i });
    }
    return [...best.values()]
      .sort((a, b) => b.rank - a.rank)
      .slice(0, most)
      .map(({ i }) => i);
  }

  const pairOf = (i) => ({ key: pairKey(i), ...interactions.row(i) });
  const best = strongest(judged, pairKey, MOST_PAIRS);
  const besides = strongest(others, pairKey, MOST_BESIDE);
  const [pairs, beside] = [best.map(pairOf), besides.map(pairOf)];
  // The best flow of each pair first, so that no row of the figure is empty if it can be helped.
  const [first, all] = judged.length ? [best, judged] : [besides, others];
  const candidates = [...first, ...strongest(all, flowKey, MOST_FLOWS)];
  const byKey = new Map(candidates.map((i) => [flowKey(i), i]));
  const flowOf = (i) => ({ key: flowKey(i), source: rows.source[i], target: rows.target[i] });
  const flows = [...byKey.values()].slice(0, MOST_FLOWS).map(flowOf);
  // Flows of one sender stand together, the senders in order of their strongest flow.
  const senders = [...new Set(flows.map((flow) => flow.source))];
  flows.sort((a, b) => senders.indexOf(a.source) - senders.indexOf(b.source));
  const rowOf = new Map();
  for (const i of selected) {
    const key = `${pairKey(i)} ${flowKey(i)}`;
    const other = rowOf.get(key); // one pair can be on several axes
    if (other === undefined || rows.score[i] > rows.score[other]) rowOf.set(key, i);
  }
  const rowAt = (pair, j) => rowOf.get(`${pair.key} ${flows[j].key}`);
  const nOf = (keyOf) => new Set(judged.map(keyOf)).size;
  return {
    ...{ selected, pairs, beside, flows, rowAt, nPairs: nOf(pairKey), nFlows: nOf(flowKey) },
    topScore: judged.reduce((top, i) => Math.max(top, rows.score[i]), 1e-9),
  };
}

/** Share of cells that show a pair: the smaller of ligand and receptor. */
export const shareOf = (row) => Math.min(row.ligandSide.fraction, row.receptorSide.fraction);

/**
 * The lines of the figure: the pairs, and headings where they are of several kinds. What an axis
 * does not answer to stands below what it does, and what is listed apart below both.
 */
export function pairLines({ pairs, beside }, isOneAxis) {
  const isBeside = ({ isAssociated }) => isOneAxis && isAssociated;
  const core = pairs.filter((pair) => !isBeside(pair));
  const isSilent = ({ verdict }) => verdict === constants.noVerdict;
  const parts = [
    ["Core pairs of the axis", core],
    ["Associated pairs", pairs.filter(isBeside)],
    ["Mostly ambient RNA", beside.filter((pair) => !isSilent(pair))],
    ["Apart from signalling, without a verdict", beside.filter(isSilent)],
  ].filter(([, found]) => found.length);
  return parts.flatMap(([heading, found]) => {
    const lines = found.map((pair) => ({ pair }));
    const isPlain = found === core && (parts.length === 1 || !isOneAxis);
    return isPlain ? lines : [{ heading }, ...lines];
  });
}

const SIDE = (name) => [
  ...[`${name} share`, `${name} cells`, `${name} specificity`],
  ...[`${name} specificity, low`, `${name} specificity, high`, `${name} cells needed`],
  `${name} mostly ambient`,
];
const HEADER = [
  ...["Sender", "Receiver", "Ligand", "Receptor", "Axis", "Role", "Core", "Lists", "Disputed"],
  ...["Verdict", "Score", "Adjusted p", ...SIDE("Ligand"), ...SIDE("Receptor")],
];
const SAMPLES = ["Samples", "Samples seen", "Samples specific"];

const sideCells = ({ fraction, cells, specificity, low, high, needed, isAmbient }) => [
  ...[fraction, cells, specificity, low, high],
  needed !== null && needed < 0 ? "no number would do" : needed,
  isAmbient ? "yes" : "",
];

/**
 * All listed rows of a choice; then, per axis, sender and receiver, what is not listed.
 *
 * @param options  unlisted, of `interactions.count`; naming: how groups, genes and axes are called
 */
export function pairsTable(interactions, selected, { unlisted, naming = SHOWN }) {
  const { nodes, axes, rows } = interactions;
  const header = rows.n_samples ? [...HEADER, ...SAMPLES] : HEADER;
  const listed = selected.map((i) => {
    const row = interactions.row(i);
    return [
      ...[naming.group(nodes[rows.source[i]]), naming.group(nodes[rows.target[i]])],
      ...[naming.genes(row.ligand), naming.genes(row.receptor), naming.axis(axes[rows.axis[i]])],
      ...[row.role, row.core, row.nResources, row.disputed],
      ...[verdictName(row.verdict), row.score, row.padj],
      ...[...sideCells(row.ligandSide), ...sideCells(row.receptorSide)],
      ...(rows.n_samples ? [rows.n_samples[i], rows.n_samples_seen[i], rows.n_samples_specific[i]] : []),
    ];
  });
  const others = unlisted.map((edge) => {
    const known = {
      Sender: naming.group(nodes[edge.source]),
      Receiver: naming.group(nodes[edge.target]),
      Axis: naming.axis(axes[edge.axis]),
      Verdict: unlistedText(edge),
    };
    return header.map((name) => known[name] ?? null);
  });
  return { header, body: [...listed, ...others] };
}

/** The listed ligand–receptor pairs, each once per axis. */
export function pairEntries(atlas) {
  const { interactions, store, features } = atlas;
  if (!interactions) return []; // they are not read yet
  const { rows } = interactions;
  const found = new Map();
  for (let i = 0; i < rows.axis.length; i++) {
    const key = `${rows.axis[i]} ${rows.ligand[i]} ${rows.receptor[i]}`;
    if (!found.has(key)) found.set(key, i);
  }
  return [...found.values()].map((i) => {
    const { ligand, receptor, axis } = interactions.row(i);
    const genes = [...ligand.split("+"), ...receptor.split("+")];
    const gene = genes.map((name) => `g:${name}`).find((id) => features.has(id));
    const act = () => {
      const colour = gene ? { colour: gene } : {};
      store.set({ axis: rows.axis[i], sender: null, receiver: null, ...colour });
      showPanel(atlas, "pairs");
    };
    return {
      label: `${ligand} → ${receptor}`,
      detail: axis,
      words: [`${ligand} → ${receptor}`, receptor, ...genes],
      genes: [],
      section: "Ligand–receptor pairs",
      act,
    };
  });
}
