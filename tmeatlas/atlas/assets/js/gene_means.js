/** What every group shows of every gene of the data: unpacked when it is first asked for. */
import { constants } from "./constants.js";
import { joinPlanes, readBlock, readJsonBlock } from "./decode.js";

const loaded = new WeakMap(); // atlas -> {names, means}, each a promise

function once(atlas, what, load) {
  if (!loaded.has(atlas)) loaded.set(atlas, {});
  const kept = loaded.get(atlas);
  kept[what] ??= load();
  return kept[what];
}

/**
 * The genes of the data, by what other names they go, and whether any cell shows them: [{name,
 * aliases, isSeen}]; none where the page has no expression.
 */
export const geneNames = (atlas) =>
  once(atlas, "names", async () => {
    const packed = atlas.meta.geneMeans;
    if (!packed) return [];
    const [names, aliases] = await Promise.all([
      readJsonBlock(packed.names),
      readJsonBlock(packed.aliases),
    ]);
    const others = aliases.split("\n");
    return names
      .split("\n")
      .map((name, i) => ({
        name,
        aliases: others[i] ? others[i].split(",") : [],
        isSeen: i < packed.nSeen,
      }));
  });

/** The means of a page: `of(name)` has one number per group, null for what is no gene of the data. */
export const geneMeans = (atlas) =>
  once(atlas, "means", async () => {
    const packed = atlas.meta.geneMeans;
    if (!packed) return { has: () => false, of: () => null };
    const [genes, mean, share, planes] = await Promise.all([
      geneNames(atlas),
      ...[packed.mean, packed.share, packed.high].map(readBlock),
    ]);
    const { nSeen, steps, highRange } = packed;
    const nGroups = atlas.categories.get("group").labels.length;
    const place = new Map(genes.map(({ name }, i) => [name, i]));
    const highs = joinPlanes(planes, nSeen, 2);
    const [low, high] = highRange;
    const highest = (gene) => Math.exp(low + ((high - low) * highs[gene]) / constants.mapSteps);
    return {
      has: (name) => place.has(name),
      of(name) {
        const gene = place.get(name);
        if (gene === undefined) return null;
        const found = { mean: new Float64Array(nGroups), share: new Float64Array(nGroups) };
        if (gene >= nSeen) return found; // no cell shows it
        const unit = highest(gene) / steps;
        for (let group = 0; group < nGroups; group++) {
          found.mean[group] = mean[group * nSeen + gene] * unit;
          found.share[group] = (share[group * nSeen + gene] / steps) ** 2;
        }
        return found;
      },
    };
  });
