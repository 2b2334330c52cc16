/** Samples × measures, and what lies beside what: rows, columns and the tile at each of them. */
import { plotlyScale, rampColour, sequential } from "../../assets/js/colours.js";
import { constants } from "../../assets/js/constants.js";
import { wholeNumber } from "../../assets/js/text.js";
import { colourAway, hollowTile, scaleAway, signed, tile, valueText } from "../../assets/js/tiles.js";

const MOST_COLUMNS_WITH_TEXT = 20;
const LEAST_FOR_NUMBER = 18; // pixels of a column
const SHARE = "share";

/** What was measured of each sample; the colours of shares go to the largest of them. */
export function samplesView({ store }, { samples, codes, headings, measures, values, cells, notes }) {
  const known = (j) => values.map((row) => row[j]).filter((value) => value !== null);
  const isShare = ({ unit }) => unit === SHARE;
  const shares = measures.flatMap((measure, j) => (isShare(measure) ? known(j) : []));
  const ends = measures.map((measure, j) => {
    const all = isShare(measure) ? [0, ...shares] : known(j);
    return [Math.min(...all), Math.max(...all)];
  });
  const rows = samples.flatMap((label, i) => [
    ...(headings[i] ? [{ heading: true, label: headings[i] }] : []),
    {
      ...{ label, sample: i },
      ...(codes[i] === null ? { inert: true } : { pressed: store.get("sample") === codes[i] }),
    },
  ]);
  const place = (value, [low, high]) => (high > low ? (value - low) / (high - low) : 0.5);
  return {
    rows,
    columns: measures.map(({ name, unit }) => ({ label: name, title: `${name} (${unit})` })),
    mark(row, j) {
      const value = values[rows[row].sample][j];
      if (value === null) return hollowTile();
      const colour = rampColour(sequential(), place(value, ends[j]));
      return tile(colour, valueText(value, measures[j].unit));
    },
    describe(row, j) {
      const i = rows[row].sample;
      const { name, unit } = measures[j];
      const value = values[i][j];
      const number = cells[i][j] ? `${wholeNumber(cells[i][j])} ${constants.rows}` : null;
      if (value === null) return [samples[i], name, `Cannot be read: ${notes[i][j]}`];
      return [samples[i], name, `${valueText(value, unit)}${isShare({ unit }) ? "" : ` (${unit})`}`, number];
    },
    scale: {
      colorscale: plotlyScale(sequential()),
      ...{ low: 0, high: 1, title: "Value, from the lowest to the highest", labels: ["low", "high"] },
    },
    key: "Shares of niches have one scale, other measures each its own.",
  };
}

/** How often what is in a column lies beside what is in a row: the median of the samples. */
export function besideView({ rows, columns, value, n, above, below, unit, largest }) {
  const most = Math.min(largest, unit === "log2 ratio" ? 3 : largest);
  const hasText = columns.length <= MOST_COLUMNS_WITH_TEXT;
  return {
    rows: rows.map((label) => ({ label, inert: true })),
    columns: columns.map((label) => ({ label })),
    corner: ["", "beside it:"],
    leastForText: LEAST_FOR_NUMBER,
    mark(i, j) {
      if (value[i][j] === null) return hollowTile();
      const stands = above[i][j] + below[i][j];
      const text = hasText && stands ? String(stands) : "";
      return { ...tile(colourAway(value[i][j], most), text), alpha: stands ? 1 : 0.55 };
    },
    describe: (i, j) => [
      `${columns[j]} beside ${rows[i]}`,
      value[i][j] === null
        ? "Cannot be read in any sample"
        : `${signed(value[i][j])} ${unit}, median of ${n[i][j]} samples`,
      value[i][j] === null ? null : `More than the moved tissue has in ${above[i][j]}, less in ${below[i][j]}`,
    ],
    scale: scaleAway(`Median of the samples (${unit})`, most),
    key: "In each tile: samples in which it stands out; pale: in none.",
  };
}
