/** Which ligand–receptor pairs and which senders and receivers the figure of the pairs shows. */

const MOST_PAIRS = 24;
const MOST_FLOWS = 18;

/**
 * The listed rows of a choice, and the strongest pairs and flows among them.
 *
 * @param interactions  the crosstalk results
 * @param choice        {axis, sender, receiver}, as the store has them
 * @returns {selected, pairs, flows, rowAt, nPairs, nFlows, largestShare}: `rowAt(i, j)` is the number
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
  const shares = flows.flatMap((_, j) =>
    pairs.map((_, i) => (rowAt(i, j) === undefined ? 0 : shareOf(interactions.row(rowAt(i, j))))),
  );
  const nOf = (keyOf) => new Set(selected.map(keyOf)).size;
  return {
    ...{ selected, pairs, flows, rowAt, nPairs: nOf(pairKey), nFlows: nOf(flowKey) },
    largestShare: Math.max(0.05, ...shares),
  };
}

/** Share of cells that show a pair: the smaller of ligand and receptor. */
export const shareOf = (row) => Math.min(row.ligandFraction, row.receptorFraction);
