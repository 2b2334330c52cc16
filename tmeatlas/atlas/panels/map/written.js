/** Names, their lines and the titles of panes, put into the layer above a map. */
import { element } from "../../assets/js/dom.js";
import { fitText } from "../../assets/js/text.js";
import { BOLD, SMALL } from "../../assets/js/type.js";

const TITLE = 10; // pixels of the middle of a pane's name above it

function svg(tag, attributes, ...children) {
  const node = document.createElementNS(document.querySelector("svg").namespaceURI, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  node.append(...children);
  return node;
}

/** A line from a name to its cells, with a dot where it ends. */
function leader([[x1, y1], [x2, y2]], { left, top }) {
  const ends = { x1: x1 + left, y1: y1 + top, x2: x2 + left, y2: y2 + top };
  return [svg("line", ends), svg("circle", { cx: ends.x2, cy: ends.y2, r: 2 })];
}

/** In shares of the stage, not in pixels: on paper it has another size. */
export function showLabels(layer, labelsOfPanes, panes, box) {
  const place = (x, y) => `left:${(100 * x) / box.width}%;top:${(100 * y) / box.height}%`;
  const lines = [];
  const texts = [];
  panes.list.forEach((pane, k) => {
    if (pane.name) {
      const text = fitText(pane.name, panes.width, SMALL, BOLD);
      const style = place(pane.left + panes.width / 2, pane.top - TITLE);
      texts.push(element("b", { style }, text));
    }
    for (const { x, y, text, line, kind } of labelsOfPanes[k]) {
      if (line) lines.push(...leader(line, pane));
      const style = place(pane.left + x, pane.top + y);
      texts.push(element("span", { style, class: kind ?? null }, text));
    }
  });
  const frame = { viewBox: `0 0 ${box.width} ${box.height}`, preserveAspectRatio: "none" };
  layer.replaceChildren(svg("svg", frame, ...lines), ...texts);
}
