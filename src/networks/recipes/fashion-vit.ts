import { createMiniVit } from '../architectures/mini-vit.js'
import { defineFashionDataset } from './fashion-benchmark.js'
import { MINI_VIT_NETWORK } from './mini-vit.js'

export const FASHION_VIT = defineFashionDataset({
  name: 'fashion-vit',
  network: createMiniVit(MINI_VIT_NETWORK),
  recipe: { epochs: 5, learningRate: 0.01, batchSize: 16, warmUpSteps: 128 },
})
