/** How the lineage of each group was told: a table, and a way to the colours. */
import { constants } from "../../assets/js/constants.js";
import { byId, setText } from "../../assets/js/dom.js";
import { showTable } from "../../assets/js/tables.js";
import { capital } from "../../assets/js/text.js";

const COLUMNS = [
  ["Group", "group"],
  ["Lineage", "lineage"],
  ["Fine lineage", "fine"],
  ["Cells", "cells"],
  ["Confidence", "confidence"],
  ["Mixed", "mixed"],
  ["Told", "how"],
  ["Markers say", "by_markers"],
  ["Next by markers", "runner_up"],
  ["Share that fits it better", "runner_up_share"],
];

/** The groups as a table; a mixed one names the lineage that is mixed in. */
export function groupsTable(groups) {
  const shown = (name, i) => {
    if (name !== "mixed") return groups[name][i];
    const other = groups.runner_up[i];
    return groups.mixed[i] ? `mixed${other ? ` with ${other}` : ""}` : "";
  };
  return {
    header: COLUMNS.map(([name]) => name),
    body: groups.group.map((_, i) => COLUMNS.map(([, name]) => shown(name, i))),
    note: "",
  };
}

/** The same for the card, where there is little room: what is as expected is left out. */
export function shortTable(groups) {
  const ways = new Set(groups.how);
  const isOneWay = ways.size === 1;
  const markers = (i) => {
    const said = groups.by_markers[i];
    return said === groups.lineage[i] ? "the same" : said;
  };
  const mixed = (i) => (groups.mixed[i] ? `mixed with ${groups.runner_up[i] || "others"}` : "");
  const told = (i) => (isOneWay ? [] : [groups.how[i]]);
  return {
    header: [
      ...["Group", capital(constants.rows), "Lineage", "Confidence"],
      ...(isOneWay ? [] : ["Told"]),
      ...["Markers say", ...(groups.mixed.some(Boolean) ? ["Mixed"] : [])],
    ],
    body: groups.group.map((group, i) => [
      ...[group, groups.cells[i], groups.fine[i] || groups.lineage[i], groups.confidence[i]],
      ...[...told(i), markers(i)],
      ...(groups.mixed.some(Boolean) ? [mixed(i)] : []),
    ]),
    note: isOneWay ? `Told in each group: ${[...ways][0]}.` : "",
  };
}

function createLineagesPanel({ meta, store, categories }) {
  const groups = meta.panels.lineages;
  const button = byId("lineages-colour");
  button.hidden = !categories.has("lineage");
  button.addEventListener("click", () => store.set({ colour: "lineage" }));
  return {
    id: "lineages",
    needs: ["colour"],
    update() {
      const n = groups.mixed.filter(Boolean).length;
      setText("scope-lineages", n ? `${n} of ${groups.mixed.length} groups mixed.` : "All groups.");
      button.setAttribute("aria-pressed", String(store.get("colour") === "lineage"));
      if (!byId("table-lineages").firstChild) showTable("lineages", shortTable(groups));
    },
    table: () => groupsTable(groups),
    shownTable: () => shortTable(groups),
    data: () => groups,
  };
}

export const panel = { id: "lineages", create: createLineagesPanel };
