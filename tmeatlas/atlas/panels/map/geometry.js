/** What is seen of a map in pixels: where, how close, and how large its points can be. */
import { constants } from "../../assets/js/constants.js";

const BINS = 32; // to a side, in which `map.crowd` was counted

/**
 * @param {any} map    of the page: aspect, crowd, diameter
 * @param {any} view   what is seen, in steps
 * @param {any} home   what is seen of the whole map
 * @param {{width: number, height: number}} box  pixels of the stage
 * @param {any} panes  of the stage
 */
export function geometryOf(map, view, home, box, panes) {
  const perSide = ({ x0, x1 }) => ((panes.width / (x1 - x0)) * constants.mapSteps) / map.aspect[0];
  const bin = perSide(home) / BINS;
  return {
    ...view,
    ...box,
    panes,
    zoom: (home.x1 - home.x0) / (view.x1 - view.x0),
    pixelsPerSide: perSide(view),
    room: (bin ** 2 * map.aspect[0] * map.aspect[1]) / Math.max(1, map.crowd),
    diameter: map.diameter,
  };
}

/** The box around the cells of one label; null where there are none. */
export function boxOfLabel({ x, y, n }, codes, code) {
  const around = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < n; i++) {
    if (codes[i] !== code) continue;
    around[0] = Math.min(around[0], x[i]);
    around[1] = Math.min(around[1], y[i]);
    around[2] = Math.max(around[2], x[i]);
    around[3] = Math.max(around[3], y[i]);
  }
  return around[0] < Infinity ? around : null;
}
