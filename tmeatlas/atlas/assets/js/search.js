/** The search box: colours to choose, groups to select, axes to show. */
import { readJsonBlock } from "./decode.js";
import { announce, byId, element, press, showError } from "./dom.js";
import { geneNames } from "./gene_means.js";
import { createGeneSearch } from "./gene_search.js";
import {
  addLineageWords,
  geneEntry,
  geneHint,
  matching,
  moreEntries,
  searchEntries,
  taken,
} from "./search_entries.js";

export function createSearch(atlas) {
  const { store, features } = atlas;
  const input = byId("search");
  const list = byId("search-list");
  const entries = searchEntries(atlas);
  const coloured = atlas.meta.features.filter(({ kind }) => kind === "gene");
  const listed = [...entries, ...coloured.map((gene) => geneEntry(atlas, gene))];
  let more = null; // made when they are first needed
  let genes = null;
  let items = [];
  let query = "";
  let active = -1;

  const currentName = () => features.get(store.get("colour")).name;

  /** All genes and the words of lineages; until they are unpacked, genes that colour the map. */
  async function readMore() {
    genes = createGeneSearch(coloured.map(({ name }) => ({ name, aliases: [] })));
    const unpacked = [geneNames(atlas), readJsonBlock(atlas.meta.lineageWords)];
    const [names, lineages] = await Promise.all(unpacked);
    genes = createGeneSearch(names);
    addLineageWords(entries, lineages);
    if (!list.hidden && query) open(input.value);
  }

  function open(typed) {
    more ??= moreEntries(atlas);
    if (!genes) readMore().catch(showError);
    query = typed.trim();
    items = query ? matching(atlas, [...entries, ...more], typed, genes) : listed;
    active = -1;
    const hint = query ? geneHint(typed, items, genes) : null;
    if (hint && !items.length) {
      items = genes.near(query).map((gene) => ({ ...geneEntry(atlas, gene), section: "Like it" }));
    }
    const children = [];
    if (!items.length) children.push(element("div", { class: "section" }, "Nothing found"));
    if (hint) children.push(element("div", { class: "hint", role: "presentation" }, hint));
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
    list.replaceChildren(...children);
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    announce(`${items.length} ${items.length === 1 ? "result" : "results"}. ${hint ?? ""}`);
  }

  function close() {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function choose(i) {
    close();
    items[i].act();
    input.value = currentName();
    // On a touch screen the focus would keep half of it covered by the keyboard.
    if (matchMedia("(pointer: coarse)").matches) input.blur();
    else input.select();
  }

  /** What is marked or, after typing, what is meant; without either there is nothing to choose. */
  function chooseBest() {
    if (list.hidden) return;
    const best = active < 0 && query ? items.indexOf(taken(query, items)) : active;
    if (items[best]) choose(best);
    else if (query) announce(geneHint(query, items, genes) ?? "Nothing found");
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
    Enter: chooseBest,
    Escape: close,
  };
  input.addEventListener("focus", () => {
    input.select();
    open("");
  });
  // The click that brought the focus puts the cursor into the name: mark it again, so that
  // what is typed replaces it.
  input.addEventListener("click", () => {
    if (list.hidden) open("");
    if (input.value === currentName()) input.select();
  });
  input.addEventListener("input", () => open(input.value));
  input.addEventListener("blur", () => {
    close();
    input.value = currentName();
  });
  input.addEventListener("keydown", (event) => {
    if (!keys[event.key]) return;
    event.preventDefault();
    if (event.key === "Escape" && !list.hidden) event.stopPropagation(); // it closes the list only
    keys[event.key]();
  });

  const offered = atlas.meta.categories.filter(({ main, labels }) => main && labels.length > 1);
  const chips = offered.map((category) => {
    const attributes = { type: "button", class: "chip", "data-feature": category.id };
    return element(
      "button",
      { ...attributes, onclick: () => store.set({ colour: category.id }) },
      category.name,
    );
  });
  byId("colour-chips").append(...chips);

  return {
    /** Panels that have come meanwhile have more to be found. */
    lookAgain() {
      more = null;
    },
    needs: ["colour"],
    update() {
      if (list.hidden) input.value = currentName();
      press(chips, (chip) => chip.dataset.feature === store.get("colour"));
    },
  };
}
