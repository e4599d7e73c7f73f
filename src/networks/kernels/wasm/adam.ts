import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { AdamStep } from '../../optimizer-options.js'
import { compiled } from './code/compiled.js'
import { type ElementPass, writeElementPass } from './code/element-pass.js'
import { F32_LANES } from './code/instructions.js'
import type { FunctionWriter } from './code/module.js'
import { addressOf, allocate, viewOf, type WasmBackend } from './heap.js'

type Inputs = Record<'weights' | 'gradient' | 'firstMoment' | 'secondMoment', TensorInfo>

/** One step of Adam in one walk over the weights: the new weights and moments. */
export function adam(
  backend: WasmBackend,
  { weights, gradient, firstMoment, secondMoment }: Inputs,
  { beta1, beta2, epsilon, rate, kept }: AdamStep,
): TensorInfo[] {
  const inputs = [weights, gradient, firstMoment, secondMoment]
  const outputs = [weights, firstMoment, secondMoment].map(({ shape }) => allocate(backend, shape))
  const constants = [beta1, 1 - beta1, beta2, 1 - beta2, epsilon, rate, kept]
  const scratch = allocate(backend, [constants.length])
  viewOf(backend, scratch).set(constants)
  const addresses = [...inputs, scratch, ...outputs].map((tensor) => addressOf(backend, tensor))
  compiled(backend, writeAdam, { length: weights.shape[0] })(...addresses)
  backend.disposeData(scratch.dataId)
  return outputs
}

/** The operations of `optimize` in the same order, in float32. */
function writeAdam({ length }: { length: number }): FunctionWriter {
  const { add, sub, mul, div, sqrt } = F32_LANES
  const formula: ElementPass['formula'] = (
    [weights, gradient, first, second],
    [beta1, rest1, beta2, rest2, epsilon, rate, kept],
  ) => ({
    statements: [
      first.set(add(mul(first.get, beta1), mul(gradient.get, rest1))),
      second.set(add(mul(second.get, beta2), mul(mul(gradient.get, gradient.get), rest2))),
    ],
    outputs: [
      sub(mul(weights.get, kept), mul(div(first.get, add(sqrt(second.get), epsilon)), rate)),
      first.get,
      second.get,
    ],
  })
  return writeElementPass(length, { lanes: F32_LANES, reads: 4, constants: 7, outputs: 3, formula })
}
