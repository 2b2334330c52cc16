/** The keyboard's way to the segments of stacked bars: arrow keys move a frame, Enter picks. */
import { announce, element } from "../../assets/js/dom.js";

const ARROWS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/**
 * `bars` gives, per bar, its segments from left to right: {group, x, y, width, height} in
 * pixels of the figure; `describe` and `pick` get (group, bar).
 */
export function bindSegmentCursor(frame, node, { bars, describe, pick }) {
  const mark = element("div", { class: "segment-cursor", hidden: true });
  node.append(mark);
  frame.setAttribute("aria-description", "Arrow keys go to a segment, Enter selects its cells.");
  let at = null; // {bar, group}

  function show() {
    const segment = at && bars()[at.bar]?.find(({ group }) => group === at.group);
    mark.hidden = !segment;
    if (!segment) return;
    const { x: left, y: top, width, height } = segment;
    for (const [name, value] of Object.entries({ left, top, width, height })) {
      mark.style[name] = `${value}px`;
    }
    mark.scrollIntoView({ block: "nearest", inline: "nearest" });
    announce(describe(at.group, at.bar).filter(Boolean).join(", "));
  }

  /** The segment beside; in another bar, that which lies under the middle of this one. */
  function move([across, down]) {
    const all = bars();
    const bar = at ? Math.max(0, Math.min(all.length - 1, at.bar + down)) : 0;
    const here = at && all[at.bar]?.find(({ group }) => group === at.group);
    const row = all[bar];
    if (!row?.length) return;
    const middle = here ? here.x + here.width / 2 : 0;
    let k = here ? row.findIndex(({ x, width }) => middle <= x + width) : 0;
    if (k < 0) k = row.length - 1;
    k = Math.max(0, Math.min(row.length - 1, k + (here ? across : 0)));
    at = { bar, group: row[k].group };
    show();
  }

  frame.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in ARROWS) move(ARROWS[event.key]);
    else if ((event.key === "Enter" || event.key === " ") && at) pick(at.group, at.bar);
    else return;
    event.preventDefault();
  });
  frame.addEventListener("blur", () => {
    mark.hidden = true;
  });
  frame.addEventListener("focus", () => frame.matches(":focus-visible") && at && show());
}
