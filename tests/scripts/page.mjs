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
  row: "cell",
  rows: "cells",
  mapSteps: 65535,
  lastStep: 254,
  missing: 255,
  geneLevels: 31,
  fewCells: 20,
  sourceWords: "Research use only",
  verdicts: [
    ...["active", "specific", "not specific", "too few cells", "not testable"],
    ...["specific, mostly ambient", "no verdict"],
  ],
  active: 0,
  notSpecific: 2,
  notTestable: 4,
  standing: [0, 1],
  tooFew: 3,
  ambient: 5,
  noVerdict: 6,
  alpha: 0.05,
  mostFold: 1000,
  fewestCells: 3,
});

export const { joinPlanes, readBlock, readJsonBlock, readNames } = await shared("decode");
export const { fittedParts, guideBins } = await shared("coder");
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
export const { barsOf, brushed, heightsOf } = await shared("histogram");
export const { realPosition, stepValue } = await shared("cells");
export const { createStore, createUpdater } = await shared("store");
export const { sortedRows, toCsv, wholeRows } = await shared("tables");
export const { withDensity } = await shared("png");
export const { readLink } = await shared("deep_link");
export const { addLineageWords, geneHint, matching, taken } = await shared("search_entries");
export const { createGeneSearch } = await shared("gene_search");
export const { geneMeans, geneNames } = await shared("gene_means");
export const { createSelection } = await shared("selection");
export const { ALL_AXES, interactionsOf } = await ofPanel("crosstalk", "interactions");
export const { link, usualChoice } = await ofPanel("crosstalk", "choice");
export const {
  axisWord,
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
export const { STORED } = await ofPanel("crosstalk", "naming");
export const { onlyBeside } = await ofPanel("crosstalk", "axes");
export const { answerOf, answerText } = await ofPanel("crosstalk", "answer");
export const { createLevels, shownText, surelyAbove } = await ofPanel("crosstalk", "levels");
export const { headsOf, titleOf } = await ofPanel("crosstalk", "heads");
export const { partnerLines, partnersTable } = await ofPanel("partners", "rows");
export const { choosePairs, pairLines, pairsTable } = await ofPanel("pairs", "rows");
export const { besideName, linesOfPair, namesOfSpecific, noteOfPair } = await ofPanel("pairs", "words");
export const { evidencePieces, evidenceRows, evidenceTable, shownRows } = await ofPanel("evidence", "rows");
export const { coverageText, pieceLines, readingOf } = await ofPanel("evidence", "reading");
export const { foldStrength, pFill } = await ofPanel("evidence", "list");
export const { boxShape, drawnBins, leastBandwidth, violinShape, waysForFew, widestShare } = await ofPanel("distribution", "violin");
export const { cellRadius, drawCells } = await ofPanel("map", "raster");
export const { orderBySteps } = await ofPanel("map", "order");
export const { geometryOf, boxOfLabel } = await ofPanel("map", "geometry");
export const { paneAt, onePane, splitPanes } = await ofPanel("map", "panes");
export const { coveredShare, groundOf, placeNames } = await ofPanel("map", "placing");
export const { placeLabels } = await ofPanel("map", "labels");
export const { regionOutline } = await ofPanel("map", "outlines");
export const { beyondText } = await ofPanel("map", "key");
export const { firstPair, shownLabel } = await ofPanel("map", "scope");
export const { captionOf } = await shared("caption");
export const { rawLabel } = await shared("labels");
export const { fromPixel, homeView, isPlace, panView, placeText, resizeView, toPixel, viewAt, zoomView } =
  await ofPanel("map", "viewport");
export const { comparisonOf } = await ofPanel("compare", "choices");
export const { axisRange, forestFigure } = await ofPanel("compare", "forest");
export const { besideFigure, titledFigure } = await ofPanel("compare", "beside");
export const comparison = await ofPanel("compare", "rows");
export const { levelHeading, sectionsOf } = await ofPanel("compare", "list");
export const { dotLines, replicatesFigure, spreadDots } = await shared("replicates");
export const phenotype = await ofPanel("phenotype", "rows");
export const { barMarker, countsWithin, placesOf, segmentBoxes } = await ofPanel("composition", "bars");
export const { groupList } = await ofPanel("composition", "list");
export const selectionContrast = await ofPanel("selection_genes", "contrast");
export const states = await ofPanel("states", "bars");
export const { geneRows, highestMean } = await ofPanel("gene_dots", "rows");
export const programmes = await ofPanel("dots", "programmes");
export const { gridMeasures, briefNumber } = await shared("grid_measures");
export const { familyHeadings, groupColumns } = await shared("group_columns");
export const { dotRadius, DOT_RADIUS } = await shared("dot_sizes");
export const { groupsTable, shortTable } = await ofPanel("lineages", "panel");
export const { panel: comparePanel } = await ofPanel("compare", "panel");
