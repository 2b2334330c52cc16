/** What speaks for an axis between two groups: ligand, receptor, response, and what helps or blocks. */
import { plotlyScale, rampColour, sequential } from "../../assets/js/colours.js";
import { constants } from "../../assets/js/constants.js";
import { readJsonBlock } from "../../assets/js/decode.js";
import { byId, cssValue, setText } from "../../assets/js/dom.js";
import { emptyFigure, showEmpty } from "../../assets/js/figure_words.js";
import { createGrid } from "../../assets/js/grid.js";
import { keyItem, scaleStrip, sizeKey } from "../../assets/js/scale_keys.js";
import { SELECTION } from "../../assets/js/selection.js";
import { fitDistinct, percent, pValue, shortNumber } from "../../assets/js/text.js";
import { ALL_AXES, interactionsOf } from "../crosstalk/interactions.js";
import { scopeOf } from "../crosstalk/scope.js";
import { countText, emptyText, uncountedText, verdictName } from "../crosstalk/words.js";
import { evidencePieces, evidenceRows, evidenceTable } from "./rows.js";

const MOST_ROWS = 16;
const FAINT = 0.45;
const NAME_WIDTH = 96; // pixels for the sender and for the receiver, so that neither is lost
const NAME_SHARE = 0.12; // of the width of the figure, where that is less
const P_ENDS = ["1", "0.01", "≤ 0.0001"];
const MOST_DIGITS = 4; // p-values below 1e-4 look alike

const CHOICE = ["axis", "sender", "receiver"];
const KEY =
  "Area: share of cells, or effect. Ringed: specific for the group (p ≤ 0.05) and seen in 3 cells; " +
  "pale: not. Grey: not tested.";

async function createEvidencePanel(atlas) {
  const { store } = atlas;
  const interactions = await interactionsOf(atlas);
  const crosstalkScope = scopeOf(atlas, interactions);
  const packed = atlas.meta.panels.evidence;
  const how = byId("explain-evidence").textContent;
  const { nodes, axes } = interactions;
  const { modifiers } = packed;
  const body = await readJsonBlock(packed.block);
  const { names, unlisted } = body;
  const rows = evidenceRows(body);
  const labels = nodes.map((node) => node.label);
  let shortNames = labels;
  const everyRow = rows.axis.map((_, i) => i);
  let selected = [];
  let shown = [];
  let pieces = []; // what the columns show: those of which some row has anything
  let largestShare = 1;
  let largestEffect = 1;
  let counts = null;
  let empty = null; // why there is nothing to show, if so

  const everyPiece = evidencePieces(rows, names, modifiers);

  const route = (i) => [nodes[rows.source[i]].label, nodes[rows.target[i]].label];
  const grid = createGrid("evidence", {
    onCell: (i) => pick(shown[i]),
    onRow: (i) => pick(shown[i]),
    onColumn: () => {},
  });

  function pick(i) {
    const [sender, receiver] = [rows.source[i], rows.target[i]];
    const again = store.get("sender") === sender && store.get("receiver") === receiver;
    store.set({
      axis: rows.axis[i],
      ...(again ? { sender: null, receiver: null } : { sender, receiver }),
    });
  }

  const chosenEnds = () => Object.fromEntries(CHOICE.map((key) => [key, store.get(key)]));

  /** The rows of an axis; of all axes the best row of each. Rows are stored best first. */
  function choose() {
    const choice = chosenEnds();
    const { axis } = choice;
    selected = everyRow.filter((i) => interactions.fits(rows, i, choice));
    const seen = new Set();
    const best = selected.filter((i) => !seen.has(rows.axis[i]) && seen.add(rows.axis[i]));
    const worst = (i) => rows.padj[i] ?? 2;
    shown = (axis === ALL_AXES ? best.sort((a, b) => worst(a) - worst(b)) : selected).slice(
      0,
      MOST_ROWS,
    );
    const isThere = ({ share, effect }) => (share ?? effect ?? null) !== null;
    pieces = everyPiece.filter((piece) => shown.some((i) => isThere(piece(i))));
    const all = shown.flatMap((i) => pieces.map((piece) => piece(i)));
    largestShare = Math.max(0.05, ...all.map((piece) => piece.share ?? 0));
    largestEffect = Math.max(0.25, ...all.map((piece) => Math.abs(piece.effect ?? 0)));
  }

  const strength = (p) => Math.min(MOST_DIGITS, -Math.log10(Math.max(p, 1e-9))) / MOST_DIGITS;

  function mark(i, j) {
    const { share, effect, p, lacks } = pieces[j](shown[i]);
    const size = share === undefined ? effect && Math.max(0, effect) / largestEffect : share / largestShare;
    if (share === null || effect === null || size === null) return null;
    const significant = p !== null && !lacks;
    return {
      shape: "dot",
      size: Math.max(0.012, size),
      colour: p === null ? cssValue("--ink-faint") : rampColour(sequential(), 0.1 + 0.9 * strength(p)),
      alpha: significant || p === null ? 1 : FAINT,
      ring: significant ? cssValue("--ink") : null,
    };
  }

  const verdictOf = (i) =>
    rows.padj[i] === null
      ? verdictName(rows.verdict[i])
      : `${verdictName(rows.verdict[i])}, adjusted p ${pValue(rows.padj[i])}`;

  const topOf = (i) => names.top_interaction[rows.top_interaction[i]];

  function describe(row, j) {
    const i = shown[row];
    const [sender, receiver] = route(i);
    const { title, share, low, high, effect, p, lacks } = pieces[j](i);
    const group = title === "Ligand" ? sender : receiver;
    return [
      `${axes[rows.axis[i]].name}: ${sender} → ${receiver}`,
      `As a whole: ${verdictOf(i)}`,
      low !== undefined
        ? `${title}: in ${percent(share)} of ${group} (95% interval ${percent(low)} to ${percent(high)})`
        : effect !== undefined
          ? `${title} in ${receiver}: ${shortNumber(effect)} standard deviations above the other cells`
          : `${title}: in ${percent(share)} of sender or receiver`,
      p === null ? null : `${lacks ? "Missing" : "Specific for the group"}: p ${pValue(p)}`,
      effect !== undefined && names.response[rows.response[i]]
        ? `Signature: ${names.response[rows.response[i]]}`
        : null,
      topOf(i) ? `Most of the score: ${topOf(i)}` : null,
    ];
  }

  function rowLabel(i) {
    const pair = `${shortNames[rows.source[i]]} → ${shortNames[rows.target[i]]}`;
    return store.get("axis") === ALL_AXES ? `${axes[rows.axis[i]].name}: ${pair}` : pair;
  }

  /** Active and detected rows of the choice, and those of them that the page does not list. */
  function countRows() {
    const choice = chosenEnds();
    const others = [...unlisted.axis.keys()].filter((i) => interactions.fits(unlisted, i, choice));
    const amount = (verdicts) => {
      const nOf = (wanted) => verdicts.filter((verdict) => verdict === wanted).length;
      return { active: nOf(constants.active), detected: nOf(constants.detected) };
    };
    const listed = amount(selected.map((i) => rows.verdict[i]));
    const missing = amount(others.map((i) => unlisted.verdict[i]));
    const { active, detected } = missing;
    const total = { active: listed.active + active, detected: listed.detected + detected };
    return { total, listed, others };
  }

  const drawnText = () =>
    shown.length < selected.length
      ? `Drawn: ${store.get("axis") === ALL_AXES ? "the best of each axis" : `the best ${shown.length}`}.`
      : "";

  function explain() {
    return [countText(counts), drawnText(), how].filter(Boolean).join(" ");
  }

  function update(changed) {
    if (changed.has("size")) {
      const room = NAME_SHARE * byId("frame-evidence").clientWidth;
      shortNames = fitDistinct(labels, Math.min(NAME_WIDTH, room || NAME_WIDTH), 11.5);
    }
    choose();
    counts = countRows();
    setText("scope-evidence", crosstalkScope.text());
    empty = shown.length ? null : emptyText(counts, `${uncountedText()} for this choice.`);
    showEmpty("evidence", empty);
    setText("explain-evidence", empty === null ? explain() : "");
    if (empty === null) draw();
  }

  function draw() {
    grid.draw({
      shape: "dot",
      ringed: true,
      corner: ["Sender → receiver"],
      rows: shown.map((i) => ({
        label: rowLabel(i),
        title: `${axes[rows.axis[i]].name}: ${route(i).join(" → ")}`,
        strong: crosstalkScope.touchesFocus(rows.source[i], rows.target[i]),
      })),
      columns: pieces.map((piece) => {
        const { title, end } = piece(shown[0]);
        return { label: end ? `${title} in ${end}` : title };
      }),
      notes: shown.map((i) => [verdictOf(i), topOf(i)].filter(Boolean).join(" · ")),
      mark,
      describe,
      lineColour: cssValue("--grid"),
      key: [KEY, countText(counts), drawnText()].join(" "),
      scale: {
        colorscale: plotlyScale(sequential()),
        low: 0,
        high: MOST_DIGITS,
        title: "p of the side",
        labels: P_ENDS,
      },
      sizes: { title: "Share of cells", whole: largestShare },
      showKey,
    });
  }

  const showKey = () =>
    byId("key-evidence").replaceChildren(
      keyItem("p of the side", scaleStrip(sequential(), P_ENDS)),
      keyItem("Share of cells", sizeKey([0.1, 0.5, 1], grid.largestRadius(), largestShare)),
    );

  return {
    id: "evidence",
    needs: [...CHOICE, ...SELECTION, "theme", "size"],
    update,
    figure: () => (empty === null ? grid.figure() : emptyFigure(empty)),
    data: () => ({ rows, shown, counts }),
    table: () => ({
      ...evidenceTable(rows, selected, {
        topPair: topOf,
        response: (i) => names.response[rows.response[i]],
        modifiers,
        interactions,
        unlisted: counts.others.map((i) => ({ table: unlisted, i })),
      }),
      note: `${crosstalkScope.text()} ${countText(counts)}`,
    }),
  };
}

export const panel = { id: "evidence", create: createEvidencePanel };
