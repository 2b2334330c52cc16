/** The axes by name: in the list to choose from, in the search box, and what is said of them. */
import { byId, element } from "../../assets/js/dom.js";
import { showPanel } from "../../assets/js/tabs.js";
import { capital, wholeNumber } from "../../assets/js/text.js";
import { ALL_AXES } from "./interactions.js";
import { axisWord, verdictName } from "./words.js";

const isBeside = (axis) => Boolean(axis && axis.nSpecific && !axis.nStanding);

/** Said of an axis of which single interactions are specific, but not what it is named after. */
export function onlyBeside(axis) {
  if (!isBeside(axis)) return "";
  const n = `${wholeNumber(axis.nSpecific)} ${axis.nSpecific === 1 ? "interaction is" : "interactions are"}`;
  return axis.nCore
    ? `${n} specific, but not the axis as a whole. `
    : `${n} specific, but only associated with the axis: none is what it is named after. `;
}

/** Headings of the list, and the axes of each: what stands out, then by what lacks. */
function axisSections(axes) {
  const sections = new Map();
  axes.forEach((axis, i) => {
    const heading = axis.nStanding ? "Active or specific" : capital(verdictName(axis.verdict));
    if (!sections.has(heading)) sections.set(heading, []);
    sections.get(heading).push(i);
  });
  return sections;
}

/** Put all axes into the list to choose from; `choose` is called with the number of one. */
export function fillAxisSelect(axes, { groups, choose }) {
  const select = byId("axis-select");
  const nStanding = axes.filter((axis) => axis.nStanding).length;
  const word = axes.some((axis) => axis.nActive) ? "active or specific" : "specific";
  const all = `All axes: ${wholeNumber(nStanding)} of ${wholeNumber(axes.length)} ${word}`;
  select.append(element("option", { value: ALL_AXES }, all));
  const optionOf = (i) =>
    element("option", { value: i }, `${axes[i].name}: ${axisWord(axes[i], groups)}`);
  for (const [label, found] of axisSections(axes)) {
    select.append(element("optgroup", { label }, ...found.map(optionOf)));
  }
  select.addEventListener("change", () => choose(Number(select.value)));
}

/** Axes to be found by name. */
export function axisEntries(atlas) {
  const { axes, groupsWord } = atlas.meta.panels.crosstalk;
  return axes.map((axis, i) => ({
    label: axis.name,
    detail: axisWord(axis, groupsWord),
    words: [axis.name, axis.id],
    genes: [],
    section: "Crosstalk axes",
    act() {
      atlas.store.set({ axis: i });
      showPanel(atlas, "crosstalk");
    },
  }));
}
