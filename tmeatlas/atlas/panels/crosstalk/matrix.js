/** Who talks to whom as a matrix: senders in rows, receivers in columns. */
import { plotlyScale, rampColour, readableOn, sequential } from "../../assets/js/colours.js";
import { constants } from "../../assets/js/constants.js";
import { byId, cssValue, element } from "../../assets/js/dom.js";
import { createGrid } from "../../assets/js/grid.js";
import { keyItem, scaleStrip } from "../../assets/js/scale_keys.js";
import { wholeNumber } from "../../assets/js/text.js";
import { familiesOf, headsOf } from "./heads.js";
import { ALL_AXES } from "./interactions.js";
import { isStanding } from "./words.js";

const FADED = 0.25;
const STEPS = 256;
const DIGIT = 8; // pixels
const PALEST = 0.2; // of a tile: no tile is as pale as the grey of small groups
const KEYS = [
  ["tile", "Number: specific interactions, each of one ligand with one receptor."],
  ["whole", "Tile without a number: the axis as a whole is specific, no single interaction is."],
  ["bare", "Number without a tile: single interactions are specific, the axis is not."],
  ["dot", "Dot: too few cells to tell."],
  ["dash", "Dash: not specific."],
  ["grey", "Grey: group too small to be tested."],
  ["blank", "Blank: ligand and receptor are not both seen."],
];
const NUMBERED = ["tile", "whole"];

/** The ramp of the page from where a tile stands out from the card and from the grey ones. */
const rampOfTiles = () =>
  Array.from({ length: 9 }, (_, i) => rampColour(sequential(), PALEST + ((1 - PALEST) * i) / 8));

/**
 * @param pick      called with {source, target} where a tile is clicked
 * @param choose    called with sender and receiver, of which one is null, where a name is
 * @param describe  what the tile of {source, target} says under the pointer
 */
export function createCrosstalkMatrix(atlas, { pick, choose, describe }) {
  const { store, interactions, crosstalkScope } = atlas;
  const { nodes } = interactions;
  let sums = null;
  let most = 1;
  let standsOut = null;
  let tileColours = []; // from the weakest to the strongest: mixing one for each tile takes long
  let kinds = new Set(); // of the marks that are drawn, for the key

  const grid = createGrid("matrix", {
    onCell: (source, target) => pick({ source, target }),
    onRow: (source) => choose(source, null),
    onColumn: (target) => choose(null, target),
  });

  /** Whether the axis stands out between two groups; of all axes, whether any interaction does. */
  function stands(source, target) {
    const axis = store.get("axis");
    if (axis === ALL_AXES) return sums.specific[source][target] > 0;
    return isStanding(interactions.verdictOf(axis, source, target));
  }

  function kindOf(source, target) {
    if (nodes[source].needed || nodes[target].needed) return "grey";
    if (stands(source, target)) return sums.specific[source][target] ? "tile" : "whole";
    if (sums.specific[source][target]) return "bare";
    const axis = store.get("axis");
    const isOut = axis !== ALL_AXES && interactions.verdictOf(axis, source, target) === constants.notSpecific;
    if (isOut) return "dash";
    return sums.tooFew[source][target] ? "dot" : "blank";
  }

  function mark(source, target) {
    const alpha = standsOut(source, target) ? 1 : FADED;
    const specific = sums.specific[source][target];
    const text = specific > 0 && specific < 1000 ? String(specific) : "";
    const step = Math.round(((STEPS - 1) * specific) / most);
    const soft = { textColour: cssValue("--ink-soft"), colour: "rgba(0,0,0,0)" };
    switch (kindOf(source, target)) {
      case "grey":
        return { shape: "tile", colour: cssValue("--soft") };
      case "tile":
      case "whole":
        return { shape: "tile", alpha, text, ...tileColours[step] };
      case "bare":
        return { shape: "tile", alpha, text, ...soft };
      case "dash":
        return { shape: "tile", alpha, text: "–", ...soft };
      case "dot":
        return { shape: "dot", size: 0.03, colour: cssValue("--ink-faint"), alpha };
      default:
        return null;
    }
  }

  /** What the marks mean, of those that are drawn. */
  const words = (hasNumbers) =>
    KEYS.filter(([kind]) => kinds.has(kind) && (hasNumbers || !NUMBERED.includes(kind)))
      .map(([, text]) => text)
      .join(" ");

  function draw(shown, colours) {
    sums = shown;
    most = Math.max(1, ...sums.specific.map((row) => Math.max(...row)));
    standsOut = crosstalkScope.flowFilter();
    kinds = new Set(nodes.flatMap((_row, i) => nodes.map((_column, j) => kindOf(i, j))));
    const ramp = rampOfTiles();
    tileColours = Array.from({ length: STEPS }, (_, step) => {
      const colour = rampColour(ramp, step / (STEPS - 1));
      return { colour, textColour: readableOn(colour) };
    });
    const isStrong = (k) => Boolean(crosstalkScope.inFocus()?.has(k));
    const heads = { colours, isStrong };
    const isPressed = (k) => store.get("sender") === k;
    grid.draw({
      shape: "tile",
      leastForText: DIGIT * String(most).length + 3,
      wholeNames: true,
      corner: ["Receiver (n) →", "Sender (n) ↓"],
      rows: headsOf(nodes, { ...heads, isPressed, role: "as sender" }),
      columns: headsOf(nodes, { ...heads, role: "as receiver" }),
      families: familiesOf(nodes, atlas.categories.get("group")),
      mark,
      describe: (source, target) => describe({ source, target }),
      lineColour: cssValue("--grid"),
      key: words(true),
      scale: {
        colorscale: plotlyScale(ramp),
        low: 0,
        high: most,
        title: "Specific interactions",
      },
    });
    const ends = ["0", most % 2 ? "" : wholeNumber(most / 2), wholeNumber(most)];
    const hasTiles = NUMBERED.some((kind) => kinds.has(kind));
    const scale = hasTiles
      ? [keyItem("Specific interactions", scaleStrip(ramp, ends))]
      : [];
    byId("key-crosstalk").replaceChildren(...scale, element("span", {}, words(grid.showsText())));
  }

  return { draw, figure: grid.figure };
}
