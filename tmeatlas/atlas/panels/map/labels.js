/**
 * Names on a map: of the groups off their cells, with lines to them; in a tissue of its sections
 * above them, and where it is of spots, of the regions.
 */
import { constants } from "../../assets/js/constants.js";
import { fitText, textWidth } from "../../assets/js/text.js";
import { BOLD, SMALL } from "../../assets/js/type.js";
import { coveredShare, groundOf, overlap, placeNames } from "./placing.js";
import { cellRadius } from "./raster.js";
import { toPixel } from "./viewport.js";

const LINE = 16;
const LONGEST = 170;
const SAMPLE = 20_000; // cells: they come in random order
const POINTS = 70; // of a group, to which its line can go
const FEW = 0.01; // of all cells: names of smaller groups stand only where there is room
const LEAST_PANE = 240; // pixels: names of groups have no room in smaller ones
const EDGE_SIGNS = { left: "◂", right: "▸", top: "▴", bottom: "▾" };

const name = (text, most) => {
  const fitted = fitText(text, most, SMALL, BOLD);
  return { text: fitted, width: textWidth(fitted, SMALL, BOLD) + 6, height: LINE };
};

/** @type {(point: number[], box: {width: number, height: number}) => boolean} */
const isIn = ([x, y], box) => x >= 0 && y >= 0 && x <= box.width && y <= box.height;

/** The first cells that are seen, in pixels: where any are, and some of each group. */
export function seenCells({ places, group, isShown, geometry }, view, box) {
  const all = [];
  const ofGroup = new Map();
  for (let i = 0; i < Math.min(places.n, SAMPLE); i++) {
    if (!isShown(i)) continue;
    const point = toPixel(view, box, places.x[i], places.y[i]);
    if (!isIn(point, box)) continue;
    all.push(point);
    const members = ofGroup.get(group[i]) ?? [];
    if (members.length < POINTS) members.push(point);
    ofGroup.set(group[i], members);
  }
  return { ground: groundOf(all, cellRadius(geometry) + 1, box), ofGroup };
}

/** Groups and where each stands: [{group, at, size}], of spots in each section once. */
function wantedNames({ groups, map, hidden }) {
  const named = map.isTissue
    ? map.regions.map(([group, x, y, size]) => ({ group, at: [x, y], size }))
    : groups.labels.map((_, group) => ({ group, at: map.labels[group], size: groups.sizes[group] }));
  return named
    .filter(({ group, size }) => size > 0 && !hidden.has(group))
    .sort((a, b) => b.size - a.size);
}

/** Those of some points that lie in the same section as a place on the map. */
function inSection(points, sections, [x, y], view, box) {
  const section = sections.find(({ box: [x0, y0, x1, y1] }) => x >= x0 && x <= x1 && y >= y0 && y <= y1);
  if (!section) return points;
  const [left, top] = toPixel(view, box, section.box[0], section.box[3]);
  const [right, bottom] = toPixel(view, box, section.box[2], section.box[1]);
  return points.filter(([px, py]) => px >= left && px <= right && py >= top && py <= bottom);
}

/** The names of groups in a pane, placed. */
function placeGroups(drawn, seen, view, box, taken) {
  const { groups, map, places } = drawn;
  const { ofGroup, ground } = seen;
  const nCells = map.isTissue ? places.n / Math.max(1, map.sections.length) : places.n;
  const wanted = wantedNames(drawn).flatMap(({ group: code, at, size }) => {
    const anchor = toPixel(view, box, ...at);
    if (!isIn(anchor, box)) return [];
    const mine = ofGroup.get(code) ?? [];
    const points = map.isTissue ? inSection(mine, map.sections, at, view, box) : mine;
    const isSmall = size < FEW * nCells;
    const fitted = name(groups.labels[code], Math.min(LONGEST, box.width * 0.5));
    return [{ ...fitted, group: code, at, anchor, points, isSmall }];
  });
  return placeNames(wanted, box, ground, taken).map((place) => ({
    ...{ text: place.name.text, width: place.name.width, x: place.x, y: place.y, line: place.line },
    ...{ at: place.name.at, anchor: place.name.anchor, group: place.name.group },
  }));
}

/** The name of each section above it; within it where its top is out of sight. */
function placeSections(sections, view, box) {
  return sections.flatMap(({ name: text, box: [x0, y0, x1, y1] }) => {
    const [left, top] = toPixel(view, box, x0, y1);
    const [right, bottom] = toPixel(view, box, x1, y0);
    const [from, to] = [Math.max(0, left), Math.min(box.width, right)];
    if (to - from < LINE || bottom < LINE || top > box.height) return [];
    const fitted = name(text, Math.min(LONGEST, to - from + LINE));
    const half = fitted.width / 2;
    const x = Math.max(half, Math.min(box.width - half, (from + to) / 2));
    return [{ ...fitted, x, y: Math.max(LINE, top - LINE / 2 - 2), line: null }];
  });
}

/** Whether the edges of what is seen at first are on screen, but not what lies beyond on a side. */
function isEdgeSeen({ core }, { x0, y0, x1, y1 }, side) {
  const isWithin = x0 < core[0] && y0 < core[1] && x1 > core[2] && y1 > core[3];
  const { mapSteps } = constants;
  return isWithin && { left: x0 > 0, bottom: y0 > 0, right: x1 < mapSteps, top: y1 < mapSteps }[side];
}

/** Where a note on an edge lies on fewest points, as near as can be to where its cells are. */
function alongEdge(side, { width, height }, wanted, box, { ground, kept }) {
  const isUpright = side === "left" || side === "right";
  const [halfX, halfY] = [width / 2 + 3, height / 2 + 3];
  const [half, most] = isUpright ? [halfY, box.height] : [halfX, box.width];
  const across = { left: halfX, right: box.width - halfX, top: halfY, bottom: box.height - halfY }[side];
  const tries = [0, 1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6, -6].map((step) =>
    Math.max(half, Math.min(most - half, wanted + step * (isUpright ? 12 : 30))),
  );
  const places = tries.map((along) => (isUpright ? [across, along] : [along, across]));
  const covered = places.map(([x, y]) => {
    const mine = taken({ x, y, width });
    return kept.some((other) => overlap(mine, other)) ? 2 : coveredShare(ground, mine);
  });
  return places[covered.indexOf(Math.min(...covered))];
}

/** What lies beyond the edges of what is seen at first. */
function placeEdges({ groups, map }, { ground }, view, box, kept) {
  return map.farOff.flatMap(({ side, n, at, group }) => {
    if (!isEdgeSeen(map, view, side)) return [];
    const what = group === null ? constants.rows : groups.labels[group];
    const sign = EDGE_SIGNS[side];
    const fitted = name(side === "right" ? `${n} ${what} ${sign}` : `${sign} ${n} ${what}`, LONGEST);
    const pixel = toPixel(view, box, at, at)[side === "left" || side === "right" ? 1 : 0];
    const [x, y] = alongEdge(side, fitted, pixel, box, { ground, kept });
    return [{ ...fitted, x, y, line: null, kind: "edge" }];
  });
}

const taken = ({ x, y, width }) => ({
  ...{ x0: x - width / 2, x1: x + width / 2 },
  ...{ y0: y - LINE / 2, y1: y + LINE / 2 },
});

/**
 * What is written on a pane: {text, width, x, y, line, kind}; `kept` are boxes that are not free.
 *
 * `drawn` is what is seen: groups, map, places, the group of each cell, hidden groups, which cells
 * are shown, and the geometry.
 */
export function placeLabels(drawn, view, box, kept = []) {
  const { map } = drawn;
  const seen = seenCells(drawn, view, box);
  const fixed = map.isTissue ? placeSections(map.sections, view, box) : placeEdges(drawn, seen, view, box, kept);
  const hasNames = box.width >= LEAST_PANE && (!map.isTissue || map.regions.length > 0);
  if (!hasNames) return fixed;
  return [...fixed, ...placeGroups(drawn, seen, view, box, [...kept, ...fixed.map(taken)])];
}

/** The same names while the map moves: each keeps its distance from where its group is. */
export function moveLabels(labels, { map }, view, box) {
  const fixed = map.isTissue ? placeSections(map.sections, view, box) : [];
  const moved = labels.flatMap((label) => {
    if (!label.at) return [];
    const anchor = toPixel(view, box, ...label.at);
    const [dx, dy] = [anchor[0] - label.anchor[0], anchor[1] - label.anchor[1]];
    const [x, y] = [label.x + dx, label.y + dy];
    const half = label.width / 2;
    if (x < half || x > box.width - half || y < LINE || y > box.height - LINE) return [];
    const line = label.line && label.line.map(([px, py]) => [px + dx, py + dy]);
    return [{ ...label, x, y, line, anchor }];
  });
  return [...fixed, ...moved];
}
