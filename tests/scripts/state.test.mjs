/** The state of the view, how links keep it, what is in focus, what the search finds. */
import assert from "node:assert/strict";
import { test } from "node:test";

import * as page from "./page.mjs";

const USUAL = { region: null, hidden: new Set(), condition: null, sample: null, range: null };

function madeAtlas() {
  const group = { id: "group", labels: ["T", "CAF"] };
  const condition = { id: "condition", name: "Condition", labels: ["before", "after"] };
  const features = new Map([
    ["group", { id: "group", kind: "category", name: "Groups" }],
    ["s:caf", { id: "s:caf", kind: "signature", name: "CAF", genes: ["FAP", "COL1A1"] }],
  ]);
  const meta = {
    maps: [{ key: "X_umap" }, { key: "spatial" }],
    bars: { sample: [0, 1] },
    panels: { crosstalk: { axes: [{ id: "tgfb" }, { id: "cxcl12" }], nodes: [{}, {}] } },
  };
  const categories = new Map([["group", group], ["condition", condition]]);
  return { meta, features, categories, definitions: [{ link: page.link }] };
}

test("listeners hear of what changed, and of nothing else", () => {
  const store = page.createStore({ a: 1, b: 2 });
  const heard = [];
  store.onChange((changed) => heard.push([...changed]));
  store.set({ a: 1, b: 3 });
  store.set({ b: 3 });
  assert.deepEqual(heard, [["b"]]);
  assert.equal(store.get("b"), 3);
  store.all().a = 9;
  assert.equal(store.get("a"), 1);
  assert.throws(() => store.set({ c: 1 }), /no such state: c/);
});

test("parts are updated once for changes that come together, whatever one of them throws", async () => {
  const [calls, errors] = [[], []];
  const broken = { needs: ["a"], update: () => { throw new Error("broken"); } };
  const parts = [broken, ...["a", "b"].map((key) => ({ needs: [key], update: () => calls.push(key) }))];
  const updater = page.createUpdater(parts, (error) => errors.push(error.message));
  updater.request(["a"]);
  updater.request(["a"]);
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual([calls, errors], [["a"], ["broken"]]);
});

test("what changes for a part that nobody sees is told when it is seen", async () => {
  const told = [];
  const seen = { id: "seen", needs: ["a"], update: (changed) => told.push(["seen", ...changed]) };
  const hidden = { id: "hidden", needs: ["a", "b"], update: (changed) => told.push(["hidden", ...changed]) };
  let open = false;
  const updater = page.createUpdater([seen, hidden], assert.fail, ({ id }) => id === "hidden" && !open);
  await updater.begin(seen);
  updater.request(["a"]);
  await updater.settled();
  updater.request(["b"]);
  await updater.settled();
  assert.deepEqual(told, [["seen", "a"], ["seen", "a"]]);
  open = true;
  updater.request(["tab"]);
  await updater.settled();
  assert.deepEqual(told.slice(2), [["hidden", "a", "b"]]);
  updater.request(["tab"]);
  await updater.settled();
  assert.equal(told.length, 3);
});

test("a part that listens to nothing is drawn once, when it is seen", async () => {
  let n = 0;
  let open = false;
  const still = { id: "still", needs: [], update: () => n++ };
  const updater = page.createUpdater([still], assert.fail, () => !open);
  await updater.begin(still);
  assert.equal(n, 0);
  open = true;
  for (const key of ["tab", "tab"]) {
    updater.request([key]);
    await updater.settled();
  }
  assert.equal(n, 1);
});

function read(link) {
  globalThis.location = { hash: `#${link}` };
  return page.readLink(madeAtlas());
}

test("links hold the view", () => {
  assert.deepEqual(read("colour=s:caf&map=spatial&condition=1&hide=0&palette=cvd&theme=dark"), {
    ...{ map: 1, colour: "s:caf", condition: 1, hidden: new Set([0]) },
    ...{ palette: "cvd", theme: "dark" },
  });
  assert.deepEqual(read("range=10-200:s:caf"), { range: { feature: "s:caf", from: 10, to: 200 } });
  assert.deepEqual(read("region=g:1"), { region: { type: "group", group: 1 } });
  assert.deepEqual(read("region=b:1:0"), { region: { type: "bar", group: 1, bar: 0 } });
  const polygon = { type: "polygon", points: [[0, 0], [9, 0], [9, 9]], map: 1 };
  assert.deepEqual(read("region=p:0,0;9,0;9,9:1"), { region: polygon });
  assert.deepEqual(read("axis=cxcl12&network=matrix"), { axis: 1, network: "matrix" });
  assert.deepEqual(read("axis=all"), { axis: page.ALL_AXES });
});

test("what does not fit this atlas is left out of a link", () => {
  for (const link of [
    ...["colour=s:gone", "map=X_gone", "condition=2", "palette=mine", "theme=blue", "axis=gone"],
    ...["range=200-10:s:caf", "range=0-300:s:caf", "range=0-9:group", "range=0-9:s:gone", "range=x"],
    ...["region=g:2", "region=g:x", "region=b:1:2", "region=p:0,0;9,9:0", "region=p:0,0;9,0;x,9:0"],
  ]) {
    assert.deepEqual(read(link), {}, link);
  }
});

test("links of the crosstalk leave out what is usual", () => {
  const view = { atlas: madeAtlas(), usual: { axis: 0 } };
  assert.equal(page.link.axis.write(0, view), null);
  assert.equal(page.link.axis.write(1, view), "cxcl12");
  assert.equal(page.link.axis.write(page.ALL_AXES, view), "all");
  assert.deepEqual(page.usualChoice(), { axis: 0, sender: null, receiver: null, network: "matrix" });
});

function madeSelection(changes) {
  const cells = {
    n: 4,
    group: Uint8Array.of(0, 0, 1, 1),
    codesOf: new Map([["condition", Uint8Array.of(0, 1, 0, 1)]]),
    values: async () => Uint8Array.of(10, 20, 30, 255),
    places: async () => ({ n: 4, x: [1, 5, 9, 5], y: [1, 5, 9, 20] }),
  };
  const store = page.createStore({ ...USUAL, ...changes });
  return page.createSelection({ ...madeAtlas(), meta: {}, cells, store });
}

test("cells in focus are those of all that was asked for", async () => {
  for (const [changes, expected] of [
    [{}, [1, 1, 1, 1]],
    [{ hidden: new Set([1]) }, [1, 1, 0, 0]],
    [{ condition: 1 }, [0, 1, 0, 1]],
    [{ condition: 1, hidden: new Set([0]) }, [0, 0, 0, 1]],
    [{ region: { type: "group", group: 1 } }, [0, 0, 1, 1]],
    [{ range: { feature: "s:caf", from: 20, to: 254 } }, [0, 1, 1, 0]],
    [{ region: { type: "polygon", map: 0, points: [[0, 0], [8, 0], [8, 8], [0, 8]] } }, [1, 1, 0, 0]],
  ]) {
    const selection = madeSelection(changes);
    await selection.update();
    assert.deepEqual([...selection.focus], expected, JSON.stringify(changes));
    assert.equal(selection.count(), expected.filter(Boolean).length);
    assert.equal(selection.isActive(), Object.keys(changes).length > 0);
  }
});
