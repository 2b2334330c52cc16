/** PNG files that say how large they are on paper: the chunk pHYs, which canvases leave out. */

const SIGNATURE = 8; // bytes
const HEADER = 25; // bytes of the first chunk, which must stay the first
const METRE = 39.37; // inches

/** The check sum of a chunk: CRC-32 of its type and data (PNG specification, annex D). */
function checksum(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

/** The chunk of a resolution, the same along both sides. */
function densityChunk(dpi) {
  const chunk = new Uint8Array(21);
  const view = new DataView(chunk.buffer);
  const perMetre = Math.round(dpi * METRE);
  view.setUint32(0, 9); // bytes of data
  chunk.set([..."pHYs"].map((letter) => letter.charCodeAt(0)), 4);
  view.setUint32(8, perMetre);
  view.setUint32(12, perMetre);
  chunk[16] = 1; // the unit: per metre
  view.setUint32(17, checksum(chunk.subarray(4, 17)));
  return chunk;
}

/**
 * The bytes of a PNG with its resolution.
 *
 * @param {Uint8Array} png  without one, as canvases write them
 * @param {number} dpi      dots per inch
 */
export function withDensity(png, dpi) {
  const chunk = densityChunk(dpi);
  const whole = new Uint8Array(png.length + chunk.length);
  const at = SIGNATURE + HEADER;
  whole.set(png.subarray(0, at));
  whole.set(chunk, at);
  whole.set(png.subarray(at), at + chunk.length);
  return whole;
}
