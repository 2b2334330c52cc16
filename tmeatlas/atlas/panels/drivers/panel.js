/** Groups ranked by axes, chains link by link, and genes with what they follow. */
import { constants } from "../../assets/js/constants.js";
import { byId, element } from "../../assets/js/dom.js";
import { shortNumber, wholeNumber } from "../../assets/js/text.js";
import { driversTable, geneLines, groupLines, loopsOf } from "./rows.js";

const inParts = (value, low, high) => (100 * (value - low)) / (high - low);

/** A bar from 0 to a number of axes, with the mean in the samples as a line over it. */
function bar({ value, mean, low, high, most, title }) {
  const at = (number) => `${Math.max(0, Math.min(100, inParts(number, 0, most)))}%`;
  const parts = [element("span", { class: "fill", style: `width: ${at(value)}` })];
  if (mean !== null) {
    const width = `calc(${at(high)} - ${at(low)})`;
    parts.push(element("span", { class: "ends", style: `left: ${at(low)}; width: ${width}` }));
    parts.push(element("span", { class: "dot", style: `left: ${at(mean)}` }));
  }
  return element(
    "div",
    { class: "bar", title },
    element("span", { class: "track", "aria-hidden": "true" }, ...parts),
    element("span", { class: "number" }, String(value)),
  );
}

function groupRows({ groups }) {
  const most = Math.max(1, ...["sends", "receives"].flatMap((name) => [...groups[name], ...groups[`${name}_high`]]));
  const head = element(
    "tr",
    {},
    ...["Group (n)", "Sends", "Receives", "Partners"].map((text) => element("th", { scope: "col" }, text)),
  );
  const rows = groups.group.map((name, i) => {
    const cell = (end) => {
      const [mean, low, high] = ["mean", "low", "high"].map((part) => groups[`${end}_${part}`][i]);
      const title = groupLines(groups, i, end).join("\n");
      return element("td", {}, bar({ value: groups[end][i], mean, low, high, most, title }));
    };
    return element(
      "tr",
      {},
      element("th", { scope: "row" }, `${name} (${wholeNumber(groups.cells[i])})`),
      cell("sends"),
      cell("receives"),
      element("td", { class: "count" }, String(groups.partners[i])),
    );
  });
  return element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows));
}

function linkItem({ text, detail, holds }) {
  const said = holds ? "holds" : "does not hold";
  return element(
    "li",
    { class: holds ? "holds" : null },
    element("span", { class: "mark", role: "img", "aria-label": said }),
    element("span", {}, text, element("small", {}, detail)),
  );
}

function loopItem({ name, says, cite, closed, paths }) {
  return element(
    "li",
    { class: closed ? "closed" : null },
    element("h4", { title: `${says}\n${cite}` }, name),
    ...paths.map((links) => element("ol", {}, ...links.map(linkItem))),
  );
}

const whereSeen = ({ cells, showing, note }, i) =>
  cells[i] ? `${wholeNumber(showing[i])} of ${wholeNumber(cells[i])} ${constants.rows}` : note[i];

function geneRow(genes, i, reach) {
  const [value, low, high] = ["value", "low", "high"].map((name) => genes[name][i]);
  const at = (number) => `${Math.max(0, Math.min(100, inParts(number, -reach, reach)))}%`;
  const marks =
    value === null
      ? []
      : [
          element("span", { class: "ends", style: `left: ${at(low)}; width: calc(${at(high)} - ${at(low)})` }),
          element("span", { class: "dot", style: `left: ${at(value)}` }),
        ];
  const follows = genes.verdict[i] === "follows";
  return element(
    "tr",
    { class: follows ? "holds" : null, title: geneLines(genes, i).join("\n") },
    element(
      "th",
      { scope: "row" },
      `${genes.gene[i]}, ${genes.name[i]}`,
      element("small", {}, `in ${genes.lineage[i]}`),
    ),
    element("td", {}, element("span", { class: "track middle", "aria-hidden": "true" }, ...marks)),
    element("td", {}, genes.verdict[i], element("small", {}, whereSeen(genes, i))),
  );
}

function geneRows({ genes }) {
  const ends = [...genes.low, ...genes.high].filter((value) => value !== null).map(Math.abs);
  const reach = Math.min(2, Math.max(0.5, ...ends));
  const rows = genes.gene.map((_, i) => geneRow(genes, i, reach));
  const scale = element(
    "span",
    { class: "scale" },
    ...[`−${shortNumber(reach)}`, "0", `${shortNumber(reach)} SD`].map((text) => element("span", {}, text)),
  );
  const head = element(
    "tr",
    {},
    element("th", { scope: "col" }, "Gene and programme"),
    element("th", { scope: "col" }, scale),
    element("th", { scope: "col" }, "The data say"),
  );
  return element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows));
}

function createDriversPanel({ meta }) {
  const packed = meta.panels.drivers;
  const none = () => element("p", {}, packed.notRead || "Nothing could be read.");
  return {
    id: "drivers",
    needs: [],
    update() {
      if (byId("drivers-groups").firstChild) return;
      byId("drivers-groups").append(groupRows(packed));
      const loops = loopsOf(packed.loops);
      byId("drivers-loops").append(loops.length ? element("ul", {}, ...loops.map(loopItem)) : none());
      byId("drivers-genes").append(packed.genes.gene.length ? geneRows(packed) : none());
    },
    table: () => driversTable(packed),
    data: () => packed,
  };
}

export const panel = { id: "drivers", create: createDriversPanel };
