/** Programmes as rows that open, their groups as columns, and how large all is. */
import assert from "node:assert/strict";
import { test } from "node:test";

import {
  briefNumber,
  DOT_RADIUS,
  dotRadius,
  familyHeadings,
  gridMeasures,
  groupColumns,
  programmes,
} from "./page.mjs";

const SIZES = [100, 100, 8];
const feature = (id, mean, kind = "signature") => [
  id,
  { id, kind, name: `Name of ${id}`, mean, meanAll: 0, spreadAll: 1, compartment: "A" },
];
const FEATURES = new Map([
  feature("c:tam", [2, 0, 0], "consensus"),
  feature("s:tam_1", [1.5, 0, 0]),
  feature("s:tam_2", [1.8, 0, 0]),
  feature("s:tam_spp1", [0.6, 0, 0]),
  feature("s:emt", [0.1, 0.2, 3]),
  feature("c:ifn", [0.1, 0, null], "consensus"),
  feature("s:ifn_1", [0.1, 0, 0]),
  feature("s:ifn_2", [0, 0.7, 0]),
]);
const alone = (id, name) => ({ feature: id, name, signatures: [], states: [] });
const STORED = [
  {
    ...{ feature: "c:tam", name: "TAM", signatures: ["s:tam_1", "s:tam_2"] },
    states: [alone("s:tam_spp1", "TAM, SPP1")],
  },
  alone("s:emt", "EMT"),
  { feature: "c:ifn", name: "Interferon", signatures: ["s:ifn_1", "s:ifn_2"], states: [] },
];
const read = () => programmes.readProgrammes(STORED, FEATURES, SIZES);
const shown = (...keys) =>
  programmes.shownRows(read(), (key) => keys.includes(key)).map(({ label, level }) => [level, label]);

test("a group stands out by its distance and by how few cells it has", () => {
  const away = (mean) => ({ mean: [mean], meanAll: 1, spreadAll: 2 });
  assert.equal(programmes.deviation(away(3), 3), 1);
  assert.equal(programmes.deviation({ meanAll: 1, spreadAll: 0 }, 3), 0);
  assert.ok(programmes.groupStandsOut(away(2), 0, 64)); // 0.5, and 4 / √64
  assert.ok(!programmes.groupStandsOut(away(2), 0, 63));
  assert.ok(!programmes.groupStandsOut(away(1.9), 0, 10000));
  assert.ok(!programmes.groupStandsOut(away(20), 0, 9));
  assert.ok(!programmes.groupStandsOut(away(null), 0, 100));
});

test("a programme stands out by any of its signatures; the others are one line", () => {
  assert.deepEqual(shown(), [
    [0, "TAM"],
    [0, "Interferon"],
    [undefined, "1 programme in which no group stands out"],
  ]);
  assert.deepEqual(shown("rest").at(-1), [0, "EMT"]);
});

test("a row opens to its signatures and states", () => {
  assert.deepEqual(shown("0").slice(0, 4), [
    [0, "TAM"],
    [1, "Name of s:tam_1"],
    [1, "Name of s:tam_2"],
    [1, "TAM, SPP1"],
  ]);
  const rows = programmes.shownRows(read(), (key) => key === "0");
  assert.deepEqual(
    rows.map(({ open }) => open),
    [true, undefined, undefined, undefined, false, false],
  );
  assert.equal(rows[0].title, "TAM: consensus of 2 signatures");
  assert.equal(rows[3].title, "TAM, SPP1: Name of s:tam_spp1");
});

test("open rows in a link", () => {
  const every = programmes.openingKeys(read());
  assert.deepEqual(every, ["0", "2", "rest"]);
  assert.equal(programmes.toggled("", "0", every), "0");
  assert.equal(programmes.toggled("0,rest", "0", every), "rest");
  assert.equal(programmes.toggled(programmes.ALL, "2", every), "0,rest");
});

test("every score is in a row", () => {
  const found = programmes.everyFeature(read()).map(({ feature: { id } }) => id);
  assert.deepEqual(found.sort(), [...FEATURES.keys()].sort());
});

const GROUPS = {
  labels: ["CAF", "T", "NK"],
  sizes: [1234, 100, 8],
  families: [
    ["Stroma", [0], "Stroma"],
    ["T & NK", [1, 2], "T, NK"],
  ],
};

test("groups as columns", () => {
  const columns = groupColumns(GROUPS, ["#111111", "#222222", "#333333"], [2, 0]);
  assert.deepEqual(
    columns.map(({ label, n, pale }) => [label, n, pale]),
    [
      ["NK", 8, true],
      ["CAF", 1234, false],
    ],
  );
  assert.match(columns[0].title, /^NK, 8 cells: few/);
  assert.deepEqual(familyHeadings(GROUPS), [
    { label: "Stroma", short: "Stroma", from: 0, to: 0 },
    { label: "T & NK", short: "T, NK", from: 1, to: 2 },
  ]);
});

test("columns of a family stand together, with room for its name", () => {
  const spec = {
    ...{ shape: "dot", opens: true, families: familyHeadings(GROUPS) },
    columns: groupColumns(GROUPS, ["#111111", "#222222", "#333333"]),
    rows: [{ label: "TAM" }],
  };
  const { column, left, inner, numbers, radius } = gridMeasures(spec, 400, 300);
  assert.ok(left(1) - left(0) > column, "a gap between families");
  assert.equal(left(2) - left(1), column);
  assert.ok(inner >= left(2) + column);
  assert.ok(numbers > 0, "room for the numbers of cells");
  assert.equal(radius, DOT_RADIUS);
  const plain = gridMeasures({ ...spec, families: [] }, 400, 300);
  assert.equal(plain.left(2), 2 * plain.column);
});

test("dots have the area of their share, everywhere", () => {
  assert.equal(dotRadius(1), DOT_RADIUS);
  assert.equal(dotRadius(0.25), DOT_RADIUS / 2);
  assert.equal(dotRadius(0), 1);
});

test("numbers in four characters", () => {
  assert.deepEqual([7, 999, 1234, 56789, 1234567].map(briefNumber), ["7", "999", "1.2k", "57k", "1.2M"]);
});
