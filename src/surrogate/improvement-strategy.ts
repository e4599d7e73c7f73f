import { erfc } from '../activations/special-functions.js'
import { copyJoint, type JointPosterior, tell } from './joint-posterior.js'
import { type Candidate, createTakenIds, type SearchStrategy } from './search-strategy.js'

/** The functions of a joint posterior, in its order, and the best that was measured before the search. */
export interface ImprovementSettings {
  readonly candidates: readonly Candidate[]
  readonly joint: JointPosterior
  readonly best: number
}

/**
 * Expected improvement (Jones, Schonlau & Welch 1998, equation 15) over the best measurement, by a Gaussian process. What
 * is leased, and each suggestion of a batch for those after it, is believed to come out at its mean (the kriging believer
 * of Ginsbourger, Le Riche & Carraro 2010): so its neighbours are not suggested beside it. What the search completed is told
 * to the process, best or not; what failed is believed like what is leased.
 */
export function createImprovementStrategy({ candidates, joint, best }: ImprovementSettings): SearchStrategy {
  const taken = createTakenIds()
  const places = new Map(candidates.map(({ id }, place) => [id, place]))
  const metrics = new Map<string, number | null>()
  let active: readonly string[] = []
  return {
    update(completed, leased) {
      const ended = [...completed]
      active = [...leased]
      taken.update(ended, active)
      for (const { id, validationAccuracy } of ended) metrics.set(id, validationAccuracy ?? metrics.get(id) ?? null)
    },
    suggest(count) {
      const known = copyJoint(joint)
      const believe = (place: number) => tell(known, place, known.means[place])
      let reached = best
      for (const [id, metric] of metrics) {
        const place = places.get(id)
        if (metric !== null) reached = Math.max(reached, metric)
        if (metric !== null && place !== undefined) tell(known, place, metric)
      }
      for (const id of [...active, ...[...metrics].filter(([, metric]) => metric === null).map(([id]) => id)]) {
        const place = places.get(id)
        if (place !== undefined) believe(place)
      }
      const chosen = new Map<string, Candidate>()
      while (chosen.size < count) {
        const next = findBest(candidates, known, reached, (id) => !taken.has(id) && !chosen.has(id))
        if (next === null) break
        const candidate = candidates[next]
        chosen.set(candidate.id, { ...candidate, prediction: Math.min(1, Math.max(0, known.means[next])) })
        believe(next)
      }
      return [...chosen.values()]
    },
  }
}

/** What a normal value is expected to exceed `best` by. */
export function computeExpectedImprovement(mean: number, deviation: number, best: number): number {
  if (deviation <= 0) return Math.max(0, mean - best)
  const z = (mean - best) / deviation
  return (mean - best) * computeNormalShare(z) + (deviation * Math.exp(-0.5 * z * z)) / Math.sqrt(2 * Math.PI)
}

/** Of equal improvements (all may be 0) the greater mean, then the smaller id. */
function findBest(
  candidates: readonly Candidate[],
  { size, means, covariances }: JointPosterior,
  best: number,
  isFree: (id: string) => boolean,
): number | null {
  let found: number | null = null
  let greatest = Number.NEGATIVE_INFINITY
  for (let place = 0; place < size; place++) {
    const { id } = candidates[place]
    if (!isFree(id)) continue
    const deviation = Math.sqrt(Math.max(0, covariances[place * size + place]))
    const improvement = computeExpectedImprovement(means[place], deviation, best)
    const difference = improvement - greatest || (found === null ? 1 : means[place] - means[found])
    if (difference > 0 || (difference === 0 && found !== null && id < candidates[found].id)) {
      found = place
      greatest = improvement
    }
  }
  return found
}

/** Φ(z), by the complementary error function. */
function computeNormalShare(z: number): number {
  return 0.5 * erfc(-z / Math.SQRT2)
}
