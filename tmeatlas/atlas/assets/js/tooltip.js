/** One tooltip for all panels. Its lines are inserted as text. */
import { byId, element } from "./dom.js";

/** Show lines beside the pointer; the first is the heading. `null` lines are skipped. */
export function showTooltip(event, lines) {
  const tip = byId("tooltip");
  const [heading, ...rest] = lines.filter((line) => line !== null);
  tip.replaceChildren(element("b", {}, heading), ...rest.map((line) => element("span", {}, line)));
  tip.hidden = false;
  const { width, height } = tip.getBoundingClientRect();
  const gap = 14;
  const left =
    event.clientX + gap + width > innerWidth ? event.clientX - gap - width : event.clientX + gap;
  const top =
    event.clientY + gap + height > innerHeight ? event.clientY - gap - height : event.clientY + gap;
  tip.style.left = `${Math.max(4, left)}px`;
  tip.style.top = `${Math.max(4, top)}px`;
}

export function hideTooltip() {
  byId("tooltip").hidden = true;
}
