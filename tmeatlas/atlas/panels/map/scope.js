/** Which cells a map shows: those of one label of a category, "condition:1" in the state. */

/** The category and label of such a text: {id, code}; null where it shows all. */
export function shownLabel({ categories }, text) {
  const [id, code] = (text ?? "").split(":");
  const labels = categories.get(id)?.labels;
  return labels && Number(code) in labels && code !== "" ? { id, code: Number(code) } : null;
}

/** Categories that part the cells for a comparison side by side. */
export const dividing = ({ categories }) =>
  ["condition", "sample"]
    .map((id) => categories.get(id))
    .filter((category) => category && category.sizes.filter(Boolean).length > 1);

/**
 * Two maps to begin with: two embeddings where there are several, else two labels of one.
 *
 * @returns {{second: number, only: string | null, secondOnly: string | null} | null}
 */
export function firstPair(atlas) {
  const { meta, store } = atlas;
  const here = store.get("map");
  if (meta.maps.length > 1) return { second: here ? 0 : 1, only: null, secondOnly: null };
  const [category] = dividing(atlas);
  if (!category) return null;
  const [first, second] = category.sizes.flatMap((size, code) => (size ? [code] : []));
  return { second: here, only: `${category.id}:${first}`, secondOnly: `${category.id}:${second}` };
}
