import { createMiniCnn } from '../../src/networks/architectures/mini-cnn.js'
import { createMiniResnet } from '../../src/networks/architectures/mini-resnet.js'
import { createMiniVit } from '../../src/networks/architectures/mini-vit.js'
import { MINI_CNN_NETWORK } from '../../src/networks/recipes/mini-cnn.js'
import { MINI_RESNET_NETWORK } from '../../src/networks/recipes/mini-resnet.js'
import { MINI_VIT_NETWORK } from '../../src/networks/recipes/mini-vit.js'

/** The network of a Mini dataset with other options, such as widths. */
export function createMiniNetwork(dataset: string, options: object) {
  switch (dataset) {
    case 'mini-resnet':
      return createMiniResnet({ ...MINI_RESNET_NETWORK, ...options })
    case 'mini-vit':
      return createMiniVit({ ...MINI_VIT_NETWORK, ...options })
    default:
      return createMiniCnn({ ...MINI_CNN_NETWORK, ...options })
  }
}
