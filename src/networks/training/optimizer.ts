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
import type { MomentumOptions, OptimizerOptions } from '../optimizer-options.js'

/** State of the optimiser between steps. All parameters are in one vector, so a step takes only some twenty kernels. */
export interface OptimizerState {
  steps: number
  /** With momentum: the last step, without the learning rate. */
  firstMoment: Tensor1D
  /** Not used by momentum. */
  secondMoment: Tensor1D
}

/** The state before the first step. The caller disposes its tensors. */
export function createOptimizerState(length: number, options?: OptimizerOptions): OptimizerState {
  const isMomentum = options !== undefined && 'momentum' in options
  return { steps: 0, firstMoment: zeros([length]), secondMoment: zeros([isMomentum ? 1 : length]) }
}

/** The vectors after one step. The caller keeps the given ones. */
export function optimize(
  options: OptimizerOptions,
  state: OptimizerState,
  weights: Tensor1D,
  gradient: Tensor1D,
  learningRate: number,
): { weights: Tensor1D; state: OptimizerState } {
  if ('momentum' in options) return descend(options, state, weights, gradient, learningRate)
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

function descend(
  { momentum, clipNorm, weightDecay }: MomentumOptions,
  state: OptimizerState,
  weights: Tensor1D,
  gradient: Tensor1D,
  learningRate: number,
): { weights: Tensor1D; state: OptimizerState } {
  const [next, velocity, unused] = tidy(() => {
    const clipped = clipToNorm(gradient, clipNorm)
    const slope = weightDecay === 0 ? clipped : add(clipped, mul(weights, weightDecay))
    const velocity = add(mul(state.firstMoment, momentum), slope) as Tensor1D
    return [sub(weights, mul(velocity, learningRate)) as Tensor1D, velocity, state.secondMoment.clone()]
  })
  return { weights: next, state: { steps: state.steps + 1, firstMoment: velocity, secondMoment: unused } }
}

function clipToNorm(gradient: Tensor1D, greatest: number): Tensor {
  if (!Number.isFinite(greatest)) return gradient
  // 1e-30 prevents 0/0 if the gradient is zero.
  const factor = clipByValue(div(scalar(greatest), add(sqrt(sum(square(gradient))), 1e-30)), 0, 1)
  return mul(gradient, factor)
}
