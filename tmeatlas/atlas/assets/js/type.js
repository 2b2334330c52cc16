/** Sizes and weights of text in figures; those of the style sheet are the same. */

export const SMALL = 13; // pixels: the least of the page
export const TEXT = 14;
export const BOLD = 600;
