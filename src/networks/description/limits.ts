/** Limits of a network that a file describes, so that one wrong number does not fill the memory of a worker. */
export const NETWORK_LIMITS = {
  /** Layers, with those inside blocks. */
  layers: 2000,
  /** Blocks within blocks. */
  depth: 8,
  /** Filters, units, widths. */
  width: 16_384,
  /** Weights, with those of normalisations. A checkpoint takes 12 bytes for each. */
  weights: 16_000_000,
  /** Numbers that all layers give for one input. A training step keeps them for the whole batch. */
  values: 64_000_000,
  /** The same for the inputs of a whole batch: 16 GB in float32. */
  batchValues: 4_000_000_000,
} as const
