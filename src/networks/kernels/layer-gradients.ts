import {
  engine,
  type GradConfig,
  getBackend,
  getKernel,
  type NamedAttrMap,
  type NamedTensorMap,
  reshape,
  sum,
  type Tensor,
  type Tensor1D,
} from '@tensorflow/tfjs-core'

/** Name of the kernel that sums over all axes except the last, for backends that have one. */
export const SUM_OF_ROWS = 'ActbenchSumOfRows'

/** Sum over all axes except the last: the gradient of a bias. */
export function sumOfRows(x: Tensor): Tensor1D {
  if (getKernel(SUM_OF_ROWS, getBackend())) return engine().runKernel(SUM_OF_ROWS, { x }) as Tensor1D
  return sum(reshape(x, [-1, x.shape[x.shape.length - 1]]), 0)
}

/**
 * Gradients of a convolution with its bias in one kernel. Each is a thunk, so the gradient with respect to the pictures,
 * which nobody uses, is never computed. The library's own gradient of the fused op computes all of them.
 */
export const FUSED_CONV2D_GRADIENT: GradConfig = {
  kernelName: 'FusedConv2D',
  inputsToSave: ['x', 'filter'],
  gradFunc: (dy, saved, attrs) => {
    const [x, filter] = saved
    const { strides, pad, dataFormat, dimRoundingMode } = attrs as NamedAttrMap
    const shared = { strides, pad, dataFormat, dimRoundingMode }
    const run = (kernel: string, inputs: NamedTensorMap, shapes: NamedAttrMap): Tensor =>
      engine().runKernel(kernel, inputs, { ...shared, ...shapes })
    return {
      x: () => run('Conv2DBackpropInput', { dy: dy as Tensor, filter }, { inputShape: x.shape }),
      filter: () => run('Conv2DBackpropFilter', { x, dy: dy as Tensor }, { filterShape: filter.shape }),
      bias: () => sumOfRows(dy as Tensor),
    }
  },
}

/** Gradients of a convolution without a bias. */
export const CONV2D_GRADIENT: GradConfig = { ...FUSED_CONV2D_GRADIENT, kernelName: 'Conv2D' }

/** Gradients of a matrix product with its bias in one kernel, for plain (not transposed) 1 × rows × columns arguments. */
export const FUSED_MAT_MUL_GRADIENT: GradConfig = {
  kernelName: '_FusedMatMul',
  inputsToSave: ['a', 'b'],
  gradFunc: (dy, saved) => {
    const [a, b] = saved
    const run = (left: Tensor, right: Tensor, transposeA: boolean, transposeB: boolean): Tensor =>
      engine().runKernel('BatchMatMul', { a: left, b: right }, { transposeA, transposeB })
    return {
      a: () => run(dy as Tensor, b, false, true),
      b: () => run(a, dy as Tensor, true, false),
      bias: () => sumOfRows(dy as Tensor),
    }
  },
}

/** Gradients of a batch of matrix products, with either argument transposed or not. Both have equal batch axes. */
export const MAT_MUL_GRADIENT: GradConfig = {
  kernelName: 'BatchMatMul',
  inputsToSave: ['a', 'b'],
  gradFunc: (dy, saved, attrs) => {
    const [a, b] = saved
    const { transposeA, transposeB } = attrs as { transposeA?: boolean; transposeB?: boolean }
    const run = (left: Tensor, right: Tensor, turnLeft: boolean, turnRight: boolean): Tensor =>
      engine().runKernel('BatchMatMul', { a: left, b: right }, { transposeA: turnLeft, transposeB: turnRight })
    const d = dy as Tensor
    return {
      a: () => (transposeA ? run(b, d, transposeB === true, true) : run(d, b, false, transposeB !== true)),
      b: () => (transposeB ? run(d, a, true, transposeA === true) : run(a, d, transposeA !== true, false)),
    }
  },
}
