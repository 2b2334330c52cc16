/** What the colours of the map mean: a scale for numbers, a list for categories but groups. */
import { stepValue } from "../../assets/js/cells.js";
import { categoryColours, sequential } from "../../assets/js/colours.js";
import { constants } from "../../assets/js/constants.js";
import { byId, element } from "../../assets/js/dom.js";
import { scaleStrip, unitOf } from "../../assets/js/scale_keys.js";
import { shortNumber } from "../../assets/js/text.js";

export function showMapKey(atlas, feature, range) {
  const key = byId("map-key");
  key.hidden = feature.id === "group";
  if (key.hidden) return;
  const heading = element("b", {}, feature.name);
  if (feature.kind === "category") {
    const colours = categoryColours(feature.category, atlas.store.get("palette"));
    const entries = feature.category.labels.map((label, i) =>
      element(
        "li",
        {},
        element("i", { style: `background:${colours[i]}` }),
        element("span", {}, label),
      ),
    );
    key.replaceChildren(heading, element("ul", {}, ...entries));
    return;
  }
  const [from, to] = range.map((step) => stepValue(feature, step));
  const numbers = [from, (from + to) / 2, to].map(shortNumber);
  // The colours end before the outermost values; the signs say so.
  if (range[0] > 0) numbers[0] = `≤ ${numbers[0]}`;
  if (range[1] < constants.lastStep) numbers[2] = `≥ ${numbers[2]}`;
  key.replaceChildren(
    heading,
    element("small", {}, unitOf(feature)),
    scaleStrip(sequential(), numbers),
  );
}
