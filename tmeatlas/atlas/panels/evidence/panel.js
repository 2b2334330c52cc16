/** What speaks for an axis between two groups: ligand, receptor, response, and what helps or blocks. */
import { plotlyScale, rampColour, sequential } from "../../assets/js/colours.js";
import { readJsonBlock } from "../../assets/js/decode.js";
import { byId, cssValue, setText } from "../../assets/js/dom.js";
import { emptyFigure, showEmpty } from "../../assets/js/figure_words.js";
import { createGrid } from "../../assets/js/grid.js";
import { keyItem, scaleStrip, sizeKey } from "../../assets/js/scale_keys.js";
import { SELECTION } from "../../assets/js/selection.js";
import { capital, fitDistinct, pValue } from "../../assets/js/text.js";
import { ALL_AXES, interactionsOf } from "../crosstalk/interactions.js";
import { scopeOf } from "../crosstalk/scope.js";
import { countVerdicts, samplesOf, samplesText, verdictName, verdictText } from "../crosstalk/words.js";
import { coverageText, fillReading, pieceLines } from "./reading.js";
import { evidencePieces, evidenceRows, evidenceTable } from "./rows.js";

const MOST_ROWS = 16;
const FAINT = 0.45;
const NAME_WIDTH = 96; // pixels for the sender and for the receiver, so that neither is lost
const NAME_SHARE = 0.18; // of the width of the figure, where that is less
const MOST_FOLD = 64; // more than that looks alike
const FOLD_ENDS = ["1", "8", `≥ ${MOST_FOLD}`];
const FOLD_TITLE = "Times as high as in other cells";

const CHOICE = ["axis", "sender", "receiver"];
const KEY =
  "Area: share of cells, or effect. Ringed: stands out; pale: not. Grey: no specificity is told.";

async function createEvidencePanel(atlas) {
  const { store } = atlas;
  const interactions = await interactionsOf(atlas);
  const crosstalkScope = scopeOf(atlas, interactions);
  const packed = atlas.meta.panels.evidence;
  const how = byId("explain-evidence").textContent;
  const { nodes, axes } = interactions;
  const { modifiers, responses, responseTexts, verdictTexts, axes: facts } = packed;
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

  const about = { rows, nodes, axes, names, facts, responseTexts, verdictTexts, modifiers };

  const isUp = (i) =>
    rows.response_effect[i] === null ? null : responses[rows.response_state[i]] === responses[0];
  const everyPiece = evidencePieces(rows, nodes, modifiers, isUp);

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
    shown = (axis === ALL_AXES ? best : selected).slice(0, MOST_ROWS);
    const isThere = ({ share, effect }) => (share ?? effect ?? null) !== null;
    pieces = everyPiece.filter((piece) => shown.some((i) => isThere(piece(i))));
    const all = shown.flatMap((i) => pieces.map((piece) => piece(i)));
    largestShare = Math.max(0.05, ...all.map((piece) => piece.share ?? 0));
    largestEffect = Math.max(0.25, ...all.map((piece) => Math.abs(piece.effect ?? 0)));
  }

  const strength = (fold) => Math.log(Math.max(1, Math.min(MOST_FOLD, fold))) / Math.log(MOST_FOLD);

  function mark(i, j) {
    const { share, effect, fold, stands } = pieces[j](shown[i]);
    const size = share === undefined ? effect && Math.max(0, effect) / largestEffect : share / largestShare;
    if (share === null || effect === null || size === null) return null;
    const hasFold = fold !== undefined && fold !== null;
    return {
      shape: "dot",
      size: Math.max(0.012, size),
      colour: hasFold ? rampColour(sequential(), 0.1 + 0.9 * strength(fold)) : cssValue("--ink-faint"),
      alpha: stands === false ? FAINT : 1,
      ring: stands ? cssValue("--ink") : null,
    };
  }

  const verdictOf = (i) =>
    [
      rows.padj[i] === null
        ? verdictName(rows.verdict[i])
        : `${verdictName(rows.verdict[i])}, adjusted p ${pValue(rows.padj[i])}`,
      samplesText(samplesOf(rows, i)),
    ]
      .filter(Boolean)
      .join(", ");

  const topOf = (i) => names.top_interaction[rows.top_interaction[i]];
  const associatedOf = (i) => names.associated[rows.associated[i]];

  function describe(row, j) {
    const i = shown[row];
    const [sender, receiver] = route(i);
    return [
      `${axes[rows.axis[i]].name}: ${sender} → ${receiver}`,
      `As a whole: ${verdictText(verdictTexts, { verdict: rows.verdict[i] }, pValue(rows.padj[i]))}`,
      ...pieceLines(i, pieces[j](i), about),
      topOf(i) ? `Carried by ${topOf(i)}` : null,
      associatedOf(i) ? `Associated, specific too: ${associatedOf(i)}` : null,
    ];
  }

  function rowLabel(i) {
    const pair = `${shortNames[rows.source[i]]} → ${shortNames[rows.target[i]]}`;
    return store.get("axis") === ALL_AXES ? `${axes[rows.axis[i]].name}: ${pair}` : pair;
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
    const known = facts[store.get("axis")];
    if (known && !known.core_pairs_measured) return `${capital(packed.genesMissing)}. ${coverage()}`;
    const { unlisted: some } = counts;
    return some.length ? `${countVerdicts(counts)}` : "No row of this choice is listed here.";
  }

  const drawnText = () =>
    shown.length < selected.length
      ? `Drawn: ${store.get("axis") === ALL_AXES ? "the best of each axis" : `the best ${shown.length}`}.`
      : "";

  function explain() {
    return [selected.length > 1 ? countVerdicts(counts) : "", drawnText(), coverage(), how].filter(Boolean).join(" ");
  }

  function update(changed) {
    if (changed.has("size")) {
      const room = NAME_SHARE * byId("frame-evidence").clientWidth;
      shortNames = fitDistinct(labels, Math.min(NAME_WIDTH, room || NAME_WIDTH), 11.5);
    }
    choose();
    counts = countRows();
    setText("scope-evidence", crosstalkScope.text());
    empty = shown.length ? null : emptyWords();
    showEmpty("evidence", empty);
    showReading();
    setText("explain-evidence", empty === null ? explain() : "");
    if (empty === null) draw();
  }

  /** The first row in sentences: the chosen one or, of several, the best. */
  function showReading() {
    byId("reading-evidence").hidden = empty !== null;
    if (empty === null) fillReading(byId("reading-evidence"), shown, about);
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
      key: [KEY, countVerdicts(counts), drawnText(), coverage()].filter(Boolean).join(" "),
      scale: {
        colorscale: plotlyScale(sequential()),
        low: 0,
        high: 1,
        title: FOLD_TITLE,
        labels: FOLD_ENDS,
      },
      sizes: { title: "Share of cells", whole: largestShare },
      showKey,
    });
  }

  const showKey = () =>
    byId("key-evidence").replaceChildren(
      keyItem(FOLD_TITLE, scaleStrip(sequential(), FOLD_ENDS)),
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
        ...{ topPair: topOf, associated: associatedOf, modifiers, facts, interactions },
        response: (i) => responses[rows.response_state[i]],
        unlisted: counts.others.map((i) => ({ table: unlisted, i })),
      }),
      note: `${crosstalkScope.text()} ${countVerdicts(counts)} ${coverage()}`,
    }),
  };
}

export const panel = { id: "evidence", create: createEvidencePanel };
