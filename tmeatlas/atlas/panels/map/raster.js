/**
 * Draws cells as smooth discs into the pixels of a 2-d canvas. No WebGL: a
 * million discs take a fraction of a second, on any machine.
 */
import { themePixel } from "../../assets/js/colours.js";
import { onePane, panesKey } from "./panes.js";

const SHOWN_ALPHA = { few: 0.94, many: 0.85, overImage: 0.78 };
const DIM_ALPHA = { cloud: 0.5, tissue: 0.9 }; // cells of a tissue hardly overlap
const LARGEST_IN_TISSUE = 60; // pixels
const RADIUS = { least: 0.75, largest: 3.6, closest: 7 }; // pixels, on the whole map and zoomed in
const COVER = 1.2; // discs of those beside a typical cell, of their area
const CONTEXT = { cells: 20_000, alpha: 0.4 }; // all cells, pale, below those of each label
const LEAST_THROUGH = 6; // of 255: less light than that from below is nothing to see
const stampsByRadius = new Map();

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
 * Radius of a cell in pixels of the page: smaller where a typical cell has many beside it, larger
 * when zoomed in. In a tissue they have their size, whatever the zoom.
 *
 * `geometry.room` are the pixels that there are for each cell where a typical one lies, on the
 * whole map.
 */
export function cellRadius(geometry) {
  if (geometry.diameter) {
    const radius = 0.5 * geometry.diameter * geometry.pixelsPerSide;
    return Math.max(0.6, Math.min(LARGEST_IN_TISSUE, radius));
  }
  const fitting = Math.sqrt((COVER * geometry.room) / Math.PI);
  const usual = Math.max(RADIUS.least, Math.min(RADIUS.largest, fitting));
  return Math.min(RADIUS.closest, usual * Math.max(1, geometry.zoom) ** 0.4);
}

/**
 * Draw all cells, those out of focus below and pale.
 *
 * They are drawn from the top down: where cells lie on each other, most need
 * not be drawn at all, since nothing shows through what is above them.
 *
 * @param image      ImageData of the canvas, reused between frames
 * @param geometry   the part of the map that is seen, its size in pixels of the page, its panes
 * @param look       order, values, pixels, focus: drawing order, code of each cell, colours,
 *                   which are in focus (null: all)
 * @param options    scale and step: canvas pixels per page pixel; draw every `step`-th cell;
 *                   overImage: let what is below the canvas through, with no ground of its own;
 *                   found: where cells lay in the last picture, kept by who draws the next one
 */
export function drawCells(image, cells, geometry, look, options) {
  const { scale, step = 1, overImage = false, found = {} } = options;
  const stamps = discStamps(cellRadius(geometry) * scale);
  const { reach } = stamps[0];
  // A margin, so that no disc on the picture ends outside of it.
  const [width, height] = [image.width + 2 * reach, image.height + 2 * reach];
  const sheet = { width, height, reach, scale, pixels: new Uint32Array(width * height) };
  const panes = geometry.panes ?? onePane(geometry);
  const spots = findSpots(cells, geometry, panes, sheet, found);
  const layers = { sheet, spots, stamps, step, covered: new Uint8Array(width * height) };
  const usual = cells.n > 2e5 ? SHOWN_ALPHA.many : SHOWN_ALPHA.few;
  const alpha = overImage ? SHOWN_ALPHA.overImage : usual;
  const pale = new Uint32Array(256).fill(themePixel("--dim"));
  drawLayer(layers, { ...look, wanted: 1, alpha });
  if (look.focus) {
    const paleness = geometry.diameter ? DIM_ALPHA.tissue : DIM_ALPHA.cloud;
    drawLayer(layers, { ...look, pixels: pale, wanted: 0, alpha: paleness });
  }
  if (panes.list.length > 1) drawContext(layers, cells, geometry, panes, pale);
  if (overImage) leaveGroundOut(image, sheet);
  else putOnGround(image, sheet, themePixel("--card"));
}

/** Some of all cells, pale, in every pane: they come in random order, so the first are a sample. */
function drawContext(layers, { x, y, n }, geometry, panes, pixels) {
  const drawn = Math.min(n, CONTEXT.cells);
  const some = { n: drawn, x: x.subarray(0, drawn), y: y.subarray(0, drawn) };
  const values = new Uint8Array(drawn);
  for (const pane of panes.list) {
    const only = { ...panes, codes: null, list: [pane] };
    const spots = findSpots(some, geometry, only, layers.sheet, {});
    const look = { order: null, values, pixels, focus: null, wanted: 1, alpha: CONTEXT.alpha };
    drawLayer({ ...layers, spots, step: 1 }, look);
  }
}

/** Where the corner of the pane of each label lies on the sheet; -1 for those that are not shown. */
function cornersOf({ codes, list }, { width, reach, scale }) {
  const corners = new Int32Array(256).fill(-1);
  for (const { code, left, top } of list) {
    const at = (Math.round(top * scale) + reach) * width + Math.round(left * scale) + reach;
    if (codes) corners[code] = at;
    else corners.fill(at);
  }
  return corners;
}

/**
 * Where each cell lies: four times its pixel, and which quarter of it; -1 if out of sight.
 * Kept until the view changes, since other colours are drawn at the same places.
 */
function findSpots(cells, geometry, panes, sheet, found) {
  const { x0, x1, y0, y1 } = geometry;
  const view = [x0, x1, y0, y1, sheet.width, sheet.height, sheet.reach, panesKey(panes)].join(" ");
  const isSame = found.cells === cells && found.view === view && found.codes === panes.codes;
  if (isSame) return found.spots;
  const { x: cellX, y: cellY, n } = cells;
  const spots = found.spots?.length === n ? found.spots : new Int32Array(n);
  const width = Math.round(panes.width * sheet.scale);
  const height = Math.round(panes.height * sheet.scale);
  const kx = width / (x1 - x0);
  const ky = height / (y1 - y0);
  const corners = cornersOf(panes, sheet);
  const { codes } = panes;
  for (let i = 0; i < n; i++) {
    const corner = corners[codes ? codes[i] : 0];
    const px = (cellX[i] - x0) * kx;
    const py = (y1 - cellY[i]) * ky;
    const column = Math.floor(px);
    const row = Math.floor(py);
    const seen = corner >= 0 && column >= 0 && row >= 0 && column < width && row < height;
    const quarter = (py - row > 0.5 ? 2 : 0) + (px - column > 0.5 ? 1 : 0);
    spots[i] = seen ? 4 * (corner + row * sheet.width + column) + quarter : -1;
  }
  Object.assign(found, { cells, view, codes: panes.codes, spots });
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

/** The cells without the margin, as transparent as they are: colours as those of an image are. */
function leaveGroundOut(image, sheet) {
  const target = image.data;
  const { width, height } = image;
  for (let row = 0, to = 0; row < height; row++) {
    let from = (row + sheet.reach) * sheet.width + sheet.reach;
    for (let column = 0; column < width; column++, from++, to += 4) {
      const above = sheet.pixels[from];
      const shown = above >>> 24;
      const whole = shown ? 255 / shown : 0;
      target[to] = (above & 0xff) * whole;
      target[to + 1] = ((above >>> 8) & 0xff) * whole;
      target[to + 2] = ((above >>> 16) & 0xff) * whole;
      target[to + 3] = shown;
    }
  }
}
