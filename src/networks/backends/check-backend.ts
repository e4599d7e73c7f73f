import { grad, ones, sum, type Tensor, type Tensor4D, tensor, tidy } from '@tensorflow/tfjs-core'
import { averageOverPositions } from '../layers/average-pool.js'
import { createLayerActivation } from '../layers/layer-activation.js'
import { createLayerOps } from '../layers/layer-ops.js'

const SQUARE = createLayerActivation('square(x)', false)

/**
 * Computes the gradient of a network with one layer of each kind on the open backend. Throws an error if that fails or if
 * the numbers are wrong, so that a driver that loads but cannot train is found now and not in the middle of a training.
 */
export async function checkBackend(): Promise<void> {
  const gradient = tidy(() => {
    const loss = (x: Tensor): Tensor => {
      const ops = createLayerOps({
        parameter: (_name, shape) => ones(shape),
        activation: SQUARE,
        mode: 'training',
        differentiable: true,
      })
      const features = ops.activation(ops.conv2d('conv', x as Tensor4D, { filters: 1, kernelSize: 1 }))
      return sum(ops.dense('dense', averageOverPositions(features), { units: 1 }))
    }
    return grad(loss)(tensor([1, 2, 3, 4], [1, 2, 2, 1]))
  })
  const values = await gradient.data()
  gradient.dispose()
  // y = 1 + the mean of (x + 1)² over four positions, so dy/dx = (x + 1) / 2.
  const isRight = [1, 1.5, 2, 2.5].every((expected, i) => Math.abs(values[i] - expected) < 1e-4)
  if (!isRight)
    throw new Error(`gradient: wrong numbers; expected 1, 1.5, 2, 2.5, got ${Array.from(values).join(', ')}`)
}
