import {
  add,
  reshape,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  type Tensor4D,
  transpose,
} from '@tensorflow/tfjs-core'
import { attend } from '../layers/attention.js'
import { averageOverPositions } from '../layers/average-pool.js'
import type { Network, NetworkOps } from '../network.js'

export interface MobilevitV2Options {
  /** Height and width of a picture; a multiple of 64, so that the last features can be cut into patches of 2 × 2. */
  size: number
  classes: number
}

/** For width multiplier 0.5: channels of each stage, width of its attention, and number of its attention blocks. */
const ATTENTION_STAGES = [
  { filters: 128, width: 64, blocks: 2 },
  { filters: 192, width: 96, blocks: 4 },
  { filters: 256, width: 128, blocks: 3 },
]
const PATCH = 2

/**
 * MobileViTv2-0.5 (arXiv 2206.02680, section 3 and its appendix A): a convolution, inverted residuals (arXiv 1801.04381)
 * with expansion 2 to 32 and 64 channels, then three stages that halve the picture and mix its patches by separable
 * attention. The function under test replaces the paper's swish, and its relu at the values of the attention. Layer
 * normalisation is along each token's channels.
 */
export function createMobilevitV2({ size, classes }: MobilevitV2Options): Network {
  return {
    name: 'mobilevitv2-0.5',
    inputShape: [size, size, 3],
    classes,
    forward(ops, input) {
      let x = activatedConv(ops, 'stem', input as Tensor4D, 16, 3, 2)
      x = invertedResidual(ops, 'stage1/block1', x, 32, 1)
      x = invertedResidual(ops, 'stage2/block1', x, 64, 2)
      x = invertedResidual(ops, 'stage2/block2', x, 64, 1)
      for (const [i, { filters, width, blocks }] of ATTENTION_STAGES.entries()) {
        const name = `stage${i + 3}`
        x = invertedResidual(ops, `${name}/down`, x, filters, 2)
        x = mixPatches(ops, name, x, width, blocks)
      }
      return ops.dense('logits', averageOverPositions(x), { units: classes }) as Tensor2D
    },
  }
}

function normalizedConv(ops: NetworkOps, name: string, x: Tensor4D, filters: number, size = 1, strides = 1): Tensor4D {
  return ops.batchNorm(`${name}/norm`, ops.conv2d(name, x, { filters, kernelSize: size, strides, bias: false }))
}

function activatedConv(ops: NetworkOps, name: string, x: Tensor4D, filters: number, size = 1, strides = 1): Tensor4D {
  return ops.activation(normalizedConv(ops, name, x, filters, size, strides))
}

function activatedDepthwise(ops: NetworkOps, name: string, x: Tensor4D, strides: number): Tensor4D {
  const output = ops.depthwiseConv2d(name, x, { kernelSize: 3, strides, bias: false })
  return ops.activation(ops.batchNorm(`${name}/norm`, output))
}

function invertedResidual(ops: NetworkOps, name: string, x: Tensor4D, filters: number, strides: number): Tensor4D {
  const expanded = activatedConv(ops, `${name}/expand`, x, 2 * x.shape[3])
  const spatial = activatedDepthwise(ops, `${name}/depthwise`, expanded, strides)
  const projected = normalizedConv(ops, `${name}/project`, spatial, filters)
  return strides === 1 && filters === x.shape[3] ? add(x, projected) : projected
}

/** The MobileViTv2 block: local features, then attention among pixels at the same position of their patches. */
function mixPatches(ops: NetworkOps, name: string, x: Tensor4D, width: number, blocks: number): Tensor4D {
  const local = activatedDepthwise(ops, `${name}/local`, x, 1)
  const embedded = ops.conv2d(`${name}/embed`, local, { filters: width, kernelSize: 1, bias: false })
  let tokens = unfold(embedded)
  for (let i = 1; i <= blocks; i++) tokens = attentionBlock(ops, `${name}/attention${i}`, tokens)
  const folded = fold(ops.layerNorm(`${name}/norm`, tokens), embedded.shape)
  return normalizedConv(ops, `${name}/project`, folded, x.shape[3])
}

function attentionBlock(ops: NetworkOps, name: string, x: Tensor3D): Tensor3D {
  const width = x.shape[2]
  const dense = (layer: string, y: Tensor, units: number) => ops.dense(`${name}/${layer}`, y, { units }) as Tensor3D
  const normalized = ops.layerNorm(`${name}/norm1`, x)
  const values = ops.activation(dense('values', normalized, width))
  const context = attend(dense('scores-keys', normalized, 1 + width), values)
  const attended: Tensor3D = add(x, dense('projection', context, width))
  const hidden = ops.activation(dense('hidden', ops.layerNorm(`${name}/norm2`, attended), 2 * width))
  return add(attended, dense('output', hidden, width))
}

/** Groups pixels by their position in their patch of 2 × 2: (4 · batch) × patches × channels. */
export function unfold(x: Tensor4D): Tensor3D {
  const [batch, height, width, channels] = x.shape
  const [rows, columns] = [height / PATCH, width / PATCH]
  // First patch rows and the pixel rows within them, then the same for columns: two transpositions of few axes.
  const byRow = transpose(reshape(x, [batch, rows, PATCH, width * channels]), [0, 2, 1, 3])
  const byColumn = transpose(reshape(byRow, [batch * PATCH * rows, columns, PATCH, channels]), [0, 2, 1, 3])
  const pixels = reshape(byColumn, [batch * PATCH, rows, PATCH, columns * channels])
  return reshape(transpose(pixels, [0, 2, 1, 3]), [batch * PATCH * PATCH, rows * columns, channels])
}

/** The inverse of `unfold`. */
export function fold(tokens: Tensor3D, [batch, height, width, channels]: Tensor4D['shape']): Tensor4D {
  const [rows, columns] = [height / PATCH, width / PATCH]
  const pixels = transpose(reshape(tokens, [batch * PATCH, PATCH, rows, columns * channels]), [0, 2, 1, 3])
  const byColumn = reshape(pixels, [batch * PATCH * rows, PATCH, columns, channels])
  const byRow = reshape(transpose(byColumn, [0, 2, 1, 3]), [batch, PATCH, rows, width * channels])
  return reshape(transpose(byRow, [0, 2, 1, 3]), [batch, height, width, channels])
}
