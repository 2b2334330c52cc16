/**
 * Outlines of the regions of a tissue of spots: a line between neighbours of two groups. In steps:
 * [x0, y0, x1, y1] of each piece.
 */
import { constants } from "../../assets/js/constants.js";

const NEAR = 1.3; // distances of neighbours, in those of the usual nearest ones
const SAMPLE = 400; // spots whose nearest neighbour tells how far spots are apart
const MOST_SPOTS = 30_000; // of more, lines would cover them
const HEXAGON = 5; // neighbours of a usual spot, from which on it lies in a grid of hexagons

/** A grid of buckets in units in which both sides have the same length. */
function bucketsOf(points, size) {
  const buckets = new Map();
  points.forEach(([x, y], i) => {
    const key = `${Math.floor(x / size)},${Math.floor(y / size)}`;
    buckets.set(key, [...(buckets.get(key) ?? []), i]);
  });
  return function near(point) {
    const [column, row] = point.map((value) => Math.floor(value / size));
    const found = [];
    for (let dy = -1; dy <= 1; dy++) {
      for (let dx = -1; dx <= 1; dx++) found.push(...(buckets.get(`${column + dx},${row + dy}`) ?? []));
    }
    return found;
  };
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];

/** How far a usual spot is from the nearest other one. */
function usualDistance(points, guess) {
  const near = bucketsOf(points, guess);
  const every = Math.max(1, Math.floor(points.length / SAMPLE));
  const nearest = points
    .filter((_, i) => i % every === 0)
    .map((point) => {
      const away = near(point).map((j) => Math.hypot(points[j][0] - point[0], points[j][1] - point[1]));
      return Math.min(...away.filter((distance) => distance > 0));
    })
    .filter(Number.isFinite);
  return nearest.length ? median(nearest) : 0;
}

/**
 * The piece of a line between two spots, across the way from one to the other.
 *
 * @param {number[]} from
 * @param {number[]} to
 * @param {number} half  of its length
 */
function between(from, to, half) {
  const [[ax, ay], [bx, by]] = [from, to];
  const [mx, my] = [(ax + bx) / 2, (ay + by) / 2];
  const length = Math.hypot(bx - ax, by - ay);
  const [nx, ny] = [(-(by - ay) / length) * half, ((bx - ax) / length) * half];
  return [mx - nx, my - ny, mx + nx, my + ny];
}

/** The pieces of the outlines; `map.diameter` is about the distance between spots. */
export function regionOutline({ x, y, n }, groups, { aspect, diameter }) {
  if (n > MOST_SPOTS) return [];
  const per = aspect.map((side) => side / constants.mapSteps);
  const points = Array.from({ length: n }, (_, i) => [x[i] * per[0], y[i] * per[1]]);
  const distance = usualDistance(points, 3 * diameter);
  if (!distance) return [];
  const most = NEAR * distance;
  const near = bucketsOf(points, most);
  const neighbours = points.map((point, i) =>
    near(point).filter(
      (j) => j !== i && Math.hypot(points[j][0] - point[0], points[j][1] - point[1]) <= most,
    ),
  );
  const usual = median(neighbours.map(({ length }) => length));
  // Sides of the cells around spots: squares, or hexagons.
  const half = distance / 2 / (usual >= HEXAGON ? Math.sqrt(3) : 1);
  return points.flatMap((point, i) =>
    neighbours[i]
      .filter((j) => j > i && groups[j] !== groups[i])
      .map((j) => {
        const [x0, y0, x1, y1] = between(point, points[j], half);
        return [x0 / per[0], y0 / per[1], x1 / per[0], y1 / per[1]];
      }),
  );
}
