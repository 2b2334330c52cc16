/** A frame around the row that a finding is about, for a moment: in a figure, a list or a table. */
import { element } from "./dom.js";

const SHOWN_FOR = 6000; // milliseconds: long enough to find it after the page has scrolled
const FOUND = "found-row";
let letGo = () => {};

/** Frame a box of a figure, in pixels of `node`. */
function frameBox(node, { x, y, width, height }) {
  const style = `left:${x}px;top:${y}px;width:${width}px;height:${height}px`;
  const frame = element("div", { class: `${FOUND} box`, style, "aria-hidden": "true" });
  node.append(frame);
  return [frame, () => frame.remove()];
}

/** The row of a grid is its name and its marks. */
function boxOfGridRow(head) {
  const figure = head.closest(".figure");
  const grid = head.closest(".grid");
  const [at, of] = [head.getBoundingClientRect(), figure.getBoundingClientRect()];
  return [figure, { x: 0, y: at.top - of.top, width: grid.offsetWidth, height: at.height }];
}

const nameOf = (row) => row.dataset.row ?? row.firstElementChild?.textContent;

function frameIn(panel, card, name) {
  const place = panel?.placeOf?.(name);
  if (place) return frameBox(place.node, place);
  const rows = /** @type {any[]} */ ([...card.querySelectorAll("[data-row], tbody tr")]);
  const isSeen = (each) => each.offsetHeight && !each.closest("details:not([open])");
  const row = rows.find((each) => isSeen(each) && nameOf(each) === name);
  if (!row) return null;
  if (row.closest(".grid-rows")) return frameBox(...boxOfGridRow(row));
  row.classList.add(FOUND);
  return [row, () => row.classList.remove(FOUND)];
}

/** Frame the row of that name in a card and bring it into view; of none, only let go of the last. */
export function frameRow(panel, card, name) {
  letGo();
  const found = name === null ? null : frameIn(panel, card, name);
  if (!found) return;
  const [row, undo] = found;
  row.scrollIntoView({ block: "nearest", inline: "nearest" });
  const waiting = setTimeout(undo, SHOWN_FOR);
  letGo = () => {
    clearTimeout(waiting);
    undo();
  };
}
