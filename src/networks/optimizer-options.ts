export type OptimizerOptions = AdamOptions | MomentumOptions

/**
 * Adam (arXiv 1412.6980) with decoupled weight decay (arXiv 1711.05101). The gradient's norm is clipped first (arXiv
 * 1211.5063).
 */
export interface AdamOptions {
  beta1: number
  beta2: number
  epsilon: number
  /** Greatest Euclidean norm of the whole gradient. */
  clipNorm: number
  weightDecay: number
}

/** The numbers of one step of Adam. */
export interface AdamStep {
  beta1: number
  beta2: number
  epsilon: number
  /** Learning rate, corrected for moments that start at 0. */
  rate: number
  /** What the decay leaves of each weight: 1 without any. */
  kept: number
}

/** Stochastic gradient descent with momentum. The weight decay is an L2 penalty that is added to the gradient. */
export interface MomentumOptions {
  /** Share of the last step that the next one keeps. */
  momentum: number
  /** Greatest Euclidean norm of the whole gradient, before the decay is added. */
  clipNorm: number
  weightDecay: number
}

/** The numbers of one step of descent with momentum. */
export interface DescentStep {
  momentum: number
  weightDecay: number
  rate: number
}
