/** Keep cells whose score or gene lies within a range; it stays when the colour changes. */
import { stepValue } from "./cells.js";
import { byId, setText } from "./dom.js";
import { shortNumber } from "./text.js";

const LAST_STEP = 254;

/** The filter under the search box; null where the atlas has nothing to filter by. */
export function createRangeFilter(atlas) {
  const { store, features } = atlas;
  const block = byId("range-filter");
  if (!block) return null;
  const [low, high] = [byId("range-low"), byId("range-high")];

  /** The feature of the filter, or that of the map where nothing is filtered. */
  function feature() {
    const range = store.get("range");
    return features.get(range ? range.feature : store.get("colour"));
  }

  function choose(moved) {
    const steps = [Number(low.value), Number(high.value)];
    if (steps[0] > steps[1]) steps[moved === low ? 1 : 0] = Number(moved.value);
    const [from, to] = steps;
    const all = from === 0 && to === LAST_STEP;
    store.set({ range: all ? null : { feature: feature().id, from, to } });
  }

  for (const slider of [low, high]) slider.addEventListener("input", () => choose(slider));
  byId("range-clear").addEventListener("click", () => store.set({ range: null }));

  return {
    needs: ["range", "colour"],
    update() {
      const range = store.get("range");
      const by = feature();
      block.hidden = by.kind === "category";
      if (block.hidden) return;
      const steps = range ? [range.from, range.to] : [0, LAST_STEP];
      const numbers = steps.map((step) => shortNumber(stepValue(by, step)));
      setText("range-name", by.name);
      setText("range-text", range ? `${numbers[0]} to ${numbers[1]}` : "all cells");
      byId("range-clear").hidden = !range;
      [low, high].forEach((slider, i) => {
        slider.value = String(steps[i]);
        slider.setAttribute("aria-valuetext", numbers[i]);
      });
    },
  };
}
