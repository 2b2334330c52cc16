/** The ligands and receptors of an axis: which of them the figure shows, and all of them as a table. */
import { capital } from "../../assets/js/text.js";
import { ALL_AXES } from "../crosstalk/interactions.js";
import { SHOWN } from "../crosstalk/naming.js";

const MOST = { ligand: 8, receptor: 8 };
const BESIDE = "Apart from signalling";
const ROLES_BESIDE = ["antagonist", "decoy", "cleavage", "activation"]; // that change the signal
const MOST_BESIDE = 3; // of each
const HEADINGS = { ligand: "Ligands, in the sender", receptor: "Receptors, in the receiver" };

/** The name of a line: of what is beside the axis, with its role. */
export const lineName = ({ role, partner }, { names }) =>
  role in HEADINGS ? names[partner] : `${names[partner]} (${role})`;

/**
 * The lines of the figure: {heading}, or {role, partner}. Ligands and receptors of the core first,
 * then what is beside the axis, such as decoys; the clearest of each.
 *
 * @returns lines; the names of the ligands and receptors that no group shows; and how many others
 *          are not among the lines
 */
export function partnerLines(levels, axis) {
  const [lines, beside, unseen] = [[], [], []];
  let nMore = 0;
  for (const [role, partners] of levels.sidesOf(axis)) {
    const isOfAxis = role in HEADINGS;
    if (!isOfAxis && !ROLES_BESIDE.includes(role)) continue;
    const seen = partners.filter((partner) => levels.shownBy(partner).length > 0);
    const found = seen.slice(0, MOST[role] ?? MOST_BESIDE).map((partner) => ({ role, partner }));
    if (!isOfAxis) beside.push(...found);
    else if (found.length) lines.push({ heading: HEADINGS[role] }, ...found);
    if (!isOfAxis) continue;
    nMore += seen.length - found.length;
    unseen.push(...partners.filter((one) => !seen.includes(one)).map((one) => levels.names[one]));
  }
  if (beside.length) lines.push({ heading: BESIDE }, ...beside);
  return { lines, unseen, nMore };
}

/** All of them in all groups that were tested. */
export function partnersTable({ levels, nodes }, axis, naming = SHOWN) {
  const header = ["Side", "Genes", "Group", "Cells of the group", "Cells that show it", "Share", "Mean"];
  const sides = axis === ALL_AXES ? [] : levels.sidesOf(axis);
  const body = sides.flatMap(([role, partners]) =>
    partners.flatMap((partner) =>
      nodes.map((node, k) => {
        const found = levels.at(k, partner);
        const numbers = [found?.cells ?? null, found?.share ?? null, found?.mean ?? null];
        const names = [naming.genes(levels.names[partner]), naming.group(node)];
        return [capital(role), ...names, node.n_cells, ...numbers];
      }),
    ),
  );
  return { header, body };
}
