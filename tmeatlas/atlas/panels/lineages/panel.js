/** How the lineage of each group was told: a table, and a way to the colours. */
import { byId, setText } from "../../assets/js/dom.js";
import { showTable } from "../../assets/js/tables.js";

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

function createLineagesPanel({ meta, store, categories }) {
  const groups = meta.panels.lineages;
  const button = byId("lineages-colour");
  button.hidden = !categories.has("lineage");
  button.addEventListener("click", () => store.set({ colour: "lineage" }));
  const table = () => groupsTable(groups);
  return {
    id: "lineages",
    needs: ["colour"],
    update() {
      const n = groups.mixed.filter(Boolean).length;
      setText("scope-lineages", n ? `${n} of ${groups.mixed.length} groups mixed.` : "All groups.");
      button.setAttribute("aria-pressed", String(store.get("colour") === "lineage"));
      if (!byId("table-lineages").firstChild) showTable("lineages", table());
    },
    table,
    data: () => groups,
  };
}

export const panel = { id: "lineages", create: createLineagesPanel };
