/** The matrix as a table: a row per sender and receiver of which there is something to say. */
import { constants } from "../../assets/js/constants.js";
import { ALL_AXES } from "./interactions.js";
import { verdictName } from "./words.js";

/** @param options  axis; sums of `interactions.network`; naming: how groups are called */
export function matrixTable(interactions, { axis, sums, naming }) {
  const { nodes } = interactions;
  const isAll = axis === ALL_AXES;
  const header = [
    ...["Sender", "Cells of sender", "Receiver", "Cells of receiver"],
    ...["Specific interactions", "Too few cells to tell", ...(isAll ? [] : ["Verdict"])],
  ];
  const body = [];
  nodes.forEach((sender, i) =>
    nodes.forEach((receiver, j) => {
      const [specific, tooFew] = [sums.specific[i][j], sums.tooFew[i][j]];
      const verdict = isAll ? null : interactions.verdictOf(axis, i, j);
      if (!specific && !tooFew && (verdict === null || verdict === constants.tooFew)) return;
      const ends = [naming.group(sender), sender.n_cells, naming.group(receiver), receiver.n_cells];
      body.push([...ends, specific, tooFew, ...(verdict === null ? [] : [verdictName(verdict)])]);
    }),
  );
  body.sort((a, b) => b[4] - a[4] || b[5] - a[5]);
  return { header, body };
}
