/**
 * How large dots are: their area is the share of the cells of a group, by one scale on the whole
 * page, so that dots of programmes, genes and pairs can be compared.
 */
export const DOT_RADIUS = 8; // pixels: of the dot that stands for all cells
const LEAST_RADIUS = 1;

/** Shares that the keys show. */
export const KEY_SHARES = [0.1, 0.5, 1];

/** Radius of the dot of a share (0 to 1). */
export const dotRadius = (share, largest = DOT_RADIUS) =>
  Math.max(LEAST_RADIUS, Math.sqrt(share) * largest);
