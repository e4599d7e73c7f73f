import type { WasmBackend } from '../heap.js'
import { compileFunction, type FunctionWriter } from './module.js'

type Compiled = (...args: number[]) => void

/** Functions by memory, and then by name and shape. */
const functions = new WeakMap<WebAssembly.Memory, Map<string, Compiled>>()

/** The function of this name for this shape, which is compiled when it is first needed. */
export function compiled<Shape extends object>(
  backend: WasmBackend,
  writer: (shape: Shape) => FunctionWriter,
  shape: Shape,
): Compiled {
  const heap = memoryOf(backend)
  const known = functions.get(heap) ?? new Map<string, Compiled>()
  functions.set(heap, known)
  const key = `${writer.name} ${JSON.stringify(shape)}`
  const found = known.get(key)
  if (found) return found
  const created = compileFunction(heap, writer(shape))
  known.set(key, created)
  return created
}

/** The memory of the backend, which its compiler exports but its types do not name. */
export function memoryOf({ wasm }: WasmBackend): WebAssembly.Memory {
  return (wasm as unknown as { asm: { memory: WebAssembly.Memory } }).asm.memory
}
