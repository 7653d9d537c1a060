/** The layout of a flatbuffer's tables, as far as they are read: the type of each slot. Scalars are omitted. */
export type Layout = Readonly<Record<number, Slot>>;
type Slot =
  | "text"
  /** A vector of structs or scalars, with the bytes of each. */
  | { bytesEach: number }
  | { table: () => Layout }
  | { tables: () => Layout }
  /** A table whose layout follows from the type in the slot before it; `name` reads the text in the first slot. */
  | { union: (type: number, name: () => string) => Layout };

/** Deeper nesting than any program writes. */
const DEEPEST = 64;
/** Each byte of a buffer is normally read once; far more reads mean that parts are shared maliciously. */
const MOST_WORK = 4;

/**
 * Walks the tables of a flatbuffer as its parser will, without creating objects: follows every offset, and adds
 * up the length of every vector and text. A parser is safe to run afterwards: it stays within the buffer and its work is
 * proportional to the buffer's size.
 *
 * @throws RangeError if an offset points outside the buffer, a length exceeds it, or tables are nested or
 * shared so that reading them would take much longer than their bytes
 */
export function walkFlatbuffer(bytes: Uint8Array, root: Layout): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let work = 0;
  const spend = (amount: number) => {
    work += amount;
    if (work > MOST_WORK * bytes.length) throw new RangeError("its tables are shared too often");
  };
  /** The position that an offset points to. */
  const follow = (at: number) => at + view.getUint32(at, true);
  /** A vector's first element and count, its elements within the buffer. */
  const vector = (at: number, bytesEach: number): [start: number, length: number] => {
    const length = view.getUint32(at, true);
    if (at + 4 + length * bytesEach > bytes.length) throw new RangeError("a length exceeds its metadata");
    spend(4 + length * bytesEach);
    return [at + 4, length];
  };
  const text = (at: number) => {
    const [start, length] = vector(at, 1);
    return Buffer.from(bytes.subarray(start, start + length)).toString();
  };

  const table = (at: number, layout: Layout, depth: number): void => {
    if (depth > DEEPEST) throw new RangeError("its tables are nested too deeply");
    const slots = at - view.getInt32(at, true);
    const size = view.getUint16(slots, true);
    spend(4);
    const slot = (index: number) => {
      const offset = 4 + 2 * index < size ? view.getUint16(slots + 4 + 2 * index, true) : 0;
      return offset === 0 ? undefined : at + offset;
    };
    for (const [key, kind] of Object.entries(layout)) {
      const field = slot(Number(key));
      if (field === undefined) continue;
      const start = follow(field);
      if (kind === "text") vector(start, 1);
      else if ("bytesEach" in kind) vector(start, kind.bytesEach);
      else if ("table" in kind) table(start, kind.table(), depth + 1);
      else if ("union" in kind) {
        const [type, first] = [slot(Number(key) - 1), slot(0)];
        const name = () => (first === undefined ? "" : text(follow(first)));
        const inner = kind.union(type === undefined ? 0 : view.getUint8(type), name);
        table(start, inner, depth + 1);
      } else {
        const [first, length] = vector(start, 4);
        for (let i = 0; i < length; i++) table(follow(first + 4 * i), kind.tables(), depth + 1);
      }
    }
  };
  table(follow(0), root, 0);
}
