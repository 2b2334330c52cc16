/** Files for the reader: figures as PNG and SVG, tables and selections as CSV. */
import { realPosition } from "./cells.js";
import { readJsonBlock } from "./decode.js";
import { cssValue, element } from "./dom.js";
import { PLOT_CONFIG } from "./plots.js";
import { toCsv } from "./tables.js";
import { escapeForPlotly, fitText } from "./text.js";

const PNG_SCALE = 3; // 300 dots per inch at the size on screen
const TITLE_HEIGHT = 34;

function save(blob, name) {
  const link = element("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

const saveText = (text, type, name) => save(new Blob([text], { type }), name);

/** The figure of a panel with a title and an opaque background, as SVG text. */
async function figureSvg(atlas, panel) {
  const figure = panel.figure();
  const { data, layout } = figure;
  const [width, height] = [Math.ceil(figure.width), Math.ceil(figure.height)];
  const heading = document.getElementById(`title-${panel.id}`).textContent;
  const scope = figure.scope ?? document.getElementById(`scope-${panel.id}`)?.textContent ?? "";
  const title = [heading, scope.replace(/\.$/, "")].filter(Boolean).join(" – ");
  const margin = { ...layout.margin, t: layout.margin.t + TITLE_HEIGHT };
  const annotation = {
    text: escapeForPlotly(fitText(title, width - 16, 14, 600)),
    xref: "paper",
    yref: "paper",
    x: 0,
    y: 1,
    xshift: 8 - margin.l,
    yshift: margin.t,
    xanchor: "left",
    yanchor: "top",
    showarrow: false,
    font: { size: 14, weight: 600, color: cssValue("--ink") },
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
  return new Promise((resolve) => canvas.toBlob(resolve));
}

/** Download what a panel shows, as "svg", "png" or "csv". */
export async function downloadPanel(atlas, panel, format) {
  const name = `${atlas.meta.slug}-${panel.id}.${format}`;
  if (format === "csv") {
    saveText(toCsv(panel.table()), "text/csv;charset=utf-8", name);
    return;
  }
  const figure = await figureSvg(atlas, panel);
  if (format === "svg") saveText(figure.svg, "image/svg+xml", name);
  else save(await svgToPng(figure), name);
}

/** What a cell list calls the cell at a place of the page: its name, or the place itself. */
async function cellNamer({ cellNames: stored }) {
  if (stored.block === null) return (place) => place;
  const names = await readJsonBlock(stored.block);
  return (place) => names[place];
}

/** Download the cells in focus: name, categories and position of each. */
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
    ...meta.categories.map((category) => category.labels[cells.codesOf.get(category.id)[i]]),
    ...realPosition(map, places.x[i], places.y[i]).map((value) => Number(value.toPrecision(6))),
  ]);
  saveText(toCsv({ header, body }), "text/csv;charset=utf-8", `${meta.slug}-selection.csv`);
}
