/** Zoom buttons, keys and wheel of one map, and what is chosen below it. */
import { constants } from "../../assets/js/constants.js";
import { byId, element } from "../../assets/js/dom.js";
import { wholeNumber } from "../../assets/js/text.js";
import { paneAt } from "./panes.js";
import { dividing } from "./scope.js";
import { fromPixel, panView, zoomView } from "./viewport.js";

const KEY_STEP = 0.15;
const ZOOM_STEP = 0.7;

function bindMoves({ store }, view) {
  const { id, stage, plot } = view;
  const zoom = (factor) => {
    const { x0, x1, y0, y1 } = view.view();
    view.setView(zoomView(view.view(), view.home(), factor, (x0 + x1) / 2, (y0 + y1) / 2));
  };
  const pan = (x, y) => view.setView(panView(view.view(), x * KEY_STEP, y * KEY_STEP));
  const home = () => view.setView(view.home());
  const keys = {
    ArrowLeft: () => pan(-1, 0),
    ArrowRight: () => pan(1, 0),
    ArrowUp: () => pan(0, 1),
    ArrowDown: () => pan(0, -1),
    "+": () => zoom(ZOOM_STEP),
    "=": () => zoom(ZOOM_STEP),
    "-": () => zoom(1 / ZOOM_STEP),
    0: home,
  };
  byId(`zoom-in${id}`).addEventListener("click", () => zoom(ZOOM_STEP));
  byId(`zoom-out${id}`).addEventListener("click", () => zoom(1 / ZOOM_STEP));
  byId(`zoom-home${id}`).addEventListener("click", home);
  byId(`far-off${id}`).addEventListener("click", () => view.setView(view.whole()));
  stage.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("button")) return;
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  /** The wheel scrolls the page, unless the map is being panned or Ctrl is held. */
  plot.addEventListener(
    "wheel",
    (event) => {
      if (store.get("tool") !== "pan" && !event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const rect = plot.getBoundingClientRect();
      const [x, y] = [event.clientX - rect.left, event.clientY - rect.top];
      const panes = view.panes();
      const { left, top } = paneAt(panes, x, y);
      const point = fromPixel(view.view(), panes, x - left, y - top);
      const factor = Math.exp(Math.max(-0.5, Math.min(0.5, event.deltaY * 0.002)));
      view.setView(zoomView(view.view(), view.home(), factor, ...point));
    },
    { passive: false },
  );
}

/** All cells, and those of each label that has any. */
function fillLabels(atlas, select) {
  const option = (value, text) => element("option", { value }, text);
  const groups = dividing(atlas).map((category) =>
    element(
      "optgroup",
      { label: category.name },
      ...category.labels.flatMap((label, code) =>
        category.sizes[code] ? [option(`${category.id}:${code}`, label)] : [],
      ),
    ),
  );
  select.replaceChildren(option("", `All ${constants.rows}`), ...groups);
}

/** What is said below a map of what it leaves out. */
function remarks(view) {
  const n = view.map().farOff.reduce((sum, far) => sum + far.n, 0);
  const { from, all, list } = view.panes();
  const isPart = list.length < all;
  return {
    farOff: n ? `${wholeNumber(n)} far-off ${n > 1 ? constants.rows : constants.row} at the edge` : "",
    more: isPart ? `${wholeNumber(from + 1)} to ${wholeNumber(from + list.length)} of ${wholeNumber(all)}: next` : "",
  };
}

/** `names` are the keys of the state that the map follows. */
export function bindControls(atlas, view, names) {
  const { store } = atlas;
  const mapChoice = byId(`map-choice${view.id}`);
  const labelChoice = byId(`map-only${view.id}`);
  bindMoves(atlas, view);
  if (mapChoice) {
    mapChoice.addEventListener("change", () => store.set({ [names.map]: Number(mapChoice.value) }));
  }
  const moreButton = byId(`map-more${view.id}`);
  moreButton.addEventListener("click", () => {
    const { from, all, list } = view.panes();
    store.set({ splitFrom: from + list.length < all ? from + list.length : 0 });
  });
  fillLabels(atlas, labelChoice);
  labelChoice.addEventListener("change", () => {
    store.set({ [names.only]: labelChoice.value || null, [names.place]: null });
  });

  return {
    needs: ["map", "second", "only", "secondOnly", "split", "splitFrom", "size"],
    update() {
      if (!view.isShown()) return;
      const isPair = store.get("second") !== null;
      if (mapChoice) mapChoice.value = String(store.get(names.map));
      labelChoice.hidden = !isPair || !dividing(atlas).length;
      labelChoice.value = store.get(names.only) ?? "";
      const { farOff, more } = remarks(view);
      byId(`far-off${view.id}`).hidden = !farOff;
      byId(`far-off${view.id}`).textContent = farOff;
      moreButton.hidden = !more;
      moreButton.textContent = more;
    },
  };
}
