/**
 * The tabs beside the map, one for each place of the panels. What stands in a hidden tab is drawn
 * when the tab is opened.
 */
import { byId, isPrinting, nextFrame } from "./dom.js";
import { hideNotice } from "./notice.js";
import { frameRow } from "./row_frame.js";

const allTabs = () => /** @type {any[]} */ ([...document.querySelectorAll("[role=tab]")]);

/** The names of the tabs, as they are in links and in the state. */
export const tabNames = () => allTabs().map(({ dataset }) => dataset.tab);

/** The tab in which a panel stands; null for the map, which is in none. */
export const tabOf = (panel) =>
  byId(`card-${panel}`)?.closest("[role=tabpanel]")?.id.slice("place-".length) ?? null;

/** Whether nobody sees a panel, as its tab is not open. On paper all tabs are. */
export function isInHiddenTab(panel) {
  const place = byId(`card-${panel}`)?.closest("[role=tabpanel]");
  return Boolean(place?.hidden) && !isPrinting();
}

const IN_VIEW = 0.6; // of the window, in which the head of a card is seen without going there

/**
 * Open the tab of a panel that the reader asked for, and go there when all in it is drawn; to the
 * row of that name, where one is given.
 */
export async function showPanel({ store, settled, panels }, panel, row = null) {
  const tab = tabOf(panel);
  if (tab !== null) store.set({ tab });
  if (row !== null) panels.get(panel)?.unfold?.(row);
  await settled();
  await nextFrame(); // grids take the height that they need
  const card = byId(`card-${panel}`);
  const { top } = card.getBoundingClientRect();
  if (top < 0 || top > IN_VIEW * innerHeight) card.scrollIntoView();
  frameRow(panels.get(panel), card, row);
}

/** Show the tab of the state, and let the reader open others. */
export function bindTabs({ store }) {
  const tabs = allTabs();
  const list = tabs[0].parentElement;
  const box = byId("tabs");
  const wideButton = byId("wide-button");

  /** Open a tab; who has scrolled down in the one before begins at the top of this one. */
  function open(tab) {
    store.set({ tab: tab.dataset.tab });
    if (box.getBoundingClientRect().top < 0) box.scrollIntoView();
  }

  const moves = { ArrowRight: 1, ArrowLeft: -1 };
  const ends = { Home: 0, End: -1 };
  function onKey(event) {
    const here = tabs.indexOf(event.currentTarget);
    const { key } = event;
    if (!(key in moves || key in ends)) return;
    event.preventDefault();
    const next = key in moves ? tabs[(here + moves[key] + tabs.length) % tabs.length] : tabs.at(ends[key]);
    next.focus();
    open(next);
  }

  for (const tab of tabs) {
    tab.addEventListener("click", () => open(tab));
    tab.addEventListener("keydown", onKey);
  }
  wideButton.addEventListener("click", () => store.set({ wide: !store.get("wide") }));

  function show() {
    for (const tab of tabs) {
      const isOpen = tab.dataset.tab === store.get("tab");
      tab.setAttribute("aria-selected", String(isOpen));
      tab.tabIndex = isOpen ? 0 : -1;
      byId(`place-${tab.dataset.tab}`).hidden = !isOpen;
      // On a phone not all tabs are in view.
      if (isOpen) list.scrollLeft = tab.offsetLeft - (list.clientWidth - tab.offsetWidth) / 2;
    }
    const isWide = store.get("wide");
    document.documentElement.toggleAttribute("data-wide", isWide);
    wideButton.setAttribute("aria-pressed", String(isWide));
  }

  show();
  // At once: whoever opens a tab may go to what is in it.
  store.onChange((changed) => {
    if (changed.has("tab") || changed.has("wide")) show();
    if (changed.has("tab")) hideNotice();
    if (changed.has("wide")) store.set({ size: store.get("size") + 1 });
  });
}
