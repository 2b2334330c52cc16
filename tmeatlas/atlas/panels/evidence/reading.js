/** The evidence of one row in sentences, for readers who know neither figure nor table. */
import { constants } from "../../assets/js/constants.js";
import { element } from "../../assets/js/dom.js";
import { explained } from "../../assets/js/explained.js";
import { capital, percent, pValue, shortNumber, wholeNumber } from "../../assets/js/text.js";
import { foldText, isStanding, neededText, samplesOf, shareText, verdictName, verdictText } from "../crosstalk/words.js";
import { sideOf } from "./rows.js";

/** "Core pairs in the data: 12 of 17", and what lacks. */
export function coverageText(facts) {
  const genes = facts.missing_genes.replaceAll("; ", ", ");
  const part = `${wholeNumber(facts.core_pairs_measured)} of ${wholeNumber(facts.core_pairs)}`;
  const few = facts.is_little ? ", less than half: read it with care" : "";
  return `Core pairs in the data: ${part}${few}.${genes ? ` Missing genes: ${genes}.` : ""}`;
}

/** One side of a row; `partner` is the gene that carries it. */
function sideText(side, partner) {
  const needed = neededText(side);
  const verdict = `${capital(verdictName(side.state))}${needed ? `: ${needed}` : ""}.`;
  const fold = side.specificity === null ? "" : `; ${foldText(side)}, over other ${constants.rows} of like depth`;
  return `${verdict} ${partner} is seen in ${shareText(side)}${fold}.`;
}

function responseText(i, { rows, facts, responseTexts }) {
  const { response, validated } = facts[rows.axis[i]];
  const state = responseTexts[rows.response_state[i]];
  const effect = rows.response_effect[i];
  if (effect === null) return `${capital(state)}.`;
  const kind = validated
    ? "validated by a second source"
    : "not validated by a second source, so it does not decide";
  const away = `${shortNumber(Math.abs(effect))} standard deviations ${effect < 0 ? "below" : "above"}`;
  return (
    `${capital(state)} among ${constants.rows} of like depth (p ${pValue(rows.response_pval[i])}). ` +
    `${response}: its mean is ${away} that of other ${constants.rows} of like depth; ${kind}.`
  );
}

function samplesSentence({ all, seen, specific }) {
  return (
    `The axis is specific in ${specific} of ${all} samples that have both groups, each by its own ${constants.rows}; ` +
    `both sides are seen in ${seen}.`
  );
}

/**
 * The lines of one row: [term, text] each, the first being what it is about.
 *
 * @param i        number of the row
 * @param options  rows, nodes, axes, names, facts, responseTexts, verdictTexts, modifiers
 */
export function readingOf(i, options) {
  const { rows, nodes, axes, names, facts, verdictTexts, modifiers } = options;
  const top = names.top_interaction[rows.top_interaction[i]];
  const [ligand = "It", receptor = "It"] = top.split(" → ").filter(Boolean);
  const side = (name) => sideOf(rows, name, i, nodes);
  const [source, target] = [side("ligand"), side("receptor")];
  const shares = modifiers.filter((role) => rows[role][i] !== null);
  const beside = names.associated[rows.associated[i]];
  const row = { verdict: rows.verdict[i] };
  const samples = samplesOf(rows, i);
  return [
    [
      `${axes[rows.axis[i]].name}, ${source.group} → ${target.group}`,
      `${capital(verdictText(verdictTexts, row, pValue(rows.padj[i])))}.`,
    ],
    ...(samples && samples.all > 1 ? [["Samples", samplesSentence(samples)]] : []),
    [`Ligand in ${source.group}`, sideText(source, ligand)],
    [`Receptor in ${target.group}`, sideText(target, receptor)],
    [`Response of ${target.group}`, responseText(i, options)],
    ...(shares.length
      ? [["Modifiers", `${shares.map((role) => `${role} in ${percent(rows[role][i])}`).join(", ")} of sender or receiver.`]]
      : []),
    ["Genes in the data", coverageText(facts[rows.axis[i]])],
    ...(beside ? [["Associated pairs", `Specific too, but not what the axis is named after: ${beside}.`]] : []),
  ];
}

/** Tell the first of the rows that are shown in an element. */
export function fillReading(box, shown, options) {
  const [[heading, verdict], ...lines] = readingOf(shown[0], options);
  const isFirst = shown.length > 1;
  const which = isFirst ? `The ${isStanding(options.rows.verdict[shown[0]]) ? "strongest" : "nearest"} row in words: ` : "";
  const parts = lines.flatMap(([term, text]) => [element("dt", {}, ...explained(term)), element("dd", {}, ...explained(text))]);
  box.replaceChildren(
    element("h3", {}, `${which}${heading}. `, element("span", {}, ...explained(verdict))),
    element("dl", {}, ...parts),
  );
}

/** What is told of one piece of a row under the pointer. */
export function pieceLines(i, { title, effect, p, side }, { rows, nodes, facts, responseTexts }) {
  if (side) {
    const interval = `95% interval ${percent(side.shareLow)} to ${percent(side.shareHigh)}`;
    return [
      `${title} in ${side.group}: ${verdictName(side.state)}`,
      `In ${shareText(side)}, ${interval}`,
      `${foldText(side)}, over other ${constants.rows} of like depth`,
      neededText(side) ? capital(neededText(side)) : null,
    ];
  }
  const { response, validated } = facts[rows.axis[i]];
  if (effect === null) return [capital(responseTexts[rows.response_state[i]])];
  return [
    `${title} in ${nodes[rows.target[i]].label}: ${responseTexts[rows.response_state[i]]}`,
    `${response}: ${shortNumber(effect)} standard deviations above other ${constants.rows} of like depth (p ${pValue(p)})`,
    validated ? "Validated by a second source" : "Not validated by a second source",
  ];
}
