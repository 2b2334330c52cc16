/** What is said of a ligand–receptor pair between two groups. */
import { constants } from "../../assets/js/constants.js";
import { capital, percent, pValue, shortNumber } from "../../assets/js/text.js";
import {
  foldNumber,
  foldText,
  neededOfBoth,
  neededText,
  samplesText,
  shareText,
  verdictName,
  verdictText,
} from "../crosstalk/words.js";

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
    row.samples ? capital(samplesText(row.samples)) : null,
    sideLine(row.ligandSide),
    sideLine(row.receptorSide),
    `Score ${shortNumber(row.score)}`,
    row.role ? `Role: ${row.role}` : null,
    `Axis: ${row.axis}${row.core ? ` (${row.core})` : ""}`,
    row.disputed ? capital(disputedTexts[row.disputed]) : null,
  ];
}

const shortSide = ({ specificity, fraction }) =>
  `${specificity === null ? "" : `${foldNumber(specificity)}-fold `}in ${percent(fraction)}`;

/** A row in one line, beside its mark. */
export function noteOfPair({ verdict, samples, ligandSide, receptorSide }) {
  const needed = neededOfBoth(ligandSide, receptorSide);
  return [
    `${verdictName(verdict)}${needed ? `: ${needed}` : ""}`,
    samplesText(samples),
    `ligand ${shortSide(ligandSide)}, receptor ${shortSide(receptorSide)} of cells`,
  ]
    .filter(Boolean)
    .join(" · ");
}
