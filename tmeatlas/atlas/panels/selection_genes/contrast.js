/** One feature in the selection and in the rest, from the steps that the page keeps of it. */
import { stepValue } from "../../assets/js/cells.js";
import { constants } from "../../assets/js/constants.js";

const SIZE = 256;
const totals = new Map(); // of all cells, by feature: then only the chosen ones have to be counted

function totalOf({ id }, values) {
  let total = totals.get(id);
  if (!total) {
    total = new Uint32Array(SIZE);
    for (let i = 0; i < values.length; i++) total[values[i]]++;
    totals.set(id, total);
  }
  return total;
}

/** How many cells there are of each step: in the selection, then in the rest. */
function countSteps(feature, values, chosen) {
  const inside = new Uint32Array(SIZE);
  for (let k = 0; k < chosen.length; k++) inside[values[chosen[k]]]++;
  return [inside, totalOf(feature, values).map((n, step) => n - inside[step])];
}

/** Number of cells with a value, mean of their steps, and share above a threshold. */
function summary(counts, threshold) {
  let [n, sum, above] = [0, 0, 0];
  for (let step = 0; step <= constants.lastStep; step++) {
    n += counts[step];
    sum += step * counts[step];
    if (step > threshold) above += counts[step];
  }
  return { n, mean: sum / n, share: above / n };
}

/** The chance that one of `inside` lies above one of `rest`, ties counting half. */
export function auroc(inside, rest) {
  let [below, nInside, wins] = [0, 0, 0];
  for (let step = 0; step <= constants.lastStep; step++) {
    wins += inside[step] * (below + rest[step] / 2);
    below += rest[step];
    nInside += inside[step];
  }
  return wins / (nInside * below);
}

/** What a feature says of the `chosen` cells and the rest; null where one of them has no value. */
export function contrastOf(feature, values, chosen) {
  const [inside, rest] = countSteps(feature, values, chosen);
  const [a, b] = [inside, rest].map((counts) => summary(counts, feature.threshold));
  if (!a.n || !b.n) return null;
  return {
    feature,
    auroc: auroc(inside, rest),
    mean: stepValue(feature, a.mean),
    meanRest: stepValue(feature, b.mean),
    share: a.share,
    shareRest: b.share,
    n: a.n,
    nRest: b.n,
  };
}

const LEAST = 0.05; // from 0.5: less is no difference that anyone sees
const MOST = { up: 12, down: 4 };

/** The rows of a list that are shown: what is highest in the selection, then what is lowest. */
export function topRows(contrasts) {
  const sorted = [...contrasts].sort((a, b) => b.auroc - a.auroc);
  const up = sorted.filter(({ auroc: value }) => value >= 0.5 + LEAST).slice(0, MOST.up);
  const down = sorted.filter(({ auroc: value }) => value <= 0.5 - LEAST).slice(-MOST.down).reverse();
  return { up, down };
}
