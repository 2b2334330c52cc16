/** What the search box finds: colours to choose, groups to select, and what panels have to show. */
import { gathered } from "./panels.js";

/** Conditions and samples, each to be shown alone. */
function filterEntries({ categories, store }) {
  const found = ["condition", "sample"].map((id) => categories.get(id)).filter(Boolean);
  return found.flatMap(({ id, name, labels }) =>
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
export const moreEntries = (atlas) => [...filterEntries(atlas), ...gathered(atlas, "moreEntries")];

const SECTIONS = {
  category: "Metadata",
  confidence: "Metadata",
  consensus: "Consensus",
  gene: "Genes",
};

/** Everything that can be found: {label, detail, words, section, act}. */
export function searchEntries(atlas) {
  const { store, features } = atlas;
  const entries = [];
  for (const feature of features.values()) {
    const colour = () => store.set({ colour: feature.id });
    const genes = feature.genes ?? [];
    const section =
      feature.kind === "signature"
        ? `Signatures${feature.compartment ? `: ${feature.compartment}` : ""}`
        : SECTIONS[feature.kind];
    const detail = genes.slice(0, 4).join(" ");
    const words = [feature.name, feature.compartment ?? ""];
    entries.push({
      id: feature.id,
      label: feature.name,
      detail,
      words,
      genes,
      section,
      act: colour,
    });
  }
  atlas.categories.get("group").labels.forEach((label, group) => {
    const act = () => store.set({ region: { type: "group", group } });
    entries.push({
      label,
      detail: "select",
      words: [label],
      genes: [],
      section: "Select a group",
      act,
    });
  });
  entries.push(...gathered(atlas, "entries"));
  return entries;
}

/** Entries that fit what was typed; those of the same name, and their sections, come first. */
export function matching(entries, typed) {
  const query = typed.trim().toLowerCase();
  const found = entries
    .map((entry, at) => {
      const names = entry.words.map((word) => word.toLowerCase());
      const gene = entry.genes.find((name) => name.toLowerCase().startsWith(query));
      if (!gene && !names.some((name) => name.includes(query))) return null;
      const fits = [names[0] === query, names[0].startsWith(query), names[0].includes(query), true];
      const rank = fits.indexOf(true);
      return { entry: gene && rank === 3 ? { ...entry, detail: `has ${gene}` } : entry, rank, at };
    })
    .filter(Boolean);
  const best = new Map(); // section -> its best rank, sections with the best first
  for (const { entry, rank } of found) {
    best.set(entry.section, Math.min(rank, best.get(entry.section) ?? rank));
  }
  const sections = [...best.keys()];
  const place = ({ section }) => best.get(section) * sections.length + sections.indexOf(section);
  found.sort((a, b) => place(a.entry) - place(b.entry) || a.rank - b.rank || a.at - b.at);
  return found.map(({ entry }) => entry);
}

const SYMBOL = /^[a-z][a-z0-9.-]*[a-z0-9]$/i;

/** Genes that the page names, by their name in small letters; it has the values of some only. */
export function namedGenes(atlas) {
  const genes = [
    ...[...atlas.features.values()].flatMap((feature) => feature.genes ?? []),
    ...gathered(atlas, "genes"),
  ];
  return new Map(genes.map((gene) => [gene.toLowerCase(), gene]));
}

/** What to say of a gene whose values the page does not hold; null where there is nothing to say. */
export function geneHint(typed, items, named) {
  const text = typed.trim();
  const query = text.toLowerCase();
  if (items.some((item) => item.label.toLowerCase() === query)) return null;
  const gene = named.get(query);
  if (gene) return `${gene} is not in this page: genes=["${gene}"] of tme.pl.atlas adds it.`;
  if (items.length || !SYMBOL.test(text)) return null;
  return `If ${text} is a gene: genes=["${text}"] of tme.pl.atlas adds it to the page.`;
}
