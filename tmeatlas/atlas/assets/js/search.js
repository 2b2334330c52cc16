/** The search box: colours to choose, groups to select, axes to show. */
import { announce, byId, element, press } from "./dom.js";
import { geneHint, matching, moreEntries, namedGenes, searchEntries } from "./search_entries.js";

export function createSearch(atlas) {
  const { store, features } = atlas;
  const input = byId("search");
  const list = byId("search-list");
  const entries = searchEntries(atlas);
  let more = null; // made when they are first needed
  let named = null;
  let items = [];
  let query = "";
  let active = -1;

  const currentName = () => features.get(store.get("colour")).name;

  function open(typed) {
    if (!more) {
      more = moreEntries(atlas);
      named = namedGenes(atlas);
    }
    query = typed.trim();
    items = query ? matching([...entries, ...more], typed) : entries;
    active = -1;
    const hint = query ? geneHint(typed, items, named) : null;
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
    announce(`${items.length} results. ${hint ?? ""}`);
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

  /** What is marked or, after typing, what fits best; without either there is nothing to choose. */
  function chooseBest() {
    const best = active < 0 && query ? 0 : active;
    if (!list.hidden && items[best]) choose(best);
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
