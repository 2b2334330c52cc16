/** What a tile, ribbon, arc or bar of the crosstalk figures says under the pointer. */
import { capital, wholeNumber } from "../../assets/js/text.js";
import { titleOf } from "./heads.js";
import { ALL_AXES } from "./interactions.js";
import { isStanding, shareText, verdictName } from "./words.js";

const MOST_AXES = 4;

const sumOf = (rows) => rows.reduce((sum, row) => sum + row, 0);
const sentBy = (weights, k) => sumOf([...weights[k]]);
const receivedBy = (weights, k) => sumOf(weights.map((row) => row[k]));
const interactionsText = (n) =>
  `${wholeNumber(n)} specific ${n === 1 ? "interaction" : "interactions"}`;

/** The best row between two groups: both sides with their cells. */
function bestPair(interactions, choice) {
  const [best] = interactions.select(choice);
  if (best === undefined) return null;
  const { ligandSide, receptorSide } = interactions.row(best);
  const [ligand, receptor] = [ligandSide, receptorSide].map(
    (side) => `${side.name} in ${shareText(side)}`,
  );
  return `Best pair: ${ligand}; ${receptor}`;
}

/** @param shown  () => {axis, sums}: what the figure shows */
export function createDescription(interactions, shown) {
  const { nodes, axes } = interactions;

  function ofGroup(node) {
    const { specific } = shown().sums;
    return [
      titleOf(nodes[node]),
      nodes[node].needed ? null : `Sends ${interactionsText(sentBy(specific, node))}`,
      nodes[node].needed ? null : `Receives ${interactionsText(receivedBy(specific, node))}`,
    ];
  }

  /** What the axis is between two groups; of all axes, those that stand out. */
  function verdictLine(axis, source, target) {
    if (axis !== ALL_AXES) {
      return `${axes[axis].name}: ${verdictName(interactions.verdictOf(axis, source, target))}`;
    }
    const standing = interactions.standingAxes(source, target);
    if (!standing.length) return "No axis is specific";
    const named = standing.slice(0, MOST_AXES).map((i) => axes[i].name);
    const more = standing.length - named.length;
    return `${standing.length} specific: ${named.join(", ")}${more ? ` and ${more} more` : ""}`;
  }

  /** Of an axis that is specific as a whole: that none of its interactions is by itself. */
  const noneSingle = (axis, source, target) =>
    axis !== ALL_AXES && isStanding(interactions.verdictOf(axis, source, target))
      ? "No single interaction is specific: more of them are tested, so each needs a smaller p"
      : null;

  function ofRoute(source, target) {
    const small = [...new Set([source, target])].filter((k) => nodes[k].needed);
    const heading = `${nodes[source].label} → ${nodes[target].label}`;
    if (small.length) return [heading, ...small.map((k) => titleOf(nodes[k]))];
    const { axis, sums } = shown();
    const [specific, tooFew] = [sums.specific[source][target], sums.tooFew[source][target]];
    return [
      `${titleOf(nodes[source])} → ${titleOf(nodes[target])}`,
      capital(verdictLine(axis, source, target)),
      specific ? interactionsText(specific) : noneSingle(axis, source, target),
      tooFew ? `${wholeNumber(tooFew)} ${specific ? "more " : ""}with too few cells to tell` : null,
      bestPair(interactions, { axis, sender: source, receiver: target }),
    ];
  }

  /** A place or a ribbon of the Sankey diagram of all axes. */
  function ofAxis(axis, sender, receiver) {
    const { specific } = interactions.network(axis);
    const end =
      sender !== undefined
        ? `sent by ${nodes[sender].label}: ${wholeNumber(sentBy(specific, sender))}`
        : receiver !== undefined
          ? `received by ${nodes[receiver].label}: ${wholeNumber(receivedBy(specific, receiver))}`
          : `${wholeNumber(axes[axis].nSpecific)} in all`;
    return [axes[axis].name, `Specific interactions ${end}`, "Click to show this axis"];
  }

  return ({ source, target, node, axis, sender, receiver }) => {
    if (axis !== undefined) return ofAxis(axis, sender, receiver);
    return node === undefined ? ofRoute(source, target) : ofGroup(node);
  };
}
