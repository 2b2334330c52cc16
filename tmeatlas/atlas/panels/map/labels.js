/** The names of the groups on the map: near their cells, never on top of each other. */
import { element } from "../../assets/js/dom.js";
import { fitText, textWidth } from "../../assets/js/text.js";
import { toPixel } from "./viewport.js";

const SIZE = 12;
const WEIGHT = 600;
const LINE = 16;
const LONGEST = 190;

/** Places to try around a group's middle, the nearest first. */
const OFFSETS = (() => {
  const offsets = [];
  for (let dy = -48; dy <= 48; dy += 8) {
    for (let dx = -60; dx <= 60; dx += 20) offsets.push([dx, dy]);
  }
  return offsets.sort((a, b) => Math.hypot(a[0] * 0.8, a[1]) - Math.hypot(b[0] * 0.8, b[1]));
})();

const overlaps = (a, b) =>
  Math.abs(a.x - b.x) < (a.width + b.width) / 2 && Math.abs(a.y - b.y) < LINE;

/** Where each label goes; large groups choose first, and one without room is left out. */
export function placeLabels(groups, positions, hidden, view, box) {
  const placed = [];
  const bySize = groups.labels.map((_, i) => i).sort((a, b) => groups.sizes[b] - groups.sizes[a]);
  for (const group of bySize) {
    if (hidden.has(group) || groups.sizes[group] === 0) continue;
    const [x, y] = toPixel(view, box, ...positions[group]);
    if (x < 0 || y < 0 || x > box.width || y > box.height) continue;
    const text = fitText(groups.labels[group], Math.min(LONGEST, box.width * 0.45), SIZE, WEIGHT);
    const width = textWidth(text, SIZE, WEIGHT) + 8;
    for (const [dx, dy] of OFFSETS) {
      const label = { group, text, width, x: x + dx, y: y + dy };
      label.x = Math.max(width / 2, Math.min(box.width - width / 2, label.x));
      label.y = Math.max(LINE / 2, Math.min(box.height - LINE / 2, label.y));
      if (placed.some((other) => overlaps(label, other))) continue;
      placed.push(label);
      break;
    }
  }
  return placed;
}

/** In shares of the map, not in pixels: on paper the map has another size. */
export function showLabels(layer, placed) {
  const [width, height] = [layer.clientWidth, layer.clientHeight];
  layer.replaceChildren(
    ...placed.map(({ x, y, text }) => {
      const place = `left:${(100 * x) / width}%;top:${(100 * y) / height}%`;
      return element("span", { style: place }, text);
    }),
  );
}
