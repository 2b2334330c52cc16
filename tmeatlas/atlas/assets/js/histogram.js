/** How the values of a feature spread, with a brush that says which of them are shown. */
import { rampColour, sequential } from "./colours.js";
import { constants } from "./constants.js";
import { canvasScale, cssValue } from "./dom.js";

const MOST_BARS = 64;
const GRIP = 9; // pixels around an end of the brush in which it is taken hold of
const CLICK = 3; // pixels that a click may move
const GAP = 0.6; // pixels between bars
const PALEST = 0.12; // the paler end of the ramp is not seen on the ground
const LEAST_BAR = 1.5; // pixels: of few cells is not of none

/** The steps that occur: those that the page keeps, the levels of a gene, or all. */
function stepsOf({ stepsKept, kind }) {
  if (stepsKept) return Array.from(stepsKept);
  const last = kind === "gene" ? constants.geneLevels : constants.lastStep;
  return Array.from({ length: last + 1 }, (_, level) => Math.round((level * constants.lastStep) / last));
}

/** Cells per bar, and the step in the middle of each; few steps have a bar each. */
export function barsOf(values, feature) {
  const steps = stepsOf(feature);
  const each = Math.ceil(steps.length / MOST_BARS);
  const at = [];
  const barOf = new Uint8Array(256).fill(MOST_BARS);
  steps.forEach((step, i) => {
    const bar = Math.floor(i / each);
    barOf[step] = bar;
    if (i % each === 0) at[bar] = (step + (steps[i + each - 1] ?? steps.at(-1))) / 2;
  });
  const n = new Uint32Array(MOST_BARS + 1); // the last: cells without a value
  for (let i = 0; i < values.length; i++) n[barOf[values[i]]]++;
  return { n: n.subarray(0, at.length), at };
}

/**
 * How high each bar is, from 0 to 1. Where most cells have none of a gene, their bar is cut at the
 * top: the others would not be seen beside it.
 */
export function heightsOf({ n }) {
  const most = Math.max(1, ...n.subarray(1));
  return Array.from(n, (cells) => Math.min(1, cells / most));
}

/** The ends after a drag that began at `start` and is at `now`, both in steps. */
export function brushed(kind, { from, to }, start, now) {
  const last = constants.lastStep;
  const within = (step) => Math.max(0, Math.min(last, Math.round(step)));
  if (kind === "move") {
    const by = Math.max(-from, Math.min(last - to, Math.round(now - start)));
    return { from: from + by, to: to + by };
  }
  const fixed = kind === "low" ? to : kind === "high" ? from : start;
  return { from: within(Math.min(fixed, now)), to: within(Math.max(fixed, now)) };
}

/** `onBrush` gets {from, to} in steps, or null for all. */
export function createHistogram({ canvas, brush, onBrush }) {
  const [lowGrip, highGrip] = brush.children;
  const all = () => ({ from: 0, to: constants.lastStep });
  let range = null;
  let drag = null;

  const pixels = (step) => (step / constants.lastStep) * brush.clientWidth;
  const stepAt = (event) => {
    const box = brush.getBoundingClientRect();
    return ((event.clientX - box.left) / box.width) * constants.lastStep;
  };

  function kindAt(event) {
    const { from, to } = range ?? all();
    const x = event.clientX - brush.getBoundingClientRect().left;
    const [low, high] = [Math.abs(x - pixels(from)), Math.abs(x - pixels(to))];
    if (Math.min(low, high) <= GRIP) return low < high ? "low" : "high";
    return range && x > pixels(from) && x < pixels(to) ? "move" : "new";
  }

  brush.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    brush.setPointerCapture(event.pointerId);
    const kind = kindAt(event);
    drag = { kind, start: stepAt(event), x: event.clientX, before: range ?? all(), moved: false };
  });
  brush.addEventListener("pointermove", (event) => {
    if (!drag) {
      brush.dataset.kind = kindAt(event);
      return;
    }
    drag.moved ||= Math.abs(event.clientX - drag.x) > CLICK;
    if (!drag.moved) return;
    const next = brushed(drag.kind, drag.before, drag.start, stepAt(event));
    onBrush(next.from === 0 && next.to === constants.lastStep ? null : next);
  });
  const end = () => {
    if (drag && !drag.moved && drag.kind === "new") onBrush(null);
    drag = null;
  };
  brush.addEventListener("pointerup", end);
  brush.addEventListener("pointercancel", end);

  function paint(bars, [low, high]) {
    const { clientWidth: width, clientHeight: height } = canvas;
    const scale = canvasScale();
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    const context = canvas.getContext("2d");
    context.scale(scale, scale);
    const stops = sequential();
    const { from, to } = range ?? all();
    const edges = [0, ...bars.at.slice(1).map((at, i) => (at + bars.at[i]) / 2), constants.lastStep];
    const x = edges.map((step) => (step / constants.lastStep) * width);
    heightsOf(bars).forEach((share, i) => {
      if (!bars.n[i]) return;
      const at = bars.at[i];
      const along = Math.max(0, Math.min(1, (at - low) / (high - low)));
      const inside = at >= from && at <= to;
      context.fillStyle = inside ? rampColour(stops, PALEST + (1 - PALEST) * along) : cssValue("--dim");
      const bar = Math.max(LEAST_BAR, share * (height - 1));
      context.fillRect(x[i], height - bar, Math.max(1, x[i + 1] - x[i] - GAP), bar);
    });
  }

  return {
    /** Draw cells per bar, what is shown of them, and in which steps the colours of the map run. */
    draw(bars, shown, colourSteps) {
      range = shown;
      paint(bars, colourSteps);
      const { from, to } = shown ?? all();
      lowGrip.style.left = `${(100 * from) / constants.lastStep}%`;
      highGrip.style.left = `${(100 * to) / constants.lastStep}%`;
    },
  };
}
