/**
 * Paper: always the light theme, every figure whole, pages that are full. Before printing, the
 * figures are drawn anew for the width of a page; after it, for the screen.
 */
import { byId } from "./dom.js";

const PAGE_HEIGHT = 962; // pixels: US Letter, the lower of the usual papers, without its margins
const GAP = 12; // between cards
const LEAST_MAP = 380;
const LEAST_ZOOM = 0.4; // of a figure that is larger than a page
const LEAST_ZOOM_TO_FILL = 0.72; // of those that could stand on the next page as well
const HINT = /^(Click|Draw around)/;

const root = document.documentElement;
const cardsOf = () => [...document.querySelectorAll("main > .card")];
const heightOf = (node) => node.getBoundingClientRect().height;

/** What the pointer could do is no news on paper. */
const withoutHints = (text) =>
  text
    .split(/(?<=\.) /)
    .filter((sentence) => !HINT.test(sentence))
    .join(" ");

/** How much wider than its card the widest figure of a card is. */
const excess = (card) =>
  Math.max(
    1,
    ...[...card.querySelectorAll(".frame:not([hidden])")].map((f) => f.scrollWidth / f.clientWidth),
  );

const zoomOf = (card) => Number(card.style.zoom || 1);

/** Make what is larger than a page smaller. */
function fitToPage() {
  for (const card of cardsOf()) {
    if (card.classList.contains("shows-table")) continue;
    const least = Math.min(1 / excess(card), PAGE_HEIGHT / heightOf(card));
    if (least < 1) card.style.zoom = Math.max(LEAST_ZOOM, zoomOf(card) * least);
  }
}

/** Put cards that nearly fit on a page together on one, all a little smaller. */
function fillPages() {
  let page = { cards: [], height: byId("card-map").offsetTop };
  const shrink = () => {
    const zoom = (PAGE_HEIGHT - GAP * page.cards.length) / page.height;
    if (zoom < 1) for (const card of page.cards) card.style.zoom = zoom * zoomOf(card);
  };
  for (const card of cardsOf()) {
    const height = heightOf(card);
    if (height === 0) continue;
    const [cards, together] = [[...page.cards, card], page.height + height];
    const zoom = (PAGE_HEIGHT - GAP * cards.length) / together;
    const mayShrink = cards.every((each) => zoomOf(each) === 1) && page.cards[0]?.id !== "card-map";
    if (zoom >= 1 || (mayShrink && zoom >= LEAST_ZOOM_TO_FILL)) {
      page = { cards, height: together };
    } else {
      shrink();
      page = { cards: [card], height };
    }
  }
  shrink();
}

export function bindPrint({ store }, { map, settled }) {
  let before = null;
  const explanations = () => document.querySelectorAll(".explain > span");
  const redraw = () => {
    store.set({ size: store.get("size") + 1 });
    return settled();
  };

  function fitMap() {
    const card = byId("card-map");
    card.style.height = `${Math.max(LEAST_MAP, PAGE_HEIGHT - GAP - card.offsetTop)}px`;
  }

  // Nothing here waits for a frame or a timer: the browser prints as soon as promises have settled.
  async function prepare() {
    before = { theme: store.get("theme"), texts: [] };
    root.dataset.printing = "true";
    store.set({ theme: "light" });
    await redraw();
    fitMap();
    await redraw(); // the heights that the grids have asked for
    fitToPage();
    await redraw();
    fitToPage();
    await redraw();
    fillPages();
    await redraw();
    before.texts = [...explanations()].map((node) => [node, node.textContent]);
    for (const [node, text] of before.texts) node.textContent = withoutHints(text);
    map.fit();
  }

  async function restore() {
    delete root.dataset.printing;
    for (const card of cardsOf()) card.style.zoom = card.style.height = "";
    for (const [node, text] of before.texts) node.textContent = text;
    store.set({ theme: before.theme });
    await redraw();
    map.fit();
  }

  addEventListener("beforeprint", prepare);
  addEventListener("afterprint", restore);
}
