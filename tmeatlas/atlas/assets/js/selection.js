/** Which cells are in focus: inside the region, in the condition, of a group that is ticked. */
import { stepValue } from "./cells.js";
import { countByCode } from "./statistics.js";
import { shortNumber } from "./text.js";

/** What narrows the selection: whoever shows it listens to these. */
export const SELECTION = ["region", "hidden", "condition", "sample", "range"];

const SIDE = 512;

/** Where the outline crosses a line at height `y`, from the left: [x, 1 upwards or -1 down]. */
function crossings(corners, y) {
  const found = [];
  let before = corners.at(-1);
  for (const corner of corners) {
    const up = before[1] <= y;
    if (up !== corner[1] <= y) {
      const share = (y - before[1]) / (corner[1] - before[1]);
      found.push([before[0] + share * (corner[0] - before[0]), up ? 1 : -1]);
    }
    before = corner;
  }
  return found.sort((a, b) => a[0] - b[0]);
}

/**
 * A polygon as a bitmap of its bounding box: asking it is one look-up, however many corners.
 * Not drawn on a canvas: browsers that hide from trackers give back other pixels than were drawn.
 */
function rasterise(points) {
  const xs = points.map((point) => point[0]);
  const ys = points.map((point) => point[1]);
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [low, high] = [Math.min(...ys), Math.max(...ys)];
  const kx = (SIDE - 1) / Math.max(1e-9, right - left);
  const ky = (SIDE - 1) / Math.max(1e-9, high - low);
  const corners = points.map(([x, y]) => [(x - left) * kx, (y - low) * ky]);
  const inside = new Uint8Array(SIDE * SIDE);
  for (let row = 0; row < SIDE; row++) {
    const found = crossings(corners, row + 0.5);
    let turns = 0; // of the outline around what comes next; where a lasso overlaps itself, two
    for (let k = 0; k + 1 < found.length; k++) {
      turns += found[k][1];
      if (!turns) continue;
      const [from, to] = [found[k][0], found[k + 1][0]].map((x) => row * SIDE + Math.ceil(x - 0.5));
      inside.fill(1, from, to);
    }
  }
  return { inside, left, right, low, high, kx, ky };
}

/** Take cells outside of a polygon on a map out of focus. */
function keepInside(points, { x: cellX, y: cellY, n }, focus) {
  const { inside, left, right, low, high, kx, ky } = rasterise(points);
  for (let i = 0; i < n; i++) {
    if (!focus[i]) continue;
    const x = cellX[i];
    const y = cellY[i];
    const out = x < left || x > right || y < low || y > high;
    focus[i] = out ? 0 : inside[(((y - low) * ky) | 0) * SIDE + (((x - left) * kx) | 0)];
  }
}

/** Bar of the composition of each cell; null where the atlas has no samples. */
function barOfCells(meta, cells) {
  if (!meta.bars) return null;
  const sample = cells.codesOf.get("sample");
  const condition = cells.codesOf.get("condition");
  const barOf = new Uint16Array(65536);
  meta.bars.sample.forEach((code, bar) => {
    barOf[(meta.bars.condition[bar] << 8) | code] = bar;
  });
  const bars = new Uint16Array(cells.n);
  for (let i = 0; i < cells.n; i++) {
    bars[i] = barOf[((condition ? condition[i] : 0) << 8) | sample[i]];
  }
  return bars;
}

export function createSelection({ meta, cells, store, features }) {
  const bars = barOfCells(meta, cells);
  const focus = new Uint8Array(cells.n).fill(1);
  let count = cells.n;
  let indices = null;
  let groupCounts = null;

  /** Take cells outside of the region out of focus. */
  function keepRegion(region, places) {
    if (region.type === "polygon") {
      keepInside(region.points, places, focus);
      return;
    }
    if (region.type === "category") {
      const codes = cells.codesOf.get(region.category);
      for (let i = 0; i < cells.n; i++) if (codes[i] !== region.code) focus[i] = 0;
      return;
    }
    const anyBar = region.type === "group";
    for (let i = 0; i < cells.n; i++) {
      if (cells.group[i] !== region.group || !(anyBar || bars[i] === region.bar)) focus[i] = 0;
    }
  }

  async function update() {
    const region = store.get("region");
    const range = store.get("range");
    // Read first: the focus is never half done while others look at it.
    const places = region?.type === "polygon" ? await cells.places(region.map) : null;
    const values = range && (await cells.values(features.get(range.feature)));
    const shown = new Uint8Array(256).fill(1);
    for (const group of store.get("hidden")) shown[group] = 0;
    for (let i = 0; i < cells.n; i++) focus[i] = shown[cells.group[i]];
    for (const id of ["condition", "sample"]) {
      const wanted = store.get(id);
      if (wanted === null) continue;
      const codes = cells.codesOf.get(id);
      for (let i = 0; i < cells.n; i++) if (codes[i] !== wanted) focus[i] = 0;
    }
    if (region) keepRegion(region, places);
    if (range) {
      // Cells without a value are in the step after the last, never within a range.
      for (let i = 0; i < cells.n; i++) {
        if (values[i] < range.from || values[i] > range.to) focus[i] = 0;
      }
    }
    count = 0;
    for (let i = 0; i < cells.n; i++) count += focus[i];
    indices = null;
    groupCounts = null;
  }

  /** Numbers of the cells in focus. */
  function focused() {
    if (!indices) {
      indices = new Uint32Array(count);
      let k = 0;
      for (let i = 0; i < cells.n; i++) if (focus[i]) indices[k++] = i;
    }
    return indices;
  }

  return {
    needs: SELECTION,
    update,
    focus,
    bars,
    count: () => count,
    /** Whether anything narrows the focus. */
    isActive: () =>
      store.get("region") !== null ||
      store.get("condition") !== null ||
      store.get("sample") !== null ||
      store.get("range") !== null ||
      store.get("hidden").size > 0,
    indices: focused,
    /** How many cells in focus each group has. */
    groupCounts() {
      groupCounts ??= countByCode(cells.group, features.get("group").category.labels.length, focused());
      return groupCounts;
    },
    clear: () =>
      store.set({ region: null, condition: null, sample: null, range: null, hidden: new Set() }),
  };
}

function regionWords(region, { meta, categories }) {
  if (!region) return null;
  if (region.type === "polygon") return `outlined on ${meta.maps[region.map].name}`;
  if (region.type === "category") {
    const { name, labels } = categories.get(region.category);
    return `${name} ${labels[region.code]}`;
  }
  const group = categories.get("group").labels[region.group];
  if (region.type === "group") return group;
  return `${group} of ${categories.get("sample").labels[meta.bars.sample[region.bar]]}`;
}

function rangeWords(range, features) {
  if (!range) return null;
  const feature = features.get(range.feature);
  const [from, to] = [range.from, range.to].map((step) => shortNumber(stepValue(feature, step)));
  return `${feature.name} from ${from} to ${to}`;
}

/** "outlined on UMAP; Sample P1", say; empty where all cells are in focus. */
export function selectionWords(atlas) {
  const { store, categories, features } = atlas;
  const hidden = store.get("hidden").size;
  const filters = ["condition", "sample"].map((id) => {
    const code = store.get(id);
    return code === null ? null : `${categories.get(id).name} ${categories.get(id).labels[code]}`;
  });
  const words = [
    regionWords(store.get("region"), atlas),
    ...filters,
    rangeWords(store.get("range"), features),
    hidden ? `without ${hidden} of ${categories.get("group").labels.length} groups` : null,
  ];
  return words.filter(Boolean).join("; ");
}
