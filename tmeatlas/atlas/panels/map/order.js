/** Which cells are drawn, and in which order. */
import { constants } from "../../assets/js/constants.js";

const MANY_CELLS = 300_000;
const CELLS_WHILE_MOVING = 200_000;

/** While the map moves, every so-manieth cell is drawn. */
export const stepWhileMoving = (n) => (n > MANY_CELLS ? Math.ceil(n / CELLS_WHILE_MOVING) : 1);

/** Cells in order of their step, so that the highest are drawn last; drawing order within. */
export function orderBySteps(values) {
  const n = values.length;
  const start = new Uint32Array(257);
  const rank = (step) => (step === constants.missing ? 0 : step + 1); // cells without a value go first
  for (let i = 0; i < n; i++) start[rank(values[i])]++;
  let total = 0;
  for (let r = 0; r < 257; r++) {
    const count = start[r];
    start[r] = total;
    total += count;
  }
  const order = new Uint32Array(n);
  for (let i = 0; i < n; i++) order[start[rank(values[i])]++] = i;
  return order;
}
