/**
 * Paper: always the light theme, every figure whole, pages that are full. Before printing, the
 * figures are drawn anew for the width of a page; after it, for the screen.
 */
import { scaleOf } from "./dom.js";

const PAGE_HEIGHT = 962; // pixels: US Letter, the lower of the usual papers, without its margins
const GAP = 12; // between cards
const LEAST_TO_FILL = 0.72; // how much smaller figures get to stand on a page with those before
const LEAST_SCALE = 0.4; // of a figure that is larger than a page
const HINT = /^(Click|Draw around)/;

const cardsOf = () => [...document.querySelectorAll("main .card")];
const heightOf = (node) => node.getBoundingClientRect().height;

/** What the pointer could do is no news on paper. */
const withoutHints = (text) =>
  text
    .split(/(?<=\.) /)
    .filter((sentence) => !HINT.test(sentence))
    .join(" ");

const framesOf = (card) => [...card.querySelectorAll(".frame:not([hidden])")];
const isGrid = (frame) => frame.querySelector(".grid") !== null;
const setScale = (frame, scale) => frame.style.setProperty("--scale", String(scale));

/** Make what is wider or higher than a page smaller. */
function fitToPage() {
  for (const card of cardsOf()) {
    if (card.classList.contains("shows-table")) continue;
    for (const frame of framesOf(card)) {
      const height = heightOf(frame);
      const room = PAGE_HEIGHT - GAP - (heightOf(card) - height);
      const figure = frame.querySelector(".grid") ?? frame.firstElementChild;
      const inWidth = frame.clientWidth / (figure.scrollWidth * scaleOf(frame));
      const share = Math.min(inWidth, isGrid(frame) ? room / height : 1);
      if (share < 1) setScale(frame, Math.max(LEAST_SCALE, scaleOf(frame) * share));
    }
  }
}

/** How much smaller the figures of cards must be for the cards to fit on one page; 1 if they do. */
function shareToFit(cards, canShrink) {
  const frames = cards.flatMap(framesOf).filter(canShrink);
  const inside = frames.reduce((sum, frame) => sum + heightOf(frame), 0);
  const all = cards.reduce((sum, card) => sum + heightOf(card) + GAP, 0);
  if (all <= PAGE_HEIGHT) return 1;
  const isWhole = frames.every((frame) => scaleOf(frame) === 1);
  return isWhole && inside ? 1 - (all - PAGE_HEIGHT) / inside : 0;
}

function shrink(cards, canShrink) {
  const share = shareToFit(cards, canShrink);
  if (share < LEAST_TO_FILL || share === 1) return;
  for (const frame of cards.flatMap(framesOf).filter(canShrink)) {
    if (isGrid(frame)) setScale(frame, share);
    else frame.style.height = `${heightOf(frame) * share}px`;
  }
}

/** Put cards that nearly fit on a page together on one, their figures a little smaller. */
function fillPages(panels) {
  const cardIds = (chosen) => new Set(chosen.map(({ id }) => `card-${id}`));
  const alone = cardIds(panels.filter(({ paper }) => paper)); // they fill their page
  const filling = cardIds(panels.filter(({ fillsFrame }) => fillsFrame));
  const canShrink = (frame) => isGrid(frame) || filling.has(frame.closest(".card").id);
  let page = [];
  for (const card of cardsOf()) {
    if (alone.has(card.id) || heightOf(card) === 0) continue;
    if (page.length && shareToFit([...page, card], canShrink) < LEAST_TO_FILL) {
      shrink(page, canShrink);
      page = [];
    }
    page.push(card);
  }
  shrink(page, canShrink);
}

/**
 * `panels` that fill a page by themselves have a `paper`: {enter(bottom), draw(), leave(), back()}. Those
 * whose figure takes the height of its frame have `fillsFrame`.
 */
export function bindPrint({ store }, { panels, settled }) {
  /** @type {any} */
  let before = null;
  const onPaper = panels.map(({ paper }) => paper).filter(Boolean);
  const explanations = () =>
    document.querySelectorAll(".words .explain > span, .key > span:not(:has(*))");
  const redraw = () => {
    store.set({ size: store.get("size") + 1 });
    return settled();
  };

  // Nothing here waits for a frame or a timer: the browser prints as soon as promises have settled.
  async function prepare() {
    before = { theme: store.get("theme"), texts: [] };
    document.documentElement.dataset.printing = "true";
    store.set({ theme: "light" });
    await redraw();
    for (const paper of onPaper) paper.enter(PAGE_HEIGHT - GAP);
    await redraw(); // the heights that the grids have asked for
    fitToPage();
    await redraw();
    fitToPage();
    await redraw();
    fillPages(panels);
    await redraw();
    before.texts = [...explanations()].map((node) => [node, node.textContent]);
    for (const [node, text] of before.texts) node.textContent = withoutHints(text);
    for (const paper of onPaper) paper.draw();
    document.documentElement.dataset.printing = "ready";
  }

  async function restore() {
    delete document.documentElement.dataset.printing;
    for (const paper of onPaper) paper.leave();
    for (const frame of cardsOf().flatMap(framesOf)) {
      frame.style.removeProperty("--scale");
      frame.style.height = "";
    }
    for (const [node, text] of before.texts) node.textContent = text;
    store.set({ theme: before.theme });
    await redraw();
    for (const paper of onPaper) paper.back();
  }

  addEventListener("beforeprint", prepare);
  addEventListener("afterprint", restore);
}
