/** From packed text in the page to arrays: base64, deflate, byte planes. */
import { byId } from "./dom.js";

function fromBase64(text) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

async function inflate(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

const packedText = (id) => byId(id).textContent.trim();

/** The bytes of one block of the page. */
export const readBlock = (number) => inflate(fromBase64(packedText(`block-${number}`)));

export async function readJsonBlock(number) {
  return JSON.parse(new TextDecoder().decode(await readBlock(number)));
}

/** Numbers that were stored as all their lowest bytes, then all the next. */
export function joinPlanes(bytes, n, width) {
  const numbers = width === 2 ? new Uint16Array(n) : new Uint32Array(n);
  for (let plane = 0; plane < width; plane++) {
    const start = plane * n;
    const shift = 8 * plane;
    for (let i = 0; i < n; i++) numbers[i] |= bytes[start + i] << shift;
  }
  return numbers;
}

/** Start plotly.js: its text is in the page, and its hash in the security policy. */
export async function loadPlotly() {
  const source = byId("plotly-library");
  const text = new TextDecoder().decode(await inflate(fromBase64(source.textContent.trim())));
  source.remove();
  const script = document.createElement("script");
  script.textContent = text;
  document.head.append(script);
  if (!window.Plotly) throw new Error("plotly.js did not start");
  return window.Plotly;
}
