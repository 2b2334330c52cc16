/**
 * The scripts of the page that need no page: the one place that knows where they lie, and what
 * little of a browser they ask for.
 */

/** Every letter is six pixels wide; the style sheet has these values. */
const WIDTH = 6;
const STYLE = { "--card": "#101418", "--dim": "#808080", "--ink": "#000000", "--font": "sans" };
const blocks = new Map(); // text of packed blocks, by their id

globalThis.document = {
  documentElement: { dataset: { theme: "light" } },
  createElement: () => ({
    getContext: () => ({
      measureText: (text) => ({
        width: WIDTH * [...text].length,
        fontBoundingBoxAscent: 9,
        fontBoundingBoxDescent: 3,
      }),
    }),
  }),
  getElementById: (id) => (blocks.has(id) ? { textContent: blocks.get(id) } : null),
};
globalThis.getComputedStyle = () => ({ getPropertyValue: (name) => STYLE[name] ?? "" });

/** Show the page in "light" or "dark". */
export function useTheme(theme) {
  document.documentElement.dataset.theme = theme;
}

/** Put the text of a packed block into the page. */
export function putBlock(number, text) {
  blocks.set(`block-${number}`, text);
}

const root = new URL("../../tmeatlas/atlas/", import.meta.url);
const shared = (name) => import(new URL(`assets/js/${name}.js`, root));
const ofPanel = (panel, name) => import(new URL(`panels/${panel}/${name}.js`, root));

const { constants, useConstants } = await shared("constants");
export { constants };
useConstants({
  mapSteps: 65535,
  lastStep: 254,
  missing: 255,
  geneLevels: 31,
  verdicts: [
    ...["active", "specific", "not specific", "too few cells", "not testable"],
    ...["specific, mostly ambient", ""],
  ],
  standing: [0, 1],
  tooFew: 3,
  ambient: 5,
  noVerdict: 6,
  alpha: 0.05,
});

export const { joinPlanes, readBlock, readJsonBlock } = await shared("decode");
export const {
  bandwidthOf,
  countByBar,
  countByCode,
  histograms,
  meansByCode,
  quantileStep,
  smoothOutline,
} = await shared("statistics");
export const {
  capital,
  escapeForPlotly,
  fitDistinct,
  fitText,
  linesOf,
  percent,
  pValue,
  shortNumber,
  textWidth,
  wholeNumber,
} = await shared("text");
export const { contrast, inTheme, parseHex, toHex } = await shared("theme_colours");
export const { categoryColours, mixed, nodeColours, plotlyScale, rampColour, readableOn, withAlpha } =
  await shared("colours");
export const { realPosition, stepValue } = await shared("cells");
export const { createStore, createUpdater } = await shared("store");
export const { sortedRows, toCsv, wholeRows } = await shared("tables");
export const { readLink } = await shared("deep_link");
export const { geneHint, matching, namedGenes } = await shared("search_entries");
export const { createSelection } = await shared("selection");
export const { ALL_AXES, interactionsOf } = await ofPanel("crosstalk", "interactions");
export const { link, usualChoice } = await ofPanel("crosstalk", "choice");
export const {
  cellsOf,
  countText,
  countVerdicts,
  emptyText,
  foldText,
  neededOfBoth,
  neededText,
  samplesOf,
  samplesText,
  shareText,
  verdictName,
  verdictText,
} = await ofPanel("crosstalk", "words");
export const { onlyAssociated } = await ofPanel("crosstalk", "axes");
export const { choosePairs, pairLines, pairsTable } = await ofPanel("pairs", "rows");
export const { besideName, linesOfPair, noteOfPair } = await ofPanel("pairs", "words");
export const { evidencePieces, evidenceRows, evidenceTable } = await ofPanel("evidence", "rows");
export const { coverageText, pieceLines, readingOf } = await ofPanel("evidence", "reading");
export const { boxShape, violinShape, waysForFew } = await ofPanel("distribution", "violin");
export const { cellRadius, drawCells, orderBySteps } = await ofPanel("map", "raster");
export const { fromPixel, homeView, isPlace, panView, placeText, resizeView, toPixel, viewAt, zoomView } =
  await ofPanel("map", "viewport");
export const { axisRange, forestFigure } = await ofPanel("compare", "forest");
export const { besideFigure } = await ofPanel("compare", "beside");
export const comparison = await ofPanel("compare", "rows");
export const { dotLines, replicatesFigure, spreadDots } = await shared("replicates");
export const phenotype = await ofPanel("phenotype", "rows");
export const { countsWithin, placesOf, segmentBoxes } = await ofPanel("composition", "bars");
export const states = await ofPanel("states", "bars");
export const { groupsTable } = await ofPanel("lineages", "panel");
export const { panel: comparePanel } = await ofPanel("compare", "panel");
