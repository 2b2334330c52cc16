/**
 * Draws cells as smooth discs into the pixels of a 2-d canvas. No WebGL: a
 * million discs take a fraction of a second, on any machine.
 */
import { themePixel } from "./colours.js";

const DIM_ALPHA = 0.5;
const stamps = new Map();

/**
 * The pixels of a disc of radius `r` around the middle of a pixel, for each of
 * 2 × 2 positions within it, so that discs do not jump between whole pixels.
 */
function discStamps(r) {
  const key = Math.round(r * 8);
  if (stamps.has(key)) return stamps.get(key);
  const reach = Math.ceil(r + 1);
  const positions = [];
  for (const offsetY of [-0.25, 0.25]) {
    for (const offsetX of [-0.25, 0.25]) {
      const dx = [];
      const dy = [];
      const cover = [];
      for (let y = -reach; y <= reach; y++) {
        for (let x = -reach; x <= reach; x++) {
          const covered = Math.max(0, Math.min(1, r + 0.5 - Math.hypot(x - offsetX, y - offsetY)));
          if (covered <= 0.03) continue;
          dx.push(x);
          dy.push(y);
          cover.push(covered);
        }
      }
      positions.push({
        dx: Int8Array.from(dx),
        dy: Int8Array.from(dy),
        cover: Float32Array.from(cover),
        reach,
      });
    }
  }
  stamps.set(key, positions);
  return positions;
}

/**
 * Radius of a cell in pixels of the page: smaller where there are many, larger
 * when zoomed in. In a tissue, spots nearly touch, whatever the zoom.
 */
export function cellRadius(nCells, geometry) {
  if (geometry.spacing) {
    return Math.max(0.6, Math.min(16, 0.42 * geometry.spacing * geometry.pixelsPerSide));
  }
  const crowding = Math.max(0.55, Math.min(4.2, 12 * nCells ** -0.2));
  const room = Math.max(0.8, Math.min(1.6, Math.sqrt(geometry.width * geometry.height) / 700));
  const zoom = Math.max(1, geometry.zoom) ** 0.4;
  return Math.min(7, crowding * room * zoom);
}

/**
 * Draw all cells, those out of focus first and pale.
 *
 * @param image      ImageData of the canvas, reused between frames
 * @param geometry   the part of the map that is seen, and its size in pixels of the page
 * @param look       {order, values, pixels, focus}: drawing order, code of each cell, colours
 * @param options    {scale, step}: canvas pixels per page pixel; draw every `step`-th cell
 */
export function drawCells(image, cells, geometry, look, { scale, step = 1 }) {
  const { width, height } = image;
  const pixels = new Uint32Array(image.data.buffer);
  pixels.fill(themePixel("--card"));
  const kx = width / (geometry.x1 - geometry.x0);
  const ky = height / (geometry.y1 - geometry.y0);
  const stampSet = discStamps(cellRadius(cells.n, geometry) * scale);
  const dim = themePixel("--dim");
  const shownAlpha = cells.n > 2e5 ? 0.78 : 0.88;
  const { order, values, pixels: colours, focus } = look;
  const { x: cellX, y: cellY, n } = cells;

  for (const wanted of [0, 1]) {
    const alpha = 256 * (wanted ? shownAlpha : DIM_ALPHA);
    for (let k = 0; k < n; k += step) {
      const i = order ? order[k] : k;
      if (focus[i] !== wanted) continue;
      const px = (cellX[i] - geometry.x0) * kx;
      const py = (geometry.y1 - cellY[i]) * ky;
      const column = Math.floor(px);
      const row = Math.floor(py);
      const stamp = stampSet[(py - row > 0.5 ? 2 : 0) + (px - column > 0.5 ? 1 : 0)];
      const reach = stamp.reach;
      if (column < -reach || row < -reach || column >= width + reach || row >= height + reach) {
        continue;
      }
      const whole =
        column >= reach && row >= reach && column < width - reach && row < height - reach;
      const colour = wanted ? colours[values[i]] : dim;
      const redBlue = colour & 0xff00ff;
      const green = colour & 0xff00;
      const { dx, dy, cover } = stamp;
      for (let j = 0; j < cover.length; j++) {
        const x = column + dx[j];
        const y = row + dy[j];
        if (!whole && (x < 0 || y < 0 || x >= width || y >= height)) continue;
        // Blend red and blue together and green alone, in 8 bits each.
        const over = (cover[j] * alpha) | 0;
        const under = 256 - over;
        const at = y * width + x;
        const below = pixels[at];
        pixels[at] =
          0xff000000 |
          (((Math.imul(redBlue, over) + Math.imul(below & 0xff00ff, under)) >>> 8) & 0xff00ff) |
          (((green * over + (below & 0xff00) * under) >>> 8) & 0xff00);
      }
    }
  }
}

/** Cells in order of their step, so that the highest are drawn last; drawing order within. */
export function orderBySteps(values) {
  const n = values.length;
  const start = new Uint32Array(257);
  const rank = (step) => (step === 255 ? 0 : step + 1); // cells without a value go first
  for (let i = 0; i < n; i++) start[rank(values[i])]++;
  let total = 0;
  for (let r = 0; r < 257; r++) {
    const count = start[r];
    start[r] = total;
    total += count;
  }
  const order = new Uint32Array(n);
  for (let i = 0; i < n; i++) order[start[rank(values[i])]++] = i;
  return order;
}
