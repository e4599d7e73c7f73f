import type { DescribedNetwork } from '../description/create-described-network.js'
import { ACTIVATION, defineNetwork } from './define-network.js'

/** Widths of the three convolutions. */
export interface MiniCnnOptions {
  inputShape: readonly [number, number, number]
  classes: number
  widths: readonly [number, number, number]
}

/**
 * All-convolutional, after All-CNN (arXiv 1412.6806), with strides instead of pooling: 16 × 16 pictures become 8 × 8 and then
 * 4 × 4 features, which are averaged over positions before the logits.
 */
export function createMiniCnn({ inputShape, classes, widths }: MiniCnnOptions): DescribedNetwork {
  return defineNetwork({ name: 'mini-cnn', inputShape, classes }, [
    { type: 'conv', name: 'conv1', filters: widths[0], kernelSize: 5, strides: 2 },
    ACTIVATION,
    { type: 'conv', name: 'conv2', filters: widths[1], kernelSize: 3 },
    ACTIVATION,
    { type: 'conv', name: 'conv3', filters: widths[2], kernelSize: 3, strides: 2 },
    ACTIVATION,
    { type: 'globalAverage' },
    { type: 'dense', name: 'logits', units: classes },
  ])
}
