const POLYNOMIAL = 0xedb88320;

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? POLYNOMIAL ^ (value >>> 1) : value >>> 1;
  return value;
});

/**
 * The CRC-32 of bytes, as zip files have it. Node has it in zlib from 20.15 only.
 *
 * @param {Uint8Array} bytes
 * @returns {number} unsigned
 */
export function crc32(bytes) {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++)
    crc = (crc >>> 8) ^ /** @type {number} */ (TABLE[(crc ^ /** @type {number} */ (bytes[i])) & 0xff]);
  return ~crc >>> 0;
}
