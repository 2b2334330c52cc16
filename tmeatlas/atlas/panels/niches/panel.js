/** Niches: what is around their cells, and a way to select these. */
import { diverging } from "../../assets/js/colours.js";
import { constants } from "../../assets/js/constants.js";
import { byId, cssValue, element, setText } from "../../assets/js/dom.js";
import { createGrid } from "../../assets/js/grid.js";
import { keyItem, scaleStrip } from "../../assets/js/scale_keys.js";
import { SELECTION } from "../../assets/js/selection.js";
import { profilesView } from "./profiles.js";

const LEAST_FOR_TEXT = 34; // pixels of a column: "100%"

function createNichesPanel(atlas) {
  const { meta, store, selection, categories } = atlas;
  const packed = meta.panels.niches;
  let view = null;

  const button = byId("niches-colour");
  button.hidden = !categories.has("niche");
  button.addEventListener("click", () => store.set({ colour: "niche" }));

  /** Select the cells of a niche and colour the map by niches; a second click lets go of them. */
  function pickNiche(column) {
    const { code } = packed.niches[column];
    if (code === null) return;
    const region = store.get("region");
    const again = region?.type === "category" && region.code === code;
    const chosen = { type: "category", category: "niche", code };
    store.set({ colour: "niche", region: again ? null : chosen });
  }

  /** A programme colours the map, a type is selected. */
  function pickRow(row) {
    const { feature, group } = packed.profiles[view.rows[row].feature];
    if (feature) store.set({ colour: feature });
    else if (group !== null) store.set({ colour: "group", region: { type: "group", group } });
  }
  const onCell = (_, column) => pickNiche(column);
  const grid = createGrid("niches", { onCell, onRow: pickRow, onColumn: pickNiche });

  function update() {
    view = profilesView(atlas, packed);
    button.setAttribute("aria-pressed", String(store.get("colour") === "niche"));
    const some = selection.isActive() ? ", not the selection" : "";
    setText("scope-niches", `All ${constants.rows}${some}.`);
    grid.draw({
      shape: "tile",
      leastForText: LEAST_FOR_TEXT,
      lineColour: cssValue("--grid"),
      ...view,
      key: packed.stability,
      showKey: () =>
        byId("key-niches").replaceChildren(
          keyItem(view.scale.title, scaleStrip(diverging(), view.scale.labels)),
          element("span", {}, packed.stability),
        ),
    });
  }

  return {
    id: "niches",
    needs: ["colour", "palette", "theme", "size", ...SELECTION],
    update,
    figure: grid.figure,
    data: () => packed,
    table: () => ({
      header: [
        ...["Around", "Of"],
        ...packed.niches.flatMap(({ name }) => [`${name}: mean`, `${name}: SD`]),
      ],
      body: packed.profiles.map((profile, i) => [
        ...[profile.name, profile.of],
        ...packed.niches.flatMap((_, j) => [packed.mean[i][j], packed.height[i][j]]),
      ]),
      note: packed.stability,
    }),
  };
}

/** The niches, for the search box: each selects its cells. */
const nicheEntries = ({ meta, store }) =>
  meta.panels.niches.niches
    .filter(({ code }) => code !== null)
    .map(({ name, code }) => ({
      ...{ label: name, detail: "select", words: [name], genes: [], section: "Select a niche" },
      act: () =>
        store.set({ colour: "niche", region: { type: "category", category: "niche", code } }),
    }));

export const panel = { id: "niches", create: createNichesPanel, entries: nicheEntries };
