/** A line of JSON that a program of bench/ or bench/peers/ prints for one network with one function. */
export interface Measurement {
  /** Backend or framework. */
  by: string
  /** Package and version. */
  software: string
  network: string
  expression: string
  /** Number of trainable parameters, the same for every backend and framework. */
  weights: number
  /** Number of pictures in a step, the same for every backend and framework. */
  batchSize: number
  /** Images per CPU second of training steps: forward, backward, optimiser. */
  training: number
  /** Images per CPU second if only logits are computed. */
  evaluation: number
}

/** The middle value, or the mean of the two middle values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  return (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2
}
