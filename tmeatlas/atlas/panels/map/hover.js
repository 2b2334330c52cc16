/** The cell under the pointer, found in a grid of buckets. */
import { stepValue } from "../../assets/js/cells.js";
import { constants } from "../../assets/js/constants.js";
import { shortNumber, wholeNumber } from "../../assets/js/text.js";
import { hideTooltip, showTooltip } from "../../assets/js/tooltip.js";
import { paneAt } from "./panes.js";
import { fromPixel } from "./viewport.js";

const REACH = 4; // pixels around a point in which the pointer finds it
const SIDE = 128;
const SHIFT = 9; // 65,536 steps in 128 buckets

/** A function that finds the nearest cell that is shown within `radius` pixels of a point. */
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

  return function nearest(view, box, px, py, radius, isShown) {
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
          if (!isShown(i)) continue;
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

/** What the map shows, for who does not see it. */
export function describeMap(map, feature, cells) {
  const { row, rows } = constants;
  const number = `${wholeNumber(cells.n)} ${rows}`;
  return `${map.name}, ${number}. Each point is a ${row}, coloured by ${feature.name}.`;
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

/**
 * Tell of the cell under the pointer, and mark it on all maps. `map` gives the look, marks a cell,
 * and what is seen: {nearest, view, panes, radius}, null before anything is.
 */
export function bindHover(atlas, stage, plot, map) {
  const { focus } = atlas.selection;

  function cellAt(event, { nearest, view, panes, radius }) {
    const rect = stage.getBoundingClientRect();
    const [x, y] = [event.clientX - rect.left, event.clientY - rect.top];
    const { left, top, code } = paneAt(panes, x, y);
    const isShown = (i) => focus[i] && (!panes.codes || panes.codes[i] === code);
    return nearest(view, panes, x - left, y - top, radius + REACH, isShown);
  }

  plot.addEventListener("mousemove", (event) => {
    const [look, seen] = [map.look(), map.seen()];
    const at = event.buttons || !look || !seen ? -1 : cellAt(event, seen);
    map.mark(at);
    if (at < 0) hideTooltip();
    else showTooltip(event, describeCell(atlas, at, look.feature, look.values));
  });
  plot.addEventListener("mouseleave", () => {
    map.mark(-1);
    hideTooltip();
  });
}
