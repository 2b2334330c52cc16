/** The colours of the calls: warm where T cells are at the tumour, cold where there are none. */
import { cssValue } from "../../assets/js/dom.js";
import { inTheme } from "../../assets/js/theme_colours.js";

const COLOURS = { inflamed: "#d1495b", "excluded-like": "#c98a1b", desert: "#3d6fb4" };

/** Of a call; what is not called is grey. */
export const callColour = (call) =>
  call in COLOURS ? inTheme(COLOURS[call]) : cssValue("--rest");
