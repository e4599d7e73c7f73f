import type { DescribedNetwork } from '../description/create-described-network.js'
import { ACTIVATION, defineNetwork, normalizedConv, type WrittenLayer } from './define-network.js'

const BLOCKS_A_STAGE = 9
const FILTERS = [16, 32, 64]

/**
 * ResNet-56 for CIFAR-10 (arXiv 1512.03385, section 4.2): a convolution, three stages of nine blocks of two convolutions
 * with 16, 32 and 64 filters, then the mean over positions. It has 853,018 weights with those of the normalisations (0.85
 * million in the paper's table 6). The function under test follows every normalisation and every sum. Shortcuts have no
 * weights: at the start of a stage they take every other position, and new channels are zeros (option A).
 * `filters` of the three stages: tests use fewer.
 */
export function createResnet56(filters: readonly number[] = FILTERS): DescribedNetwork {
  const blocks = filters.flatMap((count, stage) =>
    Array.from({ length: BLOCKS_A_STAGE }, (_, block) => createBlock(stage, block, count)).flat(),
  )
  return defineNetwork({ name: 'resnet-56', inputShape: [32, 32, 3], classes: 10 }, [
    ...normalizedConv('stem', filters[0], { kernelSize: 3 }),
    ACTIVATION,
    ...blocks,
    { type: 'globalAverage' },
    { type: 'dense', name: 'logits', units: 10 },
  ])
}

function createBlock(stage: number, block: number, filters: number): readonly WrittenLayer[] {
  const strides = stage > 0 && block === 0 ? 2 : 1
  return [
    {
      type: 'residual',
      name: `stage${stage + 1}/block${block + 1}`,
      layers: [
        ...normalizedConv('conv1', filters, { kernelSize: 3, strides }),
        ACTIVATION,
        ...normalizedConv('conv2', filters, { kernelSize: 3 }),
      ],
      shortcut: strides === 1 ? 'identity' : 'zeros',
    },
    ACTIVATION,
  ]
}
