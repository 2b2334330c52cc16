/** The rows of the evidence as a list: route and verdict, what each side shows, p as a bar. */
import { rampColour, sequential } from "../../assets/js/colours.js";
import { constants } from "../../assets/js/constants.js";
import { element } from "../../assets/js/dom.js";
import { percent, pValue, shortNumber, wholeNumber } from "../../assets/js/text.js";
import { hideTooltip, showTooltip } from "../../assets/js/tooltip.js";
import { nameOf } from "../crosstalk/heads.js";
import { samplesOf, samplesText, shortFold, verdictName } from "../crosstalk/words.js";

const SMALLEST_P = 1e-4; // at which the bar is full
const MOST_FOLD = 64; // more than that looks alike

/** How much of its bar a p-value fills: nothing at 1, all of it at `SMALLEST_P` or less. */
export const pFill = (p) =>
  p === null ? 0 : Math.log10(1 / Math.max(SMALLEST_P, p)) / Math.log10(1 / SMALLEST_P);

/** How strong the colour of a fold is, from 0 to 1. */
export const foldStrength = (fold) =>
  Math.log(Math.max(1, Math.min(MOST_FOLD, fold))) / Math.log(MOST_FOLD);

export const FOLD_ENDS = ["1", "8", `≥ ${MOST_FOLD}`];

const bar = (fill, kind, colour = "") =>
  element(
    "span",
    { class: `bar ${kind}` },
    element("i", { style: `width:${(100 * fill).toFixed(1)}%${colour ? `;background:${colour}` : ""}` }),
  );

/** A ligand or a receptor: its gene, the cells that show it, and fold. */
function sideCell({ side, stands }, gene, largest) {
  const colour =
    side.specificity === null ? "" : rampColour(sequential(), 0.1 + 0.9 * foldStrength(side.specificity));
  const fold = side.specificity === null ? "" : ` · ${shortFold(side)}×`;
  return [
    element("span", { class: stands ? "gene stands" : "gene" }, gene),
    bar(side.fraction / largest, stands ? "stands" : "pale", colour),
    element("span", { class: "number" }, `${wholeNumber(side.cells)} (${percent(side.fraction)})${fold}`),
  ];
}

function responseCell({ effect, stands }) {
  if (effect === null) return ["–"];
  const word = stands ? "up" : "not up";
  return [element("span", { class: stands ? "gene stands" : "gene" }, word), `${shortNumber(effect)} SD`];
}

const pCell = (p) =>
  p === null
    ? [verdictName(constants.noVerdict)]
    : [
        bar(pFill(p), p <= constants.alpha ? "p stands" : "p"),
        element("span", { class: "number" }, pValue(p)),
      ];

/** @param options  rows, nodes, axes, names, pieces, largest, hasResponse, isAll, pick, describe, isStrong, isPressed */
function rowOf(i, options) {
  const { rows, nodes, axes, names, pieces, largest } = options;
  const [source, target] = [nodes[rows.source[i]], nodes[rows.target[i]]];
  const [ligand, receptor, response] = pieces.map((piece) => piece(i));
  const [ligandGene, receptorGene] = names.top_interaction[rows.top_interaction[i]].split(" → ");
  const samples = samplesOf(rows, i);
  const said = [verdictName(rows.verdict[i]), samples && samples.all > 1 ? samplesText(samples) : ""];
  const kind = options.isStrong(i) ? "strong" : null;
  const route = element(
    "button",
    { type: "button", class: kind, "aria-pressed": String(options.isPressed(i)), onclick: () => options.pick(i) },
    ...(options.isAll ? [`${axes[rows.axis[i]].name}: `] : []),
    `${nameOf(source)} → ${nameOf(target)}`,
  );
  const cells = [
    sideCell(ligand, ligandGene ?? "", largest),
    sideCell(receptor, receptorGene ?? "", largest),
    ...(options.hasResponse ? [responseCell(response)] : []),
  ];
  const told = cells.map((parts, j) => {
    const cell = element("td", {}, ...parts);
    cell.addEventListener("mousemove", (event) => showTooltip(event, options.describe(i, j)));
    cell.addEventListener("mouseleave", hideTooltip);
    return cell;
  });
  const head = element("th", { scope: "row" }, route, element("small", {}, said.filter(Boolean).join("; ")));
  return element("tr", {}, head, ...told, element("td", {}, ...pCell(rows.padj[i])));
}

/**
 * The list: those of `shown`, and a button for the rest, which says what it is of.
 *
 * @param options  those of `rowOf`, and rest: {n, text, isOpen, toggle}
 */
export function fillList(box, shown, options) {
  const { rest, hasResponse } = options;
  const heads = [
    ...["Sender (n) → receiver (n)", "Ligand in sender", "Receptor in receiver"],
    ...(hasResponse ? ["Response of receiver"] : []),
    "Adjusted p",
  ];
  const body = shown.map((i) => rowOf(i, options));
  const head = element("tr", {}, ...heads.map((text) => element("th", { scope: "col" }, text)));
  const more = rest.n
    ? [
        element(
          "button",
          { type: "button", class: "fold", "aria-expanded": String(rest.isOpen), onclick: rest.toggle },
          rest.text,
        ),
      ]
    : [];
  box.replaceChildren(
    element("table", { class: "evidence" }, element("thead", {}, head), element("tbody", {}, ...body)),
    ...more,
  );
}
