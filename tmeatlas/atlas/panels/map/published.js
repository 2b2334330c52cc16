/** A map at the size of a figure in print: in its own shape, whatever the window has. */
import { cssValue } from "../../assets/js/dom.js";
import { drawImages } from "./backdrop.js";
import { geometryOf } from "./geometry.js";
import { onePane } from "./panes.js";
import { drawCells } from "./raster.js";
import { homeView, placeText } from "./viewport.js";

const PICTURE_SCALE = 3; // picture pixels per pixel of the page
const LONGER = { one: 600, two: 420 }; // pixels, 100 to the inch: 152 mm, or 107 mm each
const LEAST = 300; // pixels of either side, so that names have room
const ROOM_ABOVE = 34; // pixels for the names of sections

/** The width and height of a part of a map, the longer one of a length. */
function sizeOf({ aspect }, [x0, y0, x1, y1], longer) {
  const [across, up] = [(x1 - x0) * aspect[0], (y1 - y0) * aspect[1]];
  const most = Math.max(across, up, 1e-9);
  const side = (length) => Math.round(Math.max(LEAST, (longer * length) / most));
  return { width: side(across), height: side(up) };
}

const scaled = (panes, f) => ({
  ...panes,
  ...{ width: panes.width * f, height: panes.height * f },
  list: panes.list.map((pane) => ({ ...pane, left: pane.left * f, top: pane.top * f })),
});

/**
 * What is seen of a map, for print: the whole of it in its own shape, a part as it is on screen.
 * `of` is what `view.js` tells of it, `n` how many maps there are.
 */
export function published(of, n) {
  const { map: entry, part, images, drawn, places, outline, index } = of;
  const longer = n > 1 ? LONGER.two : LONGER.one;
  const isWhole = placeText(of.view, of.home) === null;
  const rest = { entry, map: index, images, drawn, places, outline, isWhole };
  if (isWhole && of.panes.list.length === 1) {
    const size = sizeOf(entry, part, longer);
    const box = { ...size, height: size.height + (entry.sections.length ? ROOM_ABOVE : 0) };
    const panes = onePane(box, of.panes.codes, of.panes.list[0].code);
    const view = homeView(entry.aspect, box.width, box.height, 0, part);
    return { ...rest, box, panes, view, geometry: geometryOf(entry, view, view, box, panes) };
  }
  const f = longer / Math.max(of.box.width, of.box.height);
  const box = { width: Math.round(of.box.width * f), height: Math.round(of.box.height * f) };
  const panes = scaled(of.panes, f);
  return { ...rest, box, panes, view: of.view, geometry: geometryOf(entry, of.view, of.home, box, panes) };
}

function newCanvas({ width, height }) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * PICTURE_SCALE);
  canvas.height = Math.round(height * PICTURE_SCALE);
  return canvas;
}

/** The cells as a picture, on images of the tissue where these are shown. */
export function cellPicture(atlas, look, { geometry, places, images }) {
  const canvas = newCanvas(geometry);
  const context = canvas.getContext("2d", { alpha: false });
  const image = context.createImageData(canvas.width, canvas.height);
  const focus = atlas.selection.isActive() ? atlas.selection.focus : null;
  const overImage = images.length > 0;
  drawCells(image, places, geometry, { ...look, focus }, { scale: PICTURE_SCALE, overImage });
  if (overImage) {
    const cells = newCanvas(geometry);
    cells.getContext("2d").putImageData(image, 0, 0);
    context.fillStyle = cssValue("--card");
    context.fillRect(0, 0, canvas.width, canvas.height);
    drawImages(context, images, geometry, PICTURE_SCALE);
    context.drawImage(cells, 0, 0);
  } else context.putImageData(image, 0, 0);
  return canvas.toDataURL("image/png");
}
