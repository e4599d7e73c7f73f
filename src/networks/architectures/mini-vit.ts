import type { DescribedNetwork } from '../description/create-described-network.js'
import { ACTIVATION, defineNetwork, type WrittenLayer } from './define-network.js'

export interface MiniVitOptions {
  inputShape: readonly [number, number, number]
  classes: number
  /** Filters of the first convolution of the patch embedding. */
  stemWidth: number
  /** Numbers in a token. */
  width: number
  blocks: number
  /** Numbers in a key, and in a value. */
  attentionWidth: number
  /** Hidden units of the perceptrons. */
  hiddenWidth: number
}

/**
 * A vision transformer (arXiv 2010.11929). Patches of 4 × 4 pixels are embedded by two convolutions with stride 2 (arXiv
 * 2106.14881). Their overlap gives positions, so no position embedding is learnt (arXiv 2103.15808). Then come blocks of
 * separable attention (arXiv 2206.02680, as in MobileViTv2) and a perceptron in parallel after one layer normalisation
 * (arXiv 2302.05442), and the normalised mean over tokens. The function under test follows both convolutions and is used in
 * the perceptrons.
 */
export function createMiniVit(options: MiniVitOptions): DescribedNetwork {
  const { inputShape, classes, stemWidth, width, attentionWidth, hiddenWidth } = options
  const blocks = Array.from({ length: options.blocks }, (_, i): WrittenLayer => {
    const name = `block${i + 1}`
    return { type: 'transformer', name, hiddenWidth, attention: 'separable', attentionWidth, parallel: true }
  })
  return defineNetwork({ name: 'mini-vit', inputShape, classes }, [
    { type: 'conv', name: 'stem', filters: stemWidth, kernelSize: 5, strides: 2 },
    ACTIVATION,
    { type: 'conv', name: 'patches', filters: width, kernelSize: 3, strides: 2 },
    ACTIVATION,
    { type: 'tokens' },
    ...blocks,
    { type: 'globalAverage' },
    { type: 'layerNorm', name: 'norm' },
    { type: 'dense', name: 'logits', units: classes },
  ])
}
