import { createMiniResnet } from '../architectures/mini-resnet.js'
import { defineFashionDataset, FASHION_SHAPE } from './fashion-benchmark.js'

export const FASHION_RESNET = defineFashionDataset({
  name: 'fashion-resnet',
  network: createMiniResnet({ ...FASHION_SHAPE, widths: [12, 24], initialScale: null }),
  recipe: { epochs: 4, learningRate: 0.005, batchSize: 16, warmUpSteps: 128, rateHalvings: 3 },
})
