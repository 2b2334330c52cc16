/** The cells: coordinates, categories and features, decoded when they are needed. */
import { decodeSteps, isCoded } from "./coder.js";
import { constants } from "./constants.js";
import { inflate, joinPlanes, readBlock, readPacked } from "./decode.js";
import { whenIdle } from "./dom.js";

const CACHE_BYTES = 120e6;

/**
 * Cells are stored sorted by group, which compresses well, but must be drawn in
 * random order, or the last group would cover the others. Everything is put
 * into one fixed random order as it is decoded.
 */
function drawingOrder(n) {
  const order = new Uint32Array(n);
  for (let i = 0; i < n; i++) order[i] = i;
  let seed = 20240501;
  for (let i = n - 1; i > 0; i--) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    const j = Math.floor((seed / 4294967296) * (i + 1));
    const kept = order[i];
    order[i] = order[j];
    order[j] = kept;
  }
  return order;
}

function reordered(values, order) {
  const result = new values.constructor(order.length);
  for (let i = 0; i < order.length; i++) result[i] = values[order[i]];
  return result;
}

/** Coordinates and categories of all cells, and lazy readers of other maps and of features. */
export async function loadCells(meta) {
  const n = meta.nCells;
  const order = drawingOrder(n);
  const coordinates = async (block) => reordered(joinPlanes(await readBlock(block), n, 2), order);
  const readPlaces = async ({ xBlock, yBlock }) => {
    const [x, y] = await Promise.all([coordinates(xBlock), coordinates(yBlock)]);
    return { n, x, y };
  };
  const [first, ...stored] = await Promise.all([
    readPlaces(meta.maps[0]),
    ...meta.categories.map((category) => readBlock(category.block)),
  ]);
  const codesOf = new Map(
    meta.categories.map((category, i) => [category.id, reordered(stored[i], order)]),
  );
  const groups = { codes: stored[0], n: meta.categories[0].labels.length };
  const placesOf = [first];
  const cached = new Map();
  const mostCached = Math.max(8, Math.floor(CACHE_BYTES / n));

  const guides = new Map();
  const featureOf = new Map(meta.features.map((feature) => [feature.id, feature]));

  /** The steps of a score that tells how to read others, in the order in which they are stored. */
  function readGuide(id) {
    if (!guides.has(id)) guides.set(id, readSteps(featureOf.get(id)));
    return guides.get(id);
  }

  /** The steps of a feature in the order in which they are stored. */
  async function readSteps(feature) {
    const packed = readPacked(feature.block);
    if (!isCoded(packed)) return inflate(packed);
    const guide = feature.guide ? await readGuide(feature.guide) : null;
    return decodeSteps(packed, groups.codes, groups.n, guide);
  }

  /**
   * The steps of a feature, or that for none, in drawing order. Whoever goes through all features
   * passes `keep: false`, so that what others have read is not thrown out for it.
   */
  async function values(feature, { keep = true } = {}) {
    let found = cached.get(feature.id);
    if (found) cached.delete(feature.id);
    else found = reordered(await readSteps(feature), order);
    if (!keep && cached.size >= mostCached) return found;
    cached.set(feature.id, found);
    if (cached.size > mostCached) cached.delete(cached.keys().next().value);
    return found;
  }

  /** Where the cells lie on a map: {n, x, y}, in drawing order. */
  async function places(map) {
    placesOf[map] ??= await readPlaces(meta.maps[map]);
    return placesOf[map];
  }

  /** Decode features that are likely to be asked for, one by one, while nothing else is to do. */
  async function readAhead(features) {
    for (const feature of features.slice(0, mostCached)) {
      await whenIdle();
      await values(feature);
    }
  }

  return { n, order, group: codesOf.get("group"), codesOf, values, places, readAhead };
}

/** The number that a step of a feature stands for. */
export const stepValue = (feature, step) =>
  feature.low + ((feature.high - feature.low) * step) / constants.lastStep;

/** Coordinates in the user's units. */
export function realPosition(map, x, y) {
  const real = (range, step) => range[0] + ((range[1] - range[0]) * step) / constants.mapSteps;
  return [real(map.xRange, x), real(map.yRange, y)];
}
