/** The listed interactions as a table, and in words how many more there are. */
import { verdictName } from "./interactions.js";
import { capital, wholeNumber } from "./text.js";

const HEADER = [
  ...["Sender", "Receiver", "Ligand", "Receptor", "Axis", "Score", "Adjusted p", "Verdict"],
  ...["Ligand share", "Receptor share", "Ligand cells", "Receptor cells"],
];

/** "4 active, 12 detected" with the parts that are not nought. */
const amountText = ({ active, detected }) =>
  [
    active ? `${wholeNumber(active)} active` : "",
    detected ? `${wholeNumber(detected)} detected` : "",
  ]
    .filter(Boolean)
    .join(", ") || "none detected";

/** How many interactions a choice has, and how many of them the page lists. */
export function countText({ total, listed }) {
  const [all, some] = [total, listed].map(({ active, detected }) => active + detected);
  if (!all) return "None detected.";
  const which = some === all ? "all listed" : `of which ${wholeNumber(some)} listed`;
  return `${amountText(total)}, ${which}.`;
}

/** What the page does not list of a sender and a receiver, as the table says it. */
const unlistedText = (amount) => `${amountText(amount)}, not listed in this page`;

/** Why a panel has nothing to draw, in words: `nothing` where there is none to be listed. */
export const emptyText = ({ total }, nothing) =>
  total.active + total.detected ? `${capital(unlistedText(total))}.` : nothing;

/** All listed rows of a choice; then, per axis, sender and receiver, what is not listed. */
export function pairsTable(interactions, selected, unlisted) {
  const listed = selected.map((i) => {
    const row = interactions.row(i);
    return [
      ...[row.source, row.target, row.ligand, row.receptor, row.axis, row.score, row.padj],
      ...[verdictName(row.verdict), row.ligandFraction, row.receptorFraction],
      ...[row.ligandCells, row.receptorCells],
    ];
  });
  const { nodes, axes } = interactions;
  const others = unlisted.map((edge) => [
    ...[nodes[edge.source].label, nodes[edge.target].label, null, null, axes[edge.axis].name],
    ...[null, null, unlistedText(edge), null, null, null, null],
  ]);
  return { header: HEADER, body: [...listed, ...others] };
}
