/** The genes to show by group, with their numbers: those that the reader added, then markers. */

/**
 * Rows of {name, marks, mean, share, highest}; `marks` is the group that a marker sets apart.
 *
 * @param {{of: (name: string) => {mean: ArrayLike<number>, share: ArrayLike<number>} | null}} means
 * @param {{genes: string[], groups: number[]}} markers
 * @param {{added: string[], hidden: string[], shown: boolean}} chosen
 */
export function geneRows(means, markers, { added, hidden, shown }) {
  const groupOf = new Map(markers.genes.map((gene, i) => [gene, markers.groups[i]]));
  const usual = shown ? markers.genes.filter((gene) => !hidden.includes(gene)) : [];
  const names = [...new Set([...added, ...usual])];
  return names.flatMap((name) => {
    const found = means.of(name);
    if (!found) return [];
    const highest = Math.max(...Array.from(found.mean));
    return [{ name, marks: groupOf.get(name) ?? null, ...found, highest }];
  });
}

/** The mean at which one scale for all rows ends. */
export const highestMean = (rows) => Math.max(0, ...rows.map(({ highest }) => highest)) || 1;
