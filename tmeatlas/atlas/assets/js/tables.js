/** Tables: as the page packs them, and of every figure one to read, for screen readers, as CSV. */
import { byId, element } from "./dom.js";

const MOST_ROWS_SHOWN = 500;

/** All columns of a table as tables.py packs it: those of its rows, and those that many share. */
export function wholeRows({ rows, shared }) {
  const whole = { ...rows };
  for (const [place, table] of Object.entries(shared)) {
    const places = whole[place];
    delete whole[place];
    for (const [name, values] of Object.entries(table)) whole[name] = places.map((i) => values[i]);
  }
  return whole;
}

/** The columns with their rows in an order; `compare` gets the numbers of two rows. */
export function sortedRows(columns, compare) {
  const [first] = Object.values(columns);
  const order = first.map((_, i) => i).sort(compare);
  const entries = Object.entries(columns);
  return Object.fromEntries(entries.map(([name, values]) => [name, order.map((i) => values[i])]));
}

/** A value as it is shown: four digits are enough to read, of p-values two; the CSV has all. */
function shown(value, heading) {
  if (value === null || value === undefined) return "";
  const digits = /\bp$/.test(heading) ? 2 : 4;
  return typeof value === "number" && !Number.isInteger(value)
    ? Number(value.toPrecision(digits))
    : value;
}

export function showTable(id, { header, body, note }) {
  // Words start at the left, numbers end at the right.
  const kinds = header.map((_, i) =>
    body.some((row) => typeof row[i] === "string" && row[i] !== "") ? "words" : null,
  );
  const head = element(
    "tr",
    {},
    ...header.map((text, i) => element("th", { scope: "col", class: kinds[i] }, text)),
  );
  const rows = body
    .slice(0, MOST_ROWS_SHOWN)
    .map((row) =>
      element(
        "tr",
        {},
        ...row.map((value, i) =>
          element(
            i ? "td" : "th",
            { scope: i ? null : "row", class: kinds[i] },
            String(shown(value, header[i])),
          ),
        ),
      ),
    );
  const caption = [
    note,
    body.length > MOST_ROWS_SHOWN
      ? `First ${MOST_ROWS_SHOWN} of ${body.length} rows; the CSV has all.`
      : "",
  ];
  byId(`table-${id}`).replaceChildren(
    element(
      "table",
      {},
      element("caption", {}, caption.filter(Boolean).join(". ")),
      element("thead", {}, head),
      element("tbody", {}, ...rows),
    ),
  );
}

const FORMULA = /^(?:[\t\r\n]|[\s\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20])/;
const NUMBER = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;

/**
 * One cell of a CSV file, by the rule of _table_text.py. Spreadsheets run text that starts with
 * some signs as a formula; an apostrophe in front makes it text.
 */
function csvCell(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  let text = String(value).replaceAll("\0", "\ufffd");
  const bare = text.replace(/^'+/, ""); // so that one apostrophe can be taken off again
  if (FORMULA.test(bare) && !NUMBER.test(bare)) text = `'${text}`;
  return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * A table as CSV. What it is of, `source`, is the heading of an empty last column: a line above the
 * header would stop most programs from reading the file, and no column's name changes.
 */
export function toCsv({ header, body }, source) {
  const lines = body.map((row) => `${row.map(csvCell).join(",")},`);
  return `${[[...header, source].map(csvCell).join(","), ...lines].join("\n")}\n`;
}
