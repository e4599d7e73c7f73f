/** Instructions of WebAssembly as nested bytes. An operand comes before its instruction, so code nests like a formula. */
export type Code = readonly (number | Code)[]

/** A parameter or a variable of a function. */
export interface Local {
  get: Code
  set(value: Code): Code
  /** Adds to an i32. */
  add(value: number | Code): Code
}

const SIMD = 0xfd

export const i32 = {
  const: (value: number): Code => [0x41, signed(value)],
  add: (a: Code, b: number | Code): Code => [a, toCode(b), 0x6a],
  sub: (a: Code, b: number | Code): Code => [a, toCode(b), 0x6b],
  store: (address: Code, value: Code): Code => [address, value, 0x36, 2, 0],
}

/** The low lane of a vector with this f32 or f64 of memory, the other lanes 0; and every lane with it. */
export const f32 = {
  loadLow: (address: Code, offset = 0): Code => simd(0x5c, [address], 0, unsigned(offset)),
  loadEach: (address: Code, offset = 0): Code => simd(0x09, [address], 0, unsigned(offset)),
  storeLow: (address: Code, value: Code, offset = 0): Code => simd(0x5a, [address, value], 0, unsigned(offset), 0),
}

export const f32x4 = {
  zero: (): Code => simd(0x0c, [], ...new Array<number>(16).fill(0)),
  load: (address: Code, offset = 0): Code => simd(0x00, [address], 0, unsigned(offset)),
  store: (address: Code, value: Code, offset = 0): Code => simd(0x0b, [address, value], 0, unsigned(offset)),
  add: (a: Code, b: Code): Code => simd(0xe4, [a, b]),
  mul: (a: Code, b: Code): Code => simd(0xe6, [a, b]),
}

/** Vectors of f32 or f64. With a width of less than a vector, only the lowest lane is loaded and stored. */
export interface Lanes {
  /** Bytes of a number. */
  bytes: number
  /** Lanes of a vector, and of as many vectors as a block of columns may have. */
  least: number
  most: number
  zero(): Code
  add(a: Code, b: Code): Code
  sub(a: Code, b: Code): Code
  mul(a: Code, b: Code): Code
  div(a: Code, b: Code): Code
  sqrt(a: Code): Code
  /** Every lane with this number of memory. */
  loadEach(address: Code, offset: number): Code
  load(width: number, address: Code, offset: number): Code
  store(width: number, address: Code, value: Code, offset: number): Code
  /** Numbers that are f32 in memory. They are rounded when they are stored. */
  loadFloats(width: number, address: Code, offset: number): Code
  storeFloats(width: number, address: Code, value: Code, offset: number): Code
}

const loadFloats: Lanes['load'] = (width, address, offset) =>
  width < 4 ? f32.loadLow(address, offset) : f32x4.load(address, offset)
const storeFloats: Lanes['store'] = (width, address, value, offset) =>
  width < 4 ? f32.storeLow(address, value, offset) : f32x4.store(address, value, offset)

export const F32_LANES: Lanes = {
  bytes: 4,
  least: 4,
  most: 16,
  zero: f32x4.zero,
  add: f32x4.add,
  sub: (a, b) => simd(0xe5, [a, b]),
  mul: f32x4.mul,
  div: (a, b) => simd(0xe7, [a, b]),
  sqrt: (a) => simd(0xe3, [a]),
  loadEach: f32.loadEach,
  load: loadFloats,
  store: storeFloats,
  loadFloats,
  storeFloats,
}

export const F64_LANES: Lanes = {
  bytes: 8,
  least: 2,
  most: 8,
  zero: f32x4.zero,
  add: (a, b) => simd(0xf0, [a, b]),
  sub: (a, b) => simd(0xf1, [a, b]),
  mul: (a, b) => simd(0xf2, [a, b]),
  div: (a, b) => simd(0xf3, [a, b]),
  sqrt: (a) => simd(0xef, [a]),
  loadEach: (address, offset) => simd(0x0a, [address], 0, unsigned(offset)),
  load: (width, address, offset) =>
    width < 2 ? simd(0x5d, [address], 0, unsigned(offset)) : f32x4.load(address, offset),
  store: (width, address, value, offset) =>
    width < 2 ? simd(0x5b, [address, value], 0, unsigned(offset), 0) : f32x4.store(address, value, offset),
  loadFloats: (width, address, offset) =>
    simd(0x5f, [width < 2 ? f32.loadLow(address, offset) : simd(0x5d, [address], 0, unsigned(offset))]),
  storeFloats(width, address, value, offset) {
    const rounded = simd(0x5e, [value])
    return width < 2 ? f32.storeLow(address, rounded, offset) : simd(0x5b, [address, rounded], 0, unsigned(offset), 0)
  },
}

/** Runs the body if the condition, an i32, is not 0. */
export function when(condition: Code, body: Code): Code {
  return [condition, 0x04, 0x40, body, 0x0b]
}

/** Repeats the body. The count must be at least 1. */
export function repeat(counter: Local, count: number | Code, body: Code): Code {
  if (count === 1) return body
  const next: Code = [counter.set(i32.sub(counter.get, 1)), counter.get, 0x0d, 0]
  return [counter.set(toCode(count)), 0x03, 0x40, body, next, 0x0b]
}

export function toCode(value: number | Code): Code {
  return typeof value === 'number' ? i32.const(value) : value
}

/** A whole number in LEB128. */
export function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...unsigned(Math.floor(value / 128))]
}

function signed(value: number): number[] {
  if (value >= -64 && value < 64) return [value & 127]
  return [(value & 127) | 128, ...signed(value >> 7)]
}

/** A vector instruction with its operands and immediates. */
export function simd(opcode: number, operands: Code, ...immediates: Code): Code {
  return [operands, SIMD, unsigned(opcode), immediates]
}
