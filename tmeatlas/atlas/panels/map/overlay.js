/**
 * The pointer and fingers on the map: lasso, box and moving, and the outline of what is selected.
 * All by itself: plotly starts late, and tells of a lasso a tenth of a second after its end.
 */
import { paneAt } from "./panes.js";
import { fromPixel, panView, toPixel, zoomView } from "./viewport.js";

export const isCoarse = () => matchMedia("(pointer: coarse)").matches;

/** Middle of two fingers, and how far they are from each other. */
function gripOf([first, second], rect) {
  const x = (first.clientX + second.clientX) / 2 - rect.left;
  const y = (first.clientY + second.clientY) / 2 - rect.top;
  const apart = Math.hypot(first.clientX - second.clientX, first.clientY - second.clientY);
  return { x, y, apart: Math.max(1, apart) };
}

/**
 * Two fingers zoom and move the map. One scrolls the page, as everywhere, until the reader presses
 * a tool; else a map as wide as the screen could not be scrolled past.
 * `map` gives the view on screen and moves it: {view, home, panes, moveTo}; `draws` says whether
 * one finger draws, `onSecond` is called when a second one comes down.
 */
function bindFingers(plot, map, { draws, onSecond }) {
  let grip = null;

  function start(event) {
    grip = event.touches.length === 2 ? gripOf(event.touches, plot.getBoundingClientRect()) : null;
    if (!grip) return;
    onSecond();
    if (event.cancelable) event.preventDefault(); // or the browser zooms the page
  }

  function move(event) {
    // Else the browser takes the end of a drawing for a throw, and the next tap for its stop.
    if (event.cancelable && (grip || draws())) event.preventDefault();
    if (!grip || event.touches.length !== 2) return;
    const next = gripOf(event.touches, plot.getBoundingClientRect());
    const panes = map.panes();
    const { left, top } = paneAt(panes, grip.x, grip.y);
    const held = fromPixel(map.view(), panes, grip.x - left, grip.y - top);
    const zoomed = zoomView(map.view(), map.home(), grip.apart / next.apart, ...held);
    const [shareX, shareY] = [(grip.x - next.x) / panes.width, (next.y - grip.y) / panes.height];
    map.moveTo(panView(zoomed, shareX, shareY));
    grip = next;
  }

  plot.addEventListener("touchstart", start, { passive: false });
  plot.addEventListener("touchmove", move, { passive: false });
  for (const name of ["touchend", "touchcancel"]) {
    plot.addEventListener(name, () => {
      grip = null;
    });
  }
}

const LEAST = 6; // pixels: less is a click, not a drawing
const BETWEEN = 3; // pixels from one corner of a lasso to the next

/** Corners as the path of a closed outline, in SVG and in plotly. */
export const asPath = (points) =>
  points.length ? `M${points.map((point) => point.join(",")).join("L")}Z` : "";

function boxAround([x0, y0], [x1, y1]) {
  return [
    [x0, y0],
    [x1, y0],
    [x1, y1],
    [x0, y1],
  ];
}

/** Corners of the selection's outline in pixels; none on another map than it was drawn on. */
export function outlineCorners(store, map, view, panes) {
  const region = store.get("region");
  const here = region?.type === "polygon" && region.map === map;
  return here ? region.points.map((point) => toPixel(view, panes, ...point)) : [];
}

/** Borders of regions as the path of an SVG, in pixels of a pane that lies `left` from the corner. */
export const bordersPath = (outline, view, panes, left = 0) =>
  outline
    .map(([x0, y0, x1, y1]) => {
      const ends = [toPixel(view, panes, x0, y0), toPixel(view, panes, x1, y1)];
      return `M${ends.map(([x, y]) => `${(x + left).toFixed(1)},${y.toFixed(1)}`).join("L")}`;
    })
    .join("");

/** Points moved by where a pane lies on the stage. */
const onStage = (points, { left, top }) => points.map(([x, y]) => [x + left, y + top]);

/** Whether a drawing is large enough to be meant. */
function isMeant(points) {
  const spread = (values) => Math.max(...values) - Math.min(...values);
  const [width, height] = [0, 1].map((side) => spread(points.map((point) => point[side])));
  return points.length > 2 && width >= LEAST && height >= LEAST;
}

/**
 * `map` gives the view on screen and moves it: {view, home, box, panes, moveTo, map, outline}. What
 * is drawn in one pane is drawn in all, and selects cells of all.
 */
export function createOverlay(atlas, plot, map) {
  const { store, selection } = atlas;
  const [bordersNode, outlinePath, lassoPath] = plot.querySelectorAll("path");
  const ringNode = plot.querySelector("circle");
  let drag = null; // {tool, last, points, pointer, pane} while a button is down

  const positionOf = (event) => {
    const rect = plot.getBoundingClientRect();
    return [event.clientX - rect.left, event.clientY - rect.top];
  };

  /** Put the borders and the outline of the selection where they are now. */
  function draw() {
    const [view, panes, box] = [map.view(), map.panes(), map.box()];
    const corners = outlineCorners(store, map.map(), view, panes);
    const outlines = panes.list.map((pane) => asPath(onStage(corners, pane)));
    outlinePath.setAttribute("d", outlines.join(""));
    bordersNode.setAttribute("d", bordersPath(map.outline(), view, panes));
    // On paper the map has another size: the drawing is stretched with it.
    outlinePath.ownerSVGElement.setAttribute("viewBox", `0 0 ${box.width} ${box.height}`);
  }

  /** Ring a cell: [x, y, pane], null for none. */
  function ring(at, radius) {
    ringNode.toggleAttribute("hidden", !at);
    if (!at) return;
    const [x, y, pane] = at;
    const [[cx, cy]] = onStage([toPixel(map.view(), map.panes(), x, y)], pane);
    for (const [name, value] of Object.entries({ cx, cy, r: radius })) {
      ringNode.setAttribute(name, String(value));
    }
  }

  function move({ tool, last, points }, at) {
    if (tool === "pan") {
      const { width, height } = map.panes();
      map.moveTo(panView(map.view(), (last[0] - at[0]) / width, (at[1] - last[1]) / height));
      drag.last = at;
      return;
    }
    if (tool === "select") drag.points = boxAround(points[0], at);
    else if (Math.hypot(at[0] - last[0], at[1] - last[1]) >= BETWEEN) {
      points.push(at);
      drag.last = at;
    }
    lassoPath.setAttribute("d", asPath(drag.points));
  }

  function end() {
    const { tool, points, pane } = drag;
    drag = null;
    lassoPath.setAttribute("d", "");
    if (tool === "pan" || !isMeant(points)) return;
    const [view, panes] = [map.view(), map.panes()];
    const corners = points.map(([x, y]) => fromPixel(view, panes, x - pane.left, y - pane.top));
    store.set({ region: { type: "polygon", points: corners, map: map.map() } });
  }

  function cancel() {
    drag = null;
    lassoPath.setAttribute("d", "");
  }

  plot.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || drag) return;
    if (event.pointerType === "touch" && !store.get("touchDraws")) return;
    plot.setPointerCapture(event.pointerId);
    const at = positionOf(event);
    const pane = paneAt(map.panes(), ...at);
    drag = { tool: store.get("tool"), last: at, points: [at], pointer: event.pointerId, pane };
  });
  plot.addEventListener("pointermove", (event) => {
    if (event.pointerId === drag?.pointer) move(drag, positionOf(event));
  });
  plot.addEventListener("pointerup", (event) => {
    if (event.pointerId === drag?.pointer) end();
  });
  plot.addEventListener("pointercancel", cancel);
  bindFingers(plot, map, { draws: () => store.get("touchDraws"), onSecond: cancel });
  plot.addEventListener("dblclick", selection.clear);
  return { draw, ring };
}
