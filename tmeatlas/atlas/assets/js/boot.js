/** Starts the page: the map as soon as its cells are decoded, then the panels, then plotly. */
import { bindCard, closeMenusOutside } from "./cards.js";
import { loadCells } from "./cells.js";
import { useConstants } from "./constants.js";
import { readMeta, runScript, unpackScript } from "./decode.js";
import { createLinkWriter, followAddress, readLink } from "./deep_link.js";
import { announce, nextFrame, showError } from "./dom.js";
import { useMeanings } from "./explained.js";
import { createConditionFilter, createRangeFilter, createSampleFilter } from "./filters.js";
import { bindFindings } from "./findings.js";
import { createHeader } from "./header.js";
import { createLegend } from "./legend.js";
import { panelsOf } from "./panels.js";
import { bindPrint } from "./print.js";
import { createSearch } from "./search.js";
import { createSelection } from "./selection.js";
import { createStore, createUpdater } from "./store.js";
import { bindTabs, isInHiddenTab, tabNames } from "./tabs.js";

/** Genes as features, with what they do not share: a page can hold a thousand of them. */
function geneFeatures({ genes }) {
  if (!genes) return [];
  const { names, high, unit, firstBlock, guides, guide } = genes;
  const shared = { kind: "gene", unit, compartment: "", genes: [], low: 0, threshold: 0 };
  return names.map((name, i) => ({
    ...shared,
    id: `g:${name}`,
    name,
    high: high[i],
    block: firstBlock + i,
    guide: guides[guide[i]],
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
    tab: tabNames()[0] ?? null,
    wide: false,
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
  const meta = await readMeta();
  useConstants(meta.constants);
  useMeanings(meta.meanings.words);
  meta.features.push(...geneFeatures(meta));
  const definitions = panelsOf(everyPanel, meta);
  const cells = await loadCells(meta);
  const usual = usualState(meta, definitions);
  const store = createStore(usual);
  const categories = new Map(meta.categories.map((category) => [category.id, category]));
  const features = readFeatures(meta);
  const settled = async () => {}; // until there is something to wait for
  const atlas = { meta, definitions, cells, store, categories, features, settled, plotly: null, panels: new Map() };
  atlas.selection = createSelection(atlas);
  store.set(readLink(atlas));

  const header = createHeader(atlas);
  header.update(); // the theme decides all colours, so it comes first
  bindTabs(atlas);
  bindFindings(meta.meanings);
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
  for (const part of side) await part.update(new Set(part.needs));
  await nextFrame();
  performance.mark("atlas-map");

  const library = unpackScript("plotly-library"); // beside the panels
  // What needs no plotly is shown before it starts, which takes longer than all the rest.
  const others = await createPanels(
    atlas,
    definitions.filter(({ isFirst }) => !isFirst),
  );
  search.lookAgain();
  const panels = [...first, ...others];
  for (const panel of panels) atlas.panels.set(panel.id, panel);
  const cards = panels.map((panel) => bindCard(atlas, panel, showError));
  const link = createLinkWriter(atlas, usual);
  const parts = [...side, ...others, ...cards, link];
  const updater = createUpdater(parts, showError, ({ id }) => id !== undefined && isInHiddenTab(id));
  atlas.settled = updater.settled;
  for (const panel of others.filter(({ usesPlotly }) => !usesPlotly)) await updater.begin(panel);
  await nextFrame();
  performance.mark("atlas-first-screen"); // no figure of plotly stands in it
  runScript(await library);
  if (!window.Plotly) throw new Error("plotly.js did not start");
  atlas.plotly = window.Plotly;
  for (const panel of others.filter(({ usesPlotly }) => usesPlotly)) await updater.begin(panel);
  followAddress(atlas, usual);
  store.onChange(updater.request);
  updater.request(["tab"]); // who was faster than the page may have opened another
  closeMenusOutside();
  watchSize(store);
  bindPrint(atlas, { panels, settled: updater.settled });
  await nextFrame();
  performance.mark("atlas-ready");
  document.documentElement.dataset.ready = "true";
  announce("The atlas is ready");
  const byPanel = Object.fromEntries(panels.map((panel) => [panel.id, panel]));
  // What the dots of a selection need comes first.
  const kinds = ["consensus", "signature"];
  const ahead = kinds.flatMap((kind) => meta.features.filter((feature) => feature.kind === kind));
  cells.readAhead(ahead).catch(showError);
  window.tmeatlas = { atlas, store, panels: byPanel, settled: updater.settled };
}

/** Start the page with the panels there are; it has those of which its data have something. */
export function start(everyPanel) {
  begin(everyPanel).catch(showError);
}
