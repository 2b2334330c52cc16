/** A few lines in the corner of the window: what was done, and what comes next. */
import { byId, element } from "./dom.js";

/** Take it away: the reader has gone on. */
export const hideNotice = () => byId("notice")?.remove();

/** Lines of code with a button that copies them. */
function codeParts(code) {
  const lines = element("code", {}, code);
  const copy = element("button", { type: "button" }, "Copy");
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(code);
      copy.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(lines); // a page opened from disk may not have the clipboard
      copy.textContent = "Press Ctrl+C";
    }
  });
  return [lines, copy];
}

/**
 * Show a sentence, with lines of code to copy where there are any; it stays until it is closed,
 * another tab is opened, or the next comes.
 */
export function showNotice(sentence, code = "") {
  const close = element(
    "button",
    { type: "button", "aria-label": "Close", onclick: hideNotice },
    "×",
  );
  const parts = code ? codeParts(code) : [];
  const notice = element(
    "div",
    { id: "notice", role: "status" },
    element("span", {}, sentence),
    ...parts,
    close,
  );
  hideNotice();
  document.body.append(notice);
}
