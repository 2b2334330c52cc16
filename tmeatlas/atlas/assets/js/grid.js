/**
 * Marks in rows and columns: dots or tiles. Names stay in view while the
 * inside scrolls, so that it works for 3 columns and for 60. The marks are
 * drawn on a canvas, the names are buttons.
 */
import { byId, cssValue, element } from "./dom.js";
import { gridFigure } from "./grid_export.js";
import { fitText, textWidth, widest } from "./text.js";
import { hideTooltip, showTooltip } from "./tooltip.js";

const SLANT = (50 * Math.PI) / 180;
const COLUMN = { least: 15, most: { dot: 38, tile: 54 } };
const ROW = { least: 16, most: { dot: 30, tile: 40 } };
const RING_GAP = 1.7; // between the edge of a dot and the middle of its ring
const RING_WIDTH = 1.2;
const LEAST_FOR_TEXT = 20;
const LEAST_TARGET = 24; // height of what is reached by keyboard and finger
const LONGEST_COLUMN_NAME = 180;
const NAME_SIZE = 11.5;
const NOTE_WIDTH = 420;

/** How large everything is, in pixels. */
function gridMeasures(spec, width, height) {
  const names = spec.rows.map((row) => row.label);
  const n = Math.max(1, spec.columns.length);
  const mostColumn = COLUMN.most[spec.shape];
  const spare = width - n * mostColumn - 70;
  const longestRow = Math.max(90, Math.min(380, Math.max(width * 0.42, spare)));
  const longest = Math.max(widest(names, NAME_SIZE) + 26, widest(spec.corner ?? [], 12, 600) + 12);
  const rowNames = Math.ceil(Math.min(longestRow, longest));
  const columnNames = spec.columns.map((column) =>
    fitText(column.label, LONGEST_COLUMN_NAME, NAME_SIZE),
  );
  const chips = Math.max(0, ...spec.columns.map((entry) => (entry.colours ?? []).length));
  const widths = columnNames.map((name) => textWidth(name, NAME_SIZE) + 14 + 9 * chips);
  const widestColumn = Math.max(0, ...widths);
  const room = width - rowNames - 14;
  const level = widestColumn <= Math.min(mostColumn * 1.6, room / n);
  const overhang = level ? 0 : Math.max(8, Math.cos(SLANT) * (widths[n - 1] ?? 0));
  const most = level ? Math.max(mostColumn, widestColumn) : mostColumn;
  const column = Math.max(COLUMN.least, Math.min(most, (room - overhang) / n));
  const header = level ? 24 : Math.ceil(Math.sin(SLANT) * widestColumn + 16);
  const nRows = Math.max(1, spec.rows.length);
  const row = Math.max(
    ROW.least,
    Math.min(ROW.most[spec.shape], Math.floor((height - header - 4) / nRows)),
  );
  // A ring stands off its dot, so that it is seen around dark ones; dots leave the room.
  const radius = Math.min(column, row, 26) / 2 - 1 - (spec.ringed ? RING_GAP + RING_WIDTH / 2 : 0);
  return { rowNames, columnNames, column, row, header, level, overhang, radius };
}

export function createGrid(id, { onCell, onRow, onColumn }) {
  const frame = byId(`frame-${id}`);
  const header = element("div", { class: "grid-columns" });
  const side = element("div", { class: "grid-rows" });
  const corner = element("div", { class: "grid-corner" });
  const canvas = element("canvas", { class: "grid-marks", "aria-hidden": "true" });
  const inside = element("div", { class: "grid" }, corner, header, side, canvas);
  byId(`figure-${id}`).replaceChildren(inside);
  let spec = null;
  let measures = null;
  let marked = [-1, -1];

  function showNames() {
    const { columnNames, column, row, header: headerHeight, level } = measures;
    corner.replaceChildren(...(spec.corner ?? []).map((line) => element("span", {}, line)));
    header.className = level ? "grid-columns level" : "grid-columns slanted";
    header.replaceChildren(
      ...spec.columns.map((entry, j) => {
        const chips = (entry.colours ?? []).map((colour) =>
          element("i", { style: `background:${colour}` }),
        );
        const place = level
          ? `left:${j * column}px;width:${column}px`
          : `left:${(j + 0.5) * column - 4}px`;
        const name = element("span", {}, columnNames[j]);
        const kind = entry.strong ? "strong" : null;
        const title = entry.title ?? entry.label;
        const attributes = { type: "button", class: kind, style: place, title };
        // For the pointer: by keyboard, what a column does is reached faster in the legend, the
        // search box and the lists of senders and receivers than past all other columns.
        const action = { tabindex: -1, onclick: () => onColumn(j) };
        return element("button", { ...attributes, ...action }, ...chips, name);
      }),
    );
    side.replaceChildren(
      ...spec.rows.map((entry, i) => {
        const style = `height:${row}px`;
        if (entry.heading) return element("div", { class: "grid-heading", style }, entry.label);
        const chip = entry.colour && element("i", { style: `background:${entry.colour}` });
        const name = element("span", {}, entry.label);
        const kind = entry.strong ? "strong" : null;
        const attributes = { type: "button", class: kind, style, title: entry.title ?? entry.label };
        // Low rows are too small and too many to step through: the search box has them all.
        const reach = row < LEAST_TARGET ? { tabindex: -1 } : {};
        if (entry.inert) attributes.disabled = true;
        const pressed =
          entry.pressed === undefined ? {} : { "aria-pressed": String(entry.pressed) };
        return element(
          "button",
          { ...attributes, ...pressed, ...reach, onclick: () => onRow(i) },
          ...(chip ? [chip] : []),
          name,
        );
      }),
    );
    inside.style.gridTemplateColumns = `${measures.rowNames}px ${Math.max(
      marksWidth(),
      spec.columns.length * column + measures.overhang,
    )}px`;
    inside.style.gridTemplateRows = `${headerHeight}px auto`;
  }

  function paint() {
    const { column, row } = measures;
    const [width, height] = [marksWidth(), spec.rows.length * row];
    const scale = Math.min(2, devicePixelRatio || 1);
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    const context = canvas.getContext("2d");
    context.scale(scale, scale);
    paintLines(context, spec, measures);
    for (let i = 0; i < spec.rows.length; i++) {
      if (spec.rows[i].heading) continue;
      for (let j = 0; j < spec.columns.length; j++) {
        const mark = spec.mark(i, j);
        if (mark) paintMark(context, mark, (j + 0.5) * column, (i + 0.5) * row, measures);
      }
      if (spec.notes) paintNote(context, spec, i, measures);
    }
  }

  /** Where there is only one column, notes beside its marks say what the marks show. */
  const marksWidth = () => spec.columns.length * measures.column + (spec.notes ? NOTE_WIDTH : 0);

  function at(event) {
    const rect = canvas.getBoundingClientRect();
    const j = Math.floor((event.clientX - rect.left) / measures.column);
    const i = Math.floor((event.clientY - rect.top) / measures.row);
    const inGrid = i >= 0 && j >= 0 && i < spec.rows.length && j < spec.columns.length;
    return inGrid && !spec.rows[i].heading && spec.mark(i, j) ? [i, j] : [-1, -1];
  }

  function highlight(next) {
    if (next[0] === marked[0] && next[1] === marked[1]) return;
    side.children[marked[0]]?.classList.remove("hot");
    header.children[marked[1]]?.classList.remove("hot");
    marked = next;
    side.children[marked[0]]?.classList.add("hot");
    header.children[marked[1]]?.classList.add("hot");
  }

  canvas.addEventListener("mousemove", (event) => {
    const [i, j] = at(event);
    highlight([i, j]);
    canvas.style.cursor = i < 0 ? "" : "pointer";
    if (i < 0) hideTooltip();
    else showTooltip(event, spec.describe(i, j));
  });
  canvas.addEventListener("mouseleave", () => {
    highlight([-1, -1]);
    hideTooltip();
  });
  canvas.addEventListener("click", (event) => {
    const [i, j] = at(event);
    if (i >= 0) onCell(i, j);
  });

  return {
    draw(next) {
      spec = next;
      measures = gridMeasures(spec, frame.clientWidth, frame.clientHeight);
      marked = [-1, -1];
      showNames();
      paint();
    },
    figure: () => gridFigure(spec, measures),
    /** Whether there is room for the numbers in the tiles. */
    showsText: () => measures.column >= LEAST_FOR_TEXT,
    /** Radius of the dot that stands for all cells. */
    largestRadius: () => measures.radius,
  };
}

function paintLines(context, spec, { column, row }) {
  const width = spec.columns.length * column;
  context.strokeStyle = spec.lineColour;
  context.lineWidth = 1;
  context.beginPath();
  spec.rows.forEach((entry, i) => {
    if (entry.heading) return;
    const y = Math.round((i + 0.5) * row) + 0.5;
    context.moveTo(0, y);
    context.lineTo(width, y);
  });
  if (spec.shape === "dot") context.stroke();
}

function paintMark(context, mark, x, y, { column, row, radius }) {
  context.globalAlpha = mark.alpha ?? 1;
  context.fillStyle = mark.colour;
  context.beginPath();
  if (mark.shape === "tile") {
    context.roundRect(x - column / 2 + 0.75, y - row / 2 + 0.75, column - 1.5, row - 1.5, 3);
  } else {
    context.arc(x, y, markRadius(mark, radius), 0, 2 * Math.PI);
  }
  context.fill();
  context.globalAlpha = 1;
  if (mark.outline) {
    context.strokeStyle = mark.outline;
    context.lineWidth = mark.outlineWidth ?? 0.75;
    context.stroke();
  }
  if (mark.ring) {
    context.beginPath();
    context.arc(x, y, markRadius(mark, radius) + RING_GAP, 0, 2 * Math.PI);
    context.strokeStyle = mark.ring;
    context.lineWidth = RING_WIDTH;
    context.stroke();
  }
  if (mark.text && column >= LEAST_FOR_TEXT) {
    context.fillStyle = mark.textColour;
    context.font = "10.5px sans-serif";
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText(mark.text, x, y + 0.5);
  }
}

function paintNote(context, spec, i, { column, row }) {
  context.fillStyle = cssValue("--ink-soft");
  context.font = `11.5px ${cssValue("--font")}`;
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.fillText(spec.notes[i], spec.columns.length * column + 8, (i + 0.5) * row);
}

/** Radius of a dot: its area follows `size` (0 to 1). */
function markRadius(mark, radius) {
  return Math.max(1, Math.sqrt(mark.size) * radius);
}
