import { assembleGramModule, BLOCK_COLUMNS, BLOCK_LINES, LINE_BYTES, PANEL_LENGTH } from './gram-module.js'

const PAGE_BYTES = 65_536

/** The part of the WebAssembly API that this file uses. Neither ES2023 nor the types of Node 20 declare it. */
interface WasmMemory {
  buffer: ArrayBuffer
  grow(pages: number): number
}
declare const WebAssembly: {
  Memory: new (descriptor: { initial: number }) => WasmMemory
  Module: new (bytes: Uint8Array) => object
  Instance: new (module: object, imports: { env: { memory: WasmMemory } }) => { exports: Record<string, unknown> }
}

/** A panel of transposed rows and the sums of their products, both in one WebAssembly memory. */
export interface GramKernel {
  /** `lines` x PANEL_LENGTH: line k holds number k of each row. */
  panel: Float64Array
  /** `lines` x `lines`, initially zero. Only the lower triangle, and the blocks that it touches, are added to. */
  sums: Float64Array
  /** Adds the products of the panel's first `length` rows, which must be even. */
  addPanel(length: number): void
}

/**
 * A kernel for this number of lines, which must be a multiple of BLOCK_LINES. All kernels share one memory, because each
 * WebAssembly memory reserves gigabytes of address space. So the next call overwrites the panel and the sums of the last
 * kernel.
 */
export function prepareGramKernel(lines: number): GramKernel {
  instance ??= createInstance()
  const { memory, addBlock } = instance
  const sumsStart = lines * LINE_BYTES
  const rowBytes = lines * Float64Array.BYTES_PER_ELEMENT
  const missingBytes = sumsStart + lines * rowBytes - memory.buffer.byteLength
  if (missingBytes > 0) memory.grow(Math.ceil(missingBytes / PAGE_BYTES))
  const panel = new Float64Array(memory.buffer, 0, lines * PANEL_LENGTH).fill(0)
  const sums = new Float64Array(memory.buffer, sumsStart, lines * lines).fill(0)
  return {
    panel,
    sums,
    addPanel(length) {
      for (let i = 0; i < lines; i += BLOCK_LINES) {
        const left = i * LINE_BYTES
        const end = left + length * Float64Array.BYTES_PER_ELEMENT
        for (let j = 0; j < i + BLOCK_LINES; j += BLOCK_COLUMNS) {
          const target = sumsStart + i * rowBytes + j * Float64Array.BYTES_PER_ELEMENT
          addBlock(left, j * LINE_BYTES, end, target, rowBytes)
        }
      }
    },
  }
}

interface Instance {
  memory: WasmMemory
  /** Adds the products of 4 lines from byte `left` (up to `end`) with 2 lines from `right` to the block at `target`. */
  addBlock(left: number, right: number, end: number, target: number, rowBytes: number): void
}

let instance: Instance | undefined

function createInstance(): Instance {
  const memory = new WebAssembly.Memory({ initial: 1 })
  const module = new WebAssembly.Module(assembleGramModule())
  const { exports } = new WebAssembly.Instance(module, { env: { memory } })
  return { memory, addBlock: exports.addBlock as Instance['addBlock'] }
}
