/**
 * The pickles in PyTorch's files. A pickle is a program that may call anything in Python; this interpreter has only the
 * instructions that build plain data, and nothing that could call.
 */
import { UserError } from "../user-error.js";
import { TorchTensor } from "./tensor.js";

/** @typedef {string | number | boolean | null | TorchTensor} Leaf */
/**
 * A dict is a Map, a list an array, a tuple a frozen array.
 * @typedef {Leaf | readonly PickleValue[] | ReadonlyMap<string, PickleValue>} PickleValue
 */

/** A class or function by its name, `torch FloatStorage`. It is never more than the name. */
export class PickleGlobal {
  /** @param {string} name */
  constructor(name) {
    /** @readonly */
    this.name = name;
  }
}

/**
 * What a pickle may name, and what becomes of it.
 *
 * @typedef {object} PickleWorld
 * @property {ReadonlySet<string>} globals the names accepted, as "module name"
 * @property {(name: string, args: readonly unknown[], fail: Fail) => unknown} make the value that Python would get from a call
 * @property {(id: unknown, fail: Fail) => unknown} load the value of a persistent id
 */

/** @typedef {(problem: string, value?: unknown) => UserError} Fail */

/** The longest name of a module or class. */
const LONGEST_NAME = 200;
/** The deepest nesting of the value. A list that contains itself is deeper. */
const DEEPEST = 32;
/** The most values in it, a shared one counted as often as it occurs, and the most instructions; a large graph has 60,000. */
const MOST_VALUES = 2 ** 18;

const MARK = Symbol("mark");

/** Instructions that Python's pickles have and these must not, by number. */
const REFUSED = new Map([
  [0x62, "BUILD"],
  [0x69, "INST"],
  [0x6f, "OBJ"],
  [0x50, "PERSID"],
  [0x81, "NEWOBJ"],
  [0x82, "EXT1"],
  [0x83, "EXT2"],
  [0x84, "EXT4"],
  [0x92, "NEWOBJ_EX"],
  [0x93, "STACK_GLOBAL"],
  [0x95, "FRAME"],
]);

/**
 * Reads a pickle of protocol 2, as torch.save writes it: dicts with texts as keys, lists, tuples, texts, numbers, booleans,
 * None, and what `world` makes of the few names that it accepts. No code is called or loaded; any other name is refused.
 *
 * @param {Uint8Array} bytes
 * @param {string} file named in errors
 * @param {PickleWorld} world
 * @returns {PickleValue}
 * @throws {UserError} naming what is refused
 */
export function readPickle(bytes, file, world) {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  let start = 0;
  /** @type {Fail} */
  const fail = (problem, value) =>
    new UserError(problem, {
      file,
      place: `data.pkl, byte ${start}`,
      value,
      remedy:
        "only dicts of tensors, texts, numbers and lists of them are read: save it with torch.save as such",
    });
  const damaged = () => fail("the pickle in the file is damaged");
  /** @type {unknown[]} */
  const stack = [];
  /** @type {Map<number, unknown>} */
  const memo = new Map();

  const take = (/** @type {number} */ length) => {
    if (at + length > buffer.length) throw damaged();
    at += length;
    return buffer.subarray(at - length, at);
  };
  const pop = () => {
    if (stack.length === 0) throw damaged();
    const value = stack.pop();
    if (value === MARK) throw damaged();
    return value;
  };
  const toMark = () => {
    const mark = stack.lastIndexOf(MARK);
    if (mark < 0) throw damaged();
    const values = stack.splice(mark + 1);
    stack.pop();
    return values;
  };
  const line = () => {
    const end = buffer.indexOf(0x0a, at);
    if (end < 0 || end - at > LONGEST_NAME) throw damaged();
    const text = buffer.toString("utf8", at, end);
    at = end + 1;
    return text;
  };
  const get = (/** @type {number} */ key) => {
    if (!memo.has(key)) throw damaged();
    stack.push(memo.get(key));
  };
  const put = (/** @type {number} */ key) => {
    if (stack.length === 0 || stack.at(-1) === MARK) throw damaged();
    memo.set(key, stack.at(-1));
  };
  const tuple = (/** @type {unknown[]} */ values) => stack.push(Object.freeze(values));
  const append = (/** @type {unknown[]} */ values) => {
    const list = stack.at(-1);
    if (!Array.isArray(list) || Object.isFrozen(list)) throw damaged();
    for (const value of values) list.push(value);
  };
  const setItems = (/** @type {unknown[]} */ values) => {
    const dict = stack.at(-1);
    if (!(dict instanceof Map) || values.length % 2 !== 0) throw damaged();
    for (let i = 0; i < values.length; i += 2) {
      const key = values[i];
      if (typeof key !== "string") throw fail("a dict in the file has a key that is not a text", typeof key);
      if (dict.has(key)) throw fail("a dict in the file has the same key twice", key);
      dict.set(key, values[i + 1]);
    }
  };

  for (let instructions = 0; ; instructions++) {
    start = at;
    if (instructions === MOST_VALUES) throw fail(`the file has more than ${MOST_VALUES} values`);
    const opcode = /** @type {number} */ (take(1)[0]);
    switch (opcode) {
      case 0x80: {
        const protocol = /** @type {number} */ (take(1)[0]);
        if (protocol !== 2) throw fail("the pickle in the file is not of protocol 2", protocol);
        break;
      }
      case 0x2e: {
        const value = pop();
        if (stack.length > 0) throw damaged();
        checkSize(value, fail);
        return /** @type {PickleValue} */ (value);
      }
      case 0x28:
        stack.push(MARK);
        break;
      case 0x7d:
        stack.push(new Map());
        break;
      case 0x5d:
        stack.push([]);
        break;
      case 0x29:
        tuple([]);
        break;
      case 0x85:
        tuple([pop()]);
        break;
      case 0x86:
        tuple([pop(), pop()].reverse());
        break;
      case 0x87:
        tuple([pop(), pop(), pop()].reverse());
        break;
      case 0x74:
        tuple(toMark());
        break;
      case 0x61:
        append([pop()]);
        break;
      case 0x65:
        append(toMark());
        break;
      case 0x73:
        setItems([pop(), pop()].reverse());
        break;
      case 0x75:
        setItems(toMark());
        break;
      case 0x4e:
        stack.push(null);
        break;
      case 0x88:
        stack.push(true);
        break;
      case 0x89:
        stack.push(false);
        break;
      case 0x4b:
        stack.push(take(1)[0]);
        break;
      case 0x4d:
        stack.push(take(2).readUInt16LE());
        break;
      case 0x4a:
        stack.push(take(4).readInt32LE());
        break;
      case 0x8a:
        stack.push(long(take(/** @type {number} */ (take(1)[0])), fail));
        break;
      case 0x47:
        stack.push(take(8).readDoubleBE());
        break;
      case 0x58:
        stack.push(take(take(4).readUInt32LE()).toString("utf8"));
        break;
      case 0x71:
        put(/** @type {number} */ (take(1)[0]));
        break;
      case 0x72:
        put(take(4).readUInt32LE());
        break;
      case 0x68:
        get(/** @type {number} */ (take(1)[0]));
        break;
      case 0x6a:
        get(take(4).readUInt32LE());
        break;
      case 0x63: {
        const [module, name] = [line(), line()];
        if (!world.globals.has(`${module} ${name}`))
          throw fail("the file names Python code, which is never run", `${module}.${name}`);
        stack.push(new PickleGlobal(`${module} ${name}`));
        break;
      }
      case 0x52: {
        const [args, callee] = [pop(), pop()];
        if (!(callee instanceof PickleGlobal) || !Array.isArray(args) || !Object.isFrozen(args))
          throw damaged();
        stack.push(world.make(callee.name, args, fail));
        break;
      }
      case 0x51:
        stack.push(world.load(pop(), fail));
        break;
      default: {
        const name = REFUSED.get(opcode) ?? `0x${opcode.toString(16).padStart(2, "0")}`;
        throw fail("the pickle in the file has an instruction that plain data does not need", name);
      }
    }
  }
}

/**
 * A whole number, least byte first, of two's complement.
 *
 * @param {Buffer} bytes
 * @param {Fail} fail
 * @returns {number}
 */
function long(bytes, fail) {
  const value = bytes.length > 8 ? Number.NaN : Number(BigInt.asIntN(8 * bytes.length, littleEndian(bytes)));
  if (!Number.isSafeInteger(value)) throw fail("a number in the file is too large");
  return value;
}

/**
 * @param {Buffer} bytes
 * @returns {bigint}
 */
function littleEndian(bytes) {
  return bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

/**
 * Refuses a value that contains itself, is nested too deeply, or is far larger written out than in the file, since parts of it
 * are shared; and one with parts that are no data.
 *
 * @param {unknown} root
 * @param {Fail} fail
 */
function checkSize(root, fail) {
  let left = MOST_VALUES;
  const walk = (/** @type {unknown} */ value, /** @type {number} */ depth) => {
    if (left-- === 0) throw fail(`the file has more than ${MOST_VALUES} values`);
    if (depth > DEEPEST)
      throw fail(`the file is nested more than ${DEEPEST} levels deep, or has a list that contains itself`);
    if (typeof value !== "object" || value === null || value instanceof TorchTensor) return;
    if (!Array.isArray(value) && !(value instanceof Map))
      throw fail("the file has a class, or values without a tensor, where data should be");
    for (const part of value.values()) walk(part, depth + 1);
  };
  walk(root, 0);
}
