/** Tools, keys and wheel of the map, and the bar that tells what is selected. */
import { announce, byId, press, setText, showError } from "../../assets/js/dom.js";
import { downloadSelection } from "../../assets/js/downloads.js";
import { countByCode } from "../../assets/js/statistics.js";
import { wholeNumber } from "../../assets/js/text.js";
import { isCoarse } from "./overlay.js";
import { fromPixel, panView, zoomView } from "./viewport.js";

const KEY_STEP = 0.15;
const ZOOM_STEP = 0.7;

export function bindMapTools(atlas, panel) {
  const { store, selection } = atlas;
  const plot = byId("figure-map");
  const mapChoice = byId("map-choice");
  const toolButtons = [...document.querySelectorAll("[data-tool]")];

  const zoom = (factor) => {
    const view = panel.view();
    panel.setView(
      zoomView(view, panel.home(), factor, (view.x0 + view.x1) / 2, (view.y0 + view.y1) / 2),
    );
  };
  /** With fingers, a tool works once it was pressed, and until it is pressed again. */
  const isOn = (tool) => tool === store.get("tool") && (store.get("touchDraws") || !isCoarse());
  const pickTool = (tool) => store.set({ tool, touchDraws: !(isCoarse() && isOn(tool)) });
  const pan = (x, y) => panel.setView(panView(panel.view(), x * KEY_STEP, y * KEY_STEP));

  for (const button of toolButtons) {
    button.addEventListener("click", () => pickTool(button.dataset.tool));
  }
  mapChoice?.addEventListener("change", () => store.set({ map: Number(mapChoice.value) }));
  byId("zoom-in").addEventListener("click", () => zoom(ZOOM_STEP));
  byId("zoom-out").addEventListener("click", () => zoom(1 / ZOOM_STEP));
  byId("zoom-home").addEventListener("click", () => panel.setView(panel.home()));

  const keys = {
    ArrowLeft: () => pan(-1, 0),
    ArrowRight: () => pan(1, 0),
    ArrowUp: () => pan(0, 1),
    ArrowDown: () => pan(0, -1),
    "+": () => zoom(ZOOM_STEP),
    "=": () => zoom(ZOOM_STEP),
    "-": () => zoom(1 / ZOOM_STEP),
    0: () => panel.setView(panel.home()),
  };
  byId("stage").addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("button")) return;
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    if (document.querySelector("details.menu[open], dialog[open]")) return;
    selection.clear();
  });

  /** The wheel scrolls the page, unless the map is being panned or Ctrl is held. */
  plot.addEventListener(
    "wheel",
    (event) => {
      if (store.get("tool") !== "pan" && !event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const rect = plot.getBoundingClientRect();
      const at = [event.clientX - rect.left, event.clientY - rect.top];
      const point = fromPixel(panel.view(), panel.box(), ...at);
      const factor = Math.exp(Math.max(-0.5, Math.min(0.5, event.deltaY * 0.002)));
      panel.setView(zoomView(panel.view(), panel.home(), factor, ...point));
    },
    { passive: false },
  );

  function touchHint() {
    if (!store.get("touchDraws")) return "Press Lasso or Box to select cells; two fingers zoom.";
    if (store.get("tool") === "pan") return "Press Pan again to scroll the page over the map.";
    return "Draw around cells to select them: the panels follow, or say that they show all cells.";
  }

  return {
    needs: ["tool", "touchDraws", "map"],
    update() {
      if (mapChoice) mapChoice.value = String(store.get("map"));
      press(toolButtons, (button) => isOn(button.dataset.tool));
      plot.dataset.pointer = store.get("tool");
      plot.dataset.touch = store.get("touchDraws") ? "draw" : "scroll";
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
      const counts = countByCode(cells.group, groups.labels.length, selection.indices());
      const share = ((100 * n) / cells.n).toFixed(n < 0.1 * cells.n ? 1 : 0);
      setText("selection-text", `${wholeNumber(n)} of ${wholeNumber(cells.n)} cells (${share}%)`);
      const largest = [...counts.keys()]
        .filter((i) => counts[i])
        .sort((a, b) => counts[b] - counts[a]);
      const named = largest.slice(0, 3).map((i) => `${groups.labels[i]} ${wholeNumber(counts[i])}`);
      announce(
        active ? `${n} of ${cells.n} cells selected. ${named.join(", ")}` : "All cells shown",
      );
      for (const cell of document.querySelectorAll("[data-count-of]")) {
        cell.textContent = wholeNumber(counts[Number(cell.dataset.countOf)]);
      }
    },
  };
}
