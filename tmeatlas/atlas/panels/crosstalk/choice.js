/** What is chosen of the crosstalk, for all panels that show it, and how a link keeps that. */
import { asItIs, indexOf, oneOf } from "../../assets/js/deep_link.js";
import { ALL_AXES } from "./interactions.js";

/** The axis with the most evidence, as a matrix. */
export const usualChoice = () => ({ axis: 0, sender: null, receiver: null, network: "matrix" });

const axesOf = ({ meta }) => meta.panels.crosstalk.axes;
const nodesOf = ({ meta }) => meta.panels.crosstalk.nodes;

function readAxis(text, atlas) {
  if (text === "all") return ALL_AXES;
  const axis = axesOf(atlas).findIndex((entry) => entry.id === text);
  return axis < 0 ? undefined : axis;
}

function writeAxis(axis, { atlas, usual }) {
  if (axis === usual.axis) return null;
  return axis === ALL_AXES ? "all" : axesOf(atlas)[axis].id;
}

export const link = {
  network: { read: oneOf(() => ["chord", "sankey", "matrix"]) },
  axis: { read: readAxis, write: writeAxis },
  sender: { read: indexOf(nodesOf), write: asItIs },
  receiver: { read: indexOf(nodesOf), write: asItIs },
};
