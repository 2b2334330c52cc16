/**
 * Marks in rows and columns: dots or tiles. Names stay in view while the
 * inside scrolls, so that it works for 3 columns and for 60. The marks are
 * drawn on a canvas, the names are buttons.
 */
import { byId, canvasScale, cssValue, element, scaleOf } from "./dom.js";
import { gridFigure } from "./grid_export.js";
import { gridMeasures, NAME_SIZE, RING } from "./grid_measures.js";
import { fitText } from "./text.js";
import { hideTooltip, showTooltip } from "./tooltip.js";

const LEAST_TARGET = 24; // height of what is reached by keyboard and finger

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
  let fitted = { width: 0, height: 0 }; // of the frame, when it was drawn last

  function showNames() {
    const { columnNames, column, row, header: headerHeight, level, slant } = measures;
    corner.replaceChildren(...(spec.corner ?? []).map((line) => element("span", {}, line)));
    header.className = level ? "grid-columns level" : "grid-columns slanted";
    header.replaceChildren(
      ...spec.columns.map((entry, j) => {
        const chips = (entry.colours ?? []).map((colour) =>
          element("i", { style: `background:${colour}` }),
        );
        const place = level
          ? `left:${j * column}px;width:${column}px`
          : `left:${(j + 0.5) * column - 4}px;transform:rotate(-${slant}deg)`;
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
        const style = `top:${i * row}px;height:${row}px`;
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
          ...(entry.number ? [element("b", {}, String(entry.number))] : []),
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
    const [width, height] = [Math.ceil(marksWidth()), spec.rows.length * row]; // whole pixels
    const scale = canvasScale();
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
  const marksWidth = () => spec.columns.length * measures.column + measures.noteWidth;

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

  const isFitted = () =>
    frame.clientWidth === fitted.width && Math.abs(frame.clientHeight - fitted.height) < 2;

  /** What the style sheet is to know; told only when new, since all inside is styled again. */
  function tellHeights() {
    for (const [name, height] of Object.entries(measures.heights)) {
      const [key, value] = [`--${name}-height`, `${height}px`];
      if (frame.style.getPropertyValue(key) !== value) frame.style.setProperty(key, value);
    }
  }

  function fit() {
    fitted = { width: frame.clientWidth, height: frame.clientHeight };
    const scale = scaleOf(frame);
    measures = gridMeasures(spec, fitted.width / scale, fitted.height / scale);
    tellHeights();
    marked = [-1, -1];
    showNames();
    paint();
    spec.showKey?.();
  }

  // The words around the figure take more lines or fewer, and leave it another height.
  new ResizeObserver(() =>
    requestAnimationFrame(() => {
      if (spec && frame.clientHeight && !isFitted()) fit();
    }),
  ).observe(frame);

  return {
    draw(next) {
      spec = next;
      fit();
    },
    figure: () => gridFigure(spec, measures),
    /** Whether there is room for the numbers in the tiles. */
    showsText: () => measures.column >= measures.leastForText,
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

function paintMark(context, mark, x, y, { column, row, radius, leastForText }) {
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
    context.arc(x, y, markRadius(mark, radius) + RING.gap, 0, 2 * Math.PI);
    context.strokeStyle = mark.ring;
    context.lineWidth = RING.width;
    context.stroke();
  }
  if (mark.text && column >= leastForText) {
    // On a faded tile the ground shows through, so that its own ink would not be read.
    context.fillStyle = (mark.alpha ?? 1) < 1 ? cssValue("--ink-soft") : mark.textColour;
    context.font = `10.5px ${cssValue("--font")}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText(mark.text, x, y + 0.5);
  }
}

function paintNote(context, spec, i, { column, row, noteWidth }) {
  context.fillStyle = cssValue("--ink-soft");
  context.font = `${NAME_SIZE}px ${cssValue("--font")}`;
  context.textAlign = "left";
  context.textBaseline = "middle";
  const text = fitText(spec.notes[i], noteWidth - 8, NAME_SIZE);
  context.fillText(text, spec.columns.length * column + 8, (i + 0.5) * row);
}

/** Radius of a dot: its area follows `size` (0 to 1). */
function markRadius(mark, radius) {
  return Math.max(1, Math.sqrt(mark.size) * radius);
}
