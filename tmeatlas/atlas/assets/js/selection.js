/** Which cells are in focus: inside the region, in the condition, of a group that is ticked. */

const BITMAP = 1024;

/** A polygon as a bitmap: asking it is one look-up per cell, however many corners it has. */
function polygonTest(points) {
  const xs = points.map((point) => point[0]);
  const ys = points.map((point) => point[1]);
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [low, high] = [Math.min(...ys), Math.max(...ys)];
  const kx = (BITMAP - 1) / Math.max(1e-9, right - left);
  const ky = (BITMAP - 1) / Math.max(1e-9, high - low);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = BITMAP;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.beginPath();
  for (const [x, y] of points) context.lineTo((x - left) * kx, (y - low) * ky);
  context.fill();
  const inside = context.getImageData(0, 0, BITMAP, BITMAP).data;
  return (x, y) => {
    if (x < left || x > right || y < low || y > high) return false;
    const pixel = (((y - low) * ky) | 0) * BITMAP + (((x - left) * kx) | 0);
    return inside[(pixel << 2) + 3] > 127;
  };
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

export function createSelection(meta, cells, store) {
  const bars = barOfCells(meta, cells);
  const condition = cells.codesOf.get("condition");
  const focus = new Uint8Array(cells.n).fill(1);
  let count = cells.n;
  let indices = null;

  /** A function that says whether cell `i` is in the region; null where there is none. */
  function regionTest(region) {
    if (!region) return null;
    if (region.type === "polygon") {
      const inside = polygonTest(region.points);
      return (i) => inside(cells.x[i], cells.y[i]);
    }
    if (region.type === "group") return (i) => cells.group[i] === region.group;
    return (i) => cells.group[i] === region.group && bars[i] === region.bar;
  }

  function update() {
    const hidden = new Uint8Array(256);
    for (const group of store.get("hidden")) hidden[group] = 1;
    const wanted = store.get("condition");
    const inRegion = regionTest(store.get("region"));
    count = 0;
    for (let i = 0; i < cells.n; i++) {
      const kept =
        !hidden[cells.group[i]] &&
        (wanted === null || condition[i] === wanted) &&
        (!inRegion || inRegion(i));
      focus[i] = kept ? 1 : 0;
      if (kept) count++;
    }
    indices = null;
  }

  return {
    needs: ["region", "hidden", "condition"],
    update,
    focus,
    bars,
    count: () => count,
    /** Whether anything narrows the focus. */
    isActive: () =>
      store.get("region") !== null || store.get("condition") !== null || store.get("hidden").size > 0,
    /** Numbers of the cells in focus. */
    indices() {
      if (!indices) {
        indices = new Uint32Array(count);
        let k = 0;
        for (let i = 0; i < cells.n; i++) if (focus[i]) indices[k++] = i;
      }
      return indices;
    },
    clear: () => store.set({ region: null, condition: null, hidden: new Set() }),
  };
}
