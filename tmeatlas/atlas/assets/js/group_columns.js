/** The groups as columns of a grid: with their numbers of cells, by families of lineages. */
import { constants } from "./constants.js";
import { wholeNumber } from "./text.js";

/** Whether a group has so few cells that its means and shares jump with each. */
export const isSmall = (n) => n < constants.fewCells;

/** "CAF, 379 cells"; of few, that they are few. */
function titleOf(label, n, small) {
  const size = `${label}, ${wholeNumber(n)} ${n === 1 ? constants.row : constants.rows}`;
  return small ? `${size}: few, so read with care` : size;
}

/** One column of a grid per group, in the order given, with its number of cells, of all or `counts`. */
export const groupColumns = (groups, colours, order = [...groups.labels.keys()], counts = groups.sizes) =>
  order.map((group) => {
    const n = counts[group];
    return {
      label: groups.labels[group],
      title: titleOf(groups.labels[group], n, isSmall(n)),
      colours: [colours[group]],
      n,
      pale: isSmall(n),
    };
  });

/** Headings over neighbouring columns: {label, short, from, to}; none where families are not known. */
export const familyHeadings = (groups) =>
  groups.families.map(([label, codes, short]) => ({
    ...{ label, short },
    ...{ from: codes[0], to: codes.at(-1) },
  }));
