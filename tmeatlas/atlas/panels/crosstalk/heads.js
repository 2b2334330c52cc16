/** Names of groups with their numbers of cells, beside and above a matrix. */
import { constants } from "../../assets/js/constants.js";
import { familyHeadings, isSmall } from "../../assets/js/group_columns.js";
import { wholeNumber } from "../../assets/js/text.js";

/** "CAF (379)". */
export const nameOf = ({ label, n_cells }) => `${label} (${wholeNumber(n_cells)})`;

/** "CAF, 379 cells"; of a group that was too small to be tested, how many it would have needed. */
export function titleOf({ label, n_cells, needed }) {
  const size = `${label}, ${wholeNumber(n_cells)} ${n_cells === 1 ? constants.row : constants.rows}`;
  return needed ? `${size}: too few to be tested, ${wholeNumber(needed)} are needed` : size;
}

/**
 * Rows or columns of a grid, one per group; groups that were too small are grey and do nothing.
 *
 * @param options  colours of the groups; isPressed, isStrong (node number → whether); role, such as "as sender"
 */
export const headsOf = (nodes, { colours, isPressed = (_k) => undefined, isStrong, role }) =>
  nodes.map((node, k) => ({
    label: nameOf(node),
    title: `${titleOf(node)}${node.needed ? "" : `, ${role}`}`,
    ...(node.needed ? { inert: true } : { pressed: isPressed(k) }),
    colour: colours[k],
    colours: [colours[k]],
    pale: isSmall(node.n_cells),
    strong: isStrong(k),
  }));

/** Headings of families over the groups; none where they are not the groups of the map. */
export function familiesOf(nodes, groups) {
  const areGroups = nodes.length === groups.labels.length && nodes.every(({ group }, k) => group === k);
  return areGroups ? familyHeadings(groups) : [];
}
