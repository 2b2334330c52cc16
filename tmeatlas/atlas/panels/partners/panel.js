/** Ligands and receptors of the chosen axis in each group: who could send, who could receive. */
import { nodeColours, plotlyScale, rampColour, readableOn, sequential } from "../../assets/js/colours.js";
import { constants } from "../../assets/js/constants.js";
import { byId, cssValue, element, setText } from "../../assets/js/dom.js";
import { emptyFigure, showEmpty } from "../../assets/js/figure_words.js";
import { createGrid } from "../../assets/js/grid.js";
import { keyItem, scaleStrip } from "../../assets/js/scale_keys.js";
import { SELECTION } from "../../assets/js/selection.js";
import { shortNumber } from "../../assets/js/text.js";
import { familiesOf, headsOf, titleOf } from "../crosstalk/heads.js";
import { ALL_AXES, interactionsOf } from "../crosstalk/interactions.js";
import { countOf, shownText } from "../crosstalk/levels.js";
import { SHOWN, STORED } from "../crosstalk/naming.js";
import { scopeOf } from "../crosstalk/scope.js";
import { lineName, partnerLines, partnersTable } from "./rows.js";

const CHOOSE = "Choose one axis to see who makes its ligands and who has its receptors.";
const NONE = "No group shows a ligand or receptor of this axis.";
const MEAN = "Mean, log-normalised";
const ALL_GROUPS = Infinity;
const MOST_NAMED = 6;
const LEAST_SHARE = 0.005;
const LEAST_FOR_TEXT = 16; // width of a tile, in pixels: numbers of two digits

/** "12"; of less than half a percent, "<1". */
const percentText = (share) => (share < LEAST_SHARE ? "<1" : String(Math.round(100 * share)));

async function createPartnersPanel(atlas) {
  const { store } = atlas;
  const interactions = await interactionsOf(atlas);
  const crosstalkScope = scopeOf(atlas, interactions);
  const { nodes, levels } = interactions;
  const how = byId("explain-partners").textContent;
  const groups = atlas.categories.get("group");
  const numberKey = `Number: percent of the ${constants.rows} that show it; dot: none. Grey: group too small to be tested.`;
  let lines = [];
  let unseen = [];
  let nMore = 0;
  let empty = null; // why there is nothing to show, if so

  const grid = createGrid("partners", {
    onCell: (i, k) => choose(lines[i].role, k),
    onRow: (i) => colourBy(lines[i].partner),
    onColumn: () => {},
  });

  /** A ligand chooses its group as the sender, a receptor as the receiver; the second time, none. */
  function choose(role, k) {
    const key = { ligand: "sender", receptor: "receiver" }[role];
    if (key && !nodes[k].needed) store.set({ [key]: store.get(key) === k ? null : k });
  }

  const idsOf = (partner) =>
    levels.names[partner].split("+").map((gene) => `g:${gene}`).filter((id) => atlas.features.has(id));

  /** Colour the cells by the gene; of a complex, with the next click by the next. */
  function colourBy(partner) {
    const ids = idsOf(partner);
    store.set({ colour: ids[(ids.indexOf(store.get("colour")) + 1) % ids.length] });
  }

  function rowOf(line) {
    const { heading, partner } = line;
    if (heading) return { heading: true, label: heading };
    const label = lineName(line, levels);
    const ids = idsOf(partner);
    const title = shownText(levels, nodes, partner, ALL_GROUPS);
    if (!ids.length) return { label, title, inert: true };
    return { label, title, pressed: ids.includes(store.get("colour")) };
  }

  function describe(i, k) {
    const { partner } = lines[i];
    const found = levels.at(k, partner);
    const text = found ? countOf(found, nodes[k].label) : titleOf(nodes[k]);
    return [
      `${levels.names[partner]} in ${nodes[k].label}`,
      found && !found.cells ? `None of ${titleOf(nodes[k])}` : text,
      found?.cells ? `${MEAN}: ${shortNumber(found.mean)}` : null,
    ];
  }

  function draw() {
    const drawn = lines.filter(({ heading }) => !heading);
    const all = drawn.flatMap(({ partner }) => nodes.map((_, k) => levels.at(k, partner)));
    const top = Math.max(1e-9, ...all.map((found) => found?.mean ?? 0));
    const colours = nodeColours(nodes, store.get("palette"));
    const [sender, receiver] = [store.get("sender"), store.get("receiver")];
    const isStrong = (k) => Boolean(crosstalkScope.inFocus()?.has(k)) || k === sender || k === receiver;
    grid.draw({
      shape: "tile",
      leastForText: LEAST_FOR_TEXT,
      wholeNames: true,
      corner: ["Group (n) →"],
      rows: lines.map(rowOf),
      columns: headsOf(nodes, { colours, isStrong, role: "a sender or receiver" }),
      families: familiesOf(nodes, groups),
      mark(i, k) {
        if (nodes[k].needed) return { shape: "tile", colour: cssValue("--soft") };
        const found = levels.at(k, lines[i].partner);
        if (!found) return null;
        if (!found.cells) return { shape: "dot", size: 0, colour: cssValue("--ink-faint"), alpha: 0.5 };
        const colour = rampColour(sequential(), 0.06 + (0.94 * found.mean) / top);
        return { shape: "tile", colour, text: percentText(found.share), textColour: readableOn(colour) };
      },
      describe,
      lineColour: cssValue("--grid"),
      key: `${crosstalkScope.text()} ${numberKey} ${words()}`,
      scale: { colorscale: plotlyScale(sequential()), low: 0, high: top, title: MEAN },
      showKey: () =>
        byId("key-partners").replaceChildren(
          keyItem(MEAN, scaleStrip(sequential(), ["0", shortNumber(top / 2), shortNumber(top)])),
          element("span", {}, numberKey),
        ),
    });
  }

  /** What is not drawn. */
  function words() {
    const named = unseen.slice(0, MOST_NAMED).join(", ");
    const others = unseen.length > MOST_NAMED ? ` and ${unseen.length - MOST_NAMED} more` : "";
    return [
      nMore ? `${nMore} more ${nMore === 1 ? "is" : "are"} in the table.` : "",
      unseen.length ? `Seen in no group: ${named}${others}.` : "",
    ]
      .filter(Boolean)
      .join(" ");
  }

  function update() {
    const axis = store.get("axis");
    const found = axis === ALL_AXES ? { lines: [], unseen: [], nMore: 0 } : partnerLines(levels, axis);
    ({ lines, unseen, nMore } = found);
    empty = axis === ALL_AXES ? CHOOSE : lines.length ? null : NONE;
    setText("scope-partners", `${interactions.axisName(axis)}.`);
    setText("explain-partners", empty === null ? [how, words()].filter(Boolean).join(" ") : "");
    showEmpty("partners", empty);
    if (empty === null) draw();
  }

  const tableOf = (naming) => ({
    ...partnersTable(interactions, store.get("axis"), naming),
    note: crosstalkScope.text(),
  });

  return {
    id: "partners",
    needs: ["axis", "sender", "receiver", ...SELECTION, "colour", "palette", "theme", "size"],
    update,
    figure: () => (empty === null ? grid.figure() : emptyFigure(empty)),
    data: () => ({ lines, unseen, nMore }),
    table: () => tableOf(STORED),
    shownTable: () => tableOf(SHOWN),
  };
}

export const panel = { id: "partners", create: createPartnersPanel };
