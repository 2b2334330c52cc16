/** Short ways to find and build elements. Text always goes in as text, never as markup. */

/**
 * The element of an id; of what kind it is, the template of the page says.
 *
 * @type {(id: string) => any}
 */
export const byId = (id) => document.getElementById(id);

/**
 * A new element. Attributes that are null or false are left out; `onclick` and such listen.
 *
 * @param {string} tag
 * @param {Object<string, any>} attributes
 * @param {...(Node | string)} children
 * @returns {any}
 */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children);
  return node;
}

/** Say something to screen readers. */
export function announce(text) {
  byId("live").textContent = text;
}

/** Write text into an element that the page may not have. */
export function setText(id, text) {
  const node = byId(id);
  if (node) node.textContent = text;
}

const cssValues = new Map(); // by theme and name: asking the browser makes it style the page anew

/** A colour or other value of the style sheet, as it is in the current theme. */
export function cssValue(name) {
  const root = document.documentElement;
  const key = `${root.dataset.theme} ${name}`;
  let value = cssValues.get(key);
  if (value === undefined) {
    value = getComputedStyle(root).getPropertyValue(name).trim();
    cssValues.set(key, value);
  }
  return value;
}

export const isDark = () => document.documentElement.dataset.theme === "dark";

// As dense as 300 dots per inch and more. A power of two: Chromium rounds the share by which it
// makes a canvas smaller on paper to 64ths, and marks would drift away from their names.
const PAPER = 4;

export const isPrinting = () => Boolean(document.documentElement.dataset.printing);

/** How much smaller a figure is shown than it is drawn. */
export const scaleOf = (frame) => Number(frame.style.getPropertyValue("--scale") || 1);

/** Pixels of a canvas per pixel of the page. */
export const canvasScale = () => (isPrinting() ? PAPER : Math.min(2, devicePixelRatio || 1));

/** Resolves when the browser has nothing better to do; Safari does not tell. */
export const whenIdle = () =>
  new Promise((resolve) => (window.requestIdleCallback ?? ((act) => setTimeout(act, 50)))(resolve));

export const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));

/** Mark one button of a group as the pressed one. */
export function press(buttons, isPressed) {
  for (const button of buttons) button.setAttribute("aria-pressed", String(isPressed(button)));
}

/** Tell the reader what went wrong, and what helps. */
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
