/** What is chosen of the comparisons: which of them, condition, group, unit and row. */
import { byId, element } from "../../assets/js/dom.js";
import { byLevel, choicesOf, chosenRows, groupsOf } from "./rows.js";

const MOST_DRAWN = 60;
const FIRST = { versus: null, within: null, inUnit: null, difference: null };
export const CHOICE = ["comparison", ...Object.keys(FIRST)];
/** All comparisons together, and in each of them nothing but what is usual. */
export const USUAL = { comparison: null, ...FIRST };

/** The one that is asked for; else null, which is all together, or the first where that is nothing. */
export function comparisonOf(asked, entries, canShowAll) {
  if (asked in entries) return asked;
  return canShowAll ? null : 0;
}

/**
 * The lists of choices in the head of the card; they write to the store.
 *
 * @param canShowAll  whether there is anything to list of all comparisons together
 */
export function createChoices(store, entries, canShowAll) {
  const select = {
    comparison: byId("compare-what"),
    versus: byId("compare-condition"),
    within: byId("compare-group"),
    inUnit: byId("compare-unit"),
  };
  const numberOf = ({ value }) => (value === "" ? null : Number(value));
  if (canShowAll) {
    select.comparison.append(element("option", { value: "" }, "All comparisons, best first"));
  }
  select.comparison.append(...entries.map(({ name }, i) => element("option", { value: i }, name)));
  select.comparison.hidden = entries.length < 2;
  select.comparison.addEventListener("change", () =>
    store.set({ ...FIRST, comparison: numberOf(select.comparison) }),
  );
  for (const key of ["versus", "within", "inUnit"]) {
    select[key].addEventListener("change", () =>
      store.set({ [key]: numberOf(select[key]), difference: null }),
    );
  }

  /** Fill a list of choices, which is hidden where there is nothing to choose. */
  function offer(key, names, chosen, all = null) {
    const first = all === null ? [] : [element("option", { value: "" }, all)];
    const options = names.map((name, i) => element("option", { value: i }, name));
    select[key].replaceChildren(...first, ...options);
    select[key].value = String(chosen ?? "");
    select[key].hidden = names.length < 2;
  }

  /** The best rows, with the one that is asked for: by its place, or its number in the list. */
  function drawnOf(chosen, isAsked) {
    const drawn = chosen.slice(0, MOST_DRAWN);
    const asked = chosen.find(isAsked);
    if (asked !== undefined && !drawn.includes(asked)) drawn.push(asked);
    return { drawn, at: Math.max(0, drawn.findIndex(isAsked)) };
  }

  return {
    /** The number of the comparison that is shown; null for all together. */
    comparison: () => comparisonOf(store.get("comparison"), entries, canShowAll),

    /** All that is listed of all comparisons. */
    chooseTogether(body) {
      const difference = store.get("difference");
      const chosen = body.rows.place.map((_, i) => i);
      for (const key of ["versus", "within", "inUnit"]) offer(key, [], null);
      select.comparison.value = "";
      const at = difference in chosen ? difference : 0;
      return { condition: null, unit: null, chosen, drawn: chosen, at };
    },

    /** What the state asks for, where this comparison has it. */
    choose(body, entry) {
      const { conditions, units } = choicesOf(body);
      const condition = conditions[store.get("versus")] ?? conditions[0];
      const groups = groupsOf(body, condition.code);
      const groupAt = store.get("within");
      const group = groups[groupAt] ?? null;
      const wanted = units[store.get("inUnit")]?.code ?? null;
      const found = chosenRows(body, { condition: condition.code, group, unit: wanted });
      const chosen = found.unit === null ? byLevel(body.rows, found.chosen, entry.enough) : found.chosen;
      const place = store.get("difference");
      select.comparison.value = String(entries.indexOf(entry));
      offer("versus", conditions.map(({ name }) => name), conditions.indexOf(condition));
      offer("within", groups, group === null ? null : groupAt, "All groups");
      const unitAt = units.findIndex(({ code }) => code === found.unit);
      const unitNames = units.map(({ name }) => name || "no unit");
      offer("inUnit", unitNames, unitAt < 0 ? null : unitAt, "All units");
      const isAsked = (i) => body.rows.place[i] === place;
      return { condition, unit: found.unit, chosen, ...drawnOf(chosen, isAsked) };
    },
  };
}
