import { customGrad, engine, getBackend, getKernel, mean, mul, reshape, type Tensor, tile } from '@tensorflow/tfjs-core'

/** Names of the kernels that this project adds to the wasm backend for the mean over positions and its gradient. */
export const MEAN_OF_POSITIONS = 'ActbenchMeanOfPositions'
export const MEAN_OF_POSITIONS_GRADIENT = 'ActbenchMeanOfPositionsGradient'

/**
 * Mean over all axes between the batch and the channels. The backend's reduction transposes, and its gradient uses Tile,
 * which took 15% of a training of Mini-CNN. Here each is one loop over the heap.
 */
export function averageOverPositions(x: Tensor): Tensor {
  const { shape } = x
  const [batch, channels] = [shape[0], shape[shape.length - 1]]
  const positions = x.size / (batch * channels)
  const isOwn = getKernel(MEAN_OF_POSITIONS, getBackend()) !== undefined
  const apply = customGrad((input) => ({
    value: isOwn
      ? (engine().runKernel(MEAN_OF_POSITIONS, { x: input as Tensor }, { batch, positions, channels }) as Tensor)
      : mean(reshape(input as Tensor, [batch, positions, channels]), 1),
    gradFunc: (dy: Tensor) => {
      if (isOwn) return engine().runKernel(MEAN_OF_POSITIONS_GRADIENT, { dy }, { batch, positions, channels, shape })
      const repeated = tile(reshape(mul(dy, 1 / positions), [batch, 1, channels]), [1, positions, 1])
      return reshape(repeated, shape)
    },
  }))
  return apply(x)
}

/** A batch × positions × channels block. */
export interface PositionBlock {
  batch: number
  positions: number
  channels: number
}
