import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { LayerActivation } from '../../layers/activation-op.js'
import { compiled } from './code/compiled.js'
import { type ElementPass, writeElementPass } from './code/element-pass.js'
import { F64_LANES } from './code/instructions.js'
import type { FunctionWriter } from './code/module.js'
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
  change(backend, writeNormalized, outputs, [mean, 1 / standardDeviation])
}

function normalizeDerivatives(
  backend: WasmBackend,
  { standardDeviation }: LayerActivation,
  derivatives: TensorInfo,
): void {
  if (standardDeviation !== 1) change(backend, writeMultiples, derivatives, [1 / standardDeviation])
}

/** Changes a tensor in place. */
function change(
  backend: WasmBackend,
  writer: typeof writeMultiples,
  tensor: TensorInfo,
  constants: readonly number[],
): void {
  const length = tensor.shape.reduce((product, side) => product * side, 1)
  const scratch = allocate(backend, [2 * constants.length])
  doublesOf(backend, scratch).set(constants)
  const address = addressOf(backend, tensor)
  compiled(backend, writer, { length })(address, addressOf(backend, scratch), address)
  backend.disposeData(scratch.dataId)
}

function writeNormalized({ length }: { length: number }): FunctionWriter {
  const { mul, sub } = F64_LANES
  const formula: ElementPass['formula'] = ([x], [mean, factor]) => ({ outputs: [mul(sub(x.get, mean), factor)] })
  return writeElementPass(length, { lanes: F64_LANES, reads: 1, constants: 2, outputs: 1, formula })
}

function writeMultiples({ length }: { length: number }): FunctionWriter {
  const formula: ElementPass['formula'] = ([x], [factor]) => ({ outputs: [F64_LANES.mul(x.get, factor)] })
  return writeElementPass(length, { lanes: F64_LANES, reads: 1, constants: 1, outputs: 1, formula })
}
