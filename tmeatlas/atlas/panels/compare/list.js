/** Differences in words, one row each: those that stand first, the rest folded with their number. */
import { element } from "../../assets/js/dom.js";
import { pValue, wholeNumber } from "../../assets/js/text.js";
import { changeWords, LEVELS, nearest, versus, weakWords } from "./rows.js";

const LEADS = 1; // levels
const FOLDED = 0;
const NEAR = "near"; // of those that are not shown to differ, what is not folded
const OTHERS = "others"; // beside these

/** The heading of a level, with the number of its rows. */
export function levelHeading(level, n, { several, nComparisons }) {
  if (level === OTHERS) return `Others not shown to differ: ${wholeNumber(n)}`;
  if (level === FOLDED) return `Not shown to differ: ${wholeNumber(n)}`;
  if (level === NEAR) return `Not shown to differ, but nearest to it: ${wholeNumber(n)}`;
  if (level === LEADS) {
    return `Leads${several ? ", which stand within their own comparison only" : ""}: ${wholeNumber(n)}`;
  }
  return `${several ? `Stand over all ${nComparisons} comparisons` : "Stand"}: ${wholeNumber(n)}`;
}

/**
 * The drawn rows by level: {level, n, rows}; `n` counts those that are not drawn, too. Of those that
 * are not shown to differ the nearest stand apart.
 */
export function sectionsOf(body, drawn, counts, enough) {
  const { rows } = body;
  return LEVELS.flatMap((level) => {
    const here = drawn.filter((i) => rows.level[i] === level);
    if (level !== FOLDED) return { level, n: counts[level], rows: here };
    const { near, others } = nearest(body, here, enough);
    return [
      { level: NEAR, n: near.length, rows: near },
      { level: near.length ? OTHERS : level, n: counts[level] - near.length, rows: others },
    ];
  }).filter(({ n }) => n > 0);
}

/**
 * The list within `box`; `pick` gets the place of a row among the drawn ones. `entryOf` gives the
 * comparison of a row, which is named where several are listed.
 */
export function createList(box, { pick, entryOf, nameOf }) {
  function rowOf(body, i, at, chosen) {
    const { rows } = body;
    const entry = entryOf(i);
    const weak = weakWords(rows, i, entry);
    const named = entry.isListed ? [element("span", { class: "kind" }, entry.name)] : [];
    const button = element(
      "button",
      { type: "button", class: rows.level[i] ? "stands" : "", "aria-pressed": String(at === chosen) },
      element("span", { class: "name" }, nameOf(i)),
      element("span", { class: "sure" }, `${versus(rows, i)} · ${pText(rows.padj[i])}`),
      element("span", { class: "change" }, changeWords(body, i, entry)),
      ...named,
      ...(weak ? [element("span", { class: "weak" }, weak)] : []),
    );
    button.addEventListener("click", () => pick(at));
    return element("li", {}, button);
  }

  function section(body, { level, n, rows }, { drawn, chosen, words }) {
    const lines = rows.map((i) => rowOf(body, i, drawn.indexOf(i), chosen));
    const list = element("ol", {}, ...lines);
    const more = n > rows.length ? `; the best ${wholeNumber(rows.length)}` : "";
    const heading = `${levelHeading(level, n, words)}${rows.length ? more : ""}`;
    if (![FOLDED, OTHERS].includes(level)) return element("div", {}, element("h3", {}, heading), list);
    const isOpen = rows.includes(drawn[chosen]) || box.querySelector("details")?.open;
    return element("details", isOpen ? { open: "" } : {}, element("summary", {}, heading), list);
  }

  return {
    /** Show the drawn rows; `counts` is the number of all rows by their level. */
    draw(body, { drawn, chosen, counts, words }) {
      const hadFocus = box.contains(document.activeElement);
      const { scrollTop } = box;
      const parts = sectionsOf(body, drawn, counts, words.enough).map((each) =>
        section(body, each, { drawn, chosen, words }),
      );
      box.replaceChildren(element("p", { class: "columns" }, words.columns), ...parts);
      box.scrollTop = scrollTop;
      if (hadFocus) box.querySelector("[aria-pressed=true]")?.focus({ preventScroll: true });
    },
  };
}

const pText = (p) => (p === null ? "–" : `p ${pValue(p)}`);
