/** The selection against all other cells: which genes and programmes of the page differ most. */
import { constants } from "../../assets/js/constants.js";
import { byId, element, nextFrame, setText, showError } from "../../assets/js/dom.js";
import { SELECTION, selectionWords } from "../../assets/js/selection.js";
import { capital, percent, shortNumber, wholeNumber } from "../../assets/js/text.js";
import { contrastOf, topRows } from "./contrast.js";

const SLICE = 24; // milliseconds of work, after which the page may answer
const pause = () => new Promise((resolve) => setTimeout(resolve));

function createSelectionGenesPanel(atlas) {
  const { meta, cells, store, selection, categories } = atlas;
  const samples = categories.get("sample");
  const ofKind = (...kinds) =>
    meta.features.filter(({ kind, block }) => kinds.includes(kind) && block !== undefined);
  const consensus = ofKind("consensus");
  const lists = [
    { name: "Genes", features: ofKind("gene"), share: "seen in" },
    { name: "Programmes", features: consensus.length ? consensus : ofKind("signature"), share: "high in" },
  ].filter(({ features }) => features.length);
  const card = byId("card-selection_genes");
  const box = byId("contrasts");
  let found = null; // a list of contrasts for each of the lists
  let run = 0; // whoever is not the last to begin stops
  let working = Promise.resolve();

  /** "of 3 samples"; where the page has one sample or none, nothing. */
  function ofSamples(isInside) {
    if (!samples || samples.labels.length < 2) return "";
    const codes = cells.codesOf.get("sample");
    const isSeen = new Uint8Array(256);
    for (let i = 0; i < cells.n; i++) if (selection.focus[i] === isInside) isSeen[codes[i]] = 1;
    const n = isSeen.reduce((sum, one) => sum + one, 0);
    return ` of ${n} ${n === 1 ? "sample" : "samples"}`;
  }

  function scopeText() {
    const n = selection.count();
    const few = n < constants.fewCells ? `Fewer than ${constants.fewCells} ${constants.rows}: read with care.` : "";
    const sides = `${wholeNumber(n)} ${constants.rows}${ofSamples(1)} against ${wholeNumber(cells.n - n)}${ofSamples(0)}.`;
    return [sides, few].filter(Boolean).join(" ");
  }

  const why = () => {
    if (!selection.isActive()) return "";
    if (!selection.count()) return `No ${constants.rows} are selected.`;
    return selection.count() === cells.n ? `All ${constants.rows} are selected: there is no rest to compare them with.` : null;
  };

  /** Compare all features, with pauses in which the page can answer. */
  async function compare(mine) {
    const chosen = selection.indices(); // made anew for each selection
    await nextFrame(); // other panels show the selection first
    await pause();
    if (mine !== run) return;
    let since = performance.now();
    const all = [];
    for (const { features } of lists) {
      const contrasts = [];
      for (const feature of features) {
        const contrast = contrastOf(feature, await cells.values(feature, { keep: false }), chosen);
        if (contrast) contrasts.push(contrast);
        if (performance.now() - since < SLICE) continue;
        await pause();
        if (mine !== run) return;
        since = performance.now();
      }
      all.push(contrasts);
    }
    if (mine !== run) return;
    found = all;
    show();
    box.setAttribute("aria-busy", "false");
  }

  function rowOf({ feature, auroc, share, shareRest, mean, meanRest }, isUp) {
    const colour = () => store.set({ colour: feature.id });
    const pressed = String(store.get("colour") === feature.id);
    const name = feature.name.replace(/, consensus$/, "");
    const button = element(
      "button",
      { type: "button", "data-feature": feature.id, "aria-pressed": pressed, title: name, onclick: colour },
      name,
    );
    const far = Math.abs(2 * auroc - 1).toFixed(2);
    const difference = shortNumber(Math.abs(mean - meanRest));
    return element(
      "tr",
      { class: isUp ? null : "lower" },
      element("th", { scope: "row" }, button),
      element("td", { class: isUp ? "auroc up" : "auroc", style: `--far:${far}` }, auroc.toFixed(2)),
      element("td", {}, `${percent(share)} / ${percent(shareRest)}`),
      element("td", {}, `${mean < meanRest ? "−" : "+"}${difference}`),
    );
  }

  function tableOf({ name, share }, contrasts) {
    const { up, down } = topRows(contrasts);
    const heads = [name, "AUROC", `${share} / rest`, "Δ mean"].map((text) =>
      element("th", { scope: "col" }, text),
    );
    const none = element("tr", {}, element("th", { class: "none", scope: "row", colspan: 4 }, "Nothing sets them apart."));
    const rows = [...up.map((row) => rowOf(row, true)), ...down.map((row) => rowOf(row, false))];
    return element(
      "table",
      {},
      element("thead", {}, element("tr", {}, ...heads)),
      element("tbody", {}, ...(rows.length ? rows : [none])),
    );
  }

  const show = () => box.replaceChildren(...lists.map((list, k) => tableOf(list, found[k])));

  function markColour() {
    for (const button of box.querySelectorAll("[data-feature]")) {
      button.setAttribute("aria-pressed", String(button.dataset.feature === store.get("colour")));
    }
  }

  function update(changed) {
    markColour();
    if (!SELECTION.some((key) => changed.has(key))) return;
    run += 1;
    const empty = why();
    card.hidden = !selection.isActive();
    byId("empty-selection_genes").hidden = empty === null;
    setText("empty-selection_genes", empty ?? "");
    box.hidden = empty !== null;
    if (empty !== null) {
      found = null;
      box.replaceChildren();
      return;
    }
    setText("scope-selection_genes", scopeText());
    box.setAttribute("aria-busy", "true");
    if (!box.childElementCount) box.replaceChildren(element("p", {}, "Comparing …"));
    working = compare(run).catch(showError);
  }

  const COLUMNS = ["AUROC", "Mean", "Mean of the rest", "Difference", "Share", "Share of the rest"];
  return {
    id: "selection_genes",
    needs: [...SELECTION, "colour"],
    update,
    /** What was found, once it is. */
    data: async () => {
      await working;
      return found;
    },
    table() {
      const rows = (found ?? []).flatMap((contrasts, k) =>
        [...contrasts]
          .sort((a, b) => b.auroc - a.auroc)
          .map(({ feature, auroc, mean, meanRest, share, shareRest, n, nRest }) => [
            ...[lists[k].name.slice(0, -1), feature.name],
            ...[auroc, mean, meanRest, mean - meanRest, share, shareRest].map((value) =>
              Number(value.toPrecision(5)),
            ),
            ...[n, nRest, feature.unit],
          ]),
      );
      return {
        header: ["Kind", "Name", ...COLUMNS, capital(constants.rows), `${capital(constants.rows)} of the rest`, "Unit"],
        body: rows,
        note: `${scopeText()} Selected: ${selectionWords(atlas)}`,
      };
    },
  };
}

export const panel = { id: "selection_genes", create: createSelectionGenesPanel };
