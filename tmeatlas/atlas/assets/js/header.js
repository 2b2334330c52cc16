/** The buttons at the top: about, colours for colour-blind readers, light and dark, link. */
import { announce, byId } from "./dom.js";
import { showNotice } from "./notice.js";

const TOLD_FOR = 1800; // milliseconds

/** Put a text on the clipboard and tell it at the foot, where the header does not grow by it. */
function bindShare() {
  byId("link-button").addEventListener("click", async () => {
    const file = "It opens this file: send the file too.";
    try {
      await navigator.clipboard.writeText(location.href);
      showNotice(`The link to this view is copied. ${file}`);
    } catch {
      showNotice(`The link to this view is in the address bar. ${file}`);
    }
  });
}

/**
 * A button that copies what an element shows, and says so. Pages opened from disk may not have the
 * clipboard: then it unfolds and marks the element.
 */
function bindCopy(id, shown, { text, done }) {
  const button = byId(id);
  const usual = button.textContent;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text());
      button.textContent = done;
    } catch {
      shown.closest("details").open = true;
      getSelection().selectAllChildren(shown);
      button.textContent = "Marked: press Ctrl+C";
    }
    announce(button.textContent);
    setTimeout(() => {
      button.textContent = usual;
    }, TOLD_FOR);
  });
}

export function createHeader(atlas) {
  const { store } = atlas;
  const about = byId("about");
  byId("about-button").addEventListener("click", () => about.showModal());
  byId("about-close").addEventListener("click", () => about.close());
  about.addEventListener("click", (event) => event.target === about && about.close());
  byId("palette-button").addEventListener("click", () =>
    store.set({ palette: store.get("palette") === "cvd" ? "usual" : "cvd" }),
  );
  byId("theme-button").addEventListener("click", () =>
    store.set({ theme: store.get("theme") === "dark" ? "light" : "dark" }),
  );
  // In the frame of a notebook, the page has no address of its own.
  byId("link-button").hidden = location.protocol === "about:";
  bindShare();
  if (byId("copy-citations")) {
    const [list, bibtex] = [byId("citations"), byId("bibtex")];
    bindCopy("copy-citations", list, {
      text: () => [...list.children].map((item) => item.textContent).join("\n"),
      done: "Citations copied",
    });
    bindCopy("copy-bibtex", bibtex, { text: () => bibtex.textContent, done: "BibTeX copied" });
  }
  return {
    needs: ["palette", "theme"],
    update() {
      const dark = store.get("theme") === "dark";
      document.documentElement.dataset.theme = store.get("theme");
      byId("theme-button").setAttribute("aria-pressed", String(dark));
      byId("palette-button").setAttribute("aria-pressed", String(store.get("palette") === "cvd"));
    },
  };
}
