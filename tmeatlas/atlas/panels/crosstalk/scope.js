/** What the crosstalk panels have to do with the cells on the map: which groups stand out, and words. */
import { constants } from "../../assets/js/constants.js";
import { SELECTION } from "../../assets/js/selection.js";

const MOSTLY = 0.5; // of the largest share that any group has in the selection

const isSame = (one, other) => [...(one ?? [])].join() === [...(other ?? [])].join();

/**
 * The crosstalk is always that of all cells. What can follow a selection is which groups stand
 * out: those that were chosen, or those of which the outline or the range holds most.
 */
function createCrosstalkScope({ meta, store, cells, selection, categories }, interactions) {
  const { nodes } = interactions;
  const { sizes } = categories.get("group");
  const state = () => SELECTION.map((key) => store.get(key));
  let known = [];
  let focus = null;

  function findFocus() {
    if (!store.get("region") && !store.get("range") && !store.get("hidden").size) return null;
    const counts = new Float64Array(sizes.length);
    for (let i = 0; i < cells.n; i++) if (selection.focus[i]) counts[cells.group[i]]++;
    const shares = counts.map((n, group) => n / Math.max(1, sizes[group]));
    const least = MOSTLY * Math.max(...shares);
    const isIn = ({ group }) => group >= 0 && shares[group] > 0 && shares[group] >= least;
    const found = new Set([...nodes.keys()].filter((k) => isIn(nodes[k])));
    return found.size && found.size < nodes.length ? found : null;
  }

  /** Numbers of the senders and receivers that the selection points at; null for no or all. */
  function inFocus() {
    const now = state();
    if (now.some((value, i) => value !== known[i])) {
      known = now;
      const found = findFocus();
      if (!isSame(found, focus)) focus = found;
    }
    return focus;
  }

  const nStrangers = nodes.filter((node) => node.group < 0).length;
  const otherGroups = !nStrangers
    ? ""
    : nStrangers === nodes.length
      ? ` Groups of “${meta.panels.crosstalk.groupby}”, not those of the map.`
      : ` Groups of “${meta.panels.crosstalk.groupby}”; ${nStrangers} of ${nodes.length} are not on the map.`;

  /** What a panel shows, in words, and what it does not. */
  function text() {
    const choice = { axis: store.get("axis"), ...ends() };
    const cellsText = !selection.isActive()
      ? ""
      : inFocus()
        ? ` All ${constants.rows}, not the selection; its groups stand out.`
        : ` All ${constants.rows}, not the selection.`;
    return `${interactions.scopeText(choice)}.${otherGroups}${cellsText}`;
  }

  const ends = () => ({ sender: store.get("sender"), receiver: store.get("receiver") });

  /** Whether a flow comes from or goes to a group in focus; no flow does where there is none. */
  function touchesFocus(source, target) {
    const marked = inFocus();
    return Boolean(marked && (marked.has(source) || marked.has(target)));
  }

  /** Asks of a flow whether it was chosen or, where nothing was, whether it touches a group in focus. */
  function flowFilter() {
    const { sender, receiver } = ends();
    if (sender === null && receiver === null) {
      return inFocus() ? touchesFocus : () => true;
    }
    return (source, target) =>
      (sender === null || sender === source) && (receiver === null || receiver === target);
  }

  return { inFocus, touchesFocus, flowFilter, text };
}

/** The scope of an atlas, made once for all panels that show its interactions. */
export function scopeOf(atlas, interactions) {
  atlas.crosstalkScope ??= createCrosstalkScope(atlas, interactions);
  return atlas.crosstalkScope;
}
