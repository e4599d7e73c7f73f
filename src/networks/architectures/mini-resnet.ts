import type { DescribedNetwork } from '../description/create-described-network.js'
import { ACTIVATION, defineNetwork, type WrittenLayer } from './define-network.js'

export interface MiniResnetOptions {
  inputShape: readonly [number, number, number]
  classes: number
  /** Channels of each stage. The stem has as many as the first stage. */
  widths: readonly number[]
  /**
   * Deviation of the activations' inputs before training. Below 1, steep functions do not overflow. Null: there is no
   * normalisation, and convolutions have a bias instead.
   */
  initialScale: number | null
}

/**
 * Residual with the activation before each convolution of a block, after ResNet v2 (arXiv 1603.05027). With batch
 * normalisation, the inputs of every activation have the same mean and variance at any depth. Each stage has one block;
 * stages after the first halve height and width.
 */
export function createMiniResnet({ inputShape, classes, widths, initialScale }: MiniResnetOptions): DescribedNetwork {
  const normalizes = initialScale !== null
  const activate = (name: string): readonly WrittenLayer[] => {
    return normalizes ? [{ type: 'batchNorm', name, initialScale }, ACTIVATION] : [ACTIVATION]
  }
  const conv = (name: string, filters: number, strides = 1): WrittenLayer => {
    return { type: 'conv', name, filters, kernelSize: 3, strides, bias: !normalizes }
  }
  const blocks = widths.map((filters, i): WrittenLayer => {
    const strides = i === 0 ? 1 : 2
    return {
      type: 'residual',
      name: `block${i + 1}`,
      before: activate('norm1'),
      layers: [conv('conv1', filters, strides), ...activate('norm2'), conv('conv2', filters)],
      shortcut: strides === 1 && widths[Math.max(0, i - 1)] === filters ? 'identity' : 'projection',
    }
  })
  return defineNetwork({ name: 'mini-resnet', inputShape, classes }, [
    { type: 'conv', name: 'stem', filters: widths[0], kernelSize: 5, strides: 2, bias: !normalizes },
    ...blocks,
    ...activate('norm'),
    { type: 'globalAverage' },
    { type: 'dense', name: 'logits', units: classes },
  ])
}
