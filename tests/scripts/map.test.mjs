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
  for (const wrong of [null, "", "1,2", "a,b,c", "1,2,0.04", "1,2,500", "999999,2,1"]) {
    assert.ok(!page.isPlace(wrong), String(wrong));
  }
});

test("cells are drawn by their step, those without a value below all", () => {
  const order = page.orderBySteps(Uint8Array.of(254, 0, 255, 7, 0));
  assert.deepEqual([...order], [2, 1, 4, 3, 0]);
});

test("discs are as large as there is room for them, and grow with the zoom", () => {
  const geometry = { diameter: 0, zoom: 1, room: 12 };
  assert.ok(page.cellRadius(geometry) > page.cellRadius({ ...geometry, room: 3 }));
  assert.equal(page.cellRadius({ ...geometry, room: 1e-6 }), page.cellRadius({ ...geometry, room: 0.1 }));
  assert.ok(page.cellRadius({ ...geometry, zoom: 9 }) > page.cellRadius(geometry));
  assert.equal(page.cellRadius({ ...geometry, zoom: 1e6 }), 7);
  const tissue = { diameter: 84, pixelsPerSide: 0.1 };
  assert.ok(Math.abs(page.cellRadius(tissue) - 4.2) < 1e-12);
});

test("a cell is a disc of its colour on the ground, pale and below where out of focus", () => {
  const draw = (focus) => {
    const image = { width: 40, height: 40, data: { buffer: new ArrayBuffer(40 * 40 * 4) } };
    const cells = { n: 2, x: [20, 20], y: [20, 20] };
    const geometry = { ...{ x0: 0, x1: 40, y0: 0, y1: 40 }, ...{ width: 40, height: 40, zoom: 1, diameter: 0, room: 40 } };
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

test("a part of the map fills the box, and zooming out still shows all of it", () => {
  const part = [32000, 0, 65535, 65535];
  const home = page.homeView([1, 1], 400, 700, 0, part);
  assert.ok(home.x0 > 25000 && home.x1 > 65535);
  near({ middle: (home.x0 + home.x1) / 2 }, { middle: (32000 + 65535) / 2 });
  const farthest = page.zoomView(home, home, 1e9, (home.x0 + home.x1) / 2, 32767);
  assert.ok(farthest.x0 < 0 && farthest.x1 > 65535 && farthest.y0 < 0 && farthest.y1 > 65535);
  assert.ok(page.isPlace(page.placeText(farthest, home)));
});

/** Names of groups around points, as the map asks for them. */
function named(groups) {
  return groups.map(({ text, points, isSmall = false }) => {
    const anchor = points[0];
    return { text, width: 6 * text.length, height: 16, anchor, points, isSmall };
  });
}

/** Points on a grid from a corner, `n` to a side, 6 pixels apart. */
const square = (x, y, n) =>
  Array.from({ length: n * n }, (_, i) => [x + 6 * (i % n), y + 6 * Math.floor(i / n)]);

test("names stand off the points, within the stage, never over each other", () => {
  const stage = { width: 420, height: 300 };
  const clumps = [square(20, 20, 12), square(60, 150, 10), square(330, 30, 8), square(380, 250, 5)];
  const texts = ["Endothelial cells", "Plasma cells", "Macrophages", "T cells"];
  const names = named(texts.map((text, i) => ({ text, points: clumps[i] })));
  const ground = page.groundOf(clumps.flat(), 3, stage);
  const placed = page.placeNames(names, stage, ground);
  assert.equal(placed.length, 4);
  for (const { box } of placed) {
    assert.ok(box.x0 >= 0 && box.y0 >= 0 && box.x1 <= stage.width && box.y1 <= stage.height);
    assert.equal(page.coveredShare(ground, box), 0);
    const others = placed.filter((other) => other.box !== box);
    assert.ok(others.every(({ box: b }) => b.x1 < box.x0 || b.x0 > box.x1 || b.y1 < box.y0 || b.y0 > box.y1));
  }
  assert.deepEqual(page.placeNames(names, stage, ground), placed); // always the same
  // A box that is taken is left free.
  const key = { x0: 0, y0: 0, x1: 420, y1: 290 };
  assert.deepEqual(page.placeNames(names, stage, ground, [key]), []);
});

test("a name far from its points has a line to one of them; small groups do without a name", () => {
  const stage = { width: 300, height: 300 };
  const points = square(100, 100, 17);
  const middle = { text: "Hidden", points: [[150, 150], [148, 152]] };
  const ground = page.groundOf(points, 3, stage);
  const [large] = page.placeNames(named([middle]), stage, ground);
  assert.ok(middle.points.some(([x, y]) => x === large.line[1][0] && y === large.line[1][1]));
  const full = page.groundOf(square(4, 4, 49), 3, stage);
  assert.equal(page.placeNames(named([middle]), stage, full).length, 1);
  assert.deepEqual(page.placeNames(named([{ ...middle, isSmall: true }]), stage, full), []);
  const [near1] = page.placeNames(named([{ text: "A", points: [[30, 30]] }]), stage, ground);
  assert.equal(near1.line, null);
});

const GROUPS = { labels: ["T cells", "Plasma"], sizes: [40, 3] };
const PLACES = { n: 43, x: new Uint16Array(43).fill(40000), y: new Uint16Array(43).fill(30000) };

/** A map with two cells far off at the left. */
function cutMap(changes = {}) {
  const map = {
    ...{ aspect: [1, 1], isTissue: false, regions: [], sections: [], diameter: 0, crowd: 5 },
    labels: [
      [40000, 30000],
      [100, 30000],
    ],
    ...{ core: [30000, 0, 65535, 65535], farOff: [{ side: "left", n: 2, at: 30000, group: 1 }] },
    ...changes,
  };
  const box = { width: 400, height: 500 };
  const home = page.homeView(map.aspect, box.width, box.height, 0, map.core ?? undefined);
  const geometry = page.geometryOf(map, home, home, box, page.onePane(box));
  const drawn = {
    ...{ groups: GROUPS, map, places: PLACES, group: new Uint8Array(43), hidden: new Set() },
    ...{ isShown: () => true, geometry },
  };
  return { drawn, home, box };
}

test("cells beyond the edge are told at the edge, and no more once they are in sight", () => {
  const { drawn, home, box } = cutMap();
  const labels = page.placeLabels(drawn, home, box);
  const edge = labels.find(({ kind }) => kind === "edge");
  assert.equal(edge.text, "◂ 2 Plasma");
  assert.ok(edge.x < 80);
  assert.deepEqual(labels.filter(({ kind }) => !kind).map(({ text }) => text), ["T cells"]);
  const all = page.homeView([1, 1], box.width, box.height);
  const names = page.placeLabels(drawn, all, box).map(({ text }) => text);
  assert.deepEqual(names, ["T cells", "Plasma"]);
});

test("a region has one name in each section", () => {
  const sections = [
    { name: "A1", box: [0, 0, 30000, 65535] },
    { name: "B1", box: [35000, 0, 65535, 65535] },
  ];
  const regions = [
    [0, 15000, 20000, 20],
    [0, 50000, 20000, 20],
    [1, 50000, 50000, 3],
  ];
  const { drawn, home, box } = cutMap({ isTissue: true, sections, regions, core: null, farOff: [] });
  const texts = page.placeLabels(drawn, home, box).map(({ text }) => text);
  assert.deepEqual(texts.toSorted(), ["A1", "B1", "Plasma", "T cells", "T cells"]);
  assert.deepEqual(page.placeLabels({ ...drawn, map: { ...drawn.map, regions: [] } }, home, box).length, 2);
});

test("regions of spots are parted by lines half way between neighbours", () => {
  const places = { n: 4, x: [10000, 20000, 10000, 20000], y: [10000, 10000, 20000, 20000] };
  const map = { aspect: [1, 1], diameter: 0.13 };
  const pieces = page.regionOutline(places, [0, 1, 0, 1], map).map((piece) => piece.map(Math.round));
  assert.equal(pieces.length, 2);
  for (const [x0, , x1] of pieces) assert.deepEqual([x0, x1], [15000, 15000]);
  assert.deepEqual(page.regionOutline(places, [0, 0, 0, 0], map), []);
});

test("a split map has a pane for each label with cells, as many as can be read", () => {
  const codes = Uint8Array.of(0, 1, 2);
  const category = { labels: ["a", "b", "c"], sizes: [1200, 0, 5], codes };
  const panes = page.splitPanes({ width: 400, height: 300 }, category, [1, 1]);
  assert.deepEqual(panes.list.map(({ code, name }) => [code, name]), [
    [0, "a · 1,200"],
    [2, "c · 5"],
  ]);
  assert.equal(panes.all, panes.list.length);
  assert.equal(page.paneAt(panes, 399, 100).code, 2);
  const many = { labels: [..."abcdefghij"], sizes: new Array(10).fill(3), codes };
  const few = page.splitPanes({ width: 300, height: 260 }, many, [1, 1]);
  assert.equal(few.all, 10);
  assert.ok(few.list.length < 10 && few.list.every(({ left, top }) => left + few.width <= 300 && top + few.height <= 260));
});

test("cells of a pane are drawn in it, those of no pane nowhere", () => {
  const image = { width: 60, height: 30, data: { buffer: new ArrayBuffer(60 * 30 * 4) } };
  const cells = { n: 3, x: Uint16Array.of(15, 15, 15), y: Uint16Array.of(15, 15, 15) };
  const panes = {
    ...{ width: 30, height: 30, codes: Uint8Array.of(0, 1, 2), more: 0 },
    list: [{ code: 1, left: 30, top: 0, name: "" }],
  };
  const geometry = { ...{ x0: 0, x1: 30, y0: 0, y1: 30, width: 60, height: 30 }, ...{ zoom: 1, diameter: 0, room: 20, panes } };
  const pixels = new Uint32Array(256).fill(0xff0000ff);
  page.drawCells(image, cells, geometry, { order: null, values: [0, 0, 0], pixels, focus: null }, { scale: 1 });
  const seen = new Uint32Array(image.data.buffer);
  assert.ok((seen[15 * 60 + 45] & 255) > 200);
  assert.equal(seen[15 * 60 + 15] & 255, 16);
});

test("what a map shows alone, and the first pair of maps", () => {
  const condition = { id: "condition", labels: ["x", "y", "z"], sizes: [0, 4, 5] };
  const categories = new Map([["condition", condition]]);
  assert.deepEqual(page.shownLabel({ categories }, "condition:2"), { id: "condition", code: 2 });
  for (const wrong of [null, "", "condition", "condition:9", "sample:0", "condition:"]) {
    assert.equal(page.shownLabel({ categories }, wrong), null);
  }
  const atlas = (maps, known = categories) => ({ categories: known, meta: { maps }, store: { get: () => 0 } });
  assert.deepEqual(page.firstPair(atlas([1])), { second: 0, only: "condition:1", secondOnly: "condition:2" });
  assert.deepEqual(page.firstPair(atlas([1, 2])), { second: 1, only: null, secondOnly: null });
  assert.equal(page.firstPair(atlas([1], new Map())), null);
  const places = { n: 3, x: [5, 9, 70], y: [1, 2, 3] };
  assert.deepEqual(page.boxOfLabel(places, [0, 1, 1], 1), [9, 2, 70, 3]);
  assert.equal(page.boxOfLabel(places, [0, 1, 1], 2), null);
});

test("values outside of the colours are told as they are drawn", () => {
  const feature = { low: 0, high: 254 };
  assert.equal(page.beyondText(feature, [0, 254]), "");
  assert.equal(page.beyondText(feature, [0, 10]), "Values above 10.0 are shown as 10.0.");
  assert.equal(page.beyondText(feature, [20, 254]), "Values below 20.0 are shown as 20.0.");
  assert.equal(page.beyondText(feature, [20, 30]), "Values below 20.0 and above 30.0 are shown as these.");
});

test("captions and labels in files", () => {
  const atlas = { meta: { title: "Tumour", nCells: 1234 } };
  assert.equal(page.captionOf(atlas), "Tumour · 1,234 cells · Research use only");
  assert.equal(page.captionOf(atlas, "3 patients"), "Tumour · 3 patients · Research use only");
  assert.equal(page.rawLabel({ labels: ["T CD8"], rawLabels: ["T_CD8"] }, 0), "T_CD8");
  assert.equal(page.rawLabel({ labels: ["T CD8"] }, 0), "T CD8");
});
