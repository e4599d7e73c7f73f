import { createMiniCnn, type MiniCnnOptions } from '../architectures/mini-cnn.js'
import { defineMiniDataset, MINI_SHAPE } from './mini-benchmark.js'

export const MINI_CNN_NETWORK: MiniCnnOptions = { ...MINI_SHAPE, widths: [16, 16, 32] }

export const MINI_CNN = defineMiniDataset({ name: 'mini-cnn', network: createMiniCnn(MINI_CNN_NETWORK) })
