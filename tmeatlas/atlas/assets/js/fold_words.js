/**
 * Of an explanation those sentences are seen that have room in one line, at least the first, and all
 * when the reader asks for them. None is cut in the middle.
 */
import { element } from "./dom.js";
import { textWidth } from "./text.js";
import { BOLD, SMALL } from "./type.js";

const REST = "rest";
const ROOM_FOR_BUTTON = 34; // pixels

export function foldWords(words) {
  const [text, button] = words.children;
  button.addEventListener("click", () => {
    const open = words.classList.toggle("shows-all");
    button.setAttribute("aria-expanded", String(open));
  });
  const look = () => lookLater(words);
  new ResizeObserver(look).observe(words);
  new MutationObserver(look).observe(text, { childList: true, characterData: true, subtree: true });
}

const unread = new Set(); // explanations that have changed

/** Fold all together, as measuring each lays the page out anew. */
function lookLater(words) {
  if (!unread.size) requestAnimationFrame(lookAtAll);
  unread.add(words);
}

/** How many of some sentences have room; always one. */
function sentencesInLine(sentences, room) {
  let used = 0;
  let n = 0;
  for (const sentence of sentences) {
    used += textWidth(`${sentence} `, SMALL);
    if (used > room && n >= 1) break;
    n += 1;
  }
  return n;
}

/** What is said before the explanation, and the explanation itself. */
function partsOf(text) {
  const explain = text.querySelector("[id^=explain-]") ?? text;
  const scope = text.querySelector("[id^=scope-]");
  return { explain, scope: scope?.textContent ?? "" };
}

function lookAtAll() {
  const seen = [...unread].filter((words) => words.clientWidth > 0);
  const found = seen.map((words) => ({ words, width: words.clientWidth }));
  unread.clear();
  for (const { words, width } of found) {
    const [text, button] = words.children;
    const { explain, scope } = partsOf(text);
    const before = scope ? textWidth(`${scope} `, SMALL, BOLD) : 0;
    const sentences = explain.textContent.split(/(?<=\.) /);
    const whole = sentencesInLine(sentences, width - before);
    const isWhole = whole === sentences.length;
    const n = isWhole ? whole : sentencesInLine(sentences, width - before - ROOM_FOR_BUTTON);
    button.hidden = isWhole;
    show(explain, sentences.slice(0, n).join(" "), sentences.slice(n).join(" "));
  }
}

/** Put the rest into an element of its own; only where it is not, as who watches would never rest. */
function show(explain, first, rest) {
  const now = explain.querySelector(`.${REST}`)?.textContent ?? "";
  if (now === (rest ? ` ${rest}` : "")) return;
  explain.replaceChildren(first, ...(rest ? [element("span", { class: REST }, ` ${rest}`)] : []));
}
