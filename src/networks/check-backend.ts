import { grad, ones, sum, type Tensor, type Tensor4D, tensor, tidy } from '@tensorflow/tfjs-core'
import type { LayerActivation } from './activation-op.js'
import { createLayerOps } from './layer-ops.js'

const SQUARE: LayerActivation = {
  evaluate(inputs, outputs) {
    for (let i = 0; i < inputs.length; i++) outputs[i] = inputs[i] ** 2
  },
  differentiate(inputs, outputs, derivatives) {
    for (let i = 0; i < inputs.length; i++) {
      derivatives[i] = 2 * inputs[i]
      outputs[i] = inputs[i] ** 2
    }
  },
  mean: 0,
  standardDeviation: 1,
}

/**
 * Takes the gradient of one convolution with one activation on the open backend and throws where it cannot, or where the
 * numbers are wrong: a driver that loads but cannot train is found here and not in the middle of a training.
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
      return sum(ops.activation(ops.conv2d('check', x as Tensor4D, { filters: 1, kernelSize: 1 })))
    }
    return grad(loss)(tensor([1, 2, 3, 4], [1, 2, 2, 1]))
  })
  const values = await gradient.data()
  gradient.dispose()
  // y = Σ (x + 1)², so dy/dx = 2 (x + 1).
  const isRight = [4, 6, 8, 10].every((expected, i) => Math.abs(values[i] - expected) < 1e-4)
  if (!isRight) throw new Error(`a gradient came out as ${Array.from(values).join(', ')} instead of 4, 6, 8, 10`)
}
