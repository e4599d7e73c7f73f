import type { DescribedNetwork } from '../description/create-described-network.js'
import { ACTIVATION, defineNetwork, normalizedConv, type WrittenLayer } from './define-network.js'

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
export function createMobilevitV2({ size, classes }: MobilevitV2Options): DescribedNetwork {
  const stages = ATTENTION_STAGES.flatMap(({ filters, width, blocks }, i) => {
    const name = `stage${i + 3}`
    const before = i === 0 ? 64 : ATTENTION_STAGES[i - 1].filters
    return [...invertedResidual(`${name}/down`, before, filters, 2), ...mixPatches(name, filters, width, blocks)]
  })
  return defineNetwork({ name: 'mobilevitv2-0.5', inputShape: [size, size, 3], classes }, [
    ...normalizedConv('stem', 16, { kernelSize: 3, strides: 2 }),
    ACTIVATION,
    ...invertedResidual('stage1/block1', 16, 32, 1),
    ...invertedResidual('stage2/block1', 32, 64, 2),
    ...invertedResidual('stage2/block2', 64, 64, 1),
    ...stages,
    { type: 'globalAverage' },
    { type: 'dense', name: 'logits', units: classes },
  ])
}

function activatedDepthwise(name: string, strides: number): readonly WrittenLayer[] {
  return [
    { type: 'depthwise', name, kernelSize: 3, strides, bias: false },
    { type: 'batchNorm', name: `${name}/norm` },
    ACTIVATION,
  ]
}

/** The input is added only if the block keeps its shape. */
function invertedResidual(name: string, before: number, filters: number, strides: number): readonly WrittenLayer[] {
  const createLayers = (prefix: string) => [
    ...normalizedConv(`${prefix}expand`, 2 * before),
    ACTIVATION,
    ...activatedDepthwise(`${prefix}depthwise`, strides),
    ...normalizedConv(`${prefix}project`, filters),
  ]
  if (strides !== 1 || filters !== before) return createLayers(`${name}/`)
  return [{ type: 'residual', name, layers: createLayers('') }]
}

/** The MobileViTv2 block: local features, then attention among pixels at the same position of their patches. */
function mixPatches(name: string, filters: number, width: number, blocks: number): readonly WrittenLayer[] {
  const attention = Array.from({ length: blocks }, (_, i): WrittenLayer => {
    const options = { attention: 'separable', activatesValues: true, hiddenWidth: 2 * width }
    return { type: 'transformer', name: `attention${i + 1}`, ...options }
  })
  return [
    ...activatedDepthwise(`${name}/local`, 1),
    { type: 'conv', name: `${name}/embed`, filters: width, kernelSize: 1, bias: false },
    { type: 'patchMixing', name, size: PATCH, layers: [...attention, { type: 'layerNorm', name: 'norm' }] },
    ...normalizedConv(`${name}/project`, filters),
  ]
}
