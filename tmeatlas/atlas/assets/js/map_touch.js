/**
 * Fingers on the map: two of them zoom and move it. One scrolls the page, as everywhere, until
 * the reader presses a tool; else a map as wide as the screen could not be scrolled past.
 */
import { fromPixel, panView, zoomView } from "./viewport.js";

export const isCoarse = () => matchMedia("(pointer: coarse)").matches;

/** Middle of two fingers, and how far they are from each other. */
function gripOf([first, second], rect) {
  const x = (first.clientX + second.clientX) / 2 - rect.left;
  const y = (first.clientY + second.clientY) / 2 - rect.top;
  const apart = Math.hypot(first.clientX - second.clientX, first.clientY - second.clientY);
  return { x, y, apart: Math.max(1, apart) };
}

/**
 * `panel` gives the view on screen and moves it: {view, home, box, moveTo}; `draws` says whether
 * one finger draws, `onSecond` is called when a second one comes down.
 */
export function bindFingers(plot, panel, { draws, onSecond }) {
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
