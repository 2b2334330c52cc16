/** Signatures by group: each dot is the mean (colour) and the share of high cells (area). */
import { categoryColours, diverging, plotlyScale, rampColour } from "../../assets/js/colours.js";
import { constants } from "../../assets/js/constants.js";
import { oneOf } from "../../assets/js/deep_link.js";
import { byId, cssValue, element, setText } from "../../assets/js/dom.js";
import { createGrid } from "../../assets/js/grid.js";
import { keyItem, scaleStrip, sizeKey } from "../../assets/js/scale_keys.js";
import { SELECTION } from "../../assets/js/selection.js";
import { meansByCode } from "../../assets/js/statistics.js";
import { percent, shortNumber, wholeNumber } from "../../assets/js/text.js";

const LEAST_CELLS = 3;
const COLOUR_END = 2; // standard deviations at which the colours end
const ENDS = [`≤ −${COLOUR_END}`, "average", `≥ ${COLOUR_END}`];
const CONSENSUS = "consensus"; // in place of the name of a compartment
const MANY_DOTS = 6000;
const LEAST_PER_HEADING = 1.8; // signatures, on average; with fewer, headings only take room

/** What is shown first: all compartments (""), or one where all would be too many dots. */
function usualCompartment({ features, categories }) {
  const signatures = features.filter((feature) => feature.kind === "signature");
  const nDots = signatures.length * categories[0].labels.length;
  return nDots > MANY_DOTS ? signatures[0].compartment : "";
}

function createDotsPanel(atlas) {
  const { meta, cells, store, selection } = atlas;
  const groups = atlas.categories.get("group");
  const alike = meta.panels.dots; // the order of what is alike
  const ofKind = (kind) => meta.features.filter((feature) => feature.kind === kind);
  const all = ofKind("signature");
  const combined = ofKind("consensus");
  const rank = new Map(alike.features.map((id, i) => [id, i]));
  const compartments = [...new Set(all.map((feature) => feature.compartment))];
  let shown = [];
  let rows = [];
  let columns = [...groups.labels.keys()];
  let statistics = new Map();

  const grid = createGrid("dots", {
    onCell: (i, j) => pick(rows[i].feature, columns[j]),
    onRow: (i) => store.set({ colour: rows[i].feature.id }),
    onColumn: (j) => pick(null, columns[j]),
  });

  /** Colour by the signature and select the group; a second click lets go of the group. */
  function pick(feature, group) {
    const region = store.get("region");
    const again = region?.type === "group" && region.group === group;
    const sameColour = !feature || store.get("colour") === feature.id;
    store.set({
      ...(feature ? { colour: feature.id } : {}),
      region: again && sameColour ? null : { type: "group", group },
    });
  }

  function bindCompartments() {
    const select = byId("dots-compartment");
    if (compartments.length < 2 && !combined.length) {
      select.hidden = true;
      return;
    }
    select.append(element("option", { value: "" }, "All compartments"));
    if (combined.length) {
      select.append(element("option", { value: CONSENSUS }, "Consensus"));
    }
    for (const name of compartments) {
      select.append(element("option", { value: name }, name || "Other"));
    }
    select.addEventListener("change", () => store.set({ compartment: select.value }));
  }

  const orderButton = byId("dots-order");
  orderButton.hidden = all.length < 3 && groups.labels.length < 3;
  orderButton.addEventListener("click", () =>
    store.set({ dotsOrder: store.get("dotsOrder") === "similar" ? "usual" : "similar" }),
  );

  /** Of the cells in focus; those of all cells came with the page, exact. */
  async function readStatistics(features) {
    const found = new Map();
    for (const feature of features) {
      if (!selection.isActive()) {
        found.set(feature.id, { mean: feature.mean, share: feature.share, n: groups.sizes });
        continue;
      }
      const values = await cells.values(feature);
      const nGroups = groups.labels.length;
      const indices = selection.indices();
      const { sum, high, n } = meansByCode(
        values,
        feature.threshold,
        cells.group,
        nGroups,
        indices,
      );
      const unit = (feature.high - feature.low) / constants.lastStep;
      found.set(feature.id, {
        mean: Array.from(sum, (total, k) => (n[k] ? feature.low + (unit * total) / n[k] : null)),
        share: Array.from(high, (count, k) => (n[k] ? count / n[k] : null)),
        n: Array.from(n),
      });
    }
    return found;
  }

  /** How far the mean of a group is from the mean of all cells, in standard deviations. */
  const deviation = (feature, mean) =>
    feature.spreadAll > 0 ? (mean - feature.meanAll) / feature.spreadAll : 0;

  function mark(i, j) {
    const { feature } = rows[i];
    const { mean, share, n } = statistics.get(feature.id);
    const group = columns[j];
    if (mean[group] === null || n[group] < LEAST_CELLS) return null;
    const position = (deviation(feature, mean[group]) / COLOUR_END + 1) / 2;
    return {
      shape: "dot",
      size: share[group],
      colour: rampColour(diverging(), position),
      outline: cssValue("--mark-outline"),
    };
  }

  function describe(i, j) {
    const { feature } = rows[i];
    const { mean, share, n } = statistics.get(feature.id);
    const group = columns[j];
    const away = deviation(feature, mean[group]);
    const side = away < 0 ? "below" : "above";
    return [
      feature.name,
      groups.labels[group],
      `Mean score ${shortNumber(mean[group])}: ${Math.abs(away).toFixed(1)} SD ${side} the average cell`,
      `${percent(share[group])} of ${wholeNumber(n[group])} cells in the upper quarter of all cells`,
    ];
  }

  /** The signatures to show, the rows with their headings, and the order of the groups. */
  function layOut() {
    const wanted = store.get("compartment");
    const similar = store.get("dotsOrder") === "similar";
    let features = all.filter((feature) => !wanted || feature.compartment === wanted);
    if (wanted === CONSENSUS) features = [...combined];
    if (similar) features.sort((a, b) => rank.get(a.id) - rank.get(b.id));
    const isLong = features.length >= LEAST_PER_HEADING * compartments.length;
    const headed = !wanted && !similar && isLong;
    const laid = [];
    let last = null;
    for (const feature of features) {
      if (headed && feature.compartment !== last) {
        laid.push({ heading: true, label: feature.compartment || "Other" });
        last = feature.compartment;
      }
      laid.push({ feature, label: feature.name });
    }
    return [features, laid, similar ? alike.groups : [...groups.labels.keys()]];
  }

  const showKey = (stops) =>
    byId("key-dots").replaceChildren(
      keyItem("Mean (SD)", scaleStrip(stops, ENDS)),
      keyItem("Share high", sizeKey([0.1, 0.5, 1], grid.largestRadius())),
    );

  async function update(changed) {
    setText("scope-dots", selection.isActive() ? "Cells in the selection." : "All cells.");
    orderButton.setAttribute("aria-pressed", String(store.get("dotsOrder") === "similar"));
    byId("dots-compartment").value = store.get("compartment");
    const isNew = !rows.length || changed.has("compartment") || changed.has("dotsOrder");
    const laid = isNew ? layOut() : [shown, rows, columns];
    const found = await readStatistics(laid[0]);
    // All at once: meanwhile the figure may have been drawn anew, for another size.
    [shown, rows, columns] = laid;
    statistics = found;
    const colours = categoryColours(groups, store.get("palette"));
    const stops = diverging();
    grid.draw({
      shape: "dot",
      rows: rows.map((row) =>
        row.heading ? row : { label: row.label, pressed: store.get("colour") === row.feature.id },
      ),
      columns: columns.map((k) => ({ label: groups.labels[k], colours: [colours[k]] })),
      mark,
      describe,
      lineColour: cssValue("--grid"),
      key: "Share high: share of cells in the upper quarter of all cells.",
      scale: {
        colorscale: plotlyScale(stops),
        low: -COLOUR_END,
        high: COLOUR_END,
        title: "Mean score, SD from the average cell",
        labels: ENDS,
      },
      sizes: { title: "Share high", whole: 1 },
      showKey: () => showKey(stops),
    });
  }

  bindCompartments();
  return {
    id: "dots",
    needs: ["colour", ...SELECTION, "palette", "theme", "compartment", "dotsOrder", "size"],
    update,
    figure: grid.figure,
    data: () => statistics,
    table() {
      const header = ["Signature", "Compartment"];
      for (const label of groups.labels)
        header.push(`${label}: mean`, `${label}: share high`, `${label}: cells`);
      const body = shown.map((feature) => {
        const { mean, share, n } = statistics.get(feature.id);
        const numbers = groups.labels.flatMap((_, k) => [mean[k], share[k], n[k]]);
        return [feature.name, feature.compartment, ...numbers];
      });
      return { header, body };
    },
  };
}

function knownCompartments({ meta }) {
  const signatures = meta.features.filter((feature) => feature.kind === "signature");
  return ["", CONSENSUS, ...signatures.map((signature) => signature.compartment)];
}

export const panel = {
  id: "dots",
  state: (meta) => ({ compartment: usualCompartment(meta), dotsOrder: "usual" }),
  link: {
    compartment: { read: oneOf(knownCompartments) },
    dotsOrder: { name: "order", read: oneOf(() => ["usual", "similar"]) },
  },
  create: createDotsPanel,
};
