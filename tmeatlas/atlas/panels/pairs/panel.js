/** Ligand–receptor pairs of the chosen axis, sender and receiver. */
import { nodeColours, plotlyScale, rampColour, sequential } from "../../assets/js/colours.js";
import { constants } from "../../assets/js/constants.js";
import { byId, cssValue, element, setText } from "../../assets/js/dom.js";
import { KEY_SHARES } from "../../assets/js/dot_sizes.js";
import { emptyFigure, showEmpty } from "../../assets/js/figure_words.js";
import { createGrid } from "../../assets/js/grid.js";
import { NAME_SIZE } from "../../assets/js/grid_measures.js";
import { keyItem, scaleStrip, sizeKey } from "../../assets/js/scale_keys.js";
import { SELECTION } from "../../assets/js/selection.js";
import { fitDistinct, shortNumber, wholeNumber } from "../../assets/js/text.js";
import { nameOf, titleOf } from "../crosstalk/heads.js";
import { ALL_AXES, interactionsOf } from "../crosstalk/interactions.js";
import { SHOWN, STORED } from "../crosstalk/naming.js";
import { scopeOf } from "../crosstalk/scope.js";
import { countText, emptyText } from "../crosstalk/words.js";
import { choosePairs, pairEntries, pairLines, pairsTable, shareOf } from "./rows.js";
import { besideName, linesOfPair, namesOfSpecific, noteOfPair } from "./words.js";

const FAINT = 0.4;
const KEY =
  "Area: share that shows it, the smaller of ligand and receptor. " +
  "Ringed: specific; pale: not; grey: mostly ambient RNA, or without a verdict.";
const NAME_WIDTH = 170; // pixels for the sender and for the receiver, so that neither is lost
const ARROW_WIDTH = 24;
const CHOICE = ["axis", "sender", "receiver"];
const NOT_OF_GREY = "; those of the grey pairs are not in this page";

async function createPairsPanel(atlas) {
  const { store } = atlas;
  const shareTitle = `Share of ${constants.rows}`;
  const interactions = await interactionsOf(atlas);
  const crosstalkScope = scopeOf(atlas, interactions);
  const how = byId("explain-pairs").textContent;
  const { nodes } = interactions;
  const labels = nodes.map((node) => node.label);
  const shortNames = fitDistinct(labels, NAME_WIDTH, NAME_SIZE);
  const { crosstalk } = atlas.meta.panels;
  let chosen = null; // what choosePairs returned
  let lines = []; // of the figure: pairs, and headings between them
  let counts = null;
  let empty = null; // why there is nothing to show, if so

  const pickFlow = (j) => {
    const { source, target } = chosen.flows[j];
    store.set({ sender: source, receiver: target });
  };
  const grid = createGrid("pairs", {
    onCell: (_, j) => pickFlow(j),
    onRow: (i) => colourByGene(lines[i].pair),
    onColumn: pickFlow,
  });

  const genesOf = ({ ligand, receptor }) => [...new Set(`${ligand}+${receptor}`.split("+"))];
  const isHere = (gene) => atlas.features.has(`g:${gene}`);

  /** Colour the cells by the ligand, with the next click by the receptor, and so on. */
  function colourByGene(pair) {
    const ids = genesOf(pair).filter(isHere).map((gene) => `g:${gene}`);
    store.set({ colour: ids[(ids.indexOf(store.get("colour")) + 1) % ids.length] });
  }

  /** A row of the figure; without a gene in the page, a click has nothing to colour by. */
  function rowOf({ heading, pair }) {
    if (heading) return { heading: true, label: heading };
    const label = `${pair.ligand} → ${pair.receptor}${besideName(pair, crosstalk)}`;
    const genes = genesOf(pair);
    const here = genes.filter(isHere);
    if (!here.length) {
      const wanted = genes.map((gene) => `"${gene}"`).join(", ");
      const title = `${label}: not in this page; genes=[${wanted}] of tme.pl.atlas adds them`;
      return { label, title, inert: true };
    }
    const title = `${label}: click to colour cells by ${here.join(", then ")}`;
    return { label, title, pressed: here.some((gene) => store.get("colour") === `g:${gene}`) };
  }

  /** How many interactions there are, and of which ligand and receptor the specific ones are. */
  const countedText = () => {
    const standing = chosen.selected.map(interactions.row).filter(({ stands }) => stands);
    return countText(counts, namesOfSpecific(standing, counts));
  };

  /** What part of the listed pairs the figure has room for. */
  function drawnText() {
    const { pairs, flows, nPairs, nFlows } = chosen;
    const cut = (n, all, what) => (n < all ? `${n} of ${wholeNumber(all)} ${what}` : "");
    const parts = [cut(pairs.length, nPairs, "pairs"), cut(flows.length, nFlows, "routes")];
    const text = parts.filter(Boolean).join(" and ");
    return text && `Drawn: the strongest ${text}.`;
  }

  /** How to read the figure, and which clicks do something. */
  function explain(lineRows) {
    const pairRows = lineRows.filter((row) => !row.heading);
    const nInert = pairRows.filter((row) => row.inert).length;
    const click =
      nInert === pairRows.length
        ? "None of their genes are in this page: genes=[…] of tme.pl.atlas adds them."
        : `Click a pair to colour the map by its genes${nInert ? NOT_OF_GREY : ""}.`;
    return [countedText(), drawnText(), how, click].filter(Boolean).join(" ");
  }

  const rowAt = (i, j) => (lines[i].pair ? chosen.rowAt(lines[i].pair, j) : undefined);

  const describe = (i, j) => linesOfPair(interactions.row(rowAt(i, j)), crosstalk);

  function noteOf({ pair }) {
    const found = pair && chosen.rowAt(pair, 0);
    return found === undefined ? "" : noteOfPair(interactions.row(found));
  }

  function mark(top) {
    return (i, j) => {
      const found = rowAt(i, j);
      if (found === undefined) return null;
      const row = interactions.row(found);
      const size = shareOf(row);
      if (chosen.beside.includes(lines[i].pair)) {
        return { shape: "dot", size, colour: cssValue("--ink-faint") };
      }
      return {
        ...{ shape: "dot", size },
        colour: rampColour(sequential(), 0.1 + (0.9 * row.score) / top),
        alpha: row.stands ? 1 : FAINT,
        ring: row.stands ? cssValue("--ink") : null,
      };
    };
  }

  function fillSelects() {
    for (const [id, key, all] of [
      ["sender-select", "sender", "Any sender"],
      ["receiver-select", "receiver", "Any receiver"],
    ]) {
      const select = byId(id);
      select.append(element("option", { value: "" }, all));
      nodes.forEach((node, k) => {
        const attributes = { value: k, title: titleOf(node), disabled: node.needed > 0 };
        select.append(element("option", attributes, nameOf(node)));
      });
      select.addEventListener("change", () =>
        store.set({ [key]: select.value === "" ? null : Number(select.value) }),
      );
    }
  }

  /** Where the axis has a signature of its effect, offer to colour the cells by it. */
  function offerResponse() {
    const axis = store.get("axis");
    const feature = axis === ALL_AXES ? null : atlas.features.get(interactions.axes[axis].response);
    const button = byId("response-button");
    button.hidden = !feature;
    if (!feature) return;
    button.textContent = `Colour by response: ${feature.name}`;
    button.title = feature.name;
    button.onclick = () => store.set({ colour: feature.id });
  }

  function columnOf({ source, target }, colours) {
    return {
      label: `${shortNames[source]} → ${shortNames[target]}`,
      title: `${titleOf(nodes[source])} → ${titleOf(nodes[target])}`,
      colours: [colours[source], colours[target]],
      strong: crosstalkScope.touchesFocus(source, target),
    };
  }

  function draw() {
    const { flows, topScore: top } = chosen;
    lines = pairLines(chosen, store.get("axis") !== ALL_AXES);
    const colours = nodeColours(nodes, store.get("palette"));
    const lineRows = lines.map(rowOf);
    setText("explain-pairs", explain(lineRows));
    grid.draw({
      shape: "dot",
      ringed: true,
      wholeNames: true,
      longestHead: 2 * NAME_WIDTH + ARROW_WIDTH,
      corner: ["Sender → receiver", "Ligand → receptor ↓"],
      rows: lineRows,
      columns: flows.map((flow) => columnOf(flow, colours)),
      notes: flows.length === 1 ? lines.map(noteOf) : null,
      mark: mark(top),
      describe,
      lineColour: cssValue("--grid"),
      key: [KEY, countedText(), drawnText()].join(" "),
      scale: {
        colorscale: plotlyScale(sequential()),
        low: 0,
        high: top,
        title: "Score, 0 to 1",
      },
      sizes: { title: shareTitle, whole: 1 },
      showKey: () => showKey(top),
    });
  }

  const showKey = (top) =>
    byId("key-pairs").replaceChildren(
      keyItem(
        "Score, 0 to 1",
        scaleStrip(sequential(), ["0", shortNumber(top / 2), shortNumber(top)]),
      ),
      keyItem(shareTitle, sizeKey(KEY_SHARES, grid.largestRadius())),
    );

  function update(changed) {
    const [axis, sender, receiver] = CHOICE.map((key) => store.get(key));
    if (CHOICE.some((key) => changed.has(key))) {
      chosen = choosePairs(interactions, { axis, sender, receiver });
      counts = interactions.count({ axis, sender, receiver });
      byId("sender-select").value = String(sender ?? "");
      byId("receiver-select").value = String(receiver ?? "");
      offerResponse();
    }
    setText("scope-pairs", crosstalkScope.text());
    empty = chosen.selected.length ? null : emptyText(counts, "Nothing seen for this choice.");
    showEmpty("pairs", empty);
    if (empty === null) draw();
    else setText("explain-pairs", "");
  }

  function tableOf(naming) {
    const note = `${crosstalkScope.text()} ${countText(counts)}`;
    return { ...pairsTable(interactions, chosen.selected, { unlisted: counts.unlisted, naming }), note };
  }

  fillSelects();
  return {
    id: "pairs",
    needs: [...CHOICE, ...SELECTION, "colour", "palette", "theme", "size"],
    update,
    figure: () => (empty === null ? grid.figure() : emptyFigure(empty)),
    data: () => ({ ...chosen, counts }),
    table: () => tableOf(STORED),
    shownTable: () => tableOf(SHOWN),
  };
}

export const panel = { id: "pairs", create: createPairsPanel, moreEntries: pairEntries };
