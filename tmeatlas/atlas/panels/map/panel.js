/** The map of the cells: on a canvas, with what the pointer does in a layer above it. */
import {
  categoryColours,
  categoryPixels,
  colourRange,
  numberPixels,
} from "../../assets/js/colours.js";
import { constants } from "../../assets/js/constants.js";
import { asItIs } from "../../assets/js/deep_link.js";
import { byId, canvasScale, setText } from "../../assets/js/dom.js";
import { SELECTION } from "../../assets/js/selection.js";
import { wholeNumber } from "../../assets/js/text.js";
import { hideTooltip, showTooltip } from "../../assets/js/tooltip.js";
import { mapFigure } from "./export.js";
import { createFinder, describeCell } from "./hover.js";
import { showMapKey } from "./key.js";
import { placeLabels, showLabels } from "./labels.js";
import { createOverlay } from "./overlay.js";
import { cellRadius, drawCells, orderBySteps } from "./raster.js";
import { bindMapTools, createSelectionBar } from "./tools.js";
import { homeView, isPlace, placeText, resizeView, viewAt } from "./viewport.js";

const MANY_CELLS = 300_000;
const CELLS_WHILE_MOVING = 200_000;
const SETTLE_AFTER = 140; // milliseconds
const LEAST_ON_PAPER = 380; // pixels
const TELL_AFTER = 200; // milliseconds: whoever listens is told where the map has come to rest

function createMapPanel(atlas) {
  const { meta, cells, store, selection } = atlas;
  const groups = atlas.categories.get("group");
  const stage = byId("stage");
  const plot = byId("figure-map");
  const canvas = byId("cells-canvas");
  const context = canvas.getContext("2d", { alpha: false });
  let map = meta.maps[store.get("map")];
  let places = null;
  let nearest = null;
  let box = measure();
  let view = homeView(map.aspect, box.width, box.height);
  let look = null;
  let image = null;
  let frame = 0;
  let settling = 0;
  let telling = 0;
  let told = null; // the last place that the map itself wrote into the state
  const overlay = createOverlay(atlas, plot, { moveTo, view: () => view, home, box: () => box });

  function measure() {
    return { width: Math.max(1, stage.clientWidth), height: Math.max(1, stage.clientHeight) };
  }

  function home() {
    return homeView(map.aspect, box.width, box.height);
  }

  /** What is seen: the view, its size in pixels, how close, and how far apart cells are. */
  function geometry() {
    const zoom = (home().x1 - home().x0) / (view.x1 - view.x0);
    const pixelsPerSide = ((box.width / (view.x1 - view.x0)) * constants.mapSteps) / map.aspect[0];
    return { ...view, ...box, zoom, pixelsPerSide, spacing: map.spacing };
  }

  /** Which cell gets which colour, and the order in which they are drawn. */
  async function readLook() {
    const feature = atlas.features.get(store.get("colour"));
    if (feature.kind === "category") {
      const values = cells.codesOf.get(feature.id);
      const colours = categoryColours(feature.category, store.get("palette"));
      return { feature, values, order: null, pixels: categoryPixels(colours), range: null };
    }
    const values = await cells.values(feature);
    const range = colourRange(values, feature);
    return { feature, values, order: orderBySteps(values), pixels: numberPixels(...range), range };
  }

  function draw(step = 1) {
    const scale = canvasScale();
    const width = Math.round(box.width * scale);
    const height = Math.round(box.height * scale);
    if (canvas.width !== width || canvas.height !== height || !image) {
      canvas.width = width;
      canvas.height = height;
      image = context.createImageData(width, height);
    }
    const { order, values, pixels } = look;
    drawCells(
      image,
      places,
      geometry(),
      { order, values, pixels, focus: selection.isActive() ? selection.focus : null },
      { scale, step },
    );
    context.putImageData(image, 0, 0);
  }

  function label() {
    const placed = placeLabels(groups, map.labels, store.get("hidden"), view, box);
    showLabels(byId("map-labels"), placed);
  }

  /** While the map moves, draw a part of the cells; all of them once it rests. */
  function moveTo(next) {
    view = next;
    overlay.outline();
    const step = cells.n > MANY_CELLS ? Math.ceil(cells.n / CELLS_WHILE_MOVING) : 1;
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => {
      draw(step);
      label();
    });
    clearTimeout(settling);
    if (step > 1) settling = setTimeout(() => draw(), SETTLE_AFTER);
    clearTimeout(telling);
    telling = setTimeout(() => {
      told = placeText(view, home());
      store.set({ place: told });
    }, TELL_AFTER);
    hideTooltip();
  }

  function hover(event) {
    if (event.buttons || !look) return hideTooltip();
    const rect = stage.getBoundingClientRect();
    const radius = cellRadius(cells.n, geometry()) + 4;
    const at = [event.clientX - rect.left, event.clientY - rect.top];
    const i = nearest(view, box, ...at, radius, selection.focus);
    if (i < 0) return hideTooltip();
    return showTooltip(event, describeCell(atlas, i, look.feature, look.values));
  }

  function resize() {
    const before = box;
    box = measure();
    if (!look || (box.width === before.width && box.height === before.height)) return;
    const whole = homeView(map.aspect, before.width, before.height);
    const isCloser = view.x1 - view.x0 < (whole.x1 - whole.x0) * 0.9;
    moveTo(isCloser ? resizeView(view, before, box) : home());
  }

  new ResizeObserver(resize).observe(stage);
  plot.addEventListener("mousemove", hover);
  plot.addEventListener("mouseleave", hideTooltip);

  /** Show another embedding; what is selected stays selected. */
  async function readPlaces() {
    map = meta.maps[store.get("map")];
    places = await cells.places(store.get("map"));
    nearest = createFinder(places);
    setText("map-name", map.name);
  }

  /** Go where the state says, unless the map itself has said so. */
  function follow(changed) {
    const place = store.get("place");
    if (changed.has("place") && place !== told) {
      told = place;
      moveTo(viewAt(place, home()));
    } else if (changed.has("map")) moveTo(home());
  }

  async function show(changed) {
    const moved = !places || changed.has("map");
    if (moved) await readPlaces();
    const recoloured = ["colour", "palette", "theme"].some((key) => changed.has(key));
    if (recoloured || !look) {
      look = await readLook();
      showMapKey(atlas, look.feature, look.range);
    }
    if (recoloured || moved) setText("about-map", describeMap());
    follow(changed);
    if (changed.size === 1 && changed.has("place")) return; // drawn as it moved
    draw();
    if (changed.has("hidden") || recoloured || moved) label();
    if (changed.has("region") || moved) overlay.outline();
  }

  function describeMap() {
    const what = `${map.name}, ${wholeNumber(cells.n)} cells. Each point is a cell, coloured by `;
    return `${what}${look.feature.name}.`;
  }

  /** Draw at once what fits the stage as it is now; nothing else does before printing. */
  function fit() {
    resize();
    draw();
    label();
    overlay.outline();
  }

  /** The map takes what the header leaves of the first page. */
  const paper = {
    enter(bottom) {
      const card = byId("card-map");
      card.style.height = `${Math.max(LEAST_ON_PAPER, bottom - card.offsetTop)}px`;
    },
    draw() {
      fit();
      canvas.style = `width:${box.width}px;height:${box.height}px`; // whole pixels
    },
    leave() {
      byId("card-map").style.height = "";
      canvas.style = "";
    },
    back: fit,
  };

  const shown = { view: () => view, setView: moveTo, home, box: () => box };
  const itself = { needs: ["map", "place", "colour", "palette", "theme", ...SELECTION], update: show };
  const parts = [itself, createSelectionBar(atlas), bindMapTools(atlas, shown)];
  return {
    id: "map",
    needs: [...new Set(parts.flatMap(({ needs }) => needs))],
    async update(changed) {
      for (const { needs, update } of parts) {
        if (needs.some((key) => changed.has(key))) await update(changed);
      }
    },
    ...shown,
    redraw: draw,
    paper,
    figure: () => mapFigure(atlas, { look, geometry: geometry(), places, map }),
  };
}

export const panel = {
  id: "map",
  isFirst: true,
  state: () => ({
    place: null, // where the map is and how close; null for all of it
    tool: "lasso",
    touchDraws: false,
  }),
  link: {
    place: { name: "at", read: (text) => (isPlace(text) ? text : undefined), write: asItIs },
  },
  create: createMapPanel,
};
