import { LOGARITHM } from '../../../../activations/functions/logarithm.js'
import { SPECIAL } from '../../../../activations/functions/special-functions.js'
import type { LayerActivation } from '../../../layers/activation-op.js'
import { memoryOf } from '../code/compiled.js'
import { compileFunction } from '../code/module.js'
import type { WasmBackend } from '../heap.js'
import { ROOT_TABLE } from './exponential.js'
import { LOG_TABLE } from './logarithm.js'
import type { TableAddresses } from './pair-writer.js'
import { type ActivationLoop, writeActivation } from './write-activation.js'

const TABLES: Readonly<Record<string, Float64Array>> = {
  ROOTS: ROOT_TABLE,
  LOGS: LOG_TABLE,
  ...LOGARITHM,
  ...SPECIAL,
}

export interface CompiledLoop {
  run(...args: number[]): void
  constants: BigInt64Array
}

type Wanted = ActivationLoop['wanted']

/** Loops by memory and activation: they are as many as the functions that a process trains, so they must not be kept. */
const loops = new WeakMap<WebAssembly.Memory, WeakMap<LayerActivation, Partial<Record<Wanted, CompiledLoop>>>>()
const tables = new WeakMap<WebAssembly.Memory, TableAddresses>()

/** The loop of an activation, which is compiled when it is first needed. */
export function compiledLoop(backend: WasmBackend, activation: LayerActivation, wanted: Wanted): CompiledLoop {
  const heap = memoryOf(backend)
  const ofHeap = loops.get(heap) ?? new WeakMap<LayerActivation, Partial<Record<Wanted, CompiledLoop>>>()
  loops.set(heap, ofHeap)
  const ofActivation = ofHeap.get(activation) ?? {}
  ofHeap.set(activation, ofActivation)
  const known = ofActivation[wanted]
  if (known) return known
  const { expression, forms, mean, standardDeviation } = activation
  const written = writeActivation({ expression, forms, wanted, mean, standardDeviation }, tablesOn(backend))
  const run = compileFunction(heap, written.writer)
  const created = { run, constants: BigInt64Array.from(written.constantBits) }
  ofActivation[wanted] = created
  return created
}

/** Copies the tables to the heap once; they stay there as long as it. */
function tablesOn(backend: WasmBackend): TableAddresses {
  const heap = memoryOf(backend)
  const known = tables.get(heap)
  if (known) return known
  const { _malloc } = backend.wasm as unknown as { _malloc(bytes: number): number }
  const addresses: Record<string, number> = {}
  for (const name of Object.keys(TABLES)) {
    // Vectors of 16 bytes are read faster if they do not cross lines of the cache.
    const address = Math.ceil(_malloc(TABLES[name].byteLength + 16) / 16) * 16
    new Float64Array(heap.buffer, address, TABLES[name].length).set(TABLES[name])
    addresses[name] = address
  }
  tables.set(heap, addresses)
  return addresses
}
