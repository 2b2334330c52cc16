/** Files for the reader: figures as PNG and SVG, tables and selections as CSV. */
import { captionOf } from "./caption.js";
import { realPosition } from "./cells.js";
import { constants } from "./constants.js";
import { readNames } from "./decode.js";
import { cssValue, element } from "./dom.js";
import { withNote } from "./figure_words.js";
import { rawLabel } from "./labels.js";
import { showNotice } from "./notice.js";
import { PLOT_CONFIG } from "./plots.js";
import { withDensity } from "./png.js";
import { toCsv } from "./tables.js";
import { escapeForPlotly, fitText, wholeNumber } from "./text.js";
import { BOLD, TEXT } from "./type.js";

const PNG_SCALE = 3;
const DPI = 300; // a pixel of the page is a hundredth of an inch: letters of 12 are of 8.6 points
const TITLE_HEIGHT = 34;

function save(blob, name) {
  const link = element("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

const saveText = (text, type, name) => save(new Blob([text], { type }), name);

/** The figure of a panel with a title and an opaque background, as SVG text. */
async function figureSvg(atlas, panel) {
  const figure = withNote(panel.figure(), captionOf(atlas));
  const { data, layout } = figure;
  const [width, height] = [Math.ceil(figure.width), Math.ceil(figure.height)];
  const heading = document.getElementById(`title-${panel.id}`).textContent;
  const scope = figure.scope ?? document.getElementById(`scope-${panel.id}`)?.textContent ?? "";
  const title = [heading, scope.replace(/\.$/, "")].filter(Boolean).join(" – ");
  const margin = { ...layout.margin, t: layout.margin.t + TITLE_HEIGHT };
  const annotation = {
    text: escapeForPlotly(fitText(title, width - 16, TEXT, BOLD)),
    xref: "paper",
    yref: "paper",
    x: 0,
    y: 1,
    xshift: 8 - margin.l,
    yshift: margin.t,
    xanchor: "left",
    yanchor: "top",
    showarrow: false,
    font: { size: TEXT, weight: BOLD, color: cssValue("--ink") },
  };
  const complete = {
    ...layout,
    width,
    height: height + TITLE_HEIGHT,
    margin,
    paper_bgcolor: cssValue("--card"),
    annotations: [...(layout.annotations ?? []), annotation],
  };
  const size = { width, height: height + TITLE_HEIGHT };
  const titled = { data, layout: complete, config: PLOT_CONFIG };
  const url = await atlas.plotly.toImage(titled, { format: "svg", ...size });
  return { svg: decodeURIComponent(url.slice(url.indexOf(",") + 1)), ...size };
}

async function svgToPng({ svg, width, height }) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = element("canvas", { width: width * PNG_SCALE, height: height * PNG_SCALE });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve));
  return new Blob([withDensity(new Uint8Array(await blob.arrayBuffer()), DPI)], { type: "image/png" });
}

/** Download what a panel shows, as "svg", "png" or "csv". */
export async function downloadPanel(atlas, panel, format) {
  const name = `${atlas.meta.slug}-${panel.id}.${format}`;
  if (format === "csv") {
    saveText(toCsv(panel.table(), captionOf(atlas)), "text/csv;charset=utf-8", name);
    return;
  }
  const figure = await figureSvg(atlas, panel);
  if (format === "svg") saveText(figure.svg, "image/svg+xml", name);
  else save(await svgToPng(figure), name);
}

/** What a cell list calls the cell at a place of the page: its name, or the place itself. */
async function cellNamer({ cellNames: stored, nCells }) {
  if (stored.block === null) return (place) => place;
  const names = await readNames(stored.block, nCells);
  return (place) => names[place];
}

/** Download the cells in focus: name, categories and position of each; say how Python reads them. */
export async function downloadSelection(atlas) {
  const { meta, cells, selection, store } = atlas;
  const map = meta.maps[store.get("map")];
  const places = await cells.places(store.get("map"));
  const nameOf = await cellNamer(meta);
  const header = [
    meta.cellNames.heading,
    ...meta.categories.map((category) => category.name),
    `${map.name} 1`,
    `${map.name} 2`,
  ];
  const body = Array.from(selection.indices(), (i) => [
    nameOf(cells.order[i]),
    ...meta.categories.map((category) => rawLabel(category, cells.codesOf.get(category.id)[i])),
    ...realPosition(map, places.x[i], places.y[i]).map((value) => Number(value.toPrecision(6))),
  ]);
  const [n, all] = [body.length, cells.n].map(wholeNumber);
  const source = captionOf(atlas, `${n} of ${all} ${constants.rows}`);
  const file = `${meta.slug}-selection-${body.length}-${constants.rows}.csv`;
  saveText(toCsv({ header, body }, source), "text/csv;charset=utf-8", file);
  const lines = ["import tmeatlas as tme", `adata[tme.get.selection(adata, "${file}").index]`];
  showNotice("Saved. In Python, adata being these data:", lines.join("\n"));
}
