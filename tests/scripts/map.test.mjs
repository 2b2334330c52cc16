/** The map: views, places in links, drawing. */
import assert from "node:assert/strict";
import { test } from "node:test";

import * as page from "./page.mjs";

const BOX = { width: 400, height: 200 };
const HOME = page.homeView([1, 1], BOX.width, BOX.height);

function near(one, other, within = 1e-6) {
  for (const key of Object.keys(other)) {
    assert.ok(Math.abs(one[key] - other[key]) <= within, `${key}: ${one[key]} and ${other[key]}`);
  }
}

test("the whole map is seen, in its middle and without distortion", () => {
  assert.ok(HOME.x0 < 0 && HOME.y0 < 0 && HOME.x1 > 65535 && HOME.y1 > 65535);
  near({ x: HOME.x0 + HOME.x1, y: HOME.y0 + HOME.y1 }, { x: 65535, y: 65535 }, 1e-6);
  const step = (HOME.x1 - HOME.x0) / BOX.width;
  assert.ok(Math.abs((HOME.y1 - HOME.y0) / BOX.height - step) < 1e-9);
  assert.ok(Math.abs(HOME.y1 - HOME.y0 - 65535 * 1.12) < 1e-6); // with six hundredths around it
});

test("zooming keeps the point under the pointer, within bounds", () => {
  const [x, y] = [10000, 20000];
  const closer = page.zoomView(HOME, HOME, 0.5, x, y);
  assert.deepEqual(page.toPixel(closer, BOX, x, y), page.toPixel(HOME, BOX, x, y));
  assert.ok(Math.abs((closer.x1 - closer.x0) * 2 - (HOME.x1 - HOME.x0)) < 1e-6);
  const closest = page.zoomView(HOME, HOME, 1e-9, x, y);
  assert.ok(Math.abs((closest.x1 - closest.x0) * 200 - (HOME.x1 - HOME.x0)) < 1e-6);
  const farthest = page.zoomView(HOME, HOME, 1e9, x, y);
  assert.ok(Math.abs(farthest.x1 - farthest.x0 - 1.5 * (HOME.x1 - HOME.x0)) < 1e-6);
});

test("moving and resizing", () => {
  const moved = page.panView({ x0: 0, x1: 10, y0: 0, y1: 20 }, 0.5, -0.25);
  assert.deepEqual(moved, { x0: 5, x1: 15, y0: -5, y1: 15 });
  const wider = page.resizeView({ x0: 0, x1: 10, y0: 0, y1: 20 }, BOX, { width: 800, height: 200 });
  assert.deepEqual(wider, { x0: -5, x1: 15, y0: 0, y1: 20 });
});

test("pixels and places are each other's way back", () => {
  assert.deepEqual(page.toPixel(HOME, BOX, HOME.x0, HOME.y1), [0, 0]);
  assert.deepEqual(page.toPixel(HOME, BOX, HOME.x1, HOME.y0), [400, 200]);
  const [x, y] = page.fromPixel(HOME, BOX, ...page.toPixel(HOME, BOX, 123, 4567));
  near({ x, y }, { x: 123, y: 4567 });
});

test("a view as text comes back in a window of any size", () => {
  assert.equal(page.placeText(HOME, HOME), null);
  assert.equal(page.viewAt(null, HOME), HOME);
  const view = page.zoomView(HOME, HOME, 0.25, 10000, 20000);
  const text = page.placeText(view, HOME);
  assert.match(text, /^\d+,\d+,4$/);
  near(page.viewAt(text, HOME), view, 1);
  assert.ok(page.isPlace(text));
  for (const wrong of [null, "", "1,2", "a,b,c", "1,2,0.4", "1,2,500", "999999,2,1"]) {
    assert.ok(!page.isPlace(wrong), String(wrong));
  }
});

test("cells are drawn by their step, those without a value below all", () => {
  const order = page.orderBySteps(Uint8Array.of(254, 0, 255, 7, 0));
  assert.deepEqual([...order], [2, 1, 4, 3, 0]);
});

test("discs shrink with the number of cells and grow with the zoom", () => {
  const geometry = { spacing: 0, width: 700, height: 700, zoom: 1 };
  assert.ok(page.cellRadius(1000, geometry) > page.cellRadius(100000, geometry));
  assert.ok(page.cellRadius(1000, { ...geometry, zoom: 9 }) > page.cellRadius(1000, geometry));
  assert.equal(page.cellRadius(10, { ...geometry, zoom: 1e6 }), 7);
  const tissue = { spacing: 100, pixelsPerSide: 0.1 };
  assert.ok(Math.abs(page.cellRadius(1000, tissue) - 4.2) < 1e-12);
});

test("a cell is a disc of its colour on the ground, pale and below where out of focus", () => {
  const draw = (focus) => {
    const image = { width: 40, height: 40, data: { buffer: new ArrayBuffer(40 * 40 * 4) } };
    const cells = { n: 2, x: [20, 20], y: [20, 20] };
    const geometry = { ...{ x0: 0, x1: 40, y0: 0, y1: 40 }, ...{ width: 40, height: 40, zoom: 1, spacing: 0 } };
    const pixels = new Uint32Array(256).fill(0xff0000ff);
    pixels[1] = 0xff00ff00;
    page.drawCells(image, cells, geometry, { order: null, values: [0, 1], pixels, focus }, { scale: 1 });
    const seen = new Uint32Array(image.data.buffer);
    return [seen[20 * 40 + 20], seen[0]].map((pixel) => [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255]);
  };
  const [top, ground] = draw(null);
  assert.deepEqual(ground, [16, 20, 24]);
  assert.ok(top[1] > 200 && top[0] < 40, String(top)); // the last cell lies on top
  const [first] = draw(Uint8Array.of(1, 0));
  assert.ok(first[0] > 200 && first[1] < 60, String(first));
});
