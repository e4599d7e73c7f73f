/** What a program of bench/ or bench/peers/ prints of one network with one function, as a line of JSON. */
export interface Measurement {
  /** Backend or framework. */
  by: string
  /** Package and version. */
  software: string
  network: string
  expression: string
  /** Trainable numbers of the network, and pictures a step: equal whoever measures. */
  weights: number
  batchSize: number
  /** Images per CPU second of training steps: forward, backward, optimiser. */
  training: number
  /** Images per CPU second of logits alone. */
  evaluation: number
}

/** The middle one, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  return (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2
}
