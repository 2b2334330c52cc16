/** Who makes the ligands of an axis, and who has its receptors: cells and level in each group. */
import { percent, wholeNumber } from "../../assets/js/text.js";
import { cellsOf } from "./words.js";

const UNKNOWN = -1; // in place of a number of cells that the result does not hold
const Z = 1.96;
export const SIGNALS = ["ligand", "receptor"];

/** Lower end of the 95% interval of a share (Wilson): 40 of 400 say more than 1 of 10. */
export function surelyAbove(cells, ofCells) {
  const share = cells / ofCells;
  const spread = Z * Math.sqrt((share * (1 - share)) / ofCells + (Z / (2 * ofCells)) ** 2);
  return (share + Z ** 2 / (2 * ofCells) - spread) / (1 + Z ** 2 / ofCells);
}

/**
 * @param packed  names of the partners; nodes × partners cells and means; of each axis its sides
 * @returns at(node, partner): {cells, ofCells, share, mean}, null where the result does not say;
 *          sidesOf(axis): by role, such as "ligand", numbers of the partners, the clearest first
 */
export function createLevels({ names, cells, means, sides }, nodes) {
  function at(node, partner) {
    const place = node * names.length + partner;
    if (cells[place] === UNKNOWN) return null;
    const ofCells = nodes[node].n_cells;
    return { cells: cells[place], ofCells, share: cells[place] / ofCells, mean: means[place] };
  }

  const everyNode = [...nodes.keys()];

  /** The groups that show a partner, the surest first. */
  const shownBy = (partner) =>
    everyNode
      .map((node) => ({ node, ...(at(node, partner) ?? { cells: 0, ofCells: 1 }) }))
      .filter((found) => found.cells > 0)
      .sort((a, b) => surelyAbove(b.cells, b.ofCells) - surelyAbove(a.cells, a.ofCells));

  const clearest = (partner) => {
    const [best] = shownBy(partner);
    return best ? surelyAbove(best.cells, best.ofCells) : -1;
  };

  /** Partners of an axis by role; those of the run that no group shows stand last. */
  const sidesOf = (axis) =>
    Object.entries(sides[axis] ?? {}).map(([role, partners]) => {
      const ranked = partners.map((partner) => [partner, clearest(partner)]);
      return [role, ranked.sort((a, b) => b[1] - a[1]).map(([partner]) => partner)];
    });

  return { names, at, shownBy, sidesOf };
}

const listed = (parts) =>
  parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;

/** "47 of 379 CAF cells (12%)". */
export const countOf = ({ cells, ofCells }, group) =>
  `${wholeNumber(cells)} of ${wholeNumber(ofCells)} ${cellsOf(group)} (${percent(cells / ofCells)})`;

const NAMED_FROM = 0.1; // share of the cells from which on a group is named, wherever it stands

/** "12 more groups (1.0% to 8.2%)": what is not named, with its range. */
function restText(rest) {
  const shares = rest.map(({ share }) => share);
  const [low, high] = [Math.min(...shares), Math.max(...shares)].map(percent);
  const range = low === high ? low : `${low} to ${high}`;
  return `${rest.length} more ${rest.length === 1 ? "group" : "groups"} (${range})`;
}

/**
 * "CXCL12 in 47 of 379 CAF cells (12%), less clearly in 3 more groups (1.0% to 4.2%)": groups by
 * their share, at most `most` of those that stand out and of the others.
 *
 * @param standing  groups that stand out; where there are any, others are named from a tenth of
 *                  their cells on, and first where one of them has the highest share
 */
export function shownText(levels, nodes, partner, most, standing = new Set()) {
  const name = levels.names[partner];
  const byShare = (groups) => [...groups].sort((a, b) => b.share - a.share);
  const shown = levels.shownBy(partner);
  const found = byShare(shown);
  if (!found.length) return `${name} in no group`;
  const texts = (groups) => groups.map((one) => countOf(one, nodes[one.node].label));
  const surest = found.filter(({ node }) => standing.has(node));
  if (!surest.length) {
    const [named, rest] = [byShare(shown.slice(0, most)), shown.slice(most)];
    return `${name} in ${listed([...texts(named), ...(rest.length ? [restText(rest)] : [])])}`;
  }
  const others = found.filter(({ node }) => !standing.has(node));
  const isHigher = others.length > 0 && others[0].share > surest[0].share;
  const first = isHigher ? `most in ${texts(others.slice(0, 1))[0]}, then in` : "in";
  const open = others.slice(isHigher ? 1 : 0);
  const named = open.filter(({ share }) => share >= NAMED_FROM).slice(0, most);
  const unnamed = [...surest.slice(most), ...open.slice(named.length)];
  const more = [...texts(named), ...(unnamed.length ? [restText(unnamed)] : [])];
  const less = more.length ? `, less clearly in ${listed(more)}` : "";
  return `${name} ${first} ${listed(texts(surest.slice(0, most)))}${less}`;
}
