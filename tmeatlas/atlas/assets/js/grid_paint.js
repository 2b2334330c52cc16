/** Draws the marks of a grid into its canvas. */
import { cssValue } from "./dom.js";
import { LEAST_FOR_TEXT, NAME_SIZE, RING } from "./grid_measures.js";
import { fitText } from "./text.js";

export function paintLines(context, spec, { column, row }) {
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

export function paintMark(context, mark, x, y, { column, row, radius }) {
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
  if (mark.text && column >= LEAST_FOR_TEXT) {
    // On a faded tile the ground shows through, so that its own ink would not be read.
    context.fillStyle = (mark.alpha ?? 1) < 1 ? cssValue("--ink-soft") : mark.textColour;
    context.font = `10.5px ${cssValue("--font")}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText(mark.text, x, y + 0.5);
  }
}

export function paintNote(context, spec, i, { column, row, noteWidth }) {
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
