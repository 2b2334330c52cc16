/**
 * Draws cells as smooth discs into the pixels of a 2-d canvas. No WebGL: a
 * million discs take a fraction of a second, on any machine.
 */
import { themePixel } from "../../assets/js/colours.js";
import { constants } from "../../assets/js/constants.js";

const SHOWN_ALPHA = { few: 0.94, many: 0.85 };
const DIM_ALPHA = 0.5;
const LEAST_THROUGH = 6; // of 255: less light than that from below is nothing to see
const stampsByRadius = new Map();
const found = { cells: null, view: "", spots: null }; // of the last picture

/**
 * The pixels of a disc of radius `r` around the middle of a pixel, for each of
 * 2 × 2 positions within it, so that discs do not jump between whole pixels.
 */
function discStamps(r) {
  const key = Math.round(r * 8);
  if (stampsByRadius.has(key)) return stampsByRadius.get(key);
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
      positions.push({ dx, dy, cover, reach });
    }
  }
  stampsByRadius.set(key, positions);
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
 * Draw all cells, those out of focus below and pale.
 *
 * They are drawn from the top down: where cells lie on each other, most need
 * not be drawn at all, since nothing shows through what is above them.
 *
 * @param image      ImageData of the canvas, reused between frames
 * @param geometry   the part of the map that is seen, and its size in pixels of the page
 * @param look       order, values, pixels, focus: drawing order, code of each cell, colours,
 *                   which are in focus (null: all)
 * @param options    scale and step: canvas pixels per page pixel; draw every `step`-th cell
 */
export function drawCells(image, cells, geometry, look, { scale, step = 1 }) {
  const stamps = discStamps(cellRadius(cells.n, geometry) * scale);
  const { reach } = stamps[0];
  // A margin, so that no disc on the picture ends outside of it.
  const [width, height] = [image.width + 2 * reach, image.height + 2 * reach];
  const sheet = { width, height, reach, pixels: new Uint32Array(width * height) };
  const spots = findSpots(cells, geometry, sheet);
  const layers = { sheet, spots, stamps, step, covered: new Uint8Array(width * height) };
  const alpha = cells.n > 2e5 ? SHOWN_ALPHA.many : SHOWN_ALPHA.few;
  drawLayer(layers, { ...look, wanted: 1, alpha });
  if (look.focus) {
    const pale = new Uint32Array(256).fill(themePixel("--dim"));
    drawLayer(layers, { ...look, pixels: pale, wanted: 0, alpha: DIM_ALPHA });
  }
  putOnGround(image, sheet, themePixel("--card"));
}

/**
 * Where each cell lies: four times its pixel, and which quarter of it; -1 if out of sight.
 * Kept until the view changes, since other colours are drawn at the same places.
 */
function findSpots(cells, geometry, { width, height, reach }) {
  const { x0, x1, y0, y1 } = geometry;
  const view = [x0, x1, y0, y1, width, height, reach].join(" ");
  if (found.cells === cells && found.view === view) return found.spots;
  const { x: cellX, y: cellY, n } = cells;
  const spots = found.spots?.length === n ? found.spots : new Int32Array(n);
  const kx = (width - 2 * reach) / (x1 - x0);
  const ky = (height - 2 * reach) / (y1 - y0);
  for (let i = 0; i < n; i++) {
    const px = (cellX[i] - x0) * kx + reach;
    const py = (y1 - cellY[i]) * ky + reach;
    const column = Math.floor(px);
    const row = Math.floor(py);
    const seen =
      column >= reach && row >= reach && column < width - reach && row < height - reach;
    const quarter = (py - row > 0.5 ? 2 : 0) + (px - column > 0.5 ? 1 : 0);
    spots[i] = seen ? 4 * (row * width + column) + quarter : -1;
  }
  Object.assign(found, { cells, view, spots });
  return spots;
}

/**
 * Cells in focus, or those that are not, from the last to the first. As long as
 * there is no ground, the fourth byte of a pixel is how opaque it is so far.
 */
function drawLayer({ sheet, spots, stamps, step, covered }, look) {
  const { width, pixels } = sheet;
  const { order, values, pixels: colours, focus, wanted, alpha } = look;
  const weights = stamps.map(({ cover }) => Uint16Array.from(cover, (share) => share * alpha * 256));
  const offsets = stamps.map(({ dx, dy }) => Int32Array.from(dx, (x, j) => dy[j] * width + x));
  const n = spots.length;

  for (let k = n - 1 - ((n - 1) % step); k >= 0; k -= step) {
    const i = order ? order[k] : k;
    const spot = spots[i];
    if (spot < 0 || (focus && focus[i] !== wanted)) continue;
    const middle = spot >> 2;
    const quarter = spot & 3;
    if (covered[middle] & (1 << quarter)) continue;
    const colour = colours[values[i]];
    const redBlue = colour & 0xff00ff;
    const green = colour & 0xff00;
    const weight = weights[quarter];
    const offset = offsets[quarter];
    let shows = false;
    for (let j = 0; j < weight.length; j++) {
      const at = middle + offset[j];
      const above = pixels[at];
      const through = 255 - (above >>> 24);
      if (through < LEAST_THROUGH) continue;
      shows = true;
      // Add red and blue together and green alone, in 8 bits each; their sum stays below 256.
      const share = (weight[j] * through) >> 8;
      pixels[at] =
        above +
        (share << 24) +
        ((Math.imul(redBlue, share) >>> 8) & 0xff00ff) +
        (((green * share) >>> 8) & 0xff00);
    }
    if (!shows) covered[middle] |= 1 << quarter;
  }
}

/** The cells without the margin, and the ground where they let it through. */
function putOnGround(image, sheet, ground) {
  const target = new Uint32Array(image.data.buffer);
  const { width, height } = image;
  const redBlue = ground & 0xff00ff;
  const green = ground & 0xff00;
  for (let row = 0, to = 0; row < height; row++) {
    let from = (row + sheet.reach) * sheet.width + sheet.reach;
    for (let column = 0; column < width; column++, from++, to++) {
      const above = sheet.pixels[from];
      const through = 256 - (above >>> 24); // of 256, so that bare ground keeps its colour
      target[to] =
        0xff000000 |
        ((above & 0xffffff) +
          ((Math.imul(redBlue, through) >>> 8) & 0xff00ff) +
          (((green * through) >>> 8) & 0xff00));
    }
  }
}

/** Cells in order of their step, so that the highest are drawn last; drawing order within. */
export function orderBySteps(values) {
  const n = values.length;
  const start = new Uint32Array(257);
  const rank = (step) => (step === constants.missing ? 0 : step + 1); // cells without a value go first
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
