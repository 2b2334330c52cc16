/** The part of the map that is on screen, in the steps of the coordinates. */
import { constants } from "../../assets/js/constants.js";

const middle = () => constants.mapSteps / 2;
const PADDING = 0.06; // of the part that is shown, at each side
const CLOSEST = 200; // times
const FARTHEST = 0.05; // of the first view, where that leaves far-off cells out

/** All of a map, in steps: left, bottom, right, top. */
export const wholeBox = () => [0, 0, constants.mapSteps, constants.mapSteps];

/**
 * A part of the map, by default all of it, centred, without distortion, in a box of
 * `width` × `height` pixels, of which `below` at the bottom are left free.
 */
export function homeView(aspect, width, height, below = 0, part = wholeBox()) {
  const free = Math.max(1, height - below);
  const boxAspect = width / free;
  const [x0, y0, x1, y1] = part;
  // In units in which one step has the same length in both directions:
  const [perX, perY] = [aspect[0], aspect[1]].map((side) => side / constants.mapSteps);
  const [partX, partY] = [Math.max(1, x1 - x0) * perX, Math.max(1, y1 - y0) * perY];
  const spanX = Math.max(partX, partY * boxAspect) * (1 + 2 * PADDING);
  const halfX = spanX / perX / 2;
  const halfY = spanX / boxAspect / perY / 2;
  const [atX, atY] = [(x0 + x1) / 2, (y0 + y1) / 2];
  const under = (2 * halfY * below) / free;
  return { x0: atX - halfX, x1: atX + halfX, y0: atY - halfY - under, y1: atY + halfY };
}

/** How far out of a part one can go: one and a half times, or until all of the map is seen. */
function widestSpan({ x0, x1, y0, y1 }) {
  const reach = (low, high) => {
    const at = (low + high) / 2;
    return (2 * Math.max(at, constants.mapSteps - at) * (1 + 2 * PADDING)) / (high - low);
  };
  return (x1 - x0) * Math.max(1.5, reach(x0, x1), reach(y0, y1));
}

/** The view after zooming by `factor` (below 1: closer) around a point of it. */
export function zoomView(view, home, factor, x, y) {
  const homeSpan = home.x1 - home.x0;
  const span = view.x1 - view.x0;
  const wanted = Math.max(homeSpan / CLOSEST, Math.min(widestSpan(home), span * factor));
  const f = wanted / span;
  return {
    x0: x - (x - view.x0) * f,
    x1: x + (view.x1 - x) * f,
    y0: y - (y - view.y0) * f,
    y1: y + (view.y1 - y) * f,
  };
}

/** The view moved by a share of its own width and height. */
export function panView(view, shareX, shareY) {
  const dx = (view.x1 - view.x0) * shareX;
  const dy = (view.y1 - view.y0) * shareY;
  return { x0: view.x0 + dx, x1: view.x1 + dx, y0: view.y0 + dy, y1: view.y1 + dy };
}

/** The view in a box of another size: the same middle and the same scale. */
export function resizeView(view, from, to) {
  const cx = (view.x0 + view.x1) / 2;
  const cy = (view.y0 + view.y1) / 2;
  const halfX = ((view.x1 - view.x0) / 2) * (to.width / from.width);
  const halfY = ((view.y1 - view.y0) / 2) * (to.height / from.height);
  return { x0: cx - halfX, x1: cx + halfX, y0: cy - halfY, y1: cy + halfY };
}

const AT_HOME = 0.004; // of the width of the view: nearer than that is the whole map

/** A view as text that fits windows of any size, "x,y,zoom"; null for the whole map. */
export function placeText(view, home) {
  const span = view.x1 - view.x0;
  const [x, y] = [(view.x0 + view.x1) / 2, (view.y0 + view.y1) / 2];
  const zoom = (home.x1 - home.x0) / span;
  const [homeX, homeY] = [(home.x0 + home.x1) / 2, (home.y0 + home.y1) / 2];
  const off = Math.max(Math.abs(x - homeX), Math.abs(y - homeY)) / span;
  if (off < AT_HOME && Math.abs(zoom - 1) < AT_HOME) return null;
  return [Math.round(x), Math.round(y), Number(zoom.toPrecision(4))].join();
}

/** The view of such a text. */
export function viewAt(text, home) {
  if (text === null) return home;
  const [x, y, zoom] = text.split(",").map(Number);
  const halfX = (home.x1 - home.x0) / 2 / zoom;
  const halfY = (home.y1 - home.y0) / 2 / zoom;
  return { x0: x - halfX, x1: x + halfX, y0: y - halfY, y1: y + halfY };
}

/** Whether a text is one that `placeText` could have written. */
export function isPlace(text) {
  const numbers = (text ?? "").split(",").map(Number);
  const [x, y, zoom] = numbers;
  const near = (step) => Math.abs(step - middle()) < 3 * middle();
  return numbers.length === 3 && near(x) && near(y) && zoom > FARTHEST && zoom <= 1.01 * CLOSEST;
}

/** Pixels of the page for a position of the map, and back. */
export const toPixel = (view, box, x, y) => [
  ((x - view.x0) / (view.x1 - view.x0)) * box.width,
  ((view.y1 - y) / (view.y1 - view.y0)) * box.height,
];
export const fromPixel = (view, box, px, py) => [
  view.x0 + (px / box.width) * (view.x1 - view.x0),
  view.y1 - (py / box.height) * (view.y1 - view.y0),
];
