import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { LayerActivation } from '../../layers/activation-op.js'
import { writeMultiples, writeNormalized } from './code/column-passes.js'
import { compiled } from './code/compiled.js'
import { addressOf, allocate, doublesOf, viewOf, type WasmBackend } from './heap.js'

interface Call {
  inputs: { x: TensorInfo }
  attrs: { activation: LayerActivation }
}

export function activationValue(backend: WasmBackend, { inputs: { x }, attrs: { activation } }: Call): TensorInfo {
  const value = allocate(backend, x.shape)
  activation.evaluate(viewOf(backend, x), viewOf(backend, value))
  normalizeOutputs(backend, activation, value)
  return value
}

export function activationValueAndDerivative(
  backend: WasmBackend,
  { inputs: { x }, attrs: { activation } }: Call,
): TensorInfo[] {
  const [value, derivative] = [allocate(backend, x.shape), allocate(backend, x.shape)]
  activation.differentiate(viewOf(backend, x), viewOf(backend, value), viewOf(backend, derivative))
  normalizeOutputs(backend, activation, value)
  normalizeDerivatives(backend, activation, derivative)
  return [value, derivative]
}

/** (x - mean) / deviation in place, as `normalize` computes it. */
function normalizeOutputs(
  backend: WasmBackend,
  { mean, standardDeviation }: LayerActivation,
  outputs: TensorInfo,
): void {
  if (mean === 0 && standardDeviation === 1) return
  const scale = 1 / standardDeviation
  const rest = pass(backend, writeNormalized, outputs, [mean, scale])
  for (let i = 0; i < rest.length; i++) rest[i] = (rest[i] - mean) * scale
}

function normalizeDerivatives(
  backend: WasmBackend,
  { standardDeviation }: LayerActivation,
  derivatives: TensorInfo,
): void {
  if (standardDeviation === 1) return
  const scale = 1 / standardDeviation
  const rest = pass(backend, writeMultiples, derivatives, [scale])
  for (let i = 0; i < rest.length; i++) rest[i] *= scale
}

/** Numbers that are taken together. */
const COLUMNS = 8

/** Changes a tensor in place, and returns the last numbers, which are too few to be taken together. */
function pass(
  backend: WasmBackend,
  writer: typeof writeMultiples,
  tensor: TensorInfo,
  constants: readonly number[],
): Float32Array {
  const scratch = allocate(backend, [2 * COLUMNS * constants.length])
  const numbers = viewOf(backend, tensor)
  const rows = Math.floor(numbers.length / COLUMNS)
  const doubles = doublesOf(backend, scratch)
  for (const [i, constant] of constants.entries()) doubles.fill(constant, i * COLUMNS, (i + 1) * COLUMNS)
  const address = addressOf(backend, tensor)
  if (rows > 0) compiled(backend, writer, { rows, columns: COLUMNS })(address, addressOf(backend, scratch), address)
  backend.disposeData(scratch.dataId)
  return numbers.subarray(rows * COLUMNS)
}
