/** What every card has: a table in place of the figure, and downloads. */
import { byId } from "./dom.js";
import { downloadPanel } from "./downloads.js";
import { foldWords } from "./fold_words.js";
import { showTable } from "./tables.js";

const SLACK = 2; // pixels that rounding may leave

export function bindCard(atlas, panel, onError) {
  const card = byId(`card-${panel.id}`);
  const tableButton = card.querySelector("[data-table]");
  const view = byId(`table-${panel.id}`);
  const menu = card.querySelector("details");
  const tableShown = () => (panel.shownTable ?? panel.table)();

  tableButton?.addEventListener("click", () => {
    const open = view.hidden;
    view.hidden = !open;
    card.classList.toggle("shows-table", open);
    tableButton.setAttribute("aria-pressed", String(open));
    if (open) {
      showTable(panel.id, tableShown());
      view.focus();
    }
  });

  for (const frame of card.querySelectorAll(".frame")) cueScroll(frame);
  for (const words of card.querySelectorAll(".words")) foldWords(words);
  for (const button of card.querySelectorAll("[data-download]")) {
    button.addEventListener("click", () => {
      menu.open = false;
      downloadPanel(atlas, panel, button.dataset.download).catch(onError);
    });
  }

  return {
    id: panel.id,
    needs: panel.needs,
    update() {
      if (view && !view.hidden) showTable(panel.id, tableShown());
    },
  };
}

/** Menus close when the reader goes elsewhere. */
export function closeMenusOutside() {
  const close = (except) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!except || !menu.contains(except)) menu.open = false;
    }
  };
  document.addEventListener("click", (event) => close(event.target));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    document.querySelector("details.menu[open] summary")?.focus();
    close(null);
  });
}

/** Where a figure goes on beyond its frame, the frame fades out there: there is more to scroll to. */
export function cueScroll(frame) {
  function update() {
    const right = frame.scrollWidth - frame.clientWidth - frame.scrollLeft;
    const below = frame.scrollHeight - frame.clientHeight - frame.scrollTop;
    frame.classList.toggle("more-right", right > SLACK);
    frame.classList.toggle("more-below", below > SLACK);
  }
  frame.addEventListener("scroll", update, { passive: true });
  const watcher = new ResizeObserver(update);
  watcher.observe(frame);
  for (const inside of frame.querySelectorAll(".figure, .grid, ul")) watcher.observe(inside);
}
