/**
 * The pointer and fingers on the map: lasso, box and moving, and the outline of what is selected.
 * All by itself: plotly starts late, and tells of a lasso a tenth of a second after its end.
 */
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
 * `panel` gives the view on screen and moves it: {view, home, box, moveTo}; `draws` says whether
 * one finger draws, `onSecond` is called when a second one comes down.
 */
function bindFingers(plot, panel, { draws, onSecond }) {
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
    const box = panel.box();
    const held = fromPixel(panel.view(), box, grip.x, grip.y);
    const zoomed = zoomView(panel.view(), panel.home(), grip.apart / next.apart, ...held);
    const [shareX, shareY] = [(grip.x - next.x) / box.width, (next.y - grip.y) / box.height];
    panel.moveTo(panView(zoomed, shareX, shareY));
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
export function outlineCorners(store, view, box) {
  const region = store.get("region");
  const here = region?.type === "polygon" && region.map === store.get("map");
  return here ? region.points.map((point) => toPixel(view, box, ...point)) : [];
}

/** Whether a drawing is large enough to be meant. */
function isMeant(points) {
  const spread = (values) => Math.max(...values) - Math.min(...values);
  const [width, height] = [0, 1].map((side) => spread(points.map((point) => point[side])));
  return points.length > 2 && width >= LEAST && height >= LEAST;
}

/** `panel` gives the view on screen and its size, and moves it: {view, home, box, moveTo}. */
export function createOverlay(atlas, plot, panel) {
  const { store, selection } = atlas;
  const [outlinePath, lassoPath] = plot.querySelectorAll("path");
  let drag = null; // {tool, last, points, pointer} while a button is down

  const positionOf = (event) => {
    const rect = plot.getBoundingClientRect();
    return [event.clientX - rect.left, event.clientY - rect.top];
  };

  /** Put the outline of the selection where it is now. */
  function outline() {
    const box = panel.box();
    outlinePath.setAttribute("d", asPath(outlineCorners(store, panel.view(), box)));
    // On paper the map has another size: the drawing is stretched with it.
    outlinePath.ownerSVGElement.setAttribute("viewBox", `0 0 ${box.width} ${box.height}`);
  }

  function move({ tool, last, points }, at) {
    if (tool === "pan") {
      const { width, height } = panel.box();
      panel.moveTo(panView(panel.view(), (last[0] - at[0]) / width, (at[1] - last[1]) / height));
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
    const { tool, points } = drag;
    drag = null;
    lassoPath.setAttribute("d", "");
    if (tool === "pan" || !isMeant(points)) return;
    const [view, box] = [panel.view(), panel.box()];
    const corners = points.map((point) => fromPixel(view, box, ...point));
    store.set({ region: { type: "polygon", points: corners, map: store.get("map") } });
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
    drag = { tool: store.get("tool"), last: at, points: [at], pointer: event.pointerId };
  });
  plot.addEventListener("pointermove", (event) => {
    if (event.pointerId === drag?.pointer) move(drag, positionOf(event));
  });
  plot.addEventListener("pointerup", (event) => {
    if (event.pointerId === drag?.pointer) end();
  });
  plot.addEventListener("pointercancel", cancel);
  bindFingers(plot, panel, { draws: () => store.get("touchDraws"), onSecond: cancel });
  plot.addEventListener("dblclick", selection.clear);
  return { outline };
}
