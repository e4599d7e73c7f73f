import { createMiniCnn } from '../architectures/mini-cnn.js'
import { defineFashionDataset, FASHION_SHAPE } from './fashion-benchmark.js'

export const FASHION_CNN = defineFashionDataset({
  name: 'fashion-cnn',
  network: createMiniCnn({ ...FASHION_SHAPE, widths: [24, 16, 32] }),
  recipe: { epochs: 3, learningRate: 0.007 },
})
