/** Ligand–receptor pairs of the chosen axis, sender and receiver. */
import { plotlyScale, rampColour, sequential } from "./colours.js";
import { announce, byId, cssValue, element, setText } from "./dom.js";
import { createGrid } from "./grid.js";
import { ALL_AXES, nodeColours, verdictName, verdictText } from "./interactions.js";
import { keyItem, scaleStrip, sizeKey } from "./map_key.js";
import { fitText, percent, pValue, shortNumber, wholeNumber } from "./text.js";

const MOST_PAIRS = 24;
const MOST_FLOWS = 18;
const FAINT = 0.4;
const NAME_WIDTH = 78; // pixels for the sender and for the receiver, so that neither is lost

export function createPairsPanel(atlas) {
  const { store, interactions } = atlas;
  const { nodes, rows } = interactions;
  let selected = [];
  let pairs = [];
  let flows = [];
  let rowOf = new Map();
  let largestShare = 1; // of the rows shown; their dots are full size

  const grid = createGrid("pairs", {
    onCell: (i, j) => store.set({ sender: flows[j].source, receiver: flows[j].target }),
    onRow: (i) => colourByGene(pairs[i]),
    onColumn: (j) => store.set({ sender: flows[j].source, receiver: flows[j].target }),
  });

  /** Colour the cells by the ligand, with the next click by the receptor, and so on. */
  function colourByGene(pair) {
    const genes = [pair.ligand, pair.receptor]
      .flatMap((name) => name.split("+"))
      .map((gene) => `g:${gene}`)
      .filter((id) => atlas.features.has(id));
    if (!genes.length) {
      announce("The page does not hold these genes");
      return;
    }
    store.set({ colour: genes[(genes.indexOf(store.get("colour")) + 1) % genes.length] });
  }

  /** The strongest by best score, active rows before all others. */
  function strongest(keyOf, most) {
    const best = new Map();
    for (const i of selected) {
      const key = keyOf(i);
      const rank = rows.score[i] + (rows.active[i] ? 1e6 : 0);
      if (!best.has(key) || best.get(key).rank < rank) best.set(key, { rank, i });
    }
    return [...best.values()]
      .sort((a, b) => b.rank - a.rank)
      .slice(0, most)
      .map(({ i }) => i);
  }

  const pairKey = (i) => rows.ligand[i] * 65536 + rows.receptor[i];
  const flowKey = (i) => rows.source[i] * 65536 + rows.target[i];

  function choose() {
    selected = interactions.select(store.get("axis"), store.get("sender"), store.get("receiver"));
    const best = strongest(pairKey, MOST_PAIRS);
    pairs = best.map((i) => ({ key: pairKey(i), ...interactions.row(i) }));
    // The best flow of each pair first, so that no row of the figure is empty if it can be helped.
    const flowOf = (i) => ({ key: flowKey(i), source: rows.source[i], target: rows.target[i] });
    const candidates = [...best, ...strongest(flowKey, MOST_FLOWS)];
    const byKey = new Map(candidates.map((i) => [flowKey(i), i]));
    flows = [...byKey.values()].slice(0, MOST_FLOWS).map(flowOf);
    // Flows of one sender stand together, the senders in order of their strongest flow.
    const senders = [...new Set(flows.map((flow) => flow.source))];
    flows.sort((a, b) => senders.indexOf(a.source) - senders.indexOf(b.source));
    rowOf = new Map();
    for (const i of selected) {
      const key = `${pairKey(i)} ${flowKey(i)}`;
      const known = rowOf.get(key); // one pair can be on several axes
      if (known === undefined || rows.score[i] > rows.score[known]) rowOf.set(key, i);
    }
    const shares = flows.flatMap((flow, j) =>
      pairs.map((pair, i) => (rowAt(i, j) === undefined ? 0 : seen(interactions.row(rowAt(i, j))))),
    );
    largestShare = Math.max(0.05, ...shares);
  }

  const rowAt = (i, j) => rowOf.get(`${pairs[i].key} ${flows[j].key}`);
  const seen = (row) => Math.min(row.ligandFraction, row.receptorFraction);

  function describe(i, j) {
    const row = interactions.row(rowAt(i, j));
    const group = (node) => nodes[node].label;
    return [
      `${row.ligand} → ${row.receptor}`,
      `${row.source} → ${row.target}`,
      `Score ${shortNumber(row.score)}: ${verdictText(row, pValue(row.padj))}`,
      `${row.ligand} in ${percent(row.ligandFraction)} of ${group(flows[j].source)} (${wholeNumber(row.ligandCells)} cells)`,
      `${row.receptor} in ${percent(row.receptorFraction)} of ${group(flows[j].target)} (${wholeNumber(row.receptorCells)} cells)`,
      row.role ? `Role: ${row.role}` : null,
      `Axis: ${row.axis}`,
    ];
  }

  function noteOf(i) {
    const found = rowAt(i, 0);
    if (found === undefined) return "";
    const row = interactions.row(found);
    const told = row.verdict > 1 || row.padj === null;
    const significance = told ? verdictName(row.verdict) : `adjusted p ${pValue(row.padj)}`;
    return `score ${shortNumber(row.score)} · ligand ${percent(row.ligandFraction)}, receptor ${percent(row.receptorFraction)} of cells · ${significance}`;
  }

  function mark(top) {
    return (i, j) => {
      const found = rowAt(i, j);
      if (found === undefined) return null;
      const row = interactions.row(found);
      return {
        shape: "dot",
        size: Math.max(0.02, seen(row) / largestShare),
        colour: rampColour(sequential(), 0.1 + (0.9 * row.score) / top),
        alpha: row.active ? 1 : FAINT,
        outline: row.active ? cssValue("--ink") : null,
        outlineWidth: 1.1,
      };
    };
  }

  function fillSelects() {
    for (const [id, key, all] of [
      ["sender-select", "sender", "Any sender"],
      ["receiver-select", "receiver", "Any receiver"],
    ]) {
      const select = byId(id);
      select.append(element("option", { value: "" }, all));
      nodes.forEach((node, k) => select.append(element("option", { value: k }, node.label)));
      select.addEventListener("change", () =>
        store.set({ [key]: select.value === "" ? null : Number(select.value) }),
      );
    }
  }

  /** Where the axis has a signature of its effect, offer to colour the cells by it. */
  function offerResponse() {
    const axis = store.get("axis");
    const feature = axis === ALL_AXES ? null : atlas.features.get(interactions.axes[axis].response);
    const button = byId("response-button");
    button.hidden = !feature;
    if (!feature) return;
    button.textContent = `Colour by response: ${feature.name}`;
    button.title = feature.name;
    button.onclick = () => store.set({ colour: feature.id });
  }

  function update() {
    choose();
    for (const key of ["sender", "receiver"])
      byId(`${key}-select`).value = String(store.get(key) ?? "");
    offerResponse();
    setText("scope-pairs", `${interactions.axisName(store.get("axis"))}.`);
    byId("empty-pairs").hidden = selected.length > 0;
    byId("frame-pairs").hidden = selected.length === 0;
    if (!selected.length) return;
    const top = Math.max(1e-9, ...selected.map((i) => rows.score[i]));
    const colours = nodeColours(nodes, store.get("palette"));
    const current = store.get("colour");
    grid.draw({
      shape: "dot",
      corner: ["Sender → receiver", "Ligand → receptor ↓"],
      rows: pairs.map((pair) => ({
        label: `${pair.ligand} → ${pair.receptor}`,
        title: `${pair.ligand} → ${pair.receptor}: click to colour cells by these genes`,
        pressed: `${pair.ligand}+${pair.receptor}`
          .split("+")
          .some((gene) => current === `g:${gene}`),
      })),
      columns: flows.map(({ source, target }) => ({
        label: [source, target]
          .map((node) => fitText(nodes[node].label, NAME_WIDTH, 11.5))
          .join(" → "),
        title: `${nodes[source].label} → ${nodes[target].label}`,
        colours: [colours[source], colours[target]],
      })),
      notes: flows.length === 1 ? pairs.map((_, i) => noteOf(i)) : null,
      mark: mark(top),
      describe,
      lineColour: cssValue("--grid"),
      key: "Area: share of cells that show it, the smaller of ligand and receptor. Ring: significant.",
      scale: {
        colorscale: plotlyScale(sequential()),
        low: 0,
        high: top,
        title: "Score: mean log expression",
      },
    });
    byId("key-pairs").replaceChildren(
      keyItem(
        "Score (mean log expression)",
        scaleStrip(sequential(), ["0", shortNumber(top / 2), shortNumber(top)]),
      ),
      keyItem("Share of cells", sizeKey([0.1, 0.5, 1], grid.largestRadius(), largestShare)),
    );
  }

  fillSelects();
  return {
    id: "pairs",
    needs: ["axis", "sender", "receiver", "colour", "palette", "theme", "size"],
    update,
    figure: grid.figure,
    data: () => ({ pairs, flows, selected }),
    table() {
      const header = [
        "Sender",
        "Receiver",
        "Ligand",
        "Receptor",
        "Axis",
        "Score",
        "Adjusted p",
        "Verdict",
        "Ligand share",
        "Receptor share",
        "Ligand cells",
        "Receptor cells",
      ];
      const body = selected.map((i) => {
        const row = interactions.row(i);
        return [
          row.source,
          row.target,
          row.ligand,
          row.receptor,
          row.axis,
          row.score,
          row.padj,
          verdictName(row.verdict),
          row.ligandFraction,
          row.receptorFraction,
          row.ligandCells,
          row.receptorCells,
        ];
      });
      return { header, body, note: interactions.axisName(store.get("axis")) };
    },
  };
}
