/** The findings above the map. They are links: what they show is in their address. */
import { byId } from "./dom.js";
import { explainCards } from "./explained.js";

const FIRST_ON_A_PHONE = 3;

/** Tell the style sheet how high all is that stands above the map: the rest of the window is its. */
function tellHeight() {
  const { style } = document.documentElement;
  const above = `${Math.round(document.querySelector(".page").offsetTop)}px`;
  if (style.getPropertyValue("--above") !== above) style.setProperty("--above", above);
}

/** On a phone the first few are shown, and the others when the reader asks for them. */
function foldOthers(nav) {
  const button = byId("more-findings");
  const n = nav.querySelectorAll("li").length - FIRST_ON_A_PHONE;
  if (n <= 0) return;
  const show = (open) => {
    nav.classList.toggle("shows-all", open);
    button.setAttribute("aria-expanded", String(open));
    button.textContent = open ? "Fewer findings" : `${n} more finding${n > 1 ? "s" : ""}`;
  };
  button.addEventListener("click", () => show(!nav.classList.contains("shows-all")));
  button.hidden = false;
  show(false);
}

/** @param {{confidence: [string, string][]}} meanings  of `meta` */
export function bindFindings({ confidence }) {
  const nav = document.querySelector(".findings");
  if (nav) {
    foldOthers(nav);
    explainCards(nav, confidence);
  }
  tellHeight();
  const watcher = new ResizeObserver(tellHeight);
  for (const node of document.querySelectorAll(".top, .findings")) watcher.observe(node);
}
