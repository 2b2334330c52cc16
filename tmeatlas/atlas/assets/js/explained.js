/**
 * Words that not every reader knows: what they mean is told under the pointer and where they have
 * the focus. Python says which words these are.
 */
import { announce, byId, element } from "./dom.js";
import { hideTooltip, showTooltip } from "./tooltip.js";

let known = []; // [pattern of whole texts, meaning]
let anyOf = null; // pattern that finds each of the words in a text

/** @param {[string, string][]} words  patterns and meanings, of `meta.meanings` */
export function useMeanings(words) {
  known = words.map(([pattern, meaning]) => [new RegExp(`^(?:${pattern})$`), meaning]);
  anyOf = words.length ? new RegExp(`(${words.map(([pattern]) => pattern).join("|")})`) : null;
}

/** What a word means; empty for others. */
export const meaningOf = (word) => known.find(([pattern]) => pattern.test(word))?.[1] ?? "";

/** A text in parts, of which every second is a word that is explained. */
export const partsOf = (text) => (anyOf ? text.split(anyOf) : [text]);

/** Show lines beside a node while the pointer is on it. */
function onPointer(node, lines) {
  node.addEventListener("mouseenter", (event) => showTooltip(event, lines));
  node.addEventListener("mouseleave", hideTooltip);
}

/** Show lines below a node, wherever the pointer is: the keyboard has none. */
function showBelow(node, lines) {
  const { left, bottom } = node.getBoundingClientRect();
  showTooltip({ clientX: left, clientY: bottom - 8 }, lines);
}

/** Show lines below a node while it has the focus of the keyboard. */
function onFocus(node, lines) {
  node.addEventListener("focus", () => {
    if (!node.matches(":focus-visible")) return;
    showBelow(node, lines);
    node.setAttribute("aria-describedby", byId("tooltip").id);
  });
  node.addEventListener("blur", () => {
    hideTooltip();
    node.removeAttribute("aria-describedby");
  });
  node.addEventListener("keydown", ({ key }) => key === "Escape" && hideTooltip());
}

/** The text as nodes, its words being buttons that explain themselves. */
export const explained = (text) =>
  partsOf(text).map((part, i) => {
    if (i % 2 === 0) return part;
    const lines = [part, meaningOf(part)];
    const node = element("button", { type: "button", class: "term" }, part);
    node.addEventListener("click", () => {
      showBelow(node, lines);
      announce(lines.join(": "));
    });
    onPointer(node, lines);
    onFocus(node, lines);
    return node;
  });

/**
 * The cards of the findings: each word under the pointer and, where a card has the focus, all that
 * it holds.
 *
 * @param {[string, string][]} confidence  words of confidence and what they mean
 */
export function explainCards(nav, confidence) {
  const meanings = new Map(confidence);
  for (const card of nav.querySelectorAll("a")) {
    const [word, text] = [card.querySelector("i"), card.querySelector("span")];
    const sure = [word.textContent, meanings.get(word.textContent) ?? ""];
    const parts = partsOf(text.textContent);
    const words = new Map(parts.filter((_, i) => i % 2).map((part) => [meaningOf(part), part]));
    text.replaceChildren(
      ...parts.map((part, i) => {
        if (i % 2 === 0) return part;
        const node = element("u", { class: "term" }, part);
        onPointer(node, [part, meaningOf(part)]);
        return node;
      }),
    );
    word.classList.add("term");
    onPointer(word, sure);
    const told = [...words].map(([meaning, part]) => `${part}: ${meaning}`);
    onFocus(card, [sure.join(": "), ...told]);
    card.addEventListener("click", hideTooltip);
  }
}
