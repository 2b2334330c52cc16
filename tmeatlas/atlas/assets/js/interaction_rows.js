/** Tables of interactions, put together from how the page stores them: see page_tables.py. */

/** All columns of a body: those of its rows, and those that many rows share. */
function wholeRows({ rows, shared }) {
  const whole = { ...rows };
  for (const [place, table] of Object.entries(shared)) {
    const places = whole[place];
    delete whole[place];
    for (const [name, values] of Object.entries(table)) whole[name] = places.map((i) => values[i]);
  }
  return whole;
}

function sorted(rows, compare) {
  const order = rows.axis.map((_, i) => i).sort(compare);
  const columns = Object.entries(rows);
  return Object.fromEntries(columns.map(([name, values]) => [name, order.map((i) => values[i])]));
}

/** Rows of the crosstalk: the active ones first, and those by score. */
export function interactionRows(body) {
  const rows = wholeRows(body);
  rows.active = rows.verdict.map((verdict) => (verdict === 0 ? 1 : 0));
  return sorted(rows, (a, b) => rows.active[b] - rows.active[a] || rows.score[b] - rows.score[a]);
}

const NOT_TESTED = 2; // beyond any p-value

/** Rows of the evidence: those with the lowest adjusted p first, and those by score. */
export function evidenceRows(body) {
  const rows = wholeRows(body);
  const worst = rows.padj.map((p) => p ?? NOT_TESTED);
  return sorted(rows, (a, b) => worst[a] - worst[b] || rows.score[b] - rows.score[a]);
}
