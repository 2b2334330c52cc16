// A box above each long table of a catalogue, which shows the rows that have all its words.
document.addEventListener("DOMContentLoaded", () => {
  for (const table of document.querySelectorAll("table.filtered")) {
    const rows = [...table.tBodies[0].rows];
    if (rows.length < 8) continue;
    const texts = rows.map((row) => row.textContent.toLowerCase());
    const box = document.createElement("input");
    box.type = "search";
    box.className = "filter-box";
    box.placeholder = "Filter";
    box.setAttribute("aria-label", "Show the rows that have these words");
    const count = document.createElement("span");
    count.className = "filter-count";
    count.setAttribute("role", "status");
    const show = () => {
      const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      rows.forEach((row, i) => {
        row.hidden = !words.every((word) => texts[i].includes(word));
        shown += row.hidden ? 0 : 1;
      });
      count.textContent = `${shown} of ${rows.length}`;
    };
    box.addEventListener("input", show);
    const above = document.createElement("div");
    above.className = "filter-bar";
    above.append(box, count);
    (table.closest(".pst-scrollable-table-container") || table).before(above);
    show();
  }
});
