/** From packed text in the page to arrays: base85, deflate, byte planes. */
import { byId } from "./dom.js";

/** The 85 printable characters that mean nothing in HTML, as `encode.py` has them. */
const DIGITS = (() => {
  const digits = new Uint8Array(128);
  let value = 0;
  for (let code = 33; code < 127; code++) {
    if (!"<>&\"'`\\-/".includes(String.fromCharCode(code))) digits[code] = value++;
  }
  return digits;
})();

/** Text as bytes: five characters are four bytes; the first says how many were added. */
function fromBase85(text) {
  const groups = (text.length - 1) / 5;
  const bytes = new Uint8Array(groups * 4);
  for (let g = 0, at = 1, to = 0; g < groups; g++, at += 5, to += 4) {
    // More than 31 bits do not fit into JavaScript's whole numbers: the last digit by itself.
    const high =
      ((DIGITS[text.charCodeAt(at)] * 85 + DIGITS[text.charCodeAt(at + 1)]) * 85 +
        DIGITS[text.charCodeAt(at + 2)]) *
        85 +
      DIGITS[text.charCodeAt(at + 3)];
    const value = (Math.imul(high, 85) + DIGITS[text.charCodeAt(at + 4)]) | 0;
    bytes[to] = value >>> 24;
    bytes[to + 1] = value >>> 16;
    bytes[to + 2] = value >>> 8;
    bytes[to + 3] = value;
  }
  return bytes.subarray(0, bytes.length - Number(text[0]));
}

export async function inflate(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

const packedText = (id) => byId(id).textContent.trim();

/** The bytes of one block of the page as they are packed. */
export const readPacked = (number) => fromBase85(packedText(`block-${number}`));

/** The bytes of one block of the page. */
export const readBlock = (number) => inflate(readPacked(number));

export async function readJsonBlock(number) {
  return JSON.parse(new TextDecoder().decode(await readBlock(number)));
}

/** Names of which all first bytes are stored, then all next ones; shorter ones end in zeros. */
export async function readNames(number, n) {
  const columns = await readBlock(number);
  const width = columns.length / n;
  const decoder = new TextDecoder();
  const name = new Uint8Array(width);
  return Array.from({ length: n }, (_, i) => {
    let end = 0;
    for (let column = 0; column < width; column++) {
      name[column] = columns[column * n + i];
      if (name[column]) end = column + 1;
    }
    return decoder.decode(name.subarray(0, end));
  });
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

/** What stands in the page as packed JSON. */
export const readMeta = async () =>
  JSON.parse(new TextDecoder().decode(await inflate(fromBase85(packedText("meta")))));

/** The text of a script that is packed in the page; it leaves the page, which would keep it twice. */
export async function unpackScript(id) {
  const source = byId(id);
  const packed = fromBase85(source.textContent.trim());
  source.remove();
  return new TextDecoder().decode(await inflate(packed));
}

/** Run a script whose hash is in the security policy. */
export function runScript(text) {
  const script = document.createElement("script");
  script.textContent = text;
  document.head.append(script);
}
