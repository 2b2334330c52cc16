/** The map of the cells, or two of them: on canvases, with what the pointer does in a layer above. */
import {
  categoryColours,
  categoryPixels,
  colourRange,
  numberPixels,
} from "../../assets/js/colours.js";
import { asItIs } from "../../assets/js/deep_link.js";
import { byId } from "../../assets/js/dom.js";
import { SELECTION } from "../../assets/js/selection.js";
import { bindControls } from "./controls.js";
import { mapFigure } from "./export.js";
import { showMapKey } from "./key.js";
import { orderBySteps } from "./order.js";
import { dividing, shownLabel } from "./scope.js";
import { bindMapTools, createSelectionBar } from "./tools.js";
import { createView } from "./view.js";
import { isPlace } from "./viewport.js";

const LEAST_ON_PAPER = 380; // pixels
const LOOK = ["colour", "palette", "theme"];
const STATE = ["map", "place", "only", "split", "splitFrom", "second", "secondPlace", "secondOnly"];
const FIRST = { map: "map", place: "place", only: "only", split: "split", splitFrom: "splitFrom" };
const SECOND = { map: "second", place: "secondPlace", only: "secondOnly" };

function createMapPanel(atlas) {
  const { meta, cells, store } = atlas;
  let look = null;
  const shared = (other) => ({
    look: () => look,
    mark: (i) => {
      for (const view of shown()) view.mark(i);
    },
    /** Two views of one embedding move together; sections of a tissue lie at other places. */
    moved: (view) => {
      const to = other();
      const isSame = store.get("second") === store.get("map") && !meta.maps[store.get("map")].isTissue;
      if (to.isShown() && isSame) to.setView(view, true);
    },
  });
  const first = createView(atlas, "", FIRST, shared(() => second));
  const second = createView(atlas, "-second", SECOND, shared(() => first));
  const views = [first, second];
  const shown = () => views.filter((view) => view.isShown());

  /** Which cell gets which colour, and the order in which they are drawn. */
  async function readLook() {
    const feature = atlas.features.get(store.get("colour"));
    if (feature.kind === "category") {
      const values = cells.codesOf.get(feature.id);
      const colours = categoryColours(feature.category, store.get("palette"));
      return { feature, values, order: null, pixels: categoryPixels(colours), range: null };
    }
    const values = await cells.values(feature);
    const range = colourRange(values, feature);
    return { feature, values, order: orderBySteps(values), pixels: numberPixels(...range), range };
  }

  async function update(changed) {
    const isRecoloured = !look || LOOK.some((key) => changed.has(key));
    byId("map-view-second").hidden = !second.isShown();
    if (isRecoloured) look = await readLook();
    const isCategory = look.feature.kind === "category";
    if (isRecoloured || (isCategory && SELECTION.some((key) => changed.has(key)))) {
      showMapKey(atlas, look.feature, look.range);
    }
    for (const view of views) await view.show(changed, isRecoloured);
  }

  const all = (act) => () => shown().forEach(act);
  const fit = all((view) => view.fit());

  /** The map takes what the header leaves of the first page. */
  const paper = {
    enter(bottom) {
      const card = byId("card-map");
      card.style.height = `${Math.max(LEAST_ON_PAPER, bottom - card.offsetTop)}px`;
    },
    draw() {
      fit();
      for (const view of views) view.pin(true);
    },
    leave() {
      byId("card-map").style.height = "";
      for (const view of views) view.pin(false);
    },
    back: fit,
  };

  const itself = { needs: [...STATE, "image", ...LOOK, ...SELECTION], update };
  const parts = [
    itself,
    createSelectionBar(atlas),
    bindMapTools(atlas, views.map(({ plot }) => plot)),
    bindControls(atlas, first, FIRST),
    bindControls(atlas, second, SECOND),
  ];
  return {
    id: "map",
    needs: [...new Set(parts.flatMap(({ needs }) => needs))],
    async update(changed) {
      for (const { needs, update: run } of parts) {
        if (needs.some((key) => changed.has(key))) await run(changed);
      }
    },
    ...{ view: first.view, setView: first.setView, home: first.home, box: first.box },
    second,
    redraw: all((view) => view.draw()),
    paper,
    figure: () => mapFigure(atlas, look, shown().map((view) => view.seen())),
  };
}

const placeEntry = (name) => ({
  name,
  read: (text) => (isPlace(text) ? text : undefined),
  write: asItIs,
});
const readLabel = (text, atlas) => (shownLabel(atlas, text) ? text : undefined);

export const panel = {
  id: "map",
  isFirst: true,
  state: () => ({
    place: null, // where the map is and how close; null for all of it
    only: null, // the label whose cells the map shows beside another map; null for all
    split: null, // the category with a map for each label
    splitFrom: 0, // of its labels, how many come before the first map: not all may have room
    second: null, // the embedding of the second map; null for none
    secondPlace: null,
    secondOnly: null,
    image: true, // of the tissue, below the cells
    tool: "lasso",
    touchDraws: false,
  }),
  link: {
    image: { read: (text) => (text === "off" ? false : undefined), write: (on) => (on ? null : "off") },
    place: placeEntry("at"),
    only: { read: readLabel },
    split: { read: (text, atlas) => (dividing(atlas).some(({ id }) => id === text) ? text : undefined) },
    splitFrom: {
      name: "split-from",
      read: (text) => (/^\d{1,3}$/.test(text) ? Number(text) : undefined),
      write: (from) => from || null,
    },
    second: {
      read(text, { meta }) {
        const map = meta.maps.findIndex(({ key }) => key === text);
        return map < 0 ? undefined : map;
      },
      write: (map, { atlas }) => (map === null ? null : atlas.meta.maps[map].key),
    },
    secondPlace: placeEntry("second-at"),
    secondOnly: { name: "second-only", read: readLabel },
  },
  create: createMapPanel,
};
