import {
  add,
  clipByValue,
  div,
  mul,
  scalar,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  tidy,
  zeros,
} from '@tensorflow/tfjs-core'

/**
 * Adam (arXiv 1412.6980) with decoupled weight decay (arXiv 1711.05101), the gradient's norm clipped first (arXiv
 * 1211.5063).
 */
export interface OptimizerOptions {
  beta1: number
  beta2: number
  epsilon: number
  /** Greatest Euclidean norm of the whole gradient. */
  clipNorm: number
  weightDecay: number
}

/** What the optimiser remembers between steps. All parameters lie in one vector, so a step is some twenty kernels. */
export interface OptimizerState {
  steps: number
  firstMoment: Tensor1D
  secondMoment: Tensor1D
}

/** The state before the first step; the caller disposes its tensors. */
export function createOptimizerState(length: number): OptimizerState {
  return { steps: 0, firstMoment: zeros([length]), secondMoment: zeros([length]) }
}

/** The vectors after one step; those given stay the caller's. */
export function optimize(
  options: OptimizerOptions,
  state: OptimizerState,
  weights: Tensor1D,
  gradient: Tensor1D,
  learningRate: number,
): { weights: Tensor1D; state: OptimizerState } {
  const { beta1, beta2, epsilon, clipNorm, weightDecay } = options
  const steps = state.steps + 1
  const [next, firstMoment, secondMoment] = tidy(() => {
    const clipped = clipToNorm(gradient, clipNorm)
    const first = add(mul(state.firstMoment, beta1), mul(clipped, 1 - beta1)) as Tensor1D
    const second = add(mul(state.secondMoment, beta2), mul(square(clipped), 1 - beta2)) as Tensor1D
    const rate = (learningRate * Math.sqrt(1 - beta2 ** steps)) / (1 - beta1 ** steps)
    const step = mul(div(first, add(sqrt(second), epsilon)), rate)
    const kept = weightDecay === 0 ? weights : mul(weights, 1 - learningRate * weightDecay)
    return [sub(kept, step) as Tensor1D, first, second]
  })
  return { weights: next, state: { steps, firstMoment, secondMoment } }
}

function clipToNorm(gradient: Tensor1D, greatest: number): Tensor {
  if (!Number.isFinite(greatest)) return gradient
  // 1e-30 keeps 0/0 out of a gradient that is all zeros.
  const factor = clipByValue(div(scalar(greatest), add(sqrt(sum(square(gradient))), 1e-30)), 0, 1)
  return mul(gradient, factor)
}
