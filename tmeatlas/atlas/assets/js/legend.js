/** The legend of the groups and the filters by condition and by sample. */
import { categoryColours } from "./colours.js";
import { byId, element, press } from "./dom.js";
import { wholeNumber } from "./text.js";

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
