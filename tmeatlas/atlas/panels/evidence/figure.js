/** The listed rows of the evidence as a figure of dots, for export. */
import { plotlyScale, rampColour, sequential } from "../../assets/js/colours.js";
import { constants } from "../../assets/js/constants.js";
import { cssValue } from "../../assets/js/dom.js";
import { gridFigure } from "../../assets/js/grid_export.js";
import { gridMeasures } from "../../assets/js/grid_measures.js";
import { FOLD_ENDS, foldStrength } from "./list.js";

const FAINT = 0.45;
const SIZE = { width: 900, height: 700 }; // room for which names and heads are measured
const KEY = "Area: share, or effect. Ringed: stands out; pale: not. Grey: no specificity is told.";

/** @param options  label, note (of the number of a row), pieces, largestEffect, words */
export function evidenceFigure(shown, { label, note, pieces, largestEffect, words }) {
  function mark(row, j) {
    const { share, effect, fold, stands } = pieces[j](shown[row]);
    if ((share ?? effect ?? null) === null) return null;
    const size = share === null ? Math.max(0, effect) / largestEffect : share;
    return {
      shape: "dot",
      size,
      colour: fold !== null ? rampColour(sequential(), 0.1 + 0.9 * foldStrength(fold)) : cssValue("--ink-faint"),
      alpha: stands === false ? FAINT : 1,
      ring: stands ? cssValue("--ink") : null,
    };
  }
  const spec = {
    shape: "dot",
    ringed: true,
    corner: ["Sender (n) → receiver (n)"],
    rows: shown.map((i) => ({ label: label(i) })),
    columns: pieces.map((piece) => {
      const { title, end } = piece(shown[0]);
      return { label: end ? `${title} in ${end}` : title };
    }),
    notes: shown.map(note),
    mark,
    key: `${KEY} ${words}`,
    scale: {
      colorscale: plotlyScale(sequential()),
      low: 0,
      high: 1,
      title: `Times as high as in other ${constants.rows}`,
      labels: FOLD_ENDS,
    },
    sizes: { title: `Share of ${constants.rows}`, whole: 1 },
  };
  return gridFigure(spec, gridMeasures(spec, SIZE.width, SIZE.height));
}
