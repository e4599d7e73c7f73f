import { studentQuantile } from '../student.js'
import { limitDegrees, middleShare, partsAt } from './compare-functions.js'
import type { PairNoise } from './pair-noise.js'

/**
 * How far a function must be below another one, at least, to differ from it with a smaller probability than the given one,
 * whatever their numbers of runs, if they are compared by their medians. An upper bound, which depends on the value of the
 * better one.
 */
export function openReach(noise: PairNoise, probability: number): (value: number) => number {
  const levels = [...noise.total.values, ...noise.own.values]
  const parts = levels.map((level) => partsAt(noise, level))
  const largest = Math.max(...parts.map(({ own, shared }) => own + shared))
  const share = Math.max(...parts.map(({ own, shared }) => shared / (middleShare(noise) * own + shared)))
  const ownDegrees = limitDegrees(noise, noise.priorDegrees)
  // The fewest degrees of Satterthwaite's rule, which are those of the smallest or the largest shared part.
  const fewest = Math.min(ownDegrees, 1 / ((1 - share) ** 2 / ownDegrees + share ** 2 / noise.seedDegrees))
  const quantile = studentQuantile(probability, fewest)
  return (value) => {
    const { own, shared } = partsAt(noise, value)
    return quantile * Math.sqrt(own + shared + largest)
  }
}
