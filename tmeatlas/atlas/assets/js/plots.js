/** What all plotly figures of the page have in common. */
import { byId, cssValue } from "./dom.js";
import { escapeForPlotly, fitText, lineHeight, widest } from "./text.js";
import { hideTooltip, showTooltip } from "./tooltip.js";
import { SMALL } from "./type.js";

/** No mode bar, no cloud upload, no zoom by accident. */
export const PLOT_CONFIG = {
  displayModeBar: false,
  displaylogo: false,
  showSendToCloud: false,
  plotlyServerURL: "",
  typesetMath: false,
  scrollZoom: false,
  doubleClick: false,
  responsive: false,
};

const LEGEND_WIDTH = 240;

export const plotFont = (size = SMALL) => ({
  family: cssValue("--font"),
  size,
  color: cssValue("--ink-soft"),
});

export const baseLayout = (layout) => ({
  font: plotFont(),
  paper_bgcolor: "rgba(0,0,0,0)",
  plot_bgcolor: "rgba(0,0,0,0)",
  showlegend: false,
  hovermode: "closest",
  dragmode: false,
  ...layout,
});

/**
 * An axis with names at 0, 1, 2 ...: plotly's own category axes merge equal
 * names and drop some, such as "__proto__".
 */
export function namedAxis(names, { width = 160, positions = null, size = SMALL } = {}) {
  return {
    tickmode: "array",
    tickvals: positions ?? names.map((_, i) => i),
    ticktext: names.map((name) => escapeForPlotly(fitText(name, width, size))),
    ticklabeloverflow: "allow", // they fit; plotly would measure each
    tickfont: { size },
    ticks: "outside",
    ticklen: 4,
    tickcolor: "rgba(0,0,0,0)",
    fixedrange: true,
    showgrid: false,
    zeroline: false,
    automargin: false,
  };
}

/** Invisible points that bring an entry of the legend each. */
export const legendTraces = (labels, colours) =>
  labels.map((label, i) => ({
    type: "scatter",
    mode: "markers",
    x: [null],
    y: [null],
    name: escapeForPlotly(fitText(label, LEGEND_WIDTH)),
    marker: { color: colours[i], size: 10 },
    showlegend: true,
  }));

/** A figure for export with a legend at its right, as on screen the page has one. */
export function withLegend(figure, labels, colours) {
  const room = Math.ceil(Math.min(widest(labels), LEGEND_WIDTH)) + 56;
  const margin = { ...figure.layout.margin, r: figure.layout.margin.r + room };
  const { l, r } = figure.layout.margin;
  const x = 1 + r / (figure.width - l - r); // right of what stands in the margin
  const legend = { x, xanchor: "left", y: 1, yanchor: "top", font: plotFont() };
  return {
    data: [
      ...figure.data.map((trace) => ({ ...trace, showlegend: false })),
      ...legendTraces(labels, colours),
    ],
    layout: { ...figure.layout, margin, legend, showlegend: true },
    width: figure.width + room,
    height: Math.max(figure.height, 20 * labels.length + 40),
  };
}

const SLANT = 45;
const BELOW_AXIS = 12; // from the axis to its names, and a little below them

/**
 * How to write names below an axis whose places are `step` pixels wide: level
 * where they fit, slanted or upright where not, with the height they take and
 * the room the last one needs on the left.
 */
export function namesBelow(names, step, { size = SMALL, longest = 140 } = {}) {
  const width = Math.min(longest, widest(names, size)) + 6;
  const line = lineHeight(size);
  if (width <= step) return { tickangle: 0, height: line + BELOW_AXIS, width, overhang: 0 };
  const slanted = step >= 15;
  const angle = slanted ? SLANT : 90;
  const radians = (angle * Math.PI) / 180;
  return {
    tickangle: -angle,
    height: Math.ceil(Math.sin(radians) * width + Math.cos(radians) * line + BELOW_AXIS),
    width,
    overhang: Math.cos(radians) * width + (Math.sin(radians) * line) / 2,
  };
}

/**
 * A plotly figure in its element: draws, tells what is under the pointer, and what is clicked.
 * `describe` gets a point that plotly found, `locate` the position along the x axis; where it
 * gives undefined, the points tell.
 */
export function createPlot(atlas, id, { describe = null, locate = null, onClick = null }) {
  const frame = byId(`frame-${id}`);
  const node = byId(`figure-${id}`);
  let listening = false;
  let pointer = null;
  let nDrawn = 0;
  node.addEventListener("mousemove", (event) => {
    pointer = event;
    const lines = locate?.(positionOf(event));
    if (lines !== undefined) showLines(lines);
  });
  node.addEventListener("mouseleave", hideTooltip);

  function positionOf(event) {
    const { layout } = node;
    if (!layout) return NaN;
    const { l, r } = layout.margin;
    const [from, to] = layout.xaxis.range;
    const x = event.clientX - node.getBoundingClientRect().left;
    return from + ((x - l) / (layout.width - l - r)) * (to - from);
  }

  function showLines(lines) {
    if (lines) showTooltip(pointer, lines);
    else hideTooltip();
  }

  function listen() {
    if (listening) return;
    listening = true;
    if (describe) {
      node.on("plotly_hover", (event) => {
        pointer ??= event.event;
        showLines(event.points?.length ? describe(event.points[0]) : null);
      });
      node.on("plotly_unhover", hideTooltip);
    }
    if (onClick)
      node.on("plotly_click", (event) => event.points?.length && onClick(event.points[0]));
  }

  return {
    node,
    /** The room that there is; a wider figure scrolls. */
    size: () => ({ width: frame.clientWidth, height: frame.clientHeight }),
    async draw({ data, layout, width, height }) {
      if (!atlas.plotly) return;
      // A size that plotly is told spares it from measuring the page. The number makes it draw
      // what has not changed as well: it may have been repainted.
      const datarevision = ++nDrawn;
      const options = { ...layout, width, height, datarevision };
      await atlas.plotly.react(node, data, options, PLOT_CONFIG);
      listen();
    },
    /**
     * Other colours of the filled shapes and names that were drawn, without drawing them anew.
     * Tells whether that was possible: plotly leaves out what has no place in the figure.
     */
    repaint({ data, layout }) {
      const traces = node.querySelectorAll(".scatterlayer > .trace");
      const names = node.querySelectorAll(".annotation-text");
      const isSame = traces.length === data.length && names.length === layout.annotations.length;
      if (!isSame) return false;
      data.forEach(({ fillcolor, line }, i) => {
        const style = (name) => traces[i].querySelector(name)?.style;
        Object.assign(style(".js-fill") ?? {}, { fill: fillcolor, fillOpacity: 1 });
        const outline = style(".js-line");
        if (outline && line.color) Object.assign(outline, { stroke: line.color, strokeOpacity: 1 });
      });
      layout.annotations.forEach(({ font }, i) => {
        Object.assign(names[i].style, { fill: font.color, fontWeight: font.weight ?? "normal" });
      });
      return true;
    },
  };
}
