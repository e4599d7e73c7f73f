import { mean, reshape, square, sub, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core'

/** Mean and (biased) variance of each channel over all other axes. Gradients flow through both. */
export function batchMoments(x: Tensor): { mean: Tensor1D; variance: Tensor1D } {
  const rows = reshape(x, [-1, x.shape[x.shape.length - 1]])
  const means = mean(rows, 0) as Tensor1D
  return { mean: means, variance: mean(square(sub(rows, means)), 0) as Tensor1D }
}
