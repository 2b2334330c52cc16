/** Cells of CSV files: the same cases as tests/test_table_text.py. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import * as page from "./page.mjs";

const cases = JSON.parse(readFileSync(new URL("../cells_of_csv.json", import.meta.url), "utf8"));

test("cells are guarded and quoted as in Python", () => {
  for (const [value, cell] of cases) {
    assert.equal(page.toCsv({ header: [value], body: [[value, value]] }, "of"), `${cell},of\n${cell},${cell},\n`);
  }
});

test("what is missing is empty", () => {
  assert.equal(page.toCsv({ header: ["a", "b"], body: [[null, undefined]] }, "of"), "a,b,of\n,,\n");
});
