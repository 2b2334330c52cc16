/** Who talks to whom as a matrix: senders in rows, receivers in columns. */
import { plotlyScale, rampColour, readableOn, sequential } from "../../assets/js/colours.js";
import { byId, cssValue, element } from "../../assets/js/dom.js";
import { createGrid } from "../../assets/js/grid.js";
import { keyItem, scaleStrip } from "../../assets/js/scale_keys.js";
import { shortNumber } from "../../assets/js/text.js";

const FADED = 0.25;
const STEPS = 256;
const NUMBERS = "Number: specific interactions. ";
const DOTS = "Small dot: none specific, some with too few cells to tell.";

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

  const grid = createGrid("matrix", {
    onCell: (source, target) => pick({ source, target }),
    onRow: (source) => choose(source, null),
    onColumn: (target) => choose(null, target),
  });

  function mark(source, target) {
    const alpha = standsOut(source, target) ? 1 : FADED;
    const specific = sums.specific[source][target];
    if (!specific) {
      if (!sums.tooFew[source][target]) return null;
      return { shape: "dot", size: 0.03, colour: cssValue("--ink-faint"), alpha };
    }
    const step = Math.round(((STEPS - 1) * specific) / most);
    const text = specific < 1000 ? String(specific) : "";
    return { shape: "tile", alpha, text, ...tileColours[step] };
  }

  function draw(shown, colours) {
    sums = shown;
    most = Math.max(1, ...sums.specific.map((row) => Math.max(...row)));
    standsOut = crosstalkScope.flowFilter();
    tileColours = Array.from({ length: STEPS }, (_, step) => {
      const colour = rampColour(sequential(), 0.08 + (0.92 * step) / (STEPS - 1));
      return { colour, textColour: readableOn(colour) };
    });
    const isStrong = (k) => Boolean(crosstalkScope.inFocus()?.has(k));
    grid.draw({
      shape: "tile",
      corner: ["Receiver →", "Sender ↓"],
      rows: nodes.map((node, k) => ({
        label: node.label,
        colour: colours[k],
        pressed: store.get("sender") === k,
        title: `${node.label} as sender`,
        strong: isStrong(k),
      })),
      columns: nodes.map((node, k) => ({
        label: node.label,
        colours: [colours[k]],
        title: `${node.label} as receiver`,
        strong: isStrong(k),
      })),
      mark,
      describe: (source, target) => describe({ source, target }),
      lineColour: cssValue("--grid"),
      key: NUMBERS + DOTS,
      scale: {
        colorscale: plotlyScale(sequential()),
        low: 0,
        high: most,
        title: "Specific interactions",
      },
    });
    const ends = ["0", shortNumber(most / 2), shortNumber(most)];
    byId("key-crosstalk").replaceChildren(
      keyItem("Specific interactions", scaleStrip(sequential(), ends)),
      element("span", {}, grid.showsText() ? NUMBERS + DOTS : DOTS),
    );
  }

  return { draw, figure: grid.figure };
}
