/** What is said of a ligand–receptor pair between two groups. */
import { constants } from "../../assets/js/constants.js";
import { capital, percent, pValue, shortNumber, wholeNumber } from "../../assets/js/text.js";
import {
  foldText,
  isStanding,
  neededOfBoth,
  neededText,
  samplesText,
  shortFold,
  shareText,
  verdictName,
  verdictText,
} from "../crosstalk/words.js";

const COUNTED = "this interaction";

/** Beside the name of a pair: what it does where that is no signal, or whether lists doubt it. */
export function besideName({ verdict, role, disputed }, { disputedTexts }) {
  const isSilent = verdict === constants.noVerdict;
  const [text] = [isSilent ? role : "", disputed ? disputedTexts[disputed] : ""].filter(Boolean);
  return text ? ` (${text.split(":")[0]})` : "";
}

const sideLine = (side) =>
  [
    `${side.name} in ${shareText(side)}: ${foldText(side)}`,
    side.isAmbient ? "mostly ambient RNA" : "",
    neededText(side),
  ]
    .filter(Boolean)
    .join("; ");

/** All that is known of a row, in lines. */
export function linesOfPair(row, { verdictTexts, disputedTexts }) {
  return [
    `${row.ligand} → ${row.receptor}`,
    `${row.source} → ${row.target}`,
    capital(verdictText(verdictTexts, row, pValue(row.padj))),
    row.samples ? capital(samplesText(row.samples, COUNTED)) : null,
    sideLine(row.ligandSide),
    sideLine(row.receptorSide),
    `Score ${shortNumber(row.score)}`,
    row.role ? `Role: ${row.role}` : null,
    `Axis: ${row.axis}${row.core ? ` (${row.core})` : ""}`,
    row.disputed ? capital(disputedTexts[row.disputed]) : null,
  ];
}

const MOST_NAMED = 3;

/**
 * "6 CXCL12 → CXCR4, 3 CXCL14 → CXCR4": of which pairs the specific interactions are; empty where
 * these are too many to be named, or not all listed.
 */
export function namesOfSpecific(standing, { total }) {
  const counts = new Map();
  for (const { ligand, receptor } of standing) {
    const name = `${ligand} → ${receptor}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const isWhole = standing.length === total.specific;
  if (!isWhole || !counts.size || counts.size > MOST_NAMED) return "";
  const ranked = [...counts].sort((a, b) => b[1] - a[1]);
  return ranked.map(([name, n]) => `${wholeNumber(n)} ${name}`).join(", ");
}

const shortSide = (side) =>
  `${side.specificity === null ? "" : `${shortFold(side)}-fold `}in ${percent(side.fraction)}`;

/** A row in one line, beside its mark. */
export function noteOfPair({ verdict, samples, ligandSide, receptorSide }) {
  const needed = neededOfBoth(ligandSide, receptorSide);
  return [
    `${verdictName(verdict)}${needed ? `: ${needed}` : ""}`,
    isStanding(verdict) && samples
      ? samplesText(samples, COUNTED).replace(" specific in ", " in ") // the verdict has the word
      : samplesText(samples, COUNTED),
    `ligand ${shortSide(ligandSide)}, receptor ${shortSide(receptorSide)} of ${constants.rows}`,
  ]
    .filter(Boolean)
    .join(" · ");
}
