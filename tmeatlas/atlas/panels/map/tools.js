/** Tools of the maps, how many there are, and the bar that tells what is selected. */
import { constants } from "../../assets/js/constants.js";
import { announce, byId, element, press, setText, showError } from "../../assets/js/dom.js";
import { downloadSelection } from "../../assets/js/downloads.js";
import { wholeNumber } from "../../assets/js/text.js";
import { isCoarse } from "./overlay.js";
import { dividing, firstPair } from "./scope.js";

/** The button for two maps, and the choice of a map for each label. */
function bindDivisions(atlas) {
  const { store, meta } = atlas;
  const pairButton = byId("map-pair");
  const split = byId("map-split");
  pairButton.hidden = firstPair(atlas) === null;
  pairButton.addEventListener("click", () => {
    const isPair = store.get("second") !== null;
    const pair = isPair ? { second: null, only: null, secondOnly: null } : firstPair(atlas);
    store.set({ ...pair, split: null, place: null, secondPlace: null });
  });
  split.append(
    element("option", { value: "" }, "Not split"),
    ...dividing(atlas).map(({ id, phrase }) => element("option", { value: id }, `By ${phrase}`)),
  );
  split.addEventListener("change", () => {
    store.set({ split: split.value || null, splitFrom: 0, second: null, only: null, secondOnly: null, place: null });
  });
  return function update() {
    press([pairButton], () => store.get("second") !== null);
    // The sections of a tissue stand side by side anyway.
    split.hidden = !dividing(atlas).length || meta.maps[store.get("map")].isTissue;
    split.value = store.get("split") ?? "";
  };
}

export function bindMapTools(atlas, plots) {
  const { store, selection } = atlas;
  const imageButton = byId("map-image");
  const toolButtons = [...document.querySelectorAll("[data-tool]")];
  const showDivisions = bindDivisions(atlas);

  /** With fingers, a tool works once it was pressed, and until it is pressed again. */
  const isOn = (tool) => tool === store.get("tool") && (store.get("touchDraws") || !isCoarse());
  const pickTool = (tool) => store.set({ tool, touchDraws: !(isCoarse() && isOn(tool)) });

  for (const button of toolButtons) {
    button.addEventListener("click", () => pickTool(button.dataset.tool));
  }
  imageButton?.addEventListener("click", () => store.set({ image: !store.get("image") }));

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    if (document.querySelector("details.menu[open], dialog[open]")) return;
    selection.clear();
  });

  function touchHint() {
    if (!store.get("touchDraws")) return `Press Lasso or Box to select ${constants.rows}; two fingers zoom.`;
    if (store.get("tool") === "pan") return "Press Pan again to scroll the page over the map.";
    return `Draw around ${constants.rows} to select them: the panels follow, or say that they show all.`;
  }

  return {
    needs: ["tool", "touchDraws", "map", "image", "second", "split"],
    update() {
      const maps = [store.get("map"), store.get("second")].filter((map) => map !== null);
      if (imageButton) {
        imageButton.hidden = !maps.some((map) => atlas.meta.maps[map].images.length);
        imageButton.setAttribute("aria-pressed", String(store.get("image")));
      }
      showDivisions();
      press(toolButtons, (button) => isOn(button.dataset.tool));
      for (const plot of plots) {
        plot.dataset.pointer = store.get("tool");
        plot.dataset.touch = store.get("touchDraws") ? "draw" : "scroll";
      }
      if (isCoarse()) setText("explain-map", touchHint());
    },
  };
}

/** The bar over the map: how many cells are in focus, and of which groups. */
export function createSelectionBar(atlas) {
  const { cells, selection, categories } = atlas;
  const groups = categories.get("group");
  byId("download-selection").addEventListener("click", () => {
    downloadSelection(atlas).catch(showError);
  });
  byId("clear-selection").addEventListener("click", selection.clear);
  return {
    needs: selection.needs,
    update() {
      const active = selection.isActive();
      const n = selection.count();
      byId("selection-bar").hidden = !active;
      const counts = selection.groupCounts();
      const share = ((100 * n) / cells.n).toFixed(n < 0.1 * cells.n ? 1 : 0);
      setText("selection-text", `${wholeNumber(n)} of ${wholeNumber(cells.n)} ${constants.rows} (${share}%)`);
      const largest = [...counts.keys()]
        .filter((i) => counts[i])
        .sort((a, b) => counts[b] - counts[a]);
      const named = largest.slice(0, 3).map((i) => `${groups.labels[i]} ${wholeNumber(counts[i])}`);
      announce(
        active ? `${n} of ${cells.n} ${constants.rows} selected. ${named.join(", ")}` : `All ${constants.rows} shown`,
      );
    },
  };
}
