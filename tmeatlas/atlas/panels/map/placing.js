/**
 * Where names go on a map: off the points, near their own, never over each other nor cut off. The
 * largest groups choose first, among places in rings around their points; the same picture always
 * gives the same places.
 */
const STEP = 4; // pixels of a square of the ground
const MARGIN = 3; // pixels between names, and to the edge
const RINGS = { first: 0, last: 190, step: 9, angles: 20 }; // pixels
const COST = {
  covered: 240, // pixels that a name moves away rather than lie on points altogether
  crossed: 90, // rather than cross the line of another
  inward: 0.3, // of the way from where its line ends to the middle of its group
};
const SMALL = { cost: 70, covered: 0.12 }; // what small groups may take at most
const LEAST_LINE = 11; // pixels: a name that is nearer to its points has no line

/** Which squares of a stage have points, as sums from the upper left corner. */
export function groundOf(points, radius, { width, height }) {
  const columns = Math.ceil(width / STEP) + 1;
  const rows = Math.ceil(height / STEP) + 1;
  const taken = new Uint8Array(columns * rows);
  const square = (pixel, most) => Math.max(0, Math.min(most - 2, Math.floor(pixel / STEP)));
  for (const [x, y] of points) {
    const [right, bottom] = [square(x + radius, columns), square(y + radius, rows)];
    for (let row = square(y - radius, rows); row <= bottom; row++) {
      for (let column = square(x - radius, columns); column <= right; column++) {
        taken[row * columns + column] = 1;
      }
    }
  }
  const sums = new Uint32Array(columns * rows);
  for (let row = 1; row < rows; row++) {
    for (let column = 1, inRow = 0; column < columns; column++) {
      inRow += taken[(row - 1) * columns + column - 1];
      sums[row * columns + column] = sums[(row - 1) * columns + column] + inRow;
    }
  }
  return { columns, rows, sums };
}

/** The share of a box that has points under it. */
export function coveredShare({ columns, rows, sums }, { x0, y0, x1, y1 }) {
  const left = Math.max(0, Math.floor(x0 / STEP));
  const top = Math.max(0, Math.floor(y0 / STEP));
  const right = Math.min(columns - 1, Math.ceil(x1 / STEP));
  const bottom = Math.min(rows - 1, Math.ceil(y1 / STEP));
  const at = (column, row) => sums[row * columns + column];
  const n = at(right, bottom) - at(left, bottom) - at(right, top) + at(left, top);
  return n / Math.max(1, (right - left) * (bottom - top));
}

const boxOf = (x, y, width, height) => ({
  ...{ x0: x - width / 2, x1: x + width / 2 },
  ...{ y0: y - height / 2, y1: y + height / 2 },
});

/** Whether two boxes have less than the margin between them. */
export const overlap = (a, b) =>
  a.x0 < b.x1 + MARGIN && b.x0 < a.x1 + MARGIN && a.y0 < b.y1 + MARGIN && b.y0 < a.y1 + MARGIN;

/**
 * The point of a box that is nearest to another point.
 *
 * @type {(box: any, point: number[]) => number[]}
 */
const nearestOf = ({ x0, x1, y0, y1 }, [x, y]) => [
  Math.max(x0, Math.min(x1, x)),
  Math.max(y0, Math.min(y1, y)),
];

/** @type {(a: number[], b: number[]) => number} */
const apart = ([ax, ay], [bx, by]) => Math.hypot(ax - bx, ay - by);

/** @type {(a: number[], b: number[], c: number[]) => number} */
const side = ([ax, ay], [bx, by], [cx, cy]) =>
  Math.sign((bx - ax) * (cy - ay) - (by - ay) * (cx - ax));

/**
 * Whether two lines cross, each from one point to another.
 *
 * @type {(one: number[][], other: number[][]) => boolean}
 */
const cross = ([a, b], [c, d]) => side(a, b, c) !== side(a, b, d) && side(c, d, a) !== side(c, d, b);

/**
 * Whether a line goes through a box.
 *
 * @param {number[][]} line
 * @param {any} box
 */
function goesThrough([from, to], { x0, x1, y0, y1 }) {
  if ([from, to].some(([x, y]) => x > x0 && x < x1 && y > y0 && y < y1)) return true;
  const [a, b, c, d] = [[x0, y0], [x1, y0], [x1, y1], [x0, y1]];
  return cross([from, to], [a, c]) || cross([from, to], [b, d]);
}

/** Where the line of a name in a box ends: near it, and not at the rim of its group. */
function lineTo(box, { anchor, points }) {
  let best = null;
  let least = Infinity;
  for (const point of [anchor, ...points]) {
    const length = apart(nearestOf(box, point), point);
    const cost = length + COST.inward * apart(point, anchor);
    if (cost >= least) continue;
    least = cost;
    best = point;
  }
  return { line: [nearestOf(box, best), best], cost: least };
}

/** Places to try around a point, the nearest first: [x, y] of the middle of a name. */
function* around([x, y], { width, height }) {
  for (let ring = RINGS.first; ring <= RINGS.last; ring += RINGS.step) {
    for (let k = 0; k < RINGS.angles; k++) {
      const angle = (2 * Math.PI * k) / RINGS.angles - Math.PI / 2;
      // Names are wide and low: a ring goes around the name, not around its middle.
      const [reachX, reachY] = [ring + (width / 2) * Math.min(1, ring / 20), ring + height / 2];
      yield [x + reachX * Math.cos(angle), y + reachY * Math.sin(angle)];
    }
  }
}

/** The best free place of one name; null where there is none. */
function placeOne(name, stage, ground, placed, taken) {
  const crowded = [...taken, ...placed.map(({ box }) => box)];
  let best = null;
  for (const [x, y] of around(name.anchor, name)) {
    const box = boxOf(x, y, name.width, name.height);
    const isInside =
      box.x0 >= MARGIN &&
      box.y0 >= MARGIN &&
      box.x1 <= stage.width - MARGIN &&
      box.y1 <= stage.height - MARGIN;
    if (!isInside) continue;
    const covered = coveredShare(ground, box);
    if (best && COST.covered * covered >= best.cost) continue;
    if (crowded.some((other) => overlap(box, other))) continue;
    const { line, cost: length } = lineTo(box, name);
    let cost = length + COST.covered * covered;
    if (best && cost >= best.cost) continue;
    const crossings =
      placed.filter((other) => other.line && cross(line, other.line)).length +
      crowded.filter((other) => goesThrough(line, other)).length +
      placed.filter((other) => other.line && goesThrough(other.line, box)).length;
    cost += COST.crossed * crossings;
    if (best && cost >= best.cost) continue;
    if (name.isSmall && (cost > SMALL.cost || covered > SMALL.covered)) continue;
    best = { x, y, box, cost, line };
  }
  return best;
}

/**
 * Place names on a stage, in their order; those without room are left out.
 *
 * @param {object[]} names  {width, height, anchor, points, isSmall}: pixels; small ones stand only
 *                          where they are near and off all points
 * @param {{width: number, height: number}} stage
 * @param {object} ground   of `groundOf`
 * @param {object[]} taken  boxes that are not free: {x0, y0, x1, y1}
 */
export function placeNames(names, stage, ground, taken = []) {
  const placed = [];
  for (const name of names) {
    const place = placeOne(name, stage, ground, placed, taken);
    if (!place) continue;
    const [from, to] = place.line;
    placed.push({ ...place, name, line: apart(from, to) > LEAST_LINE ? place.line : null });
  }
  return placed;
}
