import { type ActivationDescription, describeActivation } from '../activations/describe-activation.js'
import type { AppliedMap } from '../surrogates/applied-surrogate.js'
import type { SampledSpace } from './sample-space.js'

/** A sampled function and its point on the map. */
export interface SampledFunction {
  readonly identityHex: string
  readonly expression: string
  readonly x: number
  readonly y: number
  /** Number of its draw, from 0. */
  readonly draw: number
}

/**
 * Functions of a search space that are not on the surrogate's map. They are sampled and placed on the map by their outputs,
 * so that a search also reaches functions that are not stored. Equal spaces, seeds and surrogates give equal pools.
 */
export interface SampledPool {
  /** In the order of the draws. Do not write to it. */
  readonly functions: readonly SampledFunction[]
  /** Continues until `draws` samples have been drawn in total. Concurrent callers share the work. */
  grow(draws: number): Promise<void>
}

/** Samples that are placed together, in about 20 ms. The preparation for each batch costs as much as placing three. */
const BATCH = 16

/** An empty pool. */
export function createSampledPool(applied: AppliedMap, space: SampledSpace, seed: number): SampledPool {
  const functions: SampledFunction[] = []
  const known = new Set(applied.points.map(({ identityHex }) => identityHex))
  let drawn = 0
  let growing = Promise.resolve()
  const drawBatch = async (end: number) => {
    const fresh: { readonly description: ActivationDescription; readonly draw: number }[] = []
    for (; drawn < end; drawn++) {
      const description = describeActivation(space.sample(seed, drawn))
      if (!description.isFinite || known.has(description.identityHex)) continue
      known.add(description.identityHex)
      fresh.push({ description, draw: drawn })
    }
    if (fresh.length === 0) return
    const placed = await applied.predict(
      fresh.map(({ description }) => ({ outputs: description.outputs, spectrum: null })),
    )
    placed.forEach(({ mapPoint }, index) => {
      const { description, draw } = fresh[index]
      const { identityHex, canonicalText } = description
      if (mapPoint) functions.push({ identityHex, expression: canonicalText, x: mapPoint[0], y: mapPoint[1], draw })
    })
  }
  const growTo = async (draws: number) => {
    while (drawn < draws) {
      await drawBatch(Math.min(draws, drawn + BATCH))
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  return {
    functions,
    grow(draws) {
      const growth = growing.then(() => growTo(draws))
      // Only the caller of this growth gets its error. The next growth continues from the same draw.
      growing = growth.catch(() => {})
      return growth
    },
  }
}
