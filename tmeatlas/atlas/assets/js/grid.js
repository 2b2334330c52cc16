/**
 * Marks in rows and columns: dots or tiles. Names stay in view while the
 * inside scrolls, so that it works for 3 columns and for 60. The marks are
 * drawn on a canvas, the names are buttons.
 */
import { byId, canvasScale, cssValue, element, scaleOf } from "./dom.js";
import { dotRadius } from "./dot_sizes.js";
import { gridFigure } from "./grid_export.js";
import { gridMeasures, linesOf, NAME_SIZE, NOTE_LINE, RING } from "./grid_measures.js";
import { columnHeads, removers, replaceNames, rowHeads } from "./grid_names.js";
import { fitText } from "./text.js";
import { hideTooltip, showTooltip } from "./tooltip.js";

export function createGrid(id, { onCell, onRow, onColumn, onToggle = null }) {
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
    corner.replaceChildren(...(spec.corner ?? []).map((line) => element("span", {}, line)));
    header.className = measures.level ? "grid-columns level" : "grid-columns slanted";
    header.replaceChildren(...columnHeads(spec, measures, onColumn));
    side.className = spec.opens ? "grid-rows opens" : "grid-rows";
    const names = rowHeads(spec, measures, { onRow, onToggle });
    replaceNames(side, [...names, ...removers(spec, measures)]);
    inside.style.gridTemplateColumns = `${measures.rowNames}px ${Math.max(
      marksWidth(),
      measures.inner + measures.overhang,
    )}px`;
    inside.style.gridTemplateRows = `${measures.header}px auto`;
  }

  function paint() {
    const { column, left, row } = measures;
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
      if (isBare(spec.rows[i])) continue;
      for (let j = 0; j < spec.columns.length; j++) {
        const mark = spec.mark(i, j);
        if (mark) paintMark(context, mark, left(j) + column / 2, (i + 0.5) * row, measures);
      }
      if (spec.notes) paintNote(context, spec, i, measures);
    }
  }

  /** Where there is only one column, notes beside its marks say what the marks show. */
  const marksWidth = () => measures.inner + measures.noteWidth;

  /** The column at so many pixels from the left; -1 between families. */
  function columnAt(x) {
    const { column, left } = measures;
    return spec.columns.findIndex((_, j) => x >= left(j) && x < left(j) + column);
  }

  function at(event) {
    const rect = canvas.getBoundingClientRect();
    const j = columnAt(event.clientX - rect.left);
    const i = Math.floor((event.clientY - rect.top) / measures.row);
    const inGrid = i >= 0 && j >= 0 && i < spec.rows.length && j < spec.columns.length;
    return inGrid && !isBare(spec.rows[i]) && spec.mark(i, j) ? [i, j] : [-1, -1];
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
    /** For a file; null until it is drawn. */
    figure: () => spec && gridFigure(spec, measures),
    /** Whether there is room for the numbers in the tiles. */
    showsText: () => measures.column >= measures.leastForText,
    /** Radius of the dot that stands for all cells. */
    largestRadius: () => measures.radius,
  };
}

/** Rows without marks. */
const isBare = ({ heading, fold }) => heading || fold;

function paintLines(context, spec, { inner, row }) {
  context.strokeStyle = spec.lineColour;
  context.lineWidth = 1;
  context.beginPath();
  spec.rows.forEach((entry, i) => {
    if (isBare(entry)) return;
    const y = Math.round((i + 0.5) * row) + 0.5;
    context.moveTo(0, y);
    context.lineTo(inner, y);
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
    context.arc(x, y, dotRadius(mark.size, radius), 0, 2 * Math.PI);
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
    context.arc(x, y, dotRadius(mark.size, radius) + RING.gap, 0, 2 * Math.PI);
    context.strokeStyle = mark.ring;
    context.lineWidth = RING.width;
    context.stroke();
  }
  if (mark.text && column >= leastForText) {
    // On a faded tile the ground shows through, so that its own ink would not be read.
    context.fillStyle = (mark.alpha ?? 1) < 1 ? cssValue("--ink-soft") : mark.textColour;
    context.font = `${NAME_SIZE}px ${cssValue("--font")}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText(mark.text, x, y + 0.5);
  }
}

function paintNote(context, spec, i, { inner, row, noteWidth, hasLines }) {
  context.fillStyle = cssValue("--ink-soft");
  context.font = `${NAME_SIZE}px ${cssValue("--font")}`;
  context.textAlign = "left";
  context.textBaseline = "middle";
  const [note, width] = [spec.notes[i], noteWidth - 8];
  const lines = hasLines ? linesOf(note, width) : [fitText(note, width, NAME_SIZE)];
  const middle = (lines.length - 1) / 2;
  lines.forEach((line, k) => context.fillText(line, inner + 8, (i + 0.5) * row + NOTE_LINE * (k - middle)));
}
