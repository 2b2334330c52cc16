/** The view as a fragment of the address, so that a link shows what the sender saw. */
import { ALL_AXES } from "./interactions.js";

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

/** State from the address; what does not fit this atlas is left out. */
export function readLink(atlas) {
  const link = new URLSearchParams(location.hash.slice(1));
  const state = {};
  const map = atlas.meta.maps.findIndex((entry) => entry.key === link.get("map"));
  if (map >= 0) state.map = map;
  if (atlas.features.has(link.get("colour"))) state.colour = link.get("colour");
  const condition = readIndex(link.get("condition"), atlas.categories.get("condition")?.labels);
  if (condition !== null) state.condition = condition;
  const groups = atlas.categories.get("group").labels;
  const hidden = (link.get("hide") ?? "").split(",").map((text) => readIndex(text, groups));
  state.hidden = new Set(hidden.filter((group) => group !== null));
  state.range = readRange(link.get("range"), atlas);
  state.region = readRegion(link.get("region"), atlas);
  if (["cvd", "usual"].includes(link.get("palette"))) state.palette = link.get("palette");
  if (["dark", "light"].includes(link.get("theme"))) state.theme = link.get("theme");
  if (["chord", "sankey", "matrix"].includes(link.get("network"))) state.network = link.get("network");
  const crosstalk = atlas.meta.crosstalk;
  if (crosstalk) {
    const axis = crosstalk.axes.findIndex((entry) => entry.id === link.get("axis"));
    if (axis >= 0) state.axis = axis;
    if (link.get("axis") === "all") state.axis = ALL_AXES;
    state.sender = readIndex(link.get("sender"), crosstalk.nodes);
    state.receiver = readIndex(link.get("receiver"), crosstalk.nodes);
  }
  return state;
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
  let waiting = 0;
  const unlessUsual = (key) => (store.get(key) === usual[key] ? null : store.get(key));
  return {
    needs: [
      "map",
      "colour",
      "condition",
      "range",
      "hidden",
      "region",
      "palette",
      "theme",
      "network",
      "axis",
      "sender",
      "receiver",
    ],
    update() {
      const parts = {
        map: store.get("map") ? meta.maps[store.get("map")].key : null,
        colour: unlessUsual("colour"),
        condition: store.get("condition"),
        range: rangeText(store.get("range")),
        hide: [...store.get("hidden")].join(",") || null,
        region: regionText(store.get("region")),
        palette: unlessUsual("palette"),
        theme: unlessUsual("theme"),
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
