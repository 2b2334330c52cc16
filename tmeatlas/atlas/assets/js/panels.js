/**
 * What a panel is to the page. The scripts of the panels export one `panel` each; the page goes
 * through those of which its data have something, and knows none by name.
 *
 * @typedef {object} PanelDefinition
 * @property {string} id
 *     the name of its folder; `meta.panels[id]` is what its `panel.py` packed
 * @property {(meta: object) => object} [state]
 *     what it adds to the state of the view, as it is at first
 * @property {Object<string, LinkEntry>} [link]
 *     how a link keeps the state, by its key
 * @property {(atlas: object) => object | Promise<object>} create
 *     the panel: {id, needs, update, figure?, table?, usesPlotly?, data?, fitPaper?, screen?};
 *     where its rows are no elements, placeOf? says where one is, and unfold? opens what hides it
 * @property {boolean} [isFirst]
 *     whether it is drawn before all others, and before the scripts of the figures are there
 * @property {(atlas: object) => object[]} [entries]
 *     what the search box lists
 * @property {(atlas: object) => object[]} [moreEntries]
 *     what it finds by typing only
 * @property {(atlas: object, name: string) => void} [showGene]
 *     shows any gene of the data, where the page has no values of its cells
 *
 * @typedef {object} LinkEntry
 * @property {string} [name]
 *     in the address, where that is not the key of the state
 * @property {(text: string, atlas: object) => unknown} read
 *     the state; undefined for what does not fit this atlas
 * @property {(value: any, view: {atlas: object, usual: object}) => string | number | null} [write]
 *     the text, null for none; without it, whatever is not as usual
 */

/** @param {PanelDefinition[]} definitions */
export const panelsOf = (definitions, meta) => definitions.filter(({ id }) => id in meta.panels);

/** What some panels have to say together, such as their entries for the search box. */
export const gathered = (atlas, what) =>
  atlas.definitions.flatMap((definition) => definition[what]?.(atlas) ?? []);

/** Show a gene where a panel can. */
export const showGene = (atlas, name) =>
  atlas.definitions.find((definition) => definition.showGene)?.showGene(atlas, name);
