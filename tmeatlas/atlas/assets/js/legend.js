/** The groups with their colours and cells, by lineage family; ticking narrows the cells. */
import { cueScroll } from "./cards.js";
import { categoryColours } from "./colours.js";
import { constants } from "./constants.js";
import { byId, element } from "./dom.js";
import { SELECTION } from "./selection.js";
import { wholeNumber } from "./text.js";

/** The groups by lineage family, where that is known: [name, numbers of the groups]. */
function familiesOf({ families, labels }) {
  const all = [...labels.keys()];
  const known = new Set((families ?? []).flatMap(([, codes]) => codes));
  const others = all.filter((k) => !known.has(k));
  if (!known.size) return [["", all]];
  return others.length ? [...families, ["Others", others]] : families;
}

export function createLegend(atlas) {
  const { store } = atlas;
  const groups = atlas.categories.get("group");
  const list = byId("legend");
  const boxes = [];
  const dots = [];
  const counts = []; // of the cells in focus
  const sums = []; // of the families: {codes, all}

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

  function entry(k) {
    const label = groups.labels[k];
    const box = element("input", {
      type: "checkbox",
      checked: true,
      onchange: (event) => toggle(k, event.target.checked),
    });
    const dot = element("i");
    const count = element("b");
    const name = element("span", {}, label);
    const attributes = { type: "button", class: "only", "aria-label": `Only ${label}` };
    const onlyButton = element("button", { ...attributes, onclick: () => only(k) }, "only");
    boxes[k] = box;
    dots[k] = dot;
    counts[k] = count;
    const kind = groups.sizes[k] < constants.fewCells ? "few" : null;
    return element("li", { class: kind }, element("label", {}, box, dot, name), onlyButton, count);
  }

  for (const [name, codes] of familiesOf(groups)) {
    const all = element("small");
    sums.push({ codes, all });
    if (name) list.append(element("p", {}, name, all));
    list.append(element("ul", { "aria-label": name || groups.name }, ...codes.map(entry)));
  }
  cueScroll(list);
  byId("legend-all").addEventListener("click", () => store.set({ hidden: new Set() }));
  byId("legend-none").addEventListener("click", () =>
    store.set({ hidden: new Set(groups.labels.keys()) }),
  );

  return {
    needs: [...SELECTION, "palette", "theme"],
    update() {
      const n = atlas.selection.groupCounts();
      counts.forEach((count, k) => {
        count.textContent = wholeNumber(n[k]);
      });
      for (const { codes, all } of sums)
        all.textContent = wholeNumber(codes.reduce((sum, k) => sum + n[k], 0));
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
