import { createMiniResnet, type MiniResnetOptions } from '../architectures/mini-resnet.js'
import { defineMiniDataset, MINI_SHAPE } from './mini-benchmark.js'

export const MINI_RESNET_NETWORK: MiniResnetOptions = { ...MINI_SHAPE, widths: [8, 16], initialScale: 0.35 }

export const MINI_RESNET = defineMiniDataset({
  name: 'mini-resnet',
  network: createMiniResnet(MINI_RESNET_NETWORK),
  recipe: { epochs: 3, learningRate: 0.015 },
})
