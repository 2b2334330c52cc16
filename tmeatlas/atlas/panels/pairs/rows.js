/** The rows behind the pairs: which of them the figure shows, and all of them as a table. */
import { byId } from "../../assets/js/dom.js";
import { unlistedText, verdictName } from "../crosstalk/words.js";

const MOST_PAIRS = 24;
const MOST_FLOWS = 18;

/**
 * The listed rows of a choice, and the strongest pairs and flows among them.
 *
 * @param interactions  the crosstalk results
 * @param choice        axis, sender and receiver, as the store has them
 * @returns selected, pairs, flows, rowAt, nPairs, nFlows, largestShare: `rowAt(i, j)` is the number
 *          of the row of pair i and flow j, or undefined; the counts are of all listed
 */
export function choosePairs(interactions, choice) {
  const { rows } = interactions;
  const selected = interactions.select(choice);
  const pairKey = (i) => rows.ligand[i] * 65536 + rows.receptor[i];
  const flowKey = (i) => rows.source[i] * 65536 + rows.target[i];

  /** The strongest by best score, active rows before all others. */
  function strongest(keyOf, most) {
    const best = new Map();
    for (const i of selected) {
      const key = keyOf(i);
      const rank = rows.score[i] + (rows.active[i] ? 1e6 : 0);
      if (!best.has(key) || best.get(key).rank < rank) best.set(key, { rank, i });
    }
    return [...best.values()]
      .sort((a, b) => b.rank - a.rank)
      .slice(0, most)
      .map(({ i }) => i);
  }

  const best = strongest(pairKey, MOST_PAIRS);
  const pairs = best.map((i) => ({ key: pairKey(i), ...interactions.row(i) }));
  // The best flow of each pair first, so that no row of the figure is empty if it can be helped.
  const candidates = [...best, ...strongest(flowKey, MOST_FLOWS)];
  const byKey = new Map(candidates.map((i) => [flowKey(i), i]));
  const flowOf = (i) => ({ key: flowKey(i), source: rows.source[i], target: rows.target[i] });
  const flows = [...byKey.values()].slice(0, MOST_FLOWS).map(flowOf);
  // Flows of one sender stand together, the senders in order of their strongest flow.
  const senders = [...new Set(flows.map((flow) => flow.source))];
  flows.sort((a, b) => senders.indexOf(a.source) - senders.indexOf(b.source));
  const rowOf = new Map();
  for (const i of selected) {
    const key = `${pairKey(i)} ${flowKey(i)}`;
    const known = rowOf.get(key); // one pair can be on several axes
    if (known === undefined || rows.score[i] > rows.score[known]) rowOf.set(key, i);
  }
  const rowAt = (i, j) => rowOf.get(`${pairs[i].key} ${flows[j].key}`);
  const shares = flows.flatMap((_flow, j) =>
    pairs.map((_pair, i) => (rowAt(i, j) === undefined ? 0 : shareOf(interactions.row(rowAt(i, j))))),
  );
  const nOf = (keyOf) => new Set(selected.map(keyOf)).size;
  return {
    ...{ selected, pairs, flows, rowAt, nPairs: nOf(pairKey), nFlows: nOf(flowKey) },
    largestShare: Math.max(0.05, ...shares),
  };
}

/** Share of cells that show a pair: the smaller of ligand and receptor. */
export const shareOf = (row) => Math.min(row.ligandFraction, row.receptorFraction);

const HEADER = [
  ...["Sender", "Receiver", "Ligand", "Receptor", "Axis", "Score", "Adjusted p", "Verdict"],
  ...["Ligand share", "Receptor share", "Ligand cells", "Receptor cells"],
];

/** All listed rows of a choice; then, per axis, sender and receiver, what is not listed. */
export function pairsTable(interactions, selected, unlisted) {
  const listed = selected.map((i) => {
    const row = interactions.row(i);
    return [
      ...[row.source, row.target, row.ligand, row.receptor, row.axis, row.score, row.padj],
      ...[verdictName(row.verdict), row.ligandFraction, row.receptorFraction],
      ...[row.ligandCells, row.receptorCells],
    ];
  });
  const { nodes, axes } = interactions;
  const others = unlisted.map((edge) => [
    ...[nodes[edge.source].label, nodes[edge.target].label, null, null, axes[edge.axis].name],
    ...[null, null, unlistedText(edge), null, null, null, null],
  ]);
  return { header: HEADER, body: [...listed, ...others] };
}

/** The listed ligand–receptor pairs, each once per axis. */
export function pairEntries({ interactions, store, features }) {
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
      byId("card-pairs").scrollIntoView({ block: "center" });
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
