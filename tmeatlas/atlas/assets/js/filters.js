/** What narrows the cells from the side: the legend, condition, sample, and a range of values. */
import { stepValue } from "./cells.js";
import { categoryColours } from "./colours.js";
import { constants } from "./constants.js";
import { byId, element, press, setText } from "./dom.js";
import { shortNumber, wholeNumber } from "./text.js";

export function createLegend(atlas) {
  const { store } = atlas;
  const groups = atlas.categories.get("group");
  const list = byId("legend");
  const boxes = [];
  const dots = [];

  function toggle(group, shown) {
    const hidden = new Set(store.get("hidden"));
    if (shown) hidden.delete(group);
    else hidden.add(group);
    store.set({ hidden });
  }

  /** Only this group, or all again if it is the only one already. */
  function only(group) {
    const others = groups.labels.map((_, k) => k).filter((k) => k !== group);
    const hidden = store.get("hidden");
    const already = !hidden.has(group) && hidden.size === others.length;
    store.set({ hidden: new Set(already ? [] : others) });
  }

  groups.labels.forEach((label, k) => {
    const box = element("input", {
      type: "checkbox",
      checked: true,
      onchange: (event) => toggle(k, event.target.checked),
    });
    const dot = element("i");
    const count = element("b", { "data-count-of": k }, wholeNumber(groups.sizes[k]));
    const name = element("span", {}, label);
    const attributes = { type: "button", class: "only", "aria-label": `Only ${label}` };
    const onlyButton = element("button", { ...attributes, onclick: () => only(k) }, "only");
    list.append(element("li", {}, element("label", {}, box, dot, name), onlyButton, count));
    boxes.push(box);
    dots.push(dot);
  });
  byId("legend-all").addEventListener("click", () => store.set({ hidden: new Set() }));
  byId("legend-none").addEventListener("click", () =>
    store.set({ hidden: new Set(groups.labels.keys()) }),
  );

  return {
    needs: ["hidden", "palette", "theme"],
    update() {
      const colours = categoryColours(groups, store.get("palette"));
      const hidden = store.get("hidden");
      boxes.forEach((box, k) => {
        box.checked = !hidden.has(k);
      });
      dots.forEach((dot, k) => {
        dot.style.background = colours[k];
      });
    },
  };
}

/** Buttons for the conditions; null where the atlas has none. */
export function createConditionFilter(atlas) {
  const { store } = atlas;
  const category = atlas.categories.get("condition");
  if (!category) return null;
  const row = byId("conditions");
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

/** A list of the samples, of which there may be many; null where the atlas has none. */
export function createSampleFilter(atlas) {
  const { store } = atlas;
  const category = atlas.categories.get("sample");
  if (!category) return null;
  const select = byId("sample-filter");
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
    const all = from === 0 && to === constants.lastStep;
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
      const steps = range ? [range.from, range.to] : [0, constants.lastStep];
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
