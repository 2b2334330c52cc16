/** Starts the page: the map as soon as its cells are decoded, then the panels, then plotly. */
import { bindCard, closeMenusOutside } from "./cards.js";
import { loadCells } from "./cells.js";
import { useConstants } from "./constants.js";
import { runScript, unpackScript } from "./decode.js";
import { createLinkWriter, followAddress, readLink } from "./deep_link.js";
import { announce, byId, nextFrame, showError } from "./dom.js";
import {
  createConditionFilter,
  createLegend,
  createRangeFilter,
  createSampleFilter,
} from "./filters.js";
import { createHeader } from "./header.js";
import { panelsOf } from "./panels.js";
import { bindPrint } from "./print.js";
import { createSearch } from "./search.js";
import { createSelection } from "./selection.js";
import { createStore, createUpdater } from "./store.js";

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

/** The state at first: of the page, and of each panel. */
function usualState(meta, definitions) {
  const prefersDark = matchMedia("(prefers-color-scheme: dark)").matches;
  const common = {
    map: 0,
    colour: "group",
    hidden: new Set(),
    condition: null,
    sample: null,
    range: null,
    region: null,
    palette: "usual",
    theme: prefersDark ? "dark" : "light",
    size: 0,
  };
  return Object.assign(common, ...definitions.map(({ state }) => state?.(meta) ?? {}));
}

async function createPanels(atlas, definitions) {
  const panels = [];
  for (const definition of definitions) panels.push(await definition.create(atlas));
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

async function begin(everyPanel) {
  const meta = JSON.parse(byId("meta").textContent);
  useConstants(meta.constants);
  meta.features.push(...geneFeatures(meta));
  const definitions = panelsOf(everyPanel, meta);
  const cells = await loadCells(meta);
  const usual = usualState(meta, definitions);
  const store = createStore(usual);
  const categories = new Map(meta.categories.map((category) => [category.id, category]));
  const features = readFeatures(meta);
  const atlas = { meta, definitions, cells, store, categories, features, plotly: null };
  atlas.selection = createSelection(atlas);
  store.set(readLink(atlas));

  const header = createHeader(atlas);
  header.update(); // the theme decides all colours, so it comes first
  const first = await createPanels(
    atlas,
    definitions.filter(({ isFirst }) => isFirst),
  );
  const search = createSearch(atlas);
  const side = [
    atlas.selection,
    header,
    ...first,
    createLegend(atlas),
    createConditionFilter(atlas),
    createSampleFilter(atlas),
    createRangeFilter(atlas),
    search,
  ].filter(Boolean);
  const drawAll = async (parts) => {
    for (const part of parts) await part.update(new Set(part.needs));
  };
  await drawAll(side);
  await nextFrame();
  performance.mark("atlas-map");

  const library = unpackScript("plotly-library"); // beside the panels
  // What needs no plotly is shown before it starts, which takes longer than all the rest.
  const others = await createPanels(
    atlas,
    definitions.filter(({ isFirst }) => !isFirst),
  );
  search.lookAgain();
  await drawAll(others.filter((panel) => !panel.usesPlotly));
  await nextFrame();
  runScript(await library);
  if (!window.Plotly) throw new Error("plotly.js did not start");
  atlas.plotly = window.Plotly;
  await drawAll(others.filter((panel) => panel.usesPlotly));
  const panels = [...first, ...others];
  const cards = panels.map((panel) => bindCard(atlas, panel, showError));
  const link = createLinkWriter(atlas, usual);
  followAddress(atlas, usual);
  const updater = createUpdater([...side, ...others, ...cards, link], showError);
  store.onChange(updater.request);
  closeMenusOutside();
  watchSize(store);
  bindPrint(atlas, { panels, settled: updater.settled });
  await nextFrame();
  performance.mark("atlas-ready");
  document.documentElement.dataset.ready = "true";
  announce("The atlas is ready");
  const byPanel = Object.fromEntries(panels.map((panel) => [panel.id, panel]));
  cells.readAhead(meta.features.filter((feature) => feature.kind === "signature")).catch(showError);
  window.tmeatlas = { atlas, store, panels: byPanel, settled: updater.settled };
}

/** Start the page with the panels there are; it has those of which its data have something. */
export function start(everyPanel) {
  begin(everyPanel).catch(showError);
}
