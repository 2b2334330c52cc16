/** Programmes by group: each dot is the mean (colour) and the share of high cells (area). */
import { categoryColours, plotlyScale, rampColour, sequential } from "../../assets/js/colours.js";
import { constants } from "../../assets/js/constants.js";
import { oneOf } from "../../assets/js/deep_link.js";
import { byId, cssValue, setText } from "../../assets/js/dom.js";
import { KEY_SHARES } from "../../assets/js/dot_sizes.js";
import { createGrid } from "../../assets/js/grid.js";
import { familyHeadings, groupColumns } from "../../assets/js/group_columns.js";
import { keyItem, scaleStrip, sizeKey } from "../../assets/js/scale_keys.js";
import { SELECTION } from "../../assets/js/selection.js";
import { meansByCode } from "../../assets/js/statistics.js";
import { capital, percent, shortNumber, wholeNumber } from "../../assets/js/text.js";
import {
  ALL,
  deviation,
  everyFeature,
  keysAbove,
  opened,
  openingKeys,
  readProgrammes,
  shownRows,
  toggled,
} from "./programmes.js";

const LEAST_CELLS = 3;
const COLOUR_END = 3; // standard deviations at which the colours end
const ENDS = ["0", "", `${COLOUR_END} and more`];
const PALE = 0.45; // of the dots of groups with few cells

function createDotsPanel(atlas) {
  const { meta, cells, store, selection } = atlas;
  const groups = atlas.categories.get("group");
  const { programmes: stored, alike, alike_groups: alikeGroups } = meta.panels.dots;
  const programmes = readProgrammes(stored, atlas.features, groups.sizes);
  const every = openingKeys(programmes);
  let rows = [];
  let columns = [...groups.labels.keys()];
  let statistics = new Map();

  const grid = createGrid("dots", {
    onCell: (i, j) => pick(rows[i].feature, columns[j]),
    onRow: (i) => store.set({ colour: rows[i].feature.id }),
    onColumn: (j) => pick(null, columns[j]),
    onToggle: (i) => store.set({ open: toggled(store.get("open"), rows[i].key, every) }),
  });

  /** Colour by the programme and select the group; a second click lets go of the group. */
  function pick(feature, group) {
    const region = store.get("region");
    const again = region?.type === "group" && region.group === group;
    const sameColour = !feature || store.get("colour") === feature.id;
    store.set({
      ...(feature ? { colour: feature.id } : {}),
      region: again && sameColour ? null : { type: "group", group },
    });
  }

  const isAlike = () => store.get("dotsOrder") === "similar";
  const openButton = byId("dots-open");
  openButton.hidden = every.length === 0;
  openButton.addEventListener("click", () =>
    store.set({ open: store.get("open") === ALL ? "" : ALL }),
  );
  const orderButton = byId("dots-order");
  orderButton.hidden = programmes.length < 3 && groups.labels.length < 3;
  orderButton.addEventListener("click", () =>
    store.set({ dotsOrder: isAlike() ? "usual" : "similar" }),
  );

  /** Of the cells in focus; those of all cells came with the page, exact. */
  async function readStatistics(features) {
    const found = new Map();
    const nGroups = groups.labels.length;
    const chosen = selection.isActive() ? selection.indices() : null;
    for (const feature of features) {
      if (!chosen) {
        found.set(feature.id, { mean: feature.mean, share: feature.share, n: groups.sizes });
        continue;
      }
      const values = await cells.values(feature);
      const { sum, high, n } = meansByCode(values, feature.threshold, cells.group, nGroups, chosen);
      const unit = (feature.high - feature.low) / constants.lastStep;
      found.set(feature.id, {
        mean: Array.from(sum, (total, k) => (n[k] ? feature.low + (unit * total) / n[k] : null)),
        share: Array.from(high, (count, k) => (n[k] ? count / n[k] : null)),
        n: Array.from(n),
      });
    }
    return found;
  }

  /** Cells of each group: in the selection where there is one. */
  const counts = () => (selection.isActive() ? selection.groupCounts() : groups.sizes);

  function mark(i, j) {
    const { feature } = rows[i];
    const { mean, share, n } = statistics.get(feature.id);
    const group = columns[j];
    if (mean[group] === null || n[group] < LEAST_CELLS) return null;
    const away = deviation(feature, mean[group]);
    return {
      shape: "dot",
      size: share[group],
      colour: rampColour(sequential(), away / COLOUR_END),
      ...(away > 0 ? { outline: cssValue("--mark-outline") } : {}),
      alpha: n[group] < constants.fewCells ? PALE : 1,
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
      `Mean ${shortNumber(mean[group])}: ${Math.abs(away).toFixed(1)} standard deviations ${side} the average ${constants.row}`,
      `${percent(share[group])} of ${wholeNumber(n[group])} ${constants.rows} in the upper quarter of all ${constants.rows}`,
      n[group] < constants.fewCells ? `Few ${constants.rows}: read with care` : null,
    ].filter(Boolean);
  }

  /** The rows to show and the order of the groups, as the state says. */
  function layOut() {
    const open = store.get("open");
    const keys = new Set(open.split(","));
    const isOpen = (key) => open === ALL || keys.has(key);
    const inOrder = isAlike() ? alike.map((i) => programmes[i]) : programmes;
    return [shownRows(inOrder, isOpen), isAlike() ? alikeGroups : [...groups.labels.keys()]];
  }

  const showKey = (stops) =>
    byId("key-dots").replaceChildren(
      keyItem(`Standard deviations above the average ${constants.row}`, scaleStrip(stops, ENDS)),
      keyItem("Share high", sizeKey(KEY_SHARES, grid.largestRadius())),
    );

  /** What stands below the figure in a file. */
  function words() {
    const folded = rows.find((row) => row.fold && !row.open);
    return [
      `Share high: share of ${constants.rows} in the upper quarter of all ${constants.rows}.`,
      `Pale: fewer than ${constants.fewCells} ${constants.rows}.`,
      folded ? `Not shown: ${folded.label}.` : "",
    ].join(" ").trim();
  }

  const spec = (colours, stops) => ({
    shape: "dot",
    opens: true,
    rows: rows.map((row) => ({ ...row, pressed: row.feature && store.get("colour") === row.feature.id })),
    columns: groupColumns(groups, colours, columns, counts()),
    families: isAlike() ? [] : familyHeadings(groups),
    mark,
    describe,
    lineColour: cssValue("--grid"),
    key: words(),
    scale: {
      colorscale: plotlyScale(stops),
      low: 0,
      high: COLOUR_END,
      title: `Mean: standard deviations above the average ${constants.row}`,
      labels: ENDS,
    },
    sizes: { title: "Share high", whole: 1 },
    showKey: () => showKey(stops),
  });

  async function update(changed) {
    const some = selection.isActive();
    setText("scope-dots", some ? `${capital(constants.rows)} in the selection.` : `All ${constants.rows}.`);
    orderButton.setAttribute("aria-pressed", String(isAlike()));
    openButton.setAttribute("aria-pressed", String(store.get("open") === ALL));
    const isNew = !rows.length || changed.has("open") || changed.has("dotsOrder");
    const [laidRows, laidColumns] = isNew ? layOut() : [rows, columns];
    const shown = laidRows.filter(({ fold }) => !fold).map(({ feature }) => feature);
    // Those of all cells are at hand for every row, so that the table has rows that are closed, too.
    const found = await readStatistics(some ? shown : everyFeature(programmes).map(({ feature }) => feature));
    // All at once: meanwhile the figure may have been drawn anew, for another size.
    [rows, columns] = [laidRows, laidColumns];
    statistics = found;
    grid.draw(spec(categoryColours(groups, store.get("palette")), sequential()));
  }

  return {
    id: "dots",
    needs: ["colour", ...SELECTION, "palette", "theme", "open", "dotsOrder", "size"],
    update,
    figure: grid.figure,
    unfold(id) {
      const keys = keysAbove(programmes, id);
      if (keys.length) store.set({ open: opened(store.get("open"), keys) });
    },
    data: () => statistics,
    table() {
      const header = ["Programme", "Signature or consensus", "Compartment"];
      for (const label of groups.labels)
        header.push(`${label}: mean`, `${label}: share high`, `${label}: ${constants.rows}`);
      const known = everyFeature(programmes).filter(({ feature }) => statistics.has(feature.id));
      const body = known.map(({ feature, programme }) => {
        const { mean, share, n } = statistics.get(feature.id);
        const numbers = groups.labels.flatMap((_, k) => [mean[k], share[k], n[k]]);
        return [programme.label, feature.name, feature.compartment, ...numbers];
      });
      const note = selection.isActive() ? `Of ${constants.rows} in the selection; rows that are closed are left out.` : "";
      return { header, body, note };
    },
  };
}

/** Which rows are open: keys of rows, or all. */
const readOpen = (text) => (text === ALL || /^[\w.,]{0,2000}$/.test(text) ? text : undefined);

export const panel = {
  id: "dots",
  state: () => ({ open: "", dotsOrder: "usual" }),
  link: {
    open: { read: readOpen },
    dotsOrder: { name: "order", read: oneOf(() => ["usual", "similar"]) },
  },
  create: createDotsPanel,
};
