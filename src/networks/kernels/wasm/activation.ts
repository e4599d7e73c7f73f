import type { TensorInfo } from '@tensorflow/tfjs-core'
import { computeValues, computeValuesAndDerivatives, type LayerActivation } from '../../layers/activation-op.js'
import { addressOf, allocate, viewOf, type WasmBackend } from './heap.js'
import { compiledLoop } from './loops/compiled-activation.js'

interface Call {
  inputs: { x: TensorInfo }
  attrs: { activation: LayerActivation }
}

export function activationValue(backend: WasmBackend, { inputs: { x }, attrs: { activation } }: Call): TensorInfo {
  const value = allocate(backend, x.shape)
  compute(backend, activation, x, [value])
  return value
}

export function activationValueAndDerivative(
  backend: WasmBackend,
  { inputs: { x }, attrs: { activation } }: Call,
): TensorInfo[] {
  const outputs = [allocate(backend, x.shape), allocate(backend, x.shape)]
  compute(backend, activation, x, outputs)
  return outputs
}

/** Values, and derivatives if there is a second output. The compiled loop takes pairs; JavaScript computes what it leaves. */
function compute(backend: WasmBackend, activation: LayerActivation, x: TensorInfo, outputs: TensorInfo[]): void {
  const length = x.shape.reduce((product, side) => product * side, 1)
  const pairs = Math.floor(length / 2)
  const failed = pairs > 0 ? computePairs(backend, activation, x, outputs, pairs) : new Int32Array()
  const left = new Int32Array(2 * failed.length + (length % 2))
  for (let i = 0; i < failed.length; i++) {
    left[2 * i] = failed[i]
    left[2 * i + 1] = failed[i] + 1
  }
  if (length % 2 === 1) left[left.length - 1] = length - 1
  if (left.length > 0) computePlaces(backend, activation, x, outputs, left)
}

/** Returns the places of the first numbers of pairs for which the loop is not right. */
function computePairs(
  backend: WasmBackend,
  activation: LayerActivation,
  x: TensorInfo,
  outputs: readonly TensorInfo[],
  pairs: number,
): Int32Array {
  const { run, constants } = compiledLoop(backend, activation, outputs.length === 2 ? 'derivative' : 'value')
  const scratch = allocate(backend, [2 * constants.length])
  const failures = allocate(backend, [1 + pairs])
  const [from, values, derivatives, fixed, list] = [x, outputs[0], outputs[outputs.length - 1], scratch, failures].map(
    (tensor) => addressOf(backend, tensor),
  )
  const { buffer } = viewOf(backend, failures)
  new BigInt64Array(buffer, fixed, constants.length).set(constants)
  run(from, values, derivatives, fixed, pairs, list)
  const [end] = new Int32Array(buffer, list, 1)
  const places = new Int32Array(buffer, list + 4, (end - list) / 4 - 1).map((address) => (address - from) / 4)
  backend.disposeData(scratch.dataId)
  backend.disposeData(failures.dataId)
  return places
}

function computePlaces(
  backend: WasmBackend,
  activation: LayerActivation,
  x: TensorInfo,
  outputs: readonly TensorInfo[],
  places: Int32Array,
): void {
  const from = viewOf(backend, x)
  const inputs = new Float32Array(places.length)
  for (let i = 0; i < places.length; i++) inputs[i] = from[places[i]]
  const [values, derivatives] = [new Float32Array(inputs.length), new Float32Array(inputs.length)]
  if (outputs.length === 1) computeValues(activation, inputs, values)
  else computeValuesAndDerivatives(activation, inputs, values, derivatives)
  for (const [i, output] of outputs.entries()) {
    const to = viewOf(backend, output)
    const numbers = i === 0 ? values : derivatives
    for (let k = 0; k < places.length; k++) to[places[k]] = numbers[k]
  }
}
