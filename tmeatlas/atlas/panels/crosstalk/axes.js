/** The axes by name: in the list to choose from, in the search box, and what is said of them. */
import { byId, element } from "../../assets/js/dom.js";
import { wholeNumber } from "../../assets/js/text.js";
import { ALL_AXES } from "./interactions.js";

const isBeside = (axis) => Boolean(axis && axis.nSpecific && !axis.nCore && !axis.stands);

/** How much of an axis there is: what it does not answer to does not speak for it. */
const amountOf = (axis) =>
  isBeside(axis)
    ? `${wholeNumber(axis.nSpecific)} beside it`
    : `${wholeNumber(axis.nSpecific)} specific`;

/** Said of an axis of which nothing stands out but what is associated with it. */
export const onlyAssociated = (axis) =>
  isBeside(axis)
    ? "Only interactions associated with the axis are specific, none that it is named after. "
    : "";

/** Put all axes into the list to choose from; `choose` is called with the number of one. */
export function fillAxisSelect(axes, choose) {
  const select = byId("axis-select");
  const total = axes.reduce((sum, axis) => sum + axis.nSpecific, 0);
  const all = `All axes (${wholeNumber(total)} specific)`;
  select.append(element("option", { value: ALL_AXES }, all));
  const optionOf = (axis, i) =>
    element("option", { value: i }, `${axis.name} (${amountOf(axis)})`);
  for (const [label, stands] of [["Specific between some groups", true], ["All others", false]]) {
    const options = axes.map((axis, i) => (axis.stands === stands ? optionOf(axis, i) : null));
    const found = options.filter(Boolean);
    if (found.length) select.append(element("optgroup", { label }, ...found));
  }
  select.addEventListener("change", () => choose(Number(select.value)));
}

/** Axes to be found by name. */
export function axisEntries(atlas) {
  return atlas.meta.panels.crosstalk.axes.map((axis, i) => ({
    label: axis.name,
    detail: amountOf(axis),
    words: [axis.name, axis.id],
    genes: [],
    section: "Crosstalk axes",
    act() {
      atlas.store.set({ axis: i });
      byId("card-crosstalk").scrollIntoView({ block: "center" });
    },
  }));
}

/** Genes of the ligands and receptors; none before the rows are read. */
export function genesOf({ interactions }) {
  const { ligand, receptor } = interactions?.names ?? { ligand: [], receptor: [] };
  return [...ligand, ...receptor].flatMap((name) => name.split("+"));
}
