/** The cell under the pointer, found in a grid of buckets. */
import { stepValue } from "../../assets/js/cells.js";
import { constants } from "../../assets/js/constants.js";
import { shortNumber } from "../../assets/js/text.js";
import { fromPixel } from "./viewport.js";

const SIDE = 128;
const SHIFT = 9; // 65,536 steps in 128 buckets

/** A function that finds the nearest cell in focus within `radius` pixels of a point. */
export function createFinder(places) {
  let start = null;
  let members = null;

  function build() {
    const bucket = (i) => (places.y[i] >> SHIFT) * SIDE + (places.x[i] >> SHIFT);
    start = new Uint32Array(SIDE * SIDE + 1);
    for (let i = 0; i < places.n; i++) start[bucket(i) + 1]++;
    for (let b = 0; b < SIDE * SIDE; b++) start[b + 1] += start[b];
    const next = start.slice();
    members = new Uint32Array(places.n);
    for (let i = 0; i < places.n; i++) members[next[bucket(i)]++] = i;
  }

  const clamp = (step) => Math.max(0, Math.min(SIDE - 1, step >> SHIFT));

  return function nearest(view, box, px, py, radius, focus) {
    if (!start) build();
    const stepX = (view.x1 - view.x0) / box.width;
    const stepY = (view.y1 - view.y0) / box.height;
    const [x, y] = fromPixel(view, box, px, py);
    let best = -1;
    let bestDistance = radius ** 2;
    for (let row = clamp(y - radius * stepY); row <= clamp(y + radius * stepY); row++) {
      for (let column = clamp(x - radius * stepX); column <= clamp(x + radius * stepX); column++) {
        const bucket = row * SIDE + column;
        for (let k = start[bucket]; k < start[bucket + 1]; k++) {
          const i = members[k];
          if (!focus[i]) continue;
          const distance = ((places.x[i] - x) / stepX) ** 2 + ((places.y[i] - y) / stepY) ** 2;
          if (distance < bestDistance) {
            bestDistance = distance;
            best = i;
          }
        }
      }
    }
    return best;
  };
}

/** What the tooltip says about a cell. */
export function describeCell(atlas, i, feature, values) {
  const lines = atlas.meta.categories.map((category) => {
    const label = category.labels[atlas.cells.codesOf.get(category.id)[i]];
    return category.id === "group" ? label : `${category.name}: ${label}`;
  });
  if (feature.kind !== "category" && values[i] < constants.missing) {
    lines.push(`${feature.name}: ${shortNumber(stepValue(feature, values[i]))}`);
  }
  return lines;
}
