import { type Code, i32, type Local, toCode, unsigned } from './instructions.js'

const TYPES = { i32: 0x7f, v128: 0x7b }

/** Makes the locals of a function while its code is written. */
export interface Locals {
  i32(): Local
  v128(): Local
}

/** The code of a function with i32 parameters and no result. */
export interface FunctionWriter {
  parameters: number
  write(parameters: Local[], locals: Locals): Code
}

/**
 * Compiles one function that works on this memory. Code for one shape of tensors is generated when the shape is first seen:
 * then all offsets and counts are constants, and pointers stay in registers.
 */
export function compileFunction(
  heap: WebAssembly.Memory,
  { parameters, write }: FunctionWriter,
): (...args: number[]) => void {
  const types: number[] = []
  const declare = (type: number): Local => {
    types.push(type)
    return localOf(parameters + types.length - 1)
  }
  const locals: Locals = { i32: () => declare(TYPES.i32), v128: () => declare(TYPES.v128) }
  const code = flatten(
    write(
      Array.from({ length: parameters }, (_, i) => localOf(i)),
      locals,
    ),
  )
  const bytes = moduleOf(parameters, [...vector(types.map((type) => [1, type])), ...code, 0x0b])
  const module = new WebAssembly.Module(Uint8Array.from(bytes))
  return new WebAssembly.Instance(module, { heap: { memory: heap } }).exports.run as (...args: number[]) => void
}

function localOf(index: number): Local {
  const get = [0x20, unsigned(index)]
  const set = (value: Code) => [value, 0x21, unsigned(index)]
  return { get, set, add: (value) => (value === 0 ? [] : set(i32.add(get, toCode(value)))) }
}

/** A module that imports the memory `heap.memory` and exports its one function as `run`. */
function moduleOf(parameters: number, body: number[]): number[] {
  const type = [0x60, ...vector(new Array<number[]>(parameters).fill([TYPES.i32])), 0]
  return [
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector([type])),
    ...section(2, vector([[...name('heap'), ...name('memory'), 2, 0, 0]])),
    ...section(3, vector([[0]])),
    ...section(7, vector([[...name('run'), 0, 0]])),
    ...section(10, vector([sized(body)])),
  ]
}

function section(id: number, content: number[]): number[] {
  return [id, ...sized(content)]
}

function vector(items: readonly (readonly number[])[]): number[] {
  return [...unsigned(items.length), ...items.flat()]
}

function sized(content: number[]): number[] {
  return [...unsigned(content.length), ...content]
}

function name(text: string): number[] {
  return sized([...new TextEncoder().encode(text)])
}

function flatten(code: Code, bytes: number[] = []): number[] {
  for (const part of code) {
    if (typeof part === 'number') bytes.push(part)
    else flatten(part, bytes)
  }
  return bytes
}
