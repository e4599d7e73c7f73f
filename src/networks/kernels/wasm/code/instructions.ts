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
const MEMORY = 0xfc

export const i32 = {
  const: (value: number): Code => [0x41, signed(value)],
  load: (address: Code, offset = 0): Code => [address, 0x28, 0, unsigned(offset)],
  store: (address: Code, value: Code, offset = 0): Code => [address, value, 0x36, 0, unsigned(offset)],
  add: (a: Code, b: number | Code): Code => [a, toCode(b), 0x6a],
  sub: (a: Code, b: number | Code): Code => [a, toCode(b), 0x6b],
  mul: (a: Code, b: number | Code): Code => [a, toCode(b), 0x6c],
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

export const f64x2 = {
  zero: f32x4.zero,
  load: f32x4.load,
  store: f32x4.store,
  loadEach: (address: Code, offset = 0): Code => simd(0x0a, [address], 0, unsigned(offset)),
  add: (a: Code, b: Code): Code => simd(0xf0, [a, b]),
  sub: (a: Code, b: Code): Code => simd(0xf1, [a, b]),
  mul: (a: Code, b: Code): Code => simd(0xf2, [a, b]),
  /** Two f32 of memory as f64. */
  loadPair: (address: Code, offset = 0): Code => simd(0x5f, [simd(0x5d, [address], 0, unsigned(offset))]),
  /** Rounds both lanes to f32 and writes them. */
  storePair: (address: Code, value: Code, offset = 0): Code =>
    simd(0x5b, [address, simd(0x5e, [value])], 0, unsigned(offset), 0),
}

export const memory = {
  fill: (address: Code, byte: Code, bytes: Code): Code => [address, byte, bytes, MEMORY, 11, 0],
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

function simd(opcode: number, operands: Code, ...immediates: Code): Code {
  return [operands, SIMD, unsigned(opcode), immediates]
}
