/** The search box: colours to choose, groups to select, axes to show. */
import { announce, byId, element, press } from "./dom.js";

/** The listed ligand–receptor pairs, each once per axis: they come after the first paint. */
function pairEntries({ interactions, store, features }) {
  if (!interactions) return [];
  const { rows } = interactions;
  const found = new Map();
  for (let i = 0; i < rows.axis.length; i++) {
    const key = `${rows.axis[i]} ${rows.ligand[i]} ${rows.receptor[i]}`;
    if (!found.has(key)) found.set(key, i);
  }
  return [...found.values()].map((i) => {
    const { ligand, receptor, axis } = interactions.row(i);
    const gene = `g:${ligand.split("+")[0]}`;
    const act = () => {
      const colour = features.has(gene) ? { colour: gene } : {};
      store.set({ axis: rows.axis[i], sender: null, receiver: null, ...colour });
      byId("card-pairs").scrollIntoView({ block: "center" });
    };
    return {
      label: `${ligand} → ${receptor}`,
      detail: axis,
      words: [`${ligand} → ${receptor}`, receptor, ...ligand.split("+"), ...receptor.split("+")],
      genes: [],
      section: "Ligand–receptor pairs",
      act,
    };
  });
}

/** Everything that can be found: {label, detail, words, section, act}. */
function searchEntries(atlas) {
  const { meta, store, features } = atlas;
  const entries = [];
  for (const feature of features.values()) {
    const colour = () => store.set({ colour: feature.id });
    const genes = feature.genes ?? [];
    const section =
      feature.kind === "signature"
        ? `Signatures${feature.compartment ? `: ${feature.compartment}` : ""}`
        : { category: "Metadata", consensus: "Compartments", gene: "Genes" }[feature.kind];
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
  meta.crosstalk?.axes.forEach((axis, i) => {
    const act = () => {
      store.set({ axis: i });
      byId("card-crosstalk").scrollIntoView({ block: "center" });
    };
    const detail = `${axis.nActive} active`;
    entries.push({
      label: axis.name,
      detail,
      words: [axis.name, axis.id],
      genes: [],
      section: "Crosstalk axes",
      act,
    });
  });
  return entries;
}

/** Entries that fit what was typed; names that begin with it, and their sections, come first. */
function matching(entries, typed) {
  const query = typed.trim().toLowerCase();
  const found = entries
    .map((entry, at) => {
      const names = entry.words.map((word) => word.toLowerCase());
      const gene = entry.genes.find((name) => name.toLowerCase().startsWith(query));
      if (!gene && !names.some((name) => name.includes(query))) return null;
      const rank = names[0].startsWith(query) ? 0 : names[0].includes(query) ? 1 : 2;
      return { entry: gene && rank === 2 ? { ...entry, detail: `has ${gene}` } : entry, rank, at };
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

export function createSearch(atlas) {
  const { store, features } = atlas;
  const input = byId("search");
  const list = byId("search-list");
  const entries = searchEntries(atlas);
  let pairs = [];
  let items = [];
  let active = -1;

  const currentName = () => features.get(store.get("colour")).name;

  function open(typed) {
    if (!pairs.length) pairs = pairEntries(atlas);
    items = typed.trim() ? matching([...entries, ...pairs], typed) : entries;
    active = -1;
    const children = [];
    let section = null;
    items.forEach((entry, i) => {
      if (entry.section !== section) {
        section = entry.section;
        children.push(element("div", { class: "section", role: "presentation" }, section));
      }
      const attributes = {
        role: "option",
        id: `option-${i}`,
        "aria-selected": String(entry.id === store.get("colour")),
        // mousedown comes before the box loses the focus and closes the list
        onmousedown: (event) => {
          event.preventDefault();
          choose(i);
        },
      };
      children.push(
        element(
          "div",
          attributes,
          element("span", {}, entry.label),
          element("small", {}, entry.detail),
        ),
      );
    });
    if (!items.length) children.push(element("div", { class: "section" }, "Nothing found"));
    list.replaceChildren(...children);
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    announce(`${items.length} results`);
  }

  function close() {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function choose(i) {
    close();
    if (items[i]) items[i].act();
    input.blur();
  }

  function move(by) {
    if (list.hidden) open("");
    if (!items.length) return;
    byId(`option-${active}`)?.classList.remove("active");
    active =
      active < 0 ? (by > 0 ? 0 : items.length - 1) : (active + by + items.length) % items.length;
    const option = byId(`option-${active}`);
    option.classList.add("active");
    option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  }

  const keys = {
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Enter: () => choose(Math.max(0, active)),
    Escape: close,
  };
  input.addEventListener("focus", () => {
    input.select();
    open("");
  });
  // The click that brought the focus puts the cursor into the name: mark it again, so that
  // what is typed replaces it.
  input.addEventListener("click", () => input.value === currentName() && input.select());
  input.addEventListener("input", () => open(input.value));
  input.addEventListener("blur", () => {
    close();
    input.value = currentName();
  });
  input.addEventListener("keydown", (event) => {
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });

  const chips = atlas.meta.categories.map((category) => {
    const attributes = { type: "button", class: "chip", "data-feature": category.id };
    return element(
      "button",
      { ...attributes, onclick: () => store.set({ colour: category.id }) },
      category.name,
    );
  });
  byId("colour-chips").append(...chips);

  return {
    needs: ["colour"],
    update() {
      if (document.activeElement !== input) input.value = currentName();
      press(chips, (chip) => chip.dataset.feature === store.get("colour"));
    },
  };
}
