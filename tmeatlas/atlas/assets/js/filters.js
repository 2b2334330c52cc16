/** What narrows the cells from the side: condition, sample, and a range of values. */
import { stepValue } from "./cells.js";
import { colourRange } from "./colours.js";
import { constants } from "./constants.js";
import { byId, element, press, setText } from "./dom.js";
import { barsOf, createHistogram } from "./histogram.js";
import { shortNumber } from "./text.js";

/** Buttons for the conditions; null where there are not several. */
export function createConditionFilter(atlas) {
  const { store } = atlas;
  const category = atlas.categories.get("condition");
  const row = byId("conditions");
  if (!row) return null;
  const buttons = [null, ...category.labels.keys()].map((code) => {
    const label = code === null ? "All" : category.labels[code];
    const attributes = { type: "button", class: "chip", "data-code": code ?? "" };
    return element(
      "button",
      { ...attributes, onclick: () => store.set({ condition: code }) },
      label,
    );
  });
  row.append(...buttons);
  return {
    needs: ["condition"],
    update() {
      const wanted = String(store.get("condition") ?? "");
      press(buttons, (button) => button.dataset.code === wanted);
    },
  };
}

/** A list of the samples, of which there may be many; null where there are not several. */
export function createSampleFilter(atlas) {
  const { store } = atlas;
  const category = atlas.categories.get("sample");
  const select = byId("sample-filter");
  if (!select) return null;
  select.append(
    element("option", { value: "" }, "All"),
    ...category.labels.map((label, code) => element("option", { value: code }, label)),
  );
  select.addEventListener("change", () => {
    store.set({ sample: select.value === "" ? null : Number(select.value) });
  });
  return {
    needs: ["sample"],
    update() {
      select.value = String(store.get("sample") ?? "");
    },
  };
}

/** The filter under the search box: a histogram with a brush; null where there are no numbers. */
export function createRangeFilter(atlas) {
  const { store, features, cells } = atlas;
  const block = byId("range-filter");
  if (!block) return null;
  const [low, high] = [byId("range-low"), byId("range-high")];
  const histogram = createHistogram({
    canvas: byId("histogram"),
    brush: byId("brush"),
    onBrush: (range) => store.set({ range: range && { feature: feature().id, ...range } }),
  });
  let shown = null; // of the last feature: its bars, and the steps in which colours run

  /** The feature of the filter, or that of the map where nothing is filtered. */
  function feature() {
    const range = store.get("range");
    return features.get(range ? range.feature : store.get("colour"));
  }

  function choose(moved) {
    const steps = [Number(low.value), Number(high.value)];
    if (steps[0] > steps[1]) steps[moved === low ? 1 : 0] = Number(moved.value);
    const [from, to] = steps;
    const all = from === 0 && to === constants.lastStep;
    store.set({ range: all ? null : { feature: feature().id, from, to } });
  }

  for (const slider of [low, high]) slider.addEventListener("input", () => choose(slider));
  byId("range-clear").addEventListener("click", () => store.set({ range: null }));

  return {
    needs: ["range", "colour", "theme"],
    async update() {
      const range = store.get("range");
      const by = feature();
      block.hidden = by.kind === "category";
      if (block.hidden) return;
      const values = await cells.values(by);
      if (shown?.id !== by.id)
        shown = { id: by.id, bars: barsOf(values, by), colours: colourRange(values, by) };
      const steps = range ? [range.from, range.to] : [0, constants.lastStep];
      const numbers = steps.map((step) => shortNumber(stepValue(by, step)));
      setText("range-name", by.name);
      setText("range-text", range ? `${numbers[0]} to ${numbers[1]}` : `all ${constants.rows}, ${numbers[0]} to ${numbers[1]}`);
      byId("range-clear").hidden = !range;
      [low, high].forEach((slider, i) => {
        slider.value = String(steps[i]);
        slider.setAttribute("aria-valuetext", numbers[i]);
      });
      histogram.draw(shown.bars, range, shown.colours);
    },
  };
}
