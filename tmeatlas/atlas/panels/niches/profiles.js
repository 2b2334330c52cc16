/** Types and programmes around each niche, as rows, columns and the tile at each of them. */
import { categoryColours } from "../../assets/js/colours.js";
import { constants } from "../../assets/js/constants.js";
import { percent, shortNumber, wholeNumber } from "../../assets/js/text.js";
import { colourAway, hollowTile, scaleAway, signed, tile } from "../../assets/js/tiles.js";

const MOST = 2; // standard deviations at which the colours end

/** What is around the cells of each niche: types by their share, programmes by their mean. */
export function profilesView({ categories, store }, { niches, profiles, height, mean }) {
  const category = categories.get("niche");
  const colours = category ? categoryColours(category, store.get("palette")) : [];
  const rows = [];
  let last = null;
  profiles.forEach((profile, feature) => {
    if (profile.of !== last) {
      const label = profile.of === "type" ? "Share of the neighbours" : "Mean of the programme";
      rows.push({ heading: true, label });
    }
    last = profile.of;
    rows.push({ feature, label: profile.name, inert: !profile.feature && profile.group === null });
  });
  const written = ({ of }, value) => (of === "type" ? percent(value) : shortNumber(value));
  return {
    rows,
    columns: niches.map(({ name, code, cells, samples }) => ({
      label: name,
      title: `${name}: ${wholeNumber(cells)} ${constants.rows} of ${samples} samples`,
      colours: code === null ? [] : [colours[code]],
    })),
    mark(i, j) {
      const { feature } = rows[i];
      if (height[feature][j] === null) return hollowTile();
      return tile(colourAway(height[feature][j], MOST), written(profiles[feature], mean[feature][j]));
    },
    describe(i, j) {
      const { feature } = rows[i];
      const profile = profiles[feature];
      const number = mean[feature][j];
      const value = number === null ? "not known" : written(profile, number);
      const level = height[feature][j];
      return [
        niches[j].name,
        profile.of === "type"
          ? `${value} of the neighbours are ${profile.name}`
          : `${profile.name}: mean ${value}`,
        level === null ? null : `${signed(level)} SD from all ${constants.rows}`,
        `${wholeNumber(niches[j].cells)} ${constants.rows} of ${niches[j].samples} samples`,
      ];
    },
    scale: scaleAway(`Mean, SD from all ${constants.rows}`, MOST),
  };
}
