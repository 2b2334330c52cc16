/** Images of tissue below the cells: on a canvas of their own, moved with the map. */
import { readBlock } from "../../assets/js/decode.js";
import { toPixel } from "./viewport.js";

/** The images of a map, decoded: {bitmap, box}. One that cannot be read is left out. */
async function readImages({ images }) {
  const found = await Promise.all(
    images.map(async ({ block, box }) => {
      const blob = new Blob([await readBlock(block)], { type: "image/jpeg" });
      return { bitmap: await createImageBitmap(blob).catch(() => null), box };
    }),
  );
  return found.filter(({ bitmap }) => bitmap);
}

/** Draw images where they lie, on a canvas of `scale` pixels per pixel of the page. */
export function drawImages(context, images, geometry, scale) {
  for (const { bitmap, box } of images) {
    const [left, top] = toPixel(geometry, geometry, box[0], box[3]);
    const [right, bottom] = toPixel(geometry, geometry, box[2], box[1]);
    const place = [left, top, right - left, bottom - top].map((length) => length * scale);
    context.drawImage(bitmap, ...place);
  }
}

export function createBackdrop(canvas, store) {
  const context = canvas.getContext("2d");
  const imagesOf = new Map();
  let shown = [];

  return {
    /** Read the images of a map, once. */
    async read(map) {
      if (!imagesOf.has(map)) imagesOf.set(map, await readImages(map));
      shown = imagesOf.get(map);
    },
    /** Those that are shown now. */
    images: () => (store.get("image") ? shown : []),
    draw(geometry, scale) {
      const images = store.get("image") ? shown : [];
      canvas.hidden = !images.length;
      if (canvas.hidden) return;
      canvas.width = Math.round(geometry.width * scale);
      canvas.height = Math.round(geometry.height * scale);
      drawImages(context, images, geometry, scale);
    },
  };
}
