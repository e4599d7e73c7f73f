import type { DescribedNetwork } from '../description/create-described-network.js'
import { ACTIVATION, defineNetwork, type WrittenLayer } from './define-network.js'

/**
 * All-CNN-C of "Striving for Simplicity" (arXiv 1412.6806, tables 1 and 2) for CIFAR-10: nine convolutions, each followed by
 * the function under test, then the mean over 6 × 6 positions. The third and the sixth have stride 2 instead of pooling. In
 * training, dropout removes a fifth of the input and half of the outputs of each strided layer (section 3.1). `widths`: filters
 * of the first three layers, and of the next five; tests use fewer.
 */
export function createAllCnnC(widths: readonly [number, number] = [96, 192]): DescribedNetwork {
  const [first, second] = widths
  const conv = (name: string, filters: number, options: object = {}): readonly WrittenLayer[] => [
    { type: 'conv', name, filters, kernelSize: 3, ...options },
    ACTIVATION,
  ]
  const half: WrittenLayer = { type: 'dropout', rate: 0.5 }
  return defineNetwork({ name: 'all-cnn-c', inputShape: [32, 32, 3], classes: 10 }, [
    { type: 'dropout', rate: 0.2 },
    ...conv('conv1', first),
    ...conv('conv2', first),
    ...conv('conv3', first, { strides: 2 }),
    half,
    ...conv('conv4', second),
    ...conv('conv5', second),
    ...conv('conv6', second, { strides: 2 }),
    half,
    ...conv('conv7', second, { padding: 'valid' }),
    ...conv('conv8', second, { kernelSize: 1 }),
    ...conv('conv9', 10, { kernelSize: 1 }),
    { type: 'globalAverage' },
  ])
}
