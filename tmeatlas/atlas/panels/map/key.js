/** What the colours of the map mean: a scale for numbers, a list for categories but groups. */
import { stepValue } from "../../assets/js/cells.js";
import { categoryColours, sequential } from "../../assets/js/colours.js";
import { constants } from "../../assets/js/constants.js";
import { byId, element } from "../../assets/js/dom.js";
import { scaleStrip, unitOf } from "../../assets/js/scale_keys.js";
import { countByCode } from "../../assets/js/statistics.js";
import { shortNumber } from "../../assets/js/text.js";
import { coveredShare } from "./placing.js";

/** Whether the key stands below the map of a stage; elsewhere it lies in a corner. */
export const isKeyBelow = (stage) => stage.hasAttribute("data-strip");

/** Pixels of a key that stands below the map. */
export const keyHeight = (stage) => (isKeyBelow(stage) ? byId("map-key").offsetHeight : 0);

/** The box of a key below a map; null where there is no key. */
export function stripOf({ width, height }) {
  const { offsetHeight } = byId("map-key");
  return offsetHeight ? { x0: 0, y0: height - offsetHeight, x1: width, y1: height } : null;
}

const EDGE = 12; // pixels from the key to the edges of the stage
export const MOST_COVERED = 0.004; // of the key, with cells below it: more, and it stands below the map
const CORNERS = ["bottom left", "bottom right", "top left", "top right"];

/** How large the key is, as a text; where it changes, other places are free for names. */
export const sizeOfKey = () => `${byId("map-key").offsetWidth} ${byId("map-key").offsetHeight}`;

/** The box of the key in a corner of the stage. */
function boxIn(corner, { offsetWidth: width, offsetHeight: height }, stage) {
  const x0 = corner.endsWith("left") ? EDGE : stage.width - EDGE - width;
  const y0 = corner.startsWith("top") ? EDGE : stage.height - EDGE - height;
  return { x0, y0, x1: x0 + width, y1: y0 + height };
}

/**
 * Put the key of a map into the corner with fewest cells: its box, null where there is no key, and
 * the share of it that has cells below. `findGround` tells where cells are.
 */
export function placeKey(stage, findGround) {
  const key = byId("map-key");
  if (key.hidden) return { box: null, covered: 0 };
  const ground = findGround();
  const shares = CORNERS.map((corner) => coveredShare(ground, boxIn(corner, key, stage)));
  const covered = Math.min(...shares);
  key.dataset.corner = CORNERS[shares.indexOf(covered)];
  return { box: boxIn(key.dataset.corner, key, stage), covered };
}

/** The labels that any cell in focus has. */
function labelsInFocus({ cells, selection }, { id, labels, sizes }) {
  const n = selection.isActive() ? countByCode(cells.codesOf.get(id), labels.length, selection.indices()) : sizes;
  return [...labels.keys()].filter((i) => n[i] > 0);
}

export function showMapKey(atlas, feature, range) {
  const key = byId("map-key");
  key.hidden = feature.id === "group";
  if (key.hidden) return;
  const heading = element("b", {}, feature.name);
  if (feature.kind === "category") {
    const colours = categoryColours(feature.category, atlas.store.get("palette"));
    const entries = labelsInFocus(atlas, feature.category).map((i) =>
      element(
        "li",
        {},
        element("i", { style: `background:${colours[i]}` }),
        element("span", {}, feature.category.labels[i]),
      ),
    );
    key.replaceChildren(heading, element("ul", {}, ...entries));
    return;
  }
  const beyond = beyondText(feature, range);
  key.replaceChildren(
    heading,
    element("small", {}, unitOf(feature)),
    scaleStrip(sequential(), scaleNumbers(feature, range)),
    ...(beyond ? [element("small", {}, beyond)] : []),
  );
}

/** The numbers at the ends and in the middle of the colours. */
function scaleNumbers(feature, range) {
  const [from, to] = range.map((step) => stepValue(feature, step));
  return [from, (from + to) / 2, to].map(shortNumber);
}

/** What is said of values outside of those at which the colours end; "" where there are none. */
export function beyondText(feature, range) {
  const [from, to] = range.map((step) => shortNumber(stepValue(feature, step)));
  const ends = [
    range[0] > 0 ? `below ${from}` : null,
    range[1] < constants.lastStep ? `above ${to}` : null,
  ].filter(Boolean);
  if (!ends.length) return "";
  const end = ends.length > 1 ? "these" : range[0] > 0 ? from : to;
  return `Values ${ends.join(" and ")} are shown as ${end}.`;
}
