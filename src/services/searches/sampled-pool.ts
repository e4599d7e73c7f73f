import { type ActivationDescription, describeActivation } from '../activations/describe-activation.js'
import type { AppliedMap } from '../surrogates/applied-surrogate.js'
import type { SampledSpace } from './sample-space.js'

/** A sampled function and its place on the map. */
export interface SampledFunction {
  readonly identityHex: string
  readonly expression: string
  readonly x: number
  readonly y: number
  /** The number of the draw that gave it, from 0. */
  readonly draw: number
}

/**
 * Functions of a search space that are not on the surrogate's map, sampled and placed there by their outputs: how a
 * search reaches what nobody stored. What it holds after so many draws depends on nothing but space, seed and surrogate.
 */
export interface SampledPool {
  /** In the order of the draws. Do not write to it. */
  readonly functions: readonly SampledFunction[]
  /** Draws until `draws` samples were drawn in all; callers at the same moment share the work. */
  grow(draws: number): Promise<void>
}

/** Samples placed together: preparing to place costs as much as placing three, so not fewer; some 20 ms of work. */
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
      // A failed growth is its caller's to know; the next one goes on from where it stopped.
      growing = growth.catch(() => {})
      return growth
    },
  }
}
