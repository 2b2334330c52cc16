/** The buttons at the top: about, colours for colour-blind readers, light and dark, link. */
import { announce, byId } from "./dom.js";

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
  byId("link-button").addEventListener("click", async (event) => {
    const button = event.currentTarget;
    const usual = button.textContent;
    let copied = true;
    try {
      await navigator.clipboard.writeText(location.href);
    } catch {
      copied = false; // pages opened from disk may not have the clipboard
    }
    button.textContent = copied ? "Link copied" : "Link is in the address bar";
    announce(button.textContent);
    setTimeout(() => {
      button.textContent = usual;
    }, 1800);
  });
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
