/** Tells the reader what went wrong, and what helps. */
import { byId } from "./dom.js";

export function showError(error) {
  console.error(error);
  const box = byId("error");
  box.hidden = false;
  const old = typeof DecompressionStream === "undefined";
  const remedy = old
    ? "This browser is too old: use Chrome or Edge 99, Firefox 113, Safari 16.4 or newer."
    : "Reload the page; if that does not help, make it again.";
  box.textContent = `Something went wrong: ${error.message ?? error}. ${remedy}`;
}
