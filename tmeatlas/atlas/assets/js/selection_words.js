/** What narrows the selection, in words: for files, which have no controls beside them. */
import { stepValue } from "./cells.js";
import { shortNumber } from "./text.js";

function regionWords(region, { meta, categories }) {
  if (!region) return null;
  if (region.type === "polygon") return `outlined on ${meta.maps[region.map].name}`;
  const group = categories.get("group").labels[region.group];
  if (region.type === "group") return group;
  return `${group} of ${categories.get("sample").labels[meta.bars.sample[region.bar]]}`;
}

function rangeWords(range, features) {
  if (!range) return null;
  const feature = features.get(range.feature);
  const [from, to] = [range.from, range.to].map((step) => shortNumber(stepValue(feature, step)));
  return `${feature.name} from ${from} to ${to}`;
}

/** "outlined on UMAP; Sample P1", say; empty where all cells are in focus. */
export function selectionWords(atlas) {
  const { store, categories, features } = atlas;
  const hidden = store.get("hidden").size;
  const filters = ["condition", "sample"].map((id) => {
    const code = store.get(id);
    return code === null ? null : `${categories.get(id).name} ${categories.get(id).labels[code]}`;
  });
  const words = [
    regionWords(store.get("region"), atlas),
    ...filters,
    rangeWords(store.get("range"), features),
    hidden ? `without ${hidden} of ${categories.get("group").labels.length} groups` : null,
  ];
  return words.filter(Boolean).join("; ");
}
