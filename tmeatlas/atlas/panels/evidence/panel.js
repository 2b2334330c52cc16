/** What speaks for an axis between two groups: ligand, receptor and response, and how sure that is. */
import { sequential } from "../../assets/js/colours.js";
import { constants } from "../../assets/js/constants.js";
import { byId, element, setText } from "../../assets/js/dom.js";
import { emptyFigure, showEmpty } from "../../assets/js/figure_words.js";
import { keyItem, scaleStrip } from "../../assets/js/scale_keys.js";
import { SELECTION } from "../../assets/js/selection.js";
import { capital, pValue } from "../../assets/js/text.js";
import { nameOf } from "../crosstalk/heads.js";
import { ALL_AXES, interactionsOf } from "../crosstalk/interactions.js";
import { SHOWN, STORED } from "../crosstalk/naming.js";
import { scopeOf } from "../crosstalk/scope.js";
import {
  countVerdicts,
  samplesOf,
  samplesText,
  verdictName,
  verdictParts,
  verdictText,
} from "../crosstalk/words.js";
import { evidenceFigure } from "./figure.js";
import { fillList, FOLD_ENDS } from "./list.js";
import { coverageText, fillReading, pieceLines } from "./reading.js";
import { evidenceOf, evidencePieces, evidenceTable, shownRows } from "./rows.js";

const CHOICE = ["axis", "sender", "receiver"];

async function createEvidencePanel(atlas) {
  const { store } = atlas;
  const interactions = await interactionsOf(atlas);
  const crosstalkScope = scopeOf(atlas, interactions);
  const packed = atlas.meta.panels.evidence;
  const how = byId("explain-evidence").textContent;
  const { nodes, axes, groups } = interactions;
  const { modifiers, responses, responseTexts, verdictTexts, axes: facts } = packed;
  const { rows, names, unlisted } = await evidenceOf(atlas);
  const everyRow = rows.axis.map((_, i) => i);
  let selected = [];
  let shown = [];
  let rest = []; // of those selected: folded
  let isOpen = false; // whether the rest is shown too
  let counts = null;
  let empty = null; // why there is nothing to show, if so

  const about = { rows, nodes, axes, names, facts, responseTexts, verdictTexts, modifiers };
  const isUp = (i) =>
    rows.response_effect[i] === null ? null : responses[rows.response_state[i]] === responses[0];
  const pieces = evidencePieces(rows, nodes, isUp);

  function pick(i) {
    const ends = { sender: rows.source[i], receiver: rows.target[i] };
    store.set({ axis: rows.axis[i], ...(isPressed(i) ? { sender: null, receiver: null } : ends) });
  }

  const isPressed = (i) =>
    store.get("sender") === rows.source[i] && store.get("receiver") === rows.target[i];

  const chosenEnds = () => Object.fromEntries(CHOICE.map((key) => [key, store.get(key)]));
  const isAll = () => store.get("axis") === ALL_AXES;

  /** The rows of an axis; of all axes the best row of each. Rows are stored best first. */
  function choose() {
    const choice = chosenEnds();
    selected = everyRow.filter((i) => interactions.fits(rows, i, choice));
    const seen = new Set();
    const best = selected.filter((i) => !seen.has(rows.axis[i]) && seen.add(rows.axis[i]));
    ({ shown, rest } = shownRows(isAll() ? best : selected, rows, isOpen));
  }

  const verdictOf = (i) => {
    const samples = samplesOf(rows, i);
    const parts = [
      verdictName(rows.verdict[i]),
      rows.padj[i] === null ? "" : `adjusted p ${pValue(rows.padj[i])}`,
      samples && samples.all > 1 ? samplesText(samples) : "",
    ];
    return parts.filter(Boolean).join(", ");
  };

  const topOf = (i) => names.top_interaction[rows.top_interaction[i]];
  const associatedOf = (i) => names.associated[rows.associated[i]];

  function describe(i, j) {
    const [sender, receiver] = [nodes[rows.source[i]].label, nodes[rows.target[i]].label];
    return [
      `${axes[rows.axis[i]].name}: ${sender} → ${receiver}`,
      `As a whole: ${verdictText(verdictTexts, { verdict: rows.verdict[i] }, pValue(rows.padj[i]))}`,
      ...pieceLines(i, pieces[j](i), about),
      topOf(i) ? `Carried by ${topOf(i)}` : null,
      associatedOf(i) ? `Associated, specific too: ${associatedOf(i)}` : null,
    ];
  }

  function labelOf(i) {
    const route = `${nameOf(nodes[rows.source[i]])} → ${nameOf(nodes[rows.target[i]])}`;
    return isAll() ? `${axes[rows.axis[i]].name}: ${route}` : route;
  }

  /** How many rows of the choice have each verdict, and which of them the page does not list. */
  function countRows() {
    const choice = chosenEnds();
    const others = [...unlisted.axis.keys()].filter((i) => interactions.fits(unlisted, i, choice));
    const listed = selected.map((i) => rows.verdict[i]);
    return { listed, unlisted: others.map((i) => unlisted.verdict[i]), others };
  }

  /** Of the chosen axis, how much of it is in the data; empty for all axes together. */
  function coverage() {
    const known = facts[store.get("axis")];
    return known ? coverageText(known) : "";
  }

  /** Why there is nothing to draw. */
  function emptyWords() {
    const { sender, receiver } = chosenEnds();
    const small = [sender, receiver].filter((k) => k !== null && nodes[k].needed);
    if (small.length) {
      const { label, n_cells, needed } = nodes[small[0]];
      return `${label} has ${n_cells} ${constants.rows}: too few to be tested, ${needed} are needed.`;
    }
    const known = facts[store.get("axis")];
    if (known && !known.core_pairs_measured) return `${capital(packed.genesMissing)}. ${coverage()}`;
    const { unlisted: some } = counts;
    return some.length ? countVerdicts(counts, groups) : "No row of this choice is listed here.";
  }

  const explain = () =>
    [selected.length > 1 && !isAll() ? countVerdicts(counts, groups) : "", coverage(), how]
      .filter(Boolean)
      .join(" ");

  function update(changed) {
    if (CHOICE.some((key) => changed.has(key))) isOpen = false;
    choose();
    counts = countRows();
    setText("scope-evidence", crosstalkScope.text());
    empty = shown.length ? null : emptyWords();
    showEmpty("evidence", empty);
    byId("reading-evidence").hidden = empty !== null;
    setText("explain-evidence", empty === null ? explain() : "");
    if (empty !== null) return;
    fillReading(byId("reading-evidence"), shown, about);
    draw();
  }

  const largest = (values, least) => Math.max(least, ...values);
  const largestShare = () =>
    largest(shown.flatMap((i) => pieces.map((piece) => piece(i).share ?? 0)), 0.05);

  /** "Show 187 more: 187 too few cells", or how to fold them. */
  function foldText() {
    const what = isAll() ? "axes" : `pairs of ${groups}`;
    const parts = verdictParts(rest.map((i) => rows.verdict[i])).map(([n, word]) => `${n} ${word}`);
    return `${isOpen ? "Hide" : "Show"} ${rest.length} more ${what}: ${parts.join(", ")}`;
  }

  function toggle() {
    isOpen = !isOpen;
    choose();
    draw();
    byId("figure-evidence").querySelector(".fold").focus();
  }

  function draw() {
    const hasResponse = shown.some((i) => rows.response_effect[i] !== null);
    fillList(byId("figure-evidence"), shown, {
      ...{ rows, nodes, axes, names, pieces, pick, describe, isPressed, hasResponse, isAll: isAll() },
      largest: largestShare(),
      isStrong: (i) => crosstalkScope.touchesFocus(rows.source[i], rows.target[i]),
      rest: { n: rest.length, text: rest.length ? foldText() : "", isOpen, toggle },
    });
    byId("key-evidence").replaceChildren(
      keyItem(`Times as high as in other ${constants.rows}`, scaleStrip(sequential(), FOLD_ENDS)),
      element("span", {}, `Bold: stands out. Bar of p: longer for a smaller one, dark up to ${constants.alpha}.`),
    );
  }

  const figure = () =>
    evidenceFigure(shown, {
      label: labelOf,
      note: (i) => [verdictOf(i), topOf(i)].filter(Boolean).join(" · "),
      pieces: pieces.filter((piece) => shown.some((i) => (piece(i).share ?? piece(i).effect ?? null) !== null)),
      largestEffect: largest(shown.map((i) => Math.abs(rows.response_effect[i] ?? 0)), 0.25),
      words: [crosstalkScope.text(), countVerdicts(counts, groups), coverage()].filter(Boolean).join(" "),
    });

  const tableOf = (naming) => ({
    ...evidenceTable(rows, selected, {
      ...{ topPair: topOf, associated: associatedOf, modifiers, facts, interactions, naming },
      response: (i) => responses[rows.response_state[i]],
      unlisted: counts.others.map((i) => ({ table: unlisted, i })),
    }),
    note: `${crosstalkScope.text()} ${countVerdicts(counts, groups)} ${coverage()}`,
  });

  return {
    id: "evidence",
    needs: [...CHOICE, ...SELECTION, "theme", "size"],
    update,
    figure: () => (empty === null ? figure() : emptyFigure(empty)),
    data: () => ({ rows, shown, rest, counts }),
    table: () => tableOf(STORED),
    shownTable: () => tableOf(SHOWN),
  };
}

export const panel = { id: "evidence", create: createEvidencePanel };
