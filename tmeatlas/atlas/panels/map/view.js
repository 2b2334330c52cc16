/** One map on its stage: what is seen of it, drawn, named, and told to who points at it. */
import { byId, canvasScale, setText } from "../../assets/js/dom.js";
import { hideTooltip } from "../../assets/js/tooltip.js";
import { createBackdrop } from "./backdrop.js";
import { boxOfLabel, geometryOf } from "./geometry.js";
import { bindHover, createFinder, describeMap } from "./hover.js";
import { keyHeight, MOST_COVERED } from "./key.js";
import { createNames } from "./names.js";
import { regionOutline } from "./outlines.js";
import { stepWhileMoving } from "./order.js";
import { createOverlay } from "./overlay.js";
import { onePane, splitPanes } from "./panes.js";
import { cellRadius, drawCells } from "./raster.js";
import { shownLabel } from "./scope.js";
import { homeView, placeText, resizeView, viewAt, wholeBox } from "./viewport.js";

const SETTLE_AFTER = 140; // milliseconds
const TELL_AFTER = 200; // milliseconds: whoever listens is told where the map has come to rest

/**
 * `names` are the keys of the state that this view follows: {map, place, only, split, splitFrom}. `shared` is
 * what all views have together: {look(), mark(i), moved(view)}.
 */
export function createView(atlas, id, names, shared) {
  const { meta, cells, store, selection } = atlas;
  const groups = atlas.categories.get("group");
  const stage = byId(`stage${id}`);
  const plot = byId(`figure-map${id}`);
  const canvas = byId(`cells-canvas${id}`);
  const canvases = [canvas, byId(`image-canvas${id}`)];
  const context = canvas.getContext("2d", { alpha: meta.maps.some(({ images }) => images.length) });
  const backdrop = createBackdrop(canvases[1], store);
  const found = {}; // where cells lay in the last picture
  const get = (name) => (names[name] ? store.get(names[name]) : null);
  let map = meta.maps[get("map") ?? 0];
  let places = null;
  let nearest = null;
  let outline = [];
  let part = map.core ?? wholeBox();
  let box = measure();
  let panes = onePane(box);
  let view = home();
  let image = null;
  let frame = 0;
  let settling = 0;
  let telling = 0;
  let told = null; // the last place that the map itself wrote into the state
  const overlay = createOverlay(atlas, plot, {
    ...{ moveTo, home: () => home(), view: () => view, panes: () => panes, box: () => box },
    ...{ map: () => get("map"), outline: () => outline },
  });

  const written = createNames(id, stage, {
    ...{ drawn, view: () => view, panes: () => panes, box: () => box },
  });

  function measure() {
    return { width: Math.max(1, stage.clientWidth), height: Math.max(1, stage.clientHeight) };
  }

  function home(of = panes, shown = part) {
    const below = panes.list.length > 1 ? 0 : keyRoom(); // of small maps, the stage is without it
    return homeView(map.aspect, of.width, of.height, below, shown);
  }
  function keyRoom() {
    return id ? 0 : keyHeight(stage);
  }

  const geometry = () => geometryOf(map, view, home(), box, panes);

  /** Part the stage: for each label of a category, or for one, or for all cells. */
  function divide() {
    const split = map.isTissue ? null : get("split");
    const only = split ? null : shownLabel(atlas, get("only"));
    part = map.core ?? wholeBox();
    if (split) {
      const { labels: of, sizes } = atlas.categories.get(split);
      const free = { ...box, height: box.height - keyRoom() };
      panes = splitPanes(free, { labels: of, sizes, codes: cells.codesOf.get(split) }, map.aspect, get("splitFrom"));
    } else if (only) {
      const codes = cells.codesOf.get(only.id);
      panes = onePane(box, codes, only.code);
      if (map.isTissue) part = boxOfLabel(places, codes, only.code) ?? part;
    } else panes = onePane(box);
  }

  function draw(step = 1) {
    const look = shared.look();
    if (!look || !places) return;
    const scale = canvasScale();
    const width = Math.round(box.width * scale);
    const height = Math.round(box.height * scale);
    if (canvas.width !== width || canvas.height !== height || !image) {
      canvas.width = width;
      canvas.height = height;
      image = context.createImageData(width, height);
    }
    backdrop.draw(geometry(), scale);
    const focus = selection.isActive() ? selection.focus : null;
    const options = { scale, step, found, overImage: backdrop.images().length > 0 };
    drawCells(image, places, geometry(), { ...look, focus }, options);
    context.putImageData(image, 0, 0);
  }

  /** What is drawn, for who writes names on it. */
  function drawn(code = panes.list[0].code) {
    const isShown = (i) => !panes.codes || panes.codes[i] === code;
    const hidden = store.get("hidden");
    return { groups, map, places, group: cells.group, hidden, isShown, geometry: geometry() };
  }

  /** Below the map the key stands where the map is a tissue or several, or no corner is free of cells. */
  function standKey() {
    const isBelow = map.isTissue || get("split") !== null;
    stage.toggleAttribute("data-strip", isBelow);
    if (isBelow || id) return;
    box = measure();
    divide();
    stage.toggleAttribute("data-strip", written.coveredByKey(home()) > MOST_COVERED);
  }

  /** While the map moves, draw a part of the cells; all of them once it rests. */
  function moveTo(next, isTold = false) {
    view = next;
    overlay.draw();
    const step = stepWhileMoving(cells.n);
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => {
      draw(step);
      written.move();
    });
    clearTimeout(settling);
    settling = setTimeout(() => {
      if (step > 1) draw();
      written.place();
    }, SETTLE_AFTER);
    if (!isTold) shared.moved(view);
    clearTimeout(telling);
    telling = setTimeout(() => {
      told = placeText(view, home());
      store.set({ [names.place]: told });
    }, TELL_AFTER);
    hideTooltip();
  }

  /** Ring the cell that the reader points at, here or on another map. */
  function mark(i) {
    const { codes, list } = panes;
    const pane = i < 0 || !places ? null : list.find(({ code }) => !codes || code === codes[i]);
    overlay.ring(pane ? [places.x[i], places.y[i], pane] : null, cellRadius(geometry()) + 3);
  }

  /** Keep what is seen, unless that was all of the map. */
  function fitBox(before) {
    return placeText(view, home(before)) === null ? home() : resizeView(view, before, panes);
  }

  function resize() {
    const next = measure();
    if (next.width === box.width && next.height === box.height) return;
    const before = panes;
    box = next;
    if (!places) return;
    divide();
    moveTo(fitBox(before), true);
  }

  new ResizeObserver(resize).observe(stage);
  bindHover(atlas, stage, plot, {
    ...{ look: shared.look, mark: shared.mark },
    seen: () => (places ? { nearest, view, panes, radius: cellRadius(geometry()) } : null),
  });

  /** Show another embedding; what is selected stays selected. */
  async function readPlaces() {
    map = meta.maps[get("map")];
    places = await cells.places(get("map"));
    await backdrop.read(map);
    nearest = createFinder(places);
    outline = map.regions.length ? regionOutline(places, cells.group, map) : [];
    setText(`map-name${id}`, map.name);
  }

  /** Go where the state says, unless the map itself has said so. */
  function follow(changed, hasMoved) {
    const place = get("place");
    if (changed.has(names.place) && place !== told) {
      told = place;
      moveTo(viewAt(place, home()), true);
    } else if (hasMoved) moveTo(home(), true);
  }

  /** Show the state; `isRecoloured` where the look has changed. */
  async function show(changed, isRecoloured) {
    if (get("map") === null) return;
    const has = (...wanted) => wanted.some((name) => names[name] && changed.has(names[name]));
    const moved = !places || has("map");
    if (moved) await readPlaces();
    const isWhole = placeText(view, home()) === null; // before the key takes another part of the stage
    if (isRecoloured || moved || has("only", "split") || written.keyIsOther()) standKey();
    box = measure();
    divide();
    const isHome = moved || has("only", "split", "splitFrom");
    if (isWhole || isHome) view = home();
    if (isRecoloured || moved) {
      setText(`about-map${id}`, describeMap(map, shared.look().feature, cells));
    }
    follow(changed, has("map"));
    if (changed.size === 1 && has("place")) return; // drawn as it moved
    draw();
    if (isHome || changed.has("hidden") || written.keyIsOther()) written.place();
    overlay.draw();
  }

  /** Draw at once what fits the stage as it is now; nothing else does before printing. */
  function fit() {
    resize();
    draw();
    written.place();
    overlay.draw();
  }

  return {
    ...{ id, show, fit, draw, mark, stage, plot },
    home: () => home(),
    isShown: () => get("map") !== null,
    map: () => map,
    panes: () => panes,
    view: () => view,
    setView: moveTo,
    box: () => box,
    whole: () => home(panes, wholeBox()),
    /** On paper the canvases have whole pixels. */
    pin: (isPinned) => {
      for (const each of canvases) each.style = isPinned ? `width:${box.width}px;height:${box.height}px` : "";
    },
    /** What is seen, for a figure of it. */
    seen: () => ({
      ...{ view, home: home(), box, panes, part, map, index: get("map") },
      ...{ places, outline, drawn, images: backdrop.images() },
    }),
  };
}
