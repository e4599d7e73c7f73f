import { createMiniVit, type MiniVitOptions } from '../architectures/mini-vit.js'
import { defineMiniDataset, MINI_SHAPE } from './mini-benchmark.js'

export const MINI_VIT_NETWORK: MiniVitOptions = {
  ...MINI_SHAPE,
  stemWidth: 16,
  width: 24,
  blocks: 1,
  attentionWidth: 12,
  hiddenWidth: 48,
}

export const MINI_VIT = defineMiniDataset({ name: 'mini-vit', network: createMiniVit(MINI_VIT_NETWORK) })
