import {
  customGrad,
  exp,
  type GradSaveFunc,
  logSoftmax,
  mul,
  type Scalar,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
} from '@tensorflow/tfjs-core'

/** Mean cross-entropy in nats of logits (batch × classes) against one-hot labels; its gradient is (p - y)/batch. */
export function meanCrossEntropy(logits: Tensor2D, labels: Tensor2D): Scalar {
  const batch = logits.shape[0]
  const apply = customGrad((x, save) => {
    const logProbabilities = logSoftmax(x as Tensor2D)
    ;(save as GradSaveFunc)([logProbabilities])
    return {
      value: mul(sum(mul(logProbabilities, labels)), -1 / batch) as Scalar,
      gradFunc: (dy: Tensor, [saved]: Tensor[]) => mul(sub(exp(saved), labels), mul(dy, 1 / batch)),
    }
  })
  return apply(logits) as Scalar
}

/** Sums over a batch, computed on the host in float64. */
export interface BatchMetrics {
  lossSum: number
  correct: number
}

/** Cross-entropies in nats and correct answers of a batch. A loss that is not finite stays so. */
export function computeBatchMetrics(logits: Float32Array, labels: Uint8Array, classes: number): BatchMetrics {
  let lossSum = 0
  let correct = 0
  for (let i = 0; i < labels.length; i++) {
    const row = logits.subarray(i * classes, (i + 1) * classes)
    let best = 0
    for (let k = 1; k < classes; k++) if (row[k] > row[best]) best = k
    let total = 0
    for (const logit of row) total += Math.exp(logit - row[best])
    lossSum += row[best] + Math.log(total) - row[labels[i]]
    if (best === labels[i]) correct++
  }
  return { lossSum, correct }
}

/** Labels as a batch × classes matrix of zeros and ones. */
export function toOneHot(labels: Uint8Array, classes: number): Float32Array {
  const rows = new Float32Array(labels.length * classes)
  for (let i = 0; i < labels.length; i++) rows[i * classes + labels[i]] = 1
  return rows
}
