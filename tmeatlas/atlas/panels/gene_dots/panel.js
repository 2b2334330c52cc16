/** Genes by group: each dot is the mean (colour) and the share of cells that show it (area). */
import { categoryColours, plotlyScale, rampColour, sequential } from "../../assets/js/colours.js";
import { constants } from "../../assets/js/constants.js";
import { oneOf } from "../../assets/js/deep_link.js";
import { announce, byId, cssValue, element, setText } from "../../assets/js/dom.js";
import { geneMeans, geneNames } from "../../assets/js/gene_means.js";
import { createGeneSearch } from "../../assets/js/gene_search.js";
import { KEY_SHARES } from "../../assets/js/dot_sizes.js";
import { createGrid } from "../../assets/js/grid.js";
import { familyHeadings, groupColumns } from "../../assets/js/group_columns.js";
import { keyItem, scaleStrip, sizeKey } from "../../assets/js/scale_keys.js";
import { SELECTION } from "../../assets/js/selection.js";
import { showPanel } from "../../assets/js/tabs.js";
import { percent, shortNumber, wholeNumber } from "../../assets/js/text.js";
import { geneRows, highestMean } from "./rows.js";

const MOST_GENES = 60; // that are added: a link has to hold them
const MOST_OFFERED = 12; // names below the box
const LONGEST_NAME = 60;

function createGeneDots(atlas) {
  const { meta, store, features, selection } = atlas;
  const groups = atlas.categories.get("group");
  const markers = meta.panels.gene_dots;
  const input = byId("gene_dots-add");
  const markersButton = byId("gene_dots-markers");
  const scaleButton = byId("gene_dots-scale");
  let rows = [];
  let end = 1; // mean at which the colours end
  let search = null;

  const grid = createGrid("gene_dots", {
    onCell: (i, j) => pick(rows[i].name, j),
    onRow: (i) => pick(rows[i].name, null),
    onColumn: (j) => store.set({ region: { type: "group", group: j } }),
  });

  /** Colour the map by the gene where the page has its cells, and select the group. */
  function pick(name, group) {
    const id = `g:${name}`;
    const region = store.get("region");
    const again = region?.type === "group" && region.group === group;
    store.set({
      ...(features.has(id) ? { colour: id } : {}),
      ...(group === null ? {} : { region: again ? null : { type: "group", group } }),
    });
  }

  /** Take a gene away: one that was added, or a marker. */
  function remove(name) {
    const added = store.get("genesAdded");
    if (added.includes(name)) store.set({ genesAdded: added.filter((gene) => gene !== name) });
    else store.set({ genesHidden: [...store.get("genesHidden"), name] });
  }

  async function readSearch() {
    search ??= createGeneSearch(await geneNames(atlas));
    return search;
  }

  /** Names that go on as what was typed begins. */
  async function offer() {
    const { find, holding } = await readSearch();
    const exact = find(input.value);
    const names = [...(exact ? [exact] : []), ...holding(input.value).filter((gene) => gene.begins)];
    const options = [...new Set(names.map(({ name }) => name))].slice(0, MOST_OFFERED);
    const alias = exact?.alias ? `${exact.alias} is ${exact.name}` : null;
    byId("gene_dots-names").replaceChildren(
      ...options.map((name) =>
        element("option", { value: name }, name === exact?.name ? (alias ?? name) : name),
      ),
    );
  }

  async function add() {
    const typed = input.value.trim();
    if (!typed) return;
    const { find, near } = await readSearch();
    const found = find(typed);
    if (!found) {
      const like = near(typed);
      const others = like.length ? ` Like it: ${like.slice(0, 3).map(({ name }) => name).join(", ")}.` : "";
      input.setCustomValidity(`${typed} is not among the genes of these data.${others}`);
      input.reportValidity();
      return;
    }
    addGene(atlas, found.name);
    input.value = "";
    announce(`${found.name} is shown by group`);
  }

  input.addEventListener("focus", readSearch);
  input.addEventListener("input", () => {
    input.setCustomValidity("");
    offer();
  });
  input.addEventListener("change", add);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") add();
  });
  markersButton.hidden = !markers.genes.length;
  markersButton.addEventListener("click", () =>
    store.set({ markers: store.get("markers") === "shown" ? "hidden" : "shown", genesHidden: [] }),
  );
  scaleButton.addEventListener("click", () =>
    store.set({ geneScale: store.get("geneScale") === "own" ? "same" : "own" }),
  );

  const isOwn = () => store.get("geneScale") === "own";

  function mark(i, j) {
    const { mean, share } = rows[i];
    if (!groups.sizes[j] || !(share[j] > 0)) return null;
    const position = mean[j] / (isOwn() ? rows[i].highest : end);
    return {
      shape: "dot",
      size: share[j],
      colour: rampColour(sequential(), position),
      outline: cssValue("--mark-outline"),
    };
  }

  function describe(i, j) {
    const { name, mean, share, marks } = rows[i];
    const lines = [
      name,
      groups.labels[j],
      `Mean ${shortNumber(mean[j])} (log-normalised expression)`,
      `${percent(share[j])} of ${wholeNumber(groups.sizes[j])} ${constants.rows} show it`,
    ];
    if (marks !== null) lines.push(`Sets ${groups.labels[marks]} apart`);
    return lines;
  }

  function words() {
    const coloured = rows.filter(({ name }) => features.has(`g:${name}`)).length;
    const whose = coloured === rows.length ? "All of them" : `${coloured} of these ${rows.length}`;
    const unknown = store.get("genesAdded").filter((name) => !rows.some((row) => row.name === name));
    const lost = unknown.length ? ` Not in these data: ${unknown.join(", ")}.` : "";
    const unseen = rows.filter(({ highest }) => highest === 0).map(({ name }) => name);
    const nobody = unseen.length ? ` No ${constants.row} shows ${unseen.join(", ")}.` : "";
    return `${whose} can colour the map: the page has their ${constants.rows}. Click a name.${nobody}${lost}`;
  }

  function showKey(stops) {
    const ends = isOwn() ? ["0", "", "its highest"] : ["0", shortNumber(end / 2), shortNumber(end)];
    byId("key-gene_dots").replaceChildren(
      keyItem("Mean", scaleStrip(stops, ends)),
      keyItem("Share", sizeKey(KEY_SHARES, grid.largestRadius())),
      element("span", {}, words()),
    );
  }

  async function update(changed) {
    const some = selection.isActive() ? ", not the selection" : "";
    setText("scope-gene_dots", `All ${constants.rows}${some}.`);
    if (rows.length && [...changed].every((key) => SELECTION.includes(key))) return;
    const means = await geneMeans(atlas);
    rows = geneRows(means, markers, {
      added: store.get("genesAdded"),
      hidden: store.get("genesHidden"),
      shown: store.get("markers") === "shown",
    });
    end = highestMean(rows);
    markersButton.setAttribute("aria-pressed", String(store.get("markers") === "shown"));
    scaleButton.setAttribute("aria-pressed", String(isOwn()));
    const colours = categoryColours(groups, store.get("palette"));
    const stops = sequential();
    grid.draw({
      shape: "dot",
      rows: rows.map(({ name, marks }) => ({
        label: name,
        colour: marks === null ? null : colours[marks],
        title: marks === null ? name : `${name} sets ${groups.labels[marks]} apart`,
        pressed: store.get("colour") === `g:${name}`,
        onRemove: () => remove(name),
      })),
      columns: groupColumns(groups, colours),
      families: familyHeadings(groups),
      mark,
      describe,
      lineColour: cssValue("--grid"),
      key: `Share: share of ${constants.rows} that show the gene.`,
      scale: {
        colorscale: plotlyScale(stops),
        low: 0,
        high: isOwn() ? 1 : end,
        title: isOwn() ? "Mean, as a share of the highest of the gene" : `Mean ${meta.geneMeans.unit}`,
        labels: isOwn() ? ["0", "0.5", "1"] : ["0", shortNumber(end / 2), shortNumber(end)],
      },
      sizes: { title: "Share", whole: 1 },
      showKey: () => showKey(stops),
    });
  }

  return {
    id: "gene_dots",
    needs: ["colour", "palette", "theme", "size", "genesAdded", "genesHidden", "markers", "geneScale", ...SELECTION],
    update,
    figure: grid.figure,
    data: () => rows,
    table() {
      const header = ["Gene", "Sets apart"];
      for (const [j, label] of groups.labels.entries()) {
        const n = `${wholeNumber(groups.sizes[j])} ${constants.rows}`;
        header.push(`${label}: mean`, `${label}: share of ${n}`);
      }
      const body = rows.map(({ name, mean, share, marks }) => {
        const numbers = groups.labels.flatMap((_, j) => [mean[j], share[j]]);
        return [name, marks === null ? "" : groups.labels[marks], ...numbers];
      });
      return { header, body };
    },
  };
}

/** Add a gene to those that are shown, the newest first. */
function addGene({ store }, name) {
  const added = store.get("genesAdded").filter((gene) => gene !== name);
  store.set({ genesAdded: [name, ...added].slice(0, MOST_GENES) });
}

/** Names of genes in a link; those that the data lack are left out when they are drawn. */
function readNames(text) {
  const names = text.split(",").filter((name) => name && name.length <= LONGEST_NAME);
  return [...new Set(names)].slice(0, MOST_GENES);
}

const namesEntry = (name) => ({ name, read: readNames, write: (names) => names.join(",") || null });

export const panel = {
  id: "gene_dots",
  state: () => ({ genesAdded: [], genesHidden: [], markers: "shown", geneScale: "same" }),
  link: {
    genesAdded: namesEntry("genes"),
    genesHidden: namesEntry("without"),
    markers: { read: oneOf(() => ["shown", "hidden"]) },
    geneScale: { name: "genescale", read: oneOf(() => ["same", "own"]) },
  },
  create: createGeneDots,
  showGene(atlas, name) {
    addGene(atlas, name);
    showPanel(atlas, "gene_dots");
  },
};
