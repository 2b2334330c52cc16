/** Labels of the data: as they are shown, and as they are in it. */

/** The label as the data have it, for files; underscores are shown as spaces. */
export const rawLabel = ({ labels, rawLabels }, code) => rawLabels?.[code] ?? labels[code];
