import { add, mean, reshape, square } from '@tensorflow/tfjs-core'
import { defineNetwork } from '../../src/networks/architectures/define-network.js'
import type { Network } from '../../src/networks/network.js'
import type { Batch } from '../../src/networks/training/training-step.js'
import { createRandom } from '../../src/numeric/random.js'
import { tensorNetwork } from './tensor-network.js'

/** One layer of each kind, a residual sum, odd sizes. */
export const EVERY_LAYER = tensorNetwork({
  name: 'every-layer',
  inputShape: [7, 5, 3],
  classes: 3,
  forward(ops, input) {
    let x = ops.activation(ops.conv2d('conv', input, { filters: 5, kernelSize: 3, strides: 2 }))
    x = ops.activation(ops.batchNorm('norm', ops.depthwiseConv2d('depthwise', x, { kernelSize: 3 })))
    x = add(x, ops.conv2d('residual', x, { filters: 5, kernelSize: 1, bias: false }))
    let tokens = ops.activation(ops.dense('tokens', reshape(x, [-1, 12, 5]), { units: 7 }))
    tokens = ops.layerNorm('layer-norm', tokens)
    const scoresKeys = ops.dense('scores-keys', tokens, { units: 8 })
    tokens = add(tokens, ops.attendSeparably(scoresKeys, tokens))
    const pooled = add(ops.averageOverPositions(tokens), square(mean(tokens, 1)))
    return ops.dense('logits', pooled, { units: 3, bias: false })
  },
})

/** The blocks of descriptions, next to those of the built-in networks. */
export const EVERY_BLOCK = defineNetwork({ name: 'every-block', inputShape: [8, 6, 2], classes: 3 }, [
  { type: 'conv', filters: 4, kernelSize: 3 },
  { type: 'activation' },
  { type: 'averagePool', size: 2 },
  { type: 'residual', shortcut: 'zeros', layers: [{ type: 'conv', filters: 6, kernelSize: 3, strides: 2 }] },
  { type: 'patchEmbedding', size: 1, width: 6 },
  { type: 'positions' },
  { type: 'transformer', heads: 2, hiddenWidth: 5 },
  { type: 'residual', layers: [{ type: 'layerNorm' }, { type: 'attention', heads: 3, attentionWidth: 9 }] },
  { type: 'residual', shortcut: 'projection', layers: [{ type: 'dense', units: 5 }, { type: 'activation' }] },
  { type: 'flatten' },
  { type: 'dense', units: 3 },
])

/** Pictures and labels that do not change. */
export function randomBatch(network: Network, count: number): Batch {
  const random = createRandom('batch')
  const size = network.inputShape.reduce((product, side) => product * side, 1)
  return {
    inputs: Float32Array.from({ length: count * size }, () => random.normal()),
    labels: Uint8Array.from({ length: count }, () => random.integer(network.classes)),
  }
}
