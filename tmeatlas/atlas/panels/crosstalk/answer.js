/** The chosen axis in words: who sends, who receives, and how sure that is. */
import { element } from "../../assets/js/dom.js";
import { explained } from "../../assets/js/explained.js";
import { capital, pValue, wholeNumber } from "../../assets/js/text.js";
import { onlyBeside } from "./axes.js";
import { ALL_AXES } from "./interactions.js";
import { shownText } from "./levels.js";
import { axisWord, cellsOf, isStanding, neededOfBoth, pairsOfGroups, samplesText, verdictName } from "./words.js";

const MOST_GROUPS = 4;
const MOST_PARTNERS = 2;
const MOST_AXES = 5;
const MOST_BESIDE = 3;

/** What all axes together say. */
function answerOfAll({ axes, groups }) {
  const standing = axes.filter((axis) => axis.nStanding);
  const best = standing.slice(0, MOST_AXES).map((axis) => `${axis.name} (${axisWord(axis, groups)})`);
  const word = axes.some((axis) => axis.nActive) ? "active or specific" : "specific";
  const heading = `${wholeNumber(standing.length)} of ${wholeNumber(axes.length)} axes ${word}`;
  return { heading: `All axes: ${heading}`, lines: best.length ? [["Strongest", `${best.join("; ")}.`]] : [] };
}

/** Who shows the partners of one side; those first between which the axis stands out. */
function sideText({ levels, nodes }, partners, side, standing) {
  const named = partners.slice(0, MOST_PARTNERS);
  const texts = named.map((partner) => shownText(levels, nodes, partner, MOST_GROUPS, standing));
  const more = partners.length - named.length;
  return `${texts.join("; ")}${more ? `; ${more} more ${side}${more === 1 ? "" : "s"} below` : ""}.`;
}

/** " Needed to tell: about 509 TAM cells (112 here)."; empty where no cells lack. */
function neededSentence(sides) {
  const lacking = sides.filter(({ needed, ofCells }) => needed > ofCells);
  if (sides.some(({ needed, ofCells }) => needed !== null && needed <= ofCells)) {
    return ` ${capital(neededOfBoth(...sides))}.`; // of a side, no number is known
  }
  const parts = lacking.map(({ needed, group, ofCells }) => {
    const number = wholeNumber(Number(needed.toPrecision(3)));
    return `about ${number} ${cellsOf(group)} (${wholeNumber(ofCells)} here)`;
  });
  return parts.length ? ` Needed to tell: ${[...new Set(parts)].join(" and ")}.` : "";
}

/** " LAG3 alone is specific there; what is missing is the ligand." of an axis of which one side is clear. */
function halfSentence(sides, pair) {
  const clear = sides.map(({ state }) => state !== undefined && isStanding(state));
  if (clear[0] === clear[1]) return "";
  const [ligand, receptor] = pair.split(" → ");
  return clear[0]
    ? ` ${ligand} alone is specific there; what is missing is the receptor.`
    : ` ${receptor} alone is specific there; what is missing is the ligand.`;
}

/** " All 9 pairs of cell types: adjusted p < 0.001 to 0.050." of an axis that stands out more than once. */
function rangeSentence(all, groups) {
  if (!all || all.n < 2 || all.low === null) return "";
  const [low, high] = [all.low, all.high].map(pValue);
  return ` All ${pairsOfGroups(all.n, groups)}: adjusted p ${low === high ? low : `${low} to ${high}`}.`;
}

/**
 * How sure the axis is, by its best row: {source, target, verdict, padj, pair, sides, samples, all},
 * of which `all` are the rows that stand out.
 */
function sureText({ source, target, verdict, padj, pair, sides, samples, all }, groups) {
  const stands = isStanding(verdict);
  const about = [`${source} → ${target}`, pair, padj === null ? "" : `adjusted p ${pValue(padj)}`];
  const inSamples = samples && samples.all > 1 ? samplesText(samples) : "";
  const found = [...about, inSamples].filter(Boolean).join(", ");
  const more = stands ? rangeSentence(all, groups) : `${halfSentence(sides, pair)}${neededSentence(sides)}`;
  return `${capital(verdictName(verdict))}. ${stands ? "Strongest" : "Nearest"}: ${found}.${more}`;
}

/** Which single interactions of an axis are specific, where it is not. */
function besideText(axis, interactions) {
  const said = onlyBeside(interactions.axes[axis]).trim();
  if (!said) return "";
  const rows = interactions.select({ axis, sender: null, receiver: null }).map(interactions.row);
  const pairs = new Set(rows.filter(({ stands }) => stands).map(({ ligand, receptor }) => `${ligand} → ${receptor}`));
  const named = [...pairs].slice(0, MOST_BESIDE);
  const more = pairs.size - named.length;
  return named.length ? `${said} Specific: ${named.join(", ")}${more ? ` and ${more} more` : ""}.` : said;
}

/**
 * Heading and lines, [term, text] each.
 *
 * @param axis          the number of the axis, or ALL_AXES
 * @param interactions  the crosstalk results
 * @param best          the best row of the axis, null where it has none
 */
export function answerOf(axis, interactions, best) {
  if (axis === ALL_AXES) return answerOfAll(interactions);
  const known = interactions.axes[axis];
  const sides = new Map(interactions.levels.sidesOf(axis));
  const standing = interactions.standingEnds(axis);
  const told = [["Who sends", "ligand"], ["Who receives", "receptor"]]
    .map(([term, side]) => [term, sides.get(side) ?? [], side])
    .filter(([, partners]) => partners.length);
  const beside = besideText(axis, interactions);
  return {
    heading: `${known.name}: ${axisWord(known, interactions.groups)}`,
    lines: [
      ...told.map(([term, partners, side]) => [term, sideText(interactions, partners, side, standing[side])]),
      ...(best ? [["How sure", sureText(best, interactions.groups)]] : []),
      ...(beside ? [["Beside it", beside]] : []),
    ],
  };
}

/** Show an answer in an element. */
export function fillAnswer(box, { heading, lines }) {
  const parts = lines.flatMap(([term, text]) => [element("dt", {}, term), element("dd", {}, ...explained(text))]);
  box.replaceChildren(element("h3", {}, ...explained(heading)), element("dl", {}, ...parts));
}

/** The answer as one text, for exports. */
export const answerText = ({ heading, lines }) =>
  [`${heading}.`, ...lines.map(([term, text]) => `${term}: ${text}`)].join(" ");
