/** The view as a fragment of the address, so that a link shows what the sender saw. */
import { constants } from "./constants.js";
import { byId } from "./dom.js";
import { showPanel, tabNames, tabOf } from "./tabs.js";

const MOST_CORNERS = 80;
const WRITTEN_AFTER = 150; // milliseconds: it is slow, and browsers refuse it when done too often

/** A choice by its name, of those that `known` gives. */
export const oneOf = (known) => (text, atlas) => (known(atlas).includes(text) ? text : undefined);

/** A choice by its number, among those that `entries` gives. */
export const indexOf = (entries) => (text, atlas) => readIndex(text, entries(atlas)) ?? undefined;

/** Write a choice always, whatever is usual. */
export const asItIs = (value) => value;

function readIndex(text, entries) {
  const index = Number(text);
  return text && entries && index in entries ? index : null;
}

/** Every n-th corner of a region, in whole steps: short enough for a link. */
function cornersText(points) {
  const every = Math.ceil(points.length / MOST_CORNERS);
  return points
    .filter((_, i) => i % every === 0)
    .map(([x, y]) => `${Math.round(x)},${Math.round(y)}`)
    .join(";");
}

function regionText(region) {
  if (!region) return null;
  if (region.type === "polygon") return `p:${cornersText(region.points)}:${region.map}`;
  if (region.type === "category") return `c:${region.category}:${region.code}`;
  return region.type === "group" ? `g:${region.group}` : `b:${region.group}:${region.bar}`;
}

function readRegion(text, atlas) {
  const [type, first, second] = text.split(":");
  const group = Number(first);
  const isGroup = Number.isInteger(group) && group in atlas.categories.get("group").labels;
  if (type === "p" && first) {
    const points = first.split(";").map((corner) => corner.split(",").map(Number));
    const sound = points.every((point) => point.length === 2 && point.every(Number.isFinite));
    const map = readIndex(second ?? "0", atlas.meta.maps);
    const fits = sound && points.length > 2 && map !== null;
    return fits ? { type: "polygon", points, map } : undefined;
  }
  if (type === "c") {
    const code = readIndex(second, atlas.categories.get(first)?.labels);
    return code === null ? undefined : { type: "category", category: first, code };
  }
  if (type === "g" && isGroup) return { type: "group", group };
  const bar = Number(second);
  const isBar = type === "b" && isGroup && atlas.meta.bars && bar in atlas.meta.bars.sample;
  return isBar ? { type: "bar", group, bar } : undefined;
}

/** "from-to:feature", in steps. */
function readRange(text, atlas) {
  const parts = /^(\d{1,3})-(\d{1,3}):(.+)$/.exec(text);
  if (!parts) return undefined;
  const [from, to] = [Number(parts[1]), Number(parts[2])];
  const feature = atlas.features.get(parts[3]);
  const isNumber = feature && feature.kind !== "category";
  const sound = isNumber && from <= to && to <= constants.lastStep;
  return sound ? { feature: parts[3], from, to } : undefined;
}

function readHidden(text, atlas) {
  const groups = atlas.categories.get("group").labels;
  const hidden = text.split(",").map((number) => readIndex(number, groups));
  return new Set(hidden.filter((group) => group !== null));
}

function readMap(text, { meta }) {
  const map = meta.maps.findIndex((entry) => entry.key === text);
  return map < 0 ? undefined : map;
}

const readTab = (text) => (tabNames().includes(text) ? text : undefined);

/** How a link keeps the state that is of no single panel. */
const COMMON = {
  map: { read: readMap, write: (map, { atlas }) => (map ? atlas.meta.maps[map].key : null) },
  colour: { read: oneOf(({ features }) => [...features.keys()]) },
  condition: {
    read: indexOf(({ categories }) => categories.get("condition")?.labels),
    write: asItIs,
  },
  sample: { read: indexOf(({ categories }) => categories.get("sample")?.labels), write: asItIs },
  range: {
    read: readRange,
    write: (range) => range && `${range.from}-${range.to}:${range.feature}`,
  },
  hidden: { name: "hide", read: readHidden, write: (hidden) => [...hidden].join(",") || null },
  region: { read: readRegion, write: regionText },
  tab: { read: readTab },
  wide: { read: (text) => (text === "yes" ? true : undefined), write: (on) => (on ? "yes" : null) },
  palette: { read: oneOf(() => ["cvd", "usual"]) },
  theme: { read: oneOf(() => ["dark", "light"]) },
};

/** All entries of links: [key of the state, entry]. */
const entriesOf = ({ definitions }) =>
  [COMMON, ...definitions.map(({ link }) => link ?? {})].flatMap(Object.entries);

/** State from the address; what does not fit this atlas is left out. */
export function readLink(atlas) {
  const link = new URLSearchParams(location.hash.slice(1));
  const state = {};
  for (const [key, { name = key, read }] of entriesOf(atlas)) {
    const value = link.has(name) ? read(link.get(name), atlas) : undefined;
    if (value !== undefined) state[key] = value;
  }
  return state;
}

const MAP = "map";

/** The panel that a link is about: the one that it names, or that of a choice in its tab. */
function panelOf(link, { definitions }) {
  const named = link.get("card");
  if (named && byId(`card-${named}`)) return named;
  const makesChoice = ({ link: entries = {} }) =>
    Object.entries(entries).some(([key, { name = key }]) => link.has(name));
  const inTab = definitions.filter(({ id }) => !link.has("tab") || tabOf(id) === link.get("tab"));
  return inTab.find(makesChoice)?.id ?? (link.has("tab") ? inTab[0]?.id : MAP) ?? MAP;
}

const LOOKS = ["theme", "palette", "wide"];

/**
 * Show what the address says when the reader changes it, or follows a finding. How the page looks
 * stays unless it says so.
 */
export function followAddress(atlas, usual) {
  const keys = entriesOf(atlas)
    .map(([key]) => key)
    .filter((key) => !LOOKS.includes(key));
  const opened = new URLSearchParams(location.hash.slice(1));
  if (opened.has("card")) showPanel(atlas, panelOf(opened, atlas), opened.get("row"));
  addEventListener("hashchange", () => {
    const text = location.hash.slice(1);
    if (text && byId(text)) return; // a place in the page: "Skip to the map"
    const first = Object.fromEntries(keys.map((key) => [key, usual[key]]));
    atlas.store.set({ ...first, ...readLink(atlas) });
    const link = new URLSearchParams(text);
    if (text) showPanel(atlas, panelOf(link, atlas), link.get("row"));
  });
}

/** Put the view into the address; a frame without one, as in a notebook, has no link to keep. */
function showLink(link) {
  try {
    history.replaceState(null, "", `#${link}`);
  } catch {
    // nothing to do
  }
}

export function createLinkWriter(atlas, usual) {
  const entries = entriesOf(atlas);
  let waiting = 0;
  function textOf(key, write) {
    const value = atlas.store.get(key);
    if (write) return write(value, { atlas, usual });
    return value === usual[key] ? null : value;
  }
  return {
    needs: entries.map(([key]) => key),
    update() {
      const link = new URLSearchParams();
      for (const [key, { name = key, write }] of entries) {
        const text = textOf(key, write);
        if (text !== null) link.set(name, text);
      }
      clearTimeout(waiting);
      waiting = setTimeout(() => showLink(link), WRITTEN_AFTER);
    },
  };
}
