/** How tables name groups, genes and axes: to be read, or as the data and `tme.get` have them. */

export const SHOWN = {
  group: ({ label }) => label,
  genes: (name) => name,
  axis: ({ name }) => name,
};

export const STORED = {
  group: ({ label, raw }) => raw || label,
  genes: (name) => name.replaceAll(" → ", "^").replaceAll("+", "_"),
  axis: ({ id }) => id,
};
