/** The view as a fragment of the address, so that a link shows what the sender saw. */
import { ALL_AXES } from "./interactions.js";
import { CONSENSUS } from "./panel_dots.js";
import { SELECTION } from "./selection.js";
import { isPlace } from "./viewport.js";

/** The state that a link keeps. */
const LINKED = [
  ...["map", "place", "colour", "palette", "theme", ...SELECTION],
  ...["compartment", "dotsOrder", "agreement", "distributionBy", "distributionOf"],
  ...["network", "axis", "sender", "receiver"],
];
const MOST_CORNERS = 80;
const WRITTEN_AFTER = 150; // milliseconds: it is slow, and browsers refuse it when done too often

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
  return region.type === "group" ? `g:${region.group}` : `b:${region.group}:${region.bar}`;
}

const readIndex = (text, entries) => {
  const index = Number(text);
  return text && entries && index in entries ? index : null;
};

function readRegion(text, atlas) {
  const [type, first, second] = (text ?? "").split(":");
  const group = Number(first);
  const isGroup = Number.isInteger(group) && group in atlas.categories.get("group").labels;
  if (type === "p" && first) {
    const points = first.split(";").map((corner) => corner.split(",").map(Number));
    const sound = points.every((point) => point.length === 2 && point.every(Number.isFinite));
    const map = readIndex(second ?? "0", atlas.meta.maps);
    return sound && points.length > 2 && map !== null ? { type: "polygon", points, map } : null;
  }
  if (type === "g" && isGroup) return { type: "group", group };
  const bar = Number(second);
  if (type === "b" && isGroup && atlas.meta.bars && bar in atlas.meta.bars.sample) {
    return { type: "bar", group, bar };
  }
  return null;
}

/** "from-to:feature", in steps. */
function readRange(text, atlas) {
  const parts = /^(\d{1,3})-(\d{1,3}):(.+)$/.exec(text ?? "");
  if (!parts) return null;
  const [from, to] = [Number(parts[1]), Number(parts[2])];
  const feature = atlas.features.get(parts[3]);
  const sound = feature && feature.kind !== "category" && from <= to && to <= 254;
  return sound ? { feature: parts[3], from, to } : null;
}

const rangeText = (range) => range && `${range.from}-${range.to}:${range.feature}`;

/** Which cells are in focus. */
function readFilters(link, atlas) {
  const groups = atlas.categories.get("group").labels;
  const hidden = (link.get("hide") ?? "").split(",").map((text) => readIndex(text, groups));
  return {
    condition: readIndex(link.get("condition"), atlas.categories.get("condition")?.labels),
    sample: readIndex(link.get("sample"), atlas.categories.get("sample")?.labels),
    hidden: new Set(hidden.filter((group) => group !== null)),
    range: readRange(link.get("range"), atlas),
    region: readRegion(link.get("region"), atlas),
  };
}

function readCrosstalk(link, { meta: { crosstalk } }) {
  if (!crosstalk) return {};
  const axis = crosstalk.axes.findIndex((entry) => entry.id === link.get("axis"));
  return {
    ...(axis >= 0 ? { axis } : {}),
    ...(link.get("axis") === "all" ? { axis: ALL_AXES } : {}),
    sender: readIndex(link.get("sender"), crosstalk.nodes),
    receiver: readIndex(link.get("receiver"), crosstalk.nodes),
  };
}

/** What the address may say by name, and which names there are in this atlas. */
function namedChoices({ meta, features, categories }) {
  const signatures = meta.features.filter((feature) => feature.kind === "signature");
  const numbers = meta.features.map((feature) => feature.id);
  return {
    colour: ["colour", [...features.keys()]],
    palette: ["palette", ["cvd", "usual"]],
    theme: ["theme", ["dark", "light"]],
    network: ["network", ["chord", "sankey", "matrix"]],
    compartment: ["compartment", ["", CONSENSUS, ...signatures.map((s) => s.compartment)]],
    order: ["dotsOrder", ["usual", "similar"]],
    by: ["distributionBy", [...categories.keys(), "all"]],
    of: ["distributionOf", numbers],
  };
}

/** State from the address; what does not fit this atlas is left out. */
export function readLink(atlas) {
  const link = new URLSearchParams(location.hash.slice(1));
  const state = { ...readFilters(link, atlas), ...readCrosstalk(link, atlas) };
  const map = atlas.meta.maps.findIndex((entry) => entry.key === link.get("map"));
  if (map >= 0) state.map = map;
  if (isPlace(link.get("at"))) state.place = link.get("at");
  const agreement = readIndex(link.get("agreement"), atlas.meta.agreement);
  if (agreement !== null) state.agreement = agreement;
  for (const [name, [key, known]] of Object.entries(namedChoices(atlas))) {
    if (known.includes(link.get(name))) state[key] = link.get(name);
  }
  return state;
}

/** Show what the address says when the reader changes it; light or dark stays unless it says so. */
export function followAddress(atlas, usual) {
  const keys = LINKED.filter((key) => key !== "theme");
  addEventListener("hashchange", () => {
    const first = Object.fromEntries(keys.map((key) => [key, usual[key]]));
    atlas.store.set({ ...first, ...readLink(atlas) });
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
  const { store, meta } = atlas;
  const axisId = () => {
    const axis = store.get("axis");
    if (axis === usual.axis || !meta.crosstalk) return null;
    return axis === ALL_AXES ? "all" : meta.crosstalk.axes[axis].id;
  };
  /** What the distribution shows, where the colour does not say so. */
  function lastFeature() {
    const of = store.get("distributionOf");
    const isCategory = atlas.features.get(store.get("colour")).kind === "category";
    return isCategory && of !== meta.features[0]?.id ? of : null;
  }

  let waiting = 0;
  const unlessUsual = (key) => (store.get(key) === usual[key] ? null : store.get(key));
  return {
    needs: LINKED,
    update() {
      const parts = {
        map: store.get("map") ? meta.maps[store.get("map")].key : null,
        at: store.get("place"),
        colour: unlessUsual("colour"),
        condition: store.get("condition"),
        sample: store.get("sample"),
        range: rangeText(store.get("range")),
        hide: [...store.get("hidden")].join(",") || null,
        region: regionText(store.get("region")),
        palette: unlessUsual("palette"),
        theme: unlessUsual("theme"),
        compartment: unlessUsual("compartment"),
        order: unlessUsual("dotsOrder"),
        agreement: unlessUsual("agreement"),
        by: unlessUsual("distributionBy"),
        of: lastFeature(),
        network: unlessUsual("network"),
        axis: axisId(),
        sender: store.get("sender"),
        receiver: store.get("receiver"),
      };
      const link = new URLSearchParams();
      for (const [name, value] of Object.entries(parts)) if (value !== null) link.set(name, value);
      clearTimeout(waiting);
      waiting = setTimeout(() => showLink(link), WRITTEN_AFTER);
    },
  };
}
