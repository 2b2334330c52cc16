/** The parts of a figure by keyboard: arrow keys move a frame from part to part, Enter picks. */
import { announce, element } from "./dom.js";

const ARROWS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/**
 * `rows` gives, per row of the figure, its parts from left to right: {part, x, y, width, height} in
 * pixels of the figure; `describe` and `pick` get (part, row); `how` says what the keys do.
 */
export function bindFigureCursor(frame, node, { rows, describe, pick = null, how }) {
  const mark = element("div", { class: "figure-cursor", hidden: true });
  node.append(mark);
  frame.setAttribute("aria-description", how);
  let at = null; // {row, part}

  function show() {
    const box = at && rows()[at.row]?.find(({ part }) => part === at.part);
    mark.hidden = !box;
    if (!box) return;
    const { x: left, y: top, width, height } = box;
    for (const [name, value] of Object.entries({ left, top, width, height })) {
      mark.style[name] = `${value}px`;
    }
    mark.scrollIntoView({ block: "nearest", inline: "nearest" });
    announce(describe(at.part, at.row).filter(Boolean).join(", "));
  }

  /** The part beside; in another row, that which lies under the middle of this one. */
  function move([across, down]) {
    const all = rows();
    const row = at ? Math.max(0, Math.min(all.length - 1, at.row + down)) : 0;
    const here = at && all[at.row]?.find(({ part }) => part === at.part);
    const parts = all[row];
    if (!parts?.length) return;
    const middle = here ? here.x + here.width / 2 : 0;
    let k = here ? parts.findIndex(({ x, width }) => middle <= x + width) : 0;
    if (k < 0) k = parts.length - 1;
    k = Math.max(0, Math.min(parts.length - 1, k + (here ? across : 0)));
    at = { row, part: parts[k].part };
    show();
  }

  frame.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !rows().length) return;
    if (event.key in ARROWS) move(ARROWS[event.key]);
    else if (pick && (event.key === "Enter" || event.key === " ") && at) pick(at.part, at.row);
    else return;
    event.preventDefault();
  });
  frame.addEventListener("blur", () => {
    mark.hidden = true;
  });
  frame.addEventListener("focus", () => frame.matches(":focus-visible") && at && show());
}
