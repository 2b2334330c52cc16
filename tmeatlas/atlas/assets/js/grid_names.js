/** The names of a grid: heads of the columns with their numbers and families, and the rows. */
import { element } from "./dom.js";
import { briefNumber, NAME_SIZE } from "./grid_measures.js";
import { textWidth } from "./text.js";
import { BOLD } from "./type.js";

const LEAST_TARGET = 24; // height of what is reached by keyboard and finger
const PALE = "pale";

const chip = (colour, isRing = false) =>
  element("i", { style: isRing ? `border:2px solid ${colour}` : `background:${colour}` });

const classes = (...names) => names.filter(Boolean).join(" ") || null;

function head(entry, j, measures, onColumn) {
  const { column, left, level, slant, numbers, columnNames } = measures;
  const place = level
    ? `left:${left(j)}px;width:${column}px`
    : `left:${left(j) + column / 2 - 4}px;transform:rotate(-${slant}deg)`;
  const attributes = {
    type: "button",
    class: classes(entry.strong && "strong", entry.pale && PALE),
    style: `${place};bottom:${3 + numbers}px`,
    title: entry.title ?? entry.label,
    // For the pointer: by keyboard, what a column does is reached faster in the legend, the
    // search box and the lists of senders and receivers than past all other columns.
    tabindex: -1,
    onclick: () => onColumn(j),
  };
  if (entry.inert) attributes.disabled = true;
  return element("button", attributes, ...(entry.colours ?? []).map(chip), element("span", {}, columnNames[j]));
}

/** The heading of a family: its whole name, or the short one that always has room. */
function family({ label, short, from, to }, { left, column }) {
  const width = Math.max(left(to) + column - left(from), textWidth(short, NAME_SIZE, BOLD) + 2);
  const text = textWidth(label, NAME_SIZE, BOLD) <= width ? label : short;
  const style = `left:${left(from)}px;width:${width}px`;
  return element("div", { class: "grid-family", style, title: label }, text);
}

function number({ n, pale }, j, { left, column }) {
  const style = `left:${left(j)}px;width:${column}px`;
  return element("div", { class: classes("grid-number", pale && PALE), style }, briefNumber(n));
}

/** All that stands above the columns; the heads come first, one for each column. */
export const columnHeads = (spec, measures, onColumn) => [
  ...spec.columns.map((entry, j) => head(entry, j, measures, onColumn)),
  ...(measures.numbers ? spec.columns.map((entry, j) => number(entry, j, measures)) : []),
  ...(spec.families ?? []).map((entry) => family(entry, measures)),
];

/** The button that opens a row to those below it. */
function toggle({ label, open, key }, onToggle) {
  const attributes = {
    type: "button",
    class: "grid-toggle",
    "aria-expanded": String(open),
    "aria-label": `Rows of ${label}`,
    "data-key": `toggle ${key}`,
    onclick: onToggle,
  };
  return element("button", attributes, element("i", { "aria-hidden": "true" }));
}

/** The line in place of rows that are folded away. */
function fold({ label, open, key }, style, onToggle) {
  const attributes = { type: "button", class: "grid-fold", style, onclick: onToggle };
  const state = { "aria-expanded": String(open), "data-key": `toggle ${key}` };
  return element("button", { ...attributes, ...state }, element("i", { "aria-hidden": "true" }), label);
}

function nameButton(entry, attributes, row) {
  // Low rows are too small and too many to step through: the search box has them all.
  const reach = { "data-row": entry.found ?? entry.feature?.id ?? entry.label, ...(row < LEAST_TARGET ? { tabindex: -1 } : {}) };
  const pressed = entry.pressed === undefined ? {} : { "aria-pressed": String(entry.pressed) };
  if (entry.inert) attributes.disabled = true;
  return element(
    "button",
    { type: "button", title: entry.title ?? entry.label, ...attributes, ...pressed, ...reach },
    ...(entry.colour ? [chip(entry.colour, entry.isRing)] : []),
    element("span", {}, entry.label),
    ...(entry.number ? [element("b", {}, String(entry.number))] : []),
  );
}

function rowHead(spec, i, { row, indent }, { onRow, onToggle }) {
  const entry = spec.rows[i];
  const style = `top:${i * row}px;height:${row}px`;
  if (entry.heading) return element("div", { class: "grid-heading", style }, entry.label);
  if (entry.fold) return fold(entry, style, () => onToggle(i));
  const kind = { class: classes(entry.strong && "strong"), onclick: () => onRow(i) };
  if (!spec.opens) return nameButton(entry, { ...kind, style }, row);
  const place = `${style};padding-left:${indent * (entry.level ?? 0)}px`;
  const name = nameButton(entry, { ...kind, "data-key": `name ${entry.key}`, tabindex: -1 }, 0);
  const opener = entry.open === undefined ? [] : [toggle(entry, () => onToggle(i))];
  return element("div", { class: classes("grid-row", entry.level && "within"), style: place }, ...opener, name);
}

/** One element per row. */
export const rowHeads = (spec, measures, actions) =>
  spec.rows.map((_, i) => rowHead(spec, i, measures, actions));

/** Buttons that take rows away, after the rows themselves, which are reached by their number. */
export const removers = (spec, { row }) =>
  spec.rows.flatMap((entry, i) => {
    if (!entry.onRemove) return [];
    const style = `top:${i * row}px;height:${row}px`;
    const name = `Take ${entry.label} away`;
    const attributes = { type: "button", class: "grid-remove", style, title: name, tabindex: -1 };
    return [element("button", { ...attributes, "aria-label": name, onclick: entry.onRemove }, "×")];
  });

/** Put new names in place of old ones; the keyboard stays where it was. */
export function replaceNames(box, names) {
  const active = /** @type {any} */ (document.activeElement);
  const key = box.contains(active) ? active.dataset.key : undefined;
  box.replaceChildren(...names);
  if (key === undefined) return;
  const keyed = /** @type {any[]} */ ([...box.querySelectorAll("[data-key]")]);
  const again = keyed.find(({ dataset }) => dataset.key === key);
  again?.focus({ preventScroll: true });
}
