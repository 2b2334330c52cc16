/** Starts the page: the map as soon as its cells are decoded, then the panels, then plotly. */
import { bindCard, closeMenusOutside } from "./cards.js";
import { loadCells } from "./cells.js";
import { createCrosstalkScope } from "./crosstalk_scope.js";
import { createLinkWriter, followAddress, readLink } from "./deep_link.js";
import { runScript, unpackScript } from "./decode.js";
import { announce, byId, nextFrame } from "./dom.js";
import { downloadSelection } from "./downloads.js";
import { showError } from "./errors.js";
import { createHeader } from "./header.js";
import { loadInteractions } from "./interactions.js";
import { createConditionFilter, createLegend, createSampleFilter } from "./legend.js";
import { bindMapTools, createSelectionBar } from "./map_tools.js";
import { createAgreementPanel } from "./panel_agreement.js";
import { createCompositionPanel } from "./panel_composition.js";
import { createCrosstalkPanel } from "./panel_crosstalk.js";
import { createDistributionPanel } from "./panel_distribution.js";
import { createDotsPanel, usualCompartment } from "./panel_dots.js";
import { createEvidencePanel } from "./panel_evidence.js";
import { createMapPanel } from "./panel_map.js";
import { createPairsPanel } from "./panel_pairs.js";
import { bindPrint } from "./print.js";
import { createSearch } from "./search.js";
import { createSelection } from "./selection.js";
import { createStore, createUpdater } from "./store.js";
import { createRangeFilter } from "./range_filter.js";

const FEW_NODES = 3;
const MANY_NODES = 16; // outside of these, a matrix is easier to read than a chord diagram

/** Genes as features, with what they do not share: a page can hold a thousand of them. */
function geneFeatures({ genes }) {
  if (!genes) return [];
  const { names, high, unit, firstBlock } = genes;
  const shared = { kind: "gene", unit, compartment: "", genes: [], low: 0, threshold: 0 };
  return names.map((name, i) => ({
    ...shared,
    id: `g:${name}`,
    name,
    high: high[i],
    block: firstBlock + i,
  }));
}

/** The features that cells can be coloured by, categories among them, by id. */
function readFeatures(meta) {
  const categories = meta.categories.map((category) => {
    const { id, name } = category;
    return [id, { id, kind: "category", name, category }];
  });
  return new Map([...categories, ...meta.features.map((feature) => [feature.id, feature])]);
}

function usualState(meta) {
  const nNodes = meta.crosstalk?.nodes.length ?? 0;
  const prefersDark = matchMedia("(prefers-color-scheme: dark)").matches;
  return {
    map: 0,
    place: null, // where the map is and how close; null for all of it
    colour: "group",
    hidden: new Set(),
    condition: null,
    sample: null,
    range: null,
    region: null,
    tool: "lasso",
    touchDraws: false,
    palette: "usual",
    theme: prefersDark ? "dark" : "light",
    compartment: usualCompartment(meta),
    dotsOrder: "usual",
    agreement: 0,
    distributionBy: "group",
    distributionOf: null, // the feature last chosen as colour, shown beside a colour by category
    axis: 0,
    sender: null,
    receiver: null,
    network: nNodes < FEW_NODES || nNodes > MANY_NODES ? "matrix" : "chord",
    size: 0,
  };
}

/** The panels that the page has cards for, in the order in which they are updated. */
async function createPanels(atlas) {
  const panels = [];
  if (byId("card-dots")) panels.push(createDotsPanel(atlas));
  if (byId("card-distribution")) panels.push(createDistributionPanel(atlas));
  if (byId("card-agreement")) panels.push(createAgreementPanel(atlas));
  if (byId("card-composition")) panels.push(createCompositionPanel(atlas));
  if (byId("card-crosstalk")) {
    atlas.interactions = await loadInteractions(atlas.meta);
    atlas.crosstalkScope = createCrosstalkScope(atlas);
    panels.push(createCrosstalkPanel(atlas), createPairsPanel(atlas));
    if (byId("card-evidence")) panels.push(await createEvidencePanel(atlas));
  }
  return panels;
}

/** Draw the panels anew when the window gets another size. */
function watchSize(store) {
  let waiting = 0;
  let width = innerWidth;
  addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      if (innerWidth === width) return;
      width = innerWidth;
      store.set({ size: store.get("size") + 1 });
    }, 120);
  });
}

async function start() {
  const meta = JSON.parse(byId("meta").textContent);
  meta.features.push(...geneFeatures(meta));
  const cells = await loadCells(meta);
  const usual = usualState(meta);
  const store = createStore(usual);
  const categories = new Map(meta.categories.map((category) => [category.id, category]));
  const atlas = { meta, cells, store, categories, features: readFeatures(meta), plotly: null };
  atlas.selection = createSelection(atlas);
  store.set(readLink(atlas));

  const header = createHeader(atlas);
  header.update(); // the theme decides all colours, so it comes first
  const map = createMapPanel(atlas);
  const side = [
    atlas.selection,
    header,
    map,
    createLegend(atlas),
    createConditionFilter(atlas),
    createSampleFilter(atlas),
    createRangeFilter(atlas),
    createSearch(atlas),
    createSelectionBar(atlas),
    bindMapTools(atlas, map),
  ].filter(Boolean);
  for (const part of side) await part.update(new Set(part.needs));
  await nextFrame();
  performance.mark("atlas-map");

  const library = unpackScript("plotly-library"); // beside the panels
  // What needs no plotly is shown before it starts, which takes longer than all the rest.
  const panels = await createPanels(atlas);
  const drawAll = async (chosen) => {
    for (const panel of chosen) await panel.update(new Set(panel.needs));
  };
  await drawAll(panels.filter((panel) => !panel.usesPlotly));
  await nextFrame();
  runScript(await library);
  if (!window.Plotly) throw new Error("plotly.js did not start");
  atlas.plotly = window.Plotly;
  await drawAll(panels.filter((panel) => panel.usesPlotly));
  const cards = [map, ...panels].map((panel) => bindCard(atlas, panel, showError));
  const link = createLinkWriter(atlas, usual);
  followAddress(atlas, usual);
  const updater = createUpdater([...side, ...panels, ...cards, link], showError);
  store.onChange(updater.request);
  byId("download-selection").addEventListener("click", () => {
    downloadSelection(atlas).catch(showError);
  });
  closeMenusOutside();
  watchSize(store);
  bindPrint(atlas, { map, settled: updater.settled });
  await nextFrame();
  performance.mark("atlas-ready");
  document.documentElement.dataset.ready = "true";
  announce("The atlas is ready");
  const byPanel = Object.fromEntries([map, ...panels].map((panel) => [panel.id, panel]));
  cells.readAhead(meta.features.filter((feature) => feature.kind === "signature")).catch(showError);
  window.tmeatlas = { atlas, store, panels: byPanel, settled: updater.settled };
}

start().catch(showError);
