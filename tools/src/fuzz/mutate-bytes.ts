/** Damage to bytes of any format. */
import type { Random } from "@ft/artifacts";

/** Lengths and offsets that readers are likely to trip over, as 32-bit words. */
const WORDS = [0, 1, 0x7f, 0xff, 0x7fff_ffff, 0x8000_0000, 0xffff_fff8, 0xffff_ffff, 0x1000_0000];

type Damage = (bytes: Buffer, random: Random) => Buffer;

const flipBits: Damage = (bytes, random) => {
  for (let n = random.int(1, 8); n > 0; n--) {
    const at = random.int(0, bytes.length - 1);
    bytes[at]! ^= 1 << random.int(0, 7);
  }
  return bytes;
};

const replaceBytes: Damage = (bytes, random) => {
  const from = random.int(0, bytes.length - 1);
  const value = random.int(-1, 255);
  const part = bytes.subarray(from, from + random.int(1, 32));
  for (let i = 0; i < part.length; i++) part[i] = value < 0 ? random.int(0, 255) : value;
  return bytes;
};

/** Mostly at multiples of 4, where binary formats keep their numbers. */
const replaceWord: Damage = (bytes, random) => {
  if (bytes.length < 4) return bytes;
  const at = random.int(0, bytes.length - 4);
  bytes.writeUInt32LE(random.sample(WORDS, 1)[0]!, random.int(0, 3) > 0 ? at & ~3 : at);
  return bytes;
};

const truncate: Damage = (bytes, random) => bytes.subarray(0, random.int(0, bytes.length - 1));

const removePart: Damage = (bytes, random) => {
  const from = random.int(0, bytes.length - 1);
  return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + random.int(1, 64))]);
};

/** Inserts a part of the file elsewhere in it. */
const splice: Damage = (bytes, random) => {
  const from = random.int(0, bytes.length - 1);
  const to = random.int(0, bytes.length);
  const part = bytes.subarray(from, from + random.int(1, 256));
  return Buffer.concat([bytes.subarray(0, to), part, bytes.subarray(to)]);
};

const append: Damage = (bytes, random) =>
  Buffer.concat([bytes, Buffer.from(Array.from({ length: random.int(1, 16) }, () => random.int(0, 255)))]);

const damages: readonly Damage[] = [
  flipBits,
  replaceBytes,
  replaceWord,
  truncate,
  removePart,
  splice,
  append,
];

/** A damaged copy of `bytes`: one to three of bits flipped, words replaced, parts removed, inserted or truncated. */
export function mutateBytes(bytes: Uint8Array, random: Random): Buffer {
  let damaged: Buffer = Buffer.from(bytes);
  for (let n = random.int(1, 3); n > 0 && damaged.length > 0; n--)
    damaged = random.sample(damages, 1)[0]!(damaged, random);
  return damaged;
}
