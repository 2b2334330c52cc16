/** The names on a map, placed around its cells and its key. */
import { byId } from "../../assets/js/dom.js";
import { isKeyBelow, placeKey, sizeOfKey, stripOf } from "./key.js";
import { moveLabels, placeLabels, seenCells } from "./labels.js";
import { showLabels } from "./written.js";

/** `map` tells what is seen: {drawn(code), view, panes, box}. */
export function createNames(id, stage, map) {
  const layer = byId(`map-labels${id}`);
  let labels = [];
  let keySize = ""; // as it was when the names were placed around the key

  function write(make) {
    const panes = map.panes();
    const size = { width: panes.width, height: panes.height };
    labels = panes.list.map((pane, k) => make(map.drawn(pane.code), size, labels[k] ?? []));
    showLabels(layer, labels, panes, map.box());
  }

  const putKey = (view) => placeKey(map.box(), () => seenCells(map.drawn(), view, map.panes()).ground);

  return {
    /** Where they belong now. */
    place() {
      keySize = sizeOfKey();
      const key = id ? null : isKeyBelow(stage) ? stripOf(map.box()) : putKey(map.view()).box;
      const kept = key && map.panes().list.length === 1 ? [key] : [];
      write((of, size) => placeLabels(of, map.view(), size, kept));
    },
    /** The same while the map moves. */
    move: () => write((of, size, before) => moveLabels(before, of, map.view(), size)),
    keyIsOther: () => keySize !== sizeOfKey(),
    /** The share of the key, in its best corner, that has cells below it. */
    coveredByKey: (view) => putKey(view).covered,
  };
}
