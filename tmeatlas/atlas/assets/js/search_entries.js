/** What the search box finds: colours to choose, groups to select, and what panels have to show. */
import { constants } from "./constants.js";
import { gathered, showGene } from "./panels.js";
import { compact, isSymbol, plain } from "./search_words.js";

/** One sample is no choice. */
const divides = ({ labels }) => labels.length > 1;

/** Labels of the columns of the data without a role in the page, each to be selected. */
function furtherEntries({ meta, store }) {
  const further = meta.categories.filter(({ main }) => !main);
  return further.flatMap(({ id, name, labels }) =>
    labels.map((label, code) => ({
      label,
      detail: "select",
      words: [label],
      genes: [],
      section: name,
      act: () => store.set({ colour: id, region: { type: "category", category: id, code } }),
    })),
  );
}

/** Conditions and samples, each to be shown alone. */
function filterEntries({ categories, store }) {
  const found = ["condition", "sample"].map((id) => categories.get(id)).filter(Boolean);
  return found.filter(divides).flatMap(({ id, name, labels }) =>
    labels.map((label, code) => ({
      label,
      detail: "show only",
      words: [label],
      genes: [],
      section: `Show one ${name.toLowerCase()}`,
      act: () => store.set({ [id]: code }),
    })),
  );
}

/** What is found only by typing: there are too many of them to list. */
export const moreEntries = (atlas) => [
  ...filterEntries(atlas),
  ...furtherEntries(atlas),
  ...gathered(atlas, "moreEntries"),
];

const GROUPS = "Select a group";
const SECTIONS = {
  category: "Metadata",
  confidence: "Metadata",
  consensus: "Consensus",
  gene: "Genes",
  obs: "Metadata",
  tissue: "Tissue",
};

/** Everything that can be found but genes: {label, detail, words, genes, section, act}. */
export function searchEntries(atlas) {
  const { store, features } = atlas;
  const entries = [];
  for (const feature of features.values()) {
    if (feature.kind === "gene") continue;
    if (feature.kind === "category" && !divides(feature.category)) continue;
    const genes = feature.genes ?? [];
    const section =
      feature.kind === "signature"
        ? `Signatures${feature.compartment ? `: ${feature.compartment}` : ""}`
        : SECTIONS[feature.kind];
    entries.push({
      id: feature.id,
      label: feature.name,
      detail: genes.slice(0, 4).join(" "),
      words: [feature.name, feature.compartment ?? ""],
      genes,
      section,
      act: () => store.set({ colour: feature.id }),
    });
  }
  atlas.categories.get("group").labels.forEach((label, group) => {
    const act = () => store.set({ region: { type: "group", group } });
    entries.push({
      label,
      detail: "select",
      words: [label],
      group,
      genes: [],
      section: GROUPS,
      act,
    });
  });
  entries.push(...gathered(atlas, "entries"));
  return entries;
}

const CELL = / cell$/; // "epithelial cells" are "epithelial"

/** Tell groups and signatures by what other words they go: those of their lineages. */
export function addLineageWords(entries, lineages) {
  for (const { words, groups, features } of lineages) {
    for (const entry of entries) {
      const isGroup = groups.includes(entry.group);
      if (!isGroup && !features.includes(entry.id)) continue;
      entry.also ??= new Map(); // word -> how many groups have it
      for (const word of words) {
        entry.also.set(plain(word).replace(CELL, ""), isGroup ? groups.length : 1);
      }
    }
  }
}

/** A gene as an entry: it colours the map where the page has its cells, else it is shown by group. */
export function geneEntry(atlas, { name, alias = null, isSeen = true }) {
  const id = `g:${name}`;
  const coloured = atlas.features.has(id);
  return {
    id,
    label: alias ? `${name} (${alias})` : name,
    detail: coloured ? "" : isSeen ? "by group" : `no ${constants.row} shows it`,
    section: SECTIONS.gene,
    act: () => (coloured ? atlas.store.set({ colour: id }) : showGene(atlas, name)),
  };
}

const MOST_GENES = 30; // that are listed; there may be thousands
export const RANK = { same: 0, also: 1, begins: 2, holds: 3, other: 4 };

/**
 * What fits a text, each entry with its `rank`: sections with the best fit come first.
 *
 * @param {object} atlas
 * @param {object[]} entries those of `searchEntries` and `moreEntries`
 * @param {string} typed
 * @param {object} genes what `createGeneSearch` made of the genes of the data
 */
export function matching(atlas, entries, typed, genes) {
  const query = plain(typed);
  const words = query.split(" ");
  const found = entries.map((entry) => fit(entry, query, words)).filter(Boolean);
  const exact = genes.find(typed);
  if (exact) {
    // A word may be another name of some gene; a symbol means one.
    const rank = exact.alias && !isSymbol(typed.trim()) ? RANK.also : RANK.same;
    found.push({ ...geneEntry(atlas, exact), rank });
  }
  // Where a gene is called so, those that only hold the text are not meant.
  const holding = genes
    .holding(typed)
    .filter(({ name, begins }) => name !== exact?.name && (begins || !exact));
  for (const gene of holding.slice(0, MOST_GENES)) {
    found.push({ ...geneEntry(atlas, gene), rank: gene.begins ? RANK.begins : RANK.other });
  }
  return inSections(found);
}

/** An entry with its rank; null where it does not fit. */
function fit(entry, query, words) {
  entry.spelled ??= entry.words.map(plain);
  entry.letters ??= entry.words.map(compact);
  const [name] = entry.spelled;
  const key = compact(query);
  if (name === query || (key && entry.letters[0] === key)) return { ...entry, rank: RANK.same };
  const shared = entry.also?.get(query.replace(CELL, ""));
  // A word that several groups share means none of them more than the others.
  if (shared) return { ...entry, rank: shared > 1 ? RANK.begins : RANK.also };
  if (name.startsWith(query)) {
    const isWord = !/\d/.test(query) && !/[a-z0-9]/.test(name[query.length]);
    return { ...entry, rank: isWord ? RANK.also : RANK.begins };
  }
  if (name.includes(query)) return { ...entry, rank: RANK.holds };
  if (words.length > 1 && words.every((word) => name.includes(word))) {
    return { ...entry, rank: RANK.holds };
  }
  if (entry.spelled.some((word) => word.includes(query))) return { ...entry, rank: RANK.other };
  const gene = entry.genes.find((each) => each.toLowerCase().startsWith(query));
  return gene ? { ...entry, rank: RANK.other, detail: `has ${gene}` } : null;
}

function inSections(found) {
  const best = new Map(); // section -> its best rank, sections with the best first
  for (const { section, rank } of found) {
    best.set(section, Math.min(rank, best.get(section) ?? rank));
  }
  // Of what fits alike, the groups come first; of what is called so, then the gene, as its name is
  // that of an axis only where the axis is named after it.
  const order = (section) =>
    section === GROUPS ? 0 : section === SECTIONS.gene && best.get(section) === RANK.same ? 1 : 2;
  const sections = [...best.keys()].sort((a, b) => order(a) - order(b));
  const place = ({ section }) => best.get(section) * sections.length + sections.indexOf(section);
  // Sorting keeps the order of equals.
  return found.sort((a, b) => place(a) - place(b) || a.rank - b.rank);
}

/**
 * What Enter takes without an arrow key: the best fit, but for what looks like the symbol of a
 * gene only what is called so. PD1 is not ENTPD1, and TP53 not TP53I11.
 */
export function taken(typed, items) {
  const [best] = items;
  if (!best) return null;
  if (!isSymbol(typed.trim())) return best;
  return best.rank <= RANK.also ? best : null;
}

/** What to say where a text that looks like a gene is none; null where there is nothing to say. */
export function geneHint(typed, items, genes) {
  const text = typed.trim();
  if (!isSymbol(text) || taken(typed, items)) return null;
  if (!genes.n) return "Genes need log-normalised expression, which this page does not have.";
  const others = items.length ? "; what is like it is below." : ".";
  return `${text} is not among the ${genes.n.toLocaleString("en")} genes of these data${others}`;
}
