/** Genes by what readers type: by name, by another name, or none and what is near it. */
import { compact } from "./search_words.js";

const MOST_NEAR = 8;
const LONG = 5; // letters of a name in which two may differ
const LEAST_FOR_NEAR = 3; // letters; of fewer, everything is near

/**
 * What finds genes among `genes`, of which there may be 30,000.
 *
 * @param {{name: string, aliases: string[], isSeen?: boolean}[]} genes
 */
export function createGeneSearch(genes) {
  const lower = genes.map(({ name }) => name.toLowerCase());
  const byLower = new Map(lower.map((name, i) => [name, i]));
  const byKey = new Map(); // compact name or alias -> genes, those that are named so alone if any
  genes.forEach(({ name }, i) => addTo(byKey, compact(name), i));
  const named = new Set(byKey.keys());
  genes.forEach(({ aliases }, i) => {
    for (const alias of aliases) {
      const key = compact(alias);
      if (!named.has(key)) addTo(byKey, key, i, alias);
    }
  });

  const found = (i) => ({ name: genes[i].name, isSeen: genes[i].isSeen ?? true });

  /** The gene that is meant, and the other name that it was found by; null where none or several. */
  function find(text) {
    const query = text.trim();
    const own = byLower.get(query.toLowerCase());
    if (own !== undefined) return { ...found(own), alias: null };
    const meant = byKey.get(compact(query));
    if (!meant || meant.size > 1) return null;
    const [[gene, alias]] = meant;
    return { ...found(gene), alias: alias ?? null };
  }

  /** Genes whose name begins with the text, the shortest first, then those that hold it. */
  function holding(text) {
    const query = text.trim().toLowerCase();
    const all = [];
    if (query.length < 2) return all;
    for (let i = 0; i < lower.length; i++) {
      const at = lower[i].indexOf(query);
      if (at < 0) continue;
      all.push({ ...found(i), begins: at === 0 });
    }
    const length = ({ name }) => name.length;
    return all.sort((a, b) => Number(b.begins) - Number(a.begins) || length(a) - length(b));
  }

  /** Names that differ least from the text. */
  function near(text) {
    const query = text.trim().toLowerCase();
    if (query.length < LEAST_FOR_NEAR) return [];
    const most = query.length > LONG ? 2 : 1;
    const like = [];
    for (let i = 0; i < lower.length; i++) {
      if (Math.abs(lower[i].length - query.length) > most) continue;
      const away = distance(query, lower[i], most);
      if (away <= most) like.push([away, i]);
    }
    like.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    return like.slice(0, MOST_NEAR).map(([, i]) => found(i));
  }

  return { n: genes.length, find, holding, near };
}

function addTo(byKey, key, gene, alias) {
  if (!key) return;
  if (!byKey.has(key)) byKey.set(key, new Map());
  if (!byKey.get(key).has(gene)) byKey.get(key).set(gene, alias);
}

/** In how many letters two names differ (Levenshtein); more than `most` where it is more. */
function distance(a, b, most) {
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = above[j - 1] + Number(a[i - 1] !== b[j - 1]);
      row.push(Math.min(changed, above[j] + 1, row[j - 1] + 1));
    }
    if (Math.min(...row) > most) return most + 1;
    above = row;
  }
  return above[b.length];
}
