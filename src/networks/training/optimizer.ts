import {
  add,
  clipByValue,
  div,
  engine,
  getBackend,
  getKernel,
  mul,
  type NamedAttrMap,
  type NamedTensorMap,
  type Scalar,
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
import { ADAM, CLIP_TO_NORM, DESCENT, SUM_OF_SQUARES } from '../layers/parameters.js'
import type { AdamStep, DescentStep, MomentumOptions, OptimizerOptions } from '../optimizer-options.js'

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

/** The sum of the squares of all numbers of a gradient, which is not finite if one of them or a logit is not. */
export function sumOfSquares(x: Tensor, logits?: Tensor): Scalar {
  if (!hasKernel(SUM_OF_SQUARES)) return sum(square(x))
  const squares = engine().runKernel(SUM_OF_SQUARES, { x }) as Scalar
  return logits ? add(squares, sum(mul(logits, 0))) : squares
}

/** A gradient and the sum of its squares. */
export interface Gradient {
  values: Tensor1D
  squares: Scalar
}

/**
 * Whether `optimize` leaves weights and velocity as they are, without the host, if the squares are not finite. The rate of Adam
 * depends on the number of steps before, which only the host counts.
 */
export function skipsByItself(options: OptimizerOptions, decayMask: Tensor1D | null): boolean {
  return 'momentum' in options && hasKernel(DESCENT) && (options.weightDecay === 0 || decayMask === null)
}

/** The vectors after one step. The caller keeps the given ones. Weights whose `decayMask` is 0 have no weight decay. */
export function optimize(
  options: OptimizerOptions,
  state: OptimizerState,
  weights: Tensor1D,
  gradient: Gradient,
  learningRate: number,
  decayMask: Tensor1D | null = null,
): { weights: Tensor1D; state: OptimizerState } {
  if ('momentum' in options) return descend(options, state, weights, gradient, learningRate, decayMask)
  const { beta1, beta2, epsilon, clipNorm, weightDecay } = options
  const steps = state.steps + 1
  const rate = (learningRate * Math.sqrt(1 - beta2 ** steps)) / (1 - beta1 ** steps)
  const share = learningRate * weightDecay
  const [next, firstMoment, secondMoment] = tidy(() => {
    const clipped = clipToNorm(gradient, clipNorm)
    if (hasKernel(ADAM) && (share === 0 || decayMask === null)) {
      const inputs = { weights, gradient: clipped, firstMoment: state.firstMoment, secondMoment: state.secondMoment }
      const step: AdamStep = { beta1, beta2, epsilon, rate, kept: 1 - share }
      return runVectors(ADAM, inputs, step)
    }
    const first = add(mul(state.firstMoment, beta1), mul(clipped, 1 - beta1)) as Tensor1D
    const second = add(mul(state.secondMoment, beta2), mul(square(clipped), 1 - beta2)) as Tensor1D
    const step = mul(div(first, add(sqrt(second), epsilon)), rate)
    return [sub(decay(weights, share, decayMask), step) as Tensor1D, first, second]
  })
  return { weights: next, state: { steps, firstMoment, secondMoment } }
}

/** The weights minus this share of those that decay. */
function decay(weights: Tensor1D, share: number, mask: Tensor1D | null): Tensor {
  if (share === 0) return weights
  return mask === null ? mul(weights, 1 - share) : sub(weights, mul(mul(weights, mask), share))
}

function descend(
  { momentum, clipNorm, weightDecay }: MomentumOptions,
  state: OptimizerState,
  weights: Tensor1D,
  gradient: Gradient,
  learningRate: number,
  decayMask: Tensor1D | null,
): { weights: Tensor1D; state: OptimizerState } {
  const [next, velocity, unused] = tidy(() => {
    const clipped = clipToNorm(gradient, clipNorm)
    if (skipsByItself({ momentum, clipNorm, weightDecay }, decayMask)) {
      const inputs = { weights, gradient: clipped, velocity: state.firstMoment, squares: gradient.squares }
      const step: DescentStep = { momentum, weightDecay, rate: learningRate }
      return [...runVectors(DESCENT, inputs, step), state.secondMoment.clone()]
    }
    const decayed = decayMask === null ? weights : mul(weights, decayMask)
    const slope = weightDecay === 0 ? clipped : add(clipped, mul(decayed, weightDecay))
    const velocity = add(mul(state.firstMoment, momentum), slope) as Tensor1D
    return [sub(weights, mul(velocity, learningRate)) as Tensor1D, velocity, state.secondMoment.clone()]
  })
  return { weights: next, state: { steps: state.steps + 1, firstMoment: velocity, secondMoment: unused } }
}

function clipToNorm({ values, squares }: Gradient, greatest: number): Tensor {
  if (!Number.isFinite(greatest)) return values
  if (hasKernel(CLIP_TO_NORM)) return engine().runKernel(CLIP_TO_NORM, { x: values, squares }, { greatest }) as Tensor
  // 1e-30 prevents 0/0 if the gradient is zero.
  const factor = clipByValue(div(scalar(greatest), add(sqrt(squares), 1e-30)), 0, 1)
  return mul(values, factor)
}

function runVectors(kernel: string, inputs: NamedTensorMap, step: object): Tensor1D[] {
  return engine().runKernel(kernel, inputs, step as NamedAttrMap) as Tensor1D[]
}

function hasKernel(name: string): boolean {
  return getKernel(name, getBackend()) !== undefined
}
