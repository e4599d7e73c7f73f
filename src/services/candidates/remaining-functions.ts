import type { Database } from '../../db/connection/client.js'
import { listMeasuredAmong } from '../../db/evaluations/list-measured.js'
import type { Search } from '../../db/generated/client.js'
import { createRandomStream } from '../../numeric/random.js'
import { createPace, SERVED_HOLD_MILLISECONDS } from '../../surrogate/pace.js'
import type { Candidate } from '../../surrogate/strategies/search-strategy.js'
import { type ActivationDescription, describeActivation } from '../activations/describe-activation.js'
import { createDatabaseCache } from '../database-cache.js'
import type { CandidateSource } from './candidate-source.js'
import { createSampledSpace, type SampledSpace } from './sample-space.js'

/**
 * The functions of a search's schemas that its strategy does not suggest, because its surrogate has not seen them or random
 * draws miss them. They are found by a walk through all expressions, in an order that depends on the seed.
 */
export interface RemainingFunctions {
  /** Number of expressions of the schemas. */
  readonly size: number
  /** Whether the walk has passed every expression. */
  readonly isComplete: boolean
  /** The functions found and predicted so far, best first. Some may be measured or suggested since. */
  listReady(): readonly Candidate[]
  /** Whether a function was found and not predicted yet, other than those in `taken`. */
  hasOthers(taken: ReadonlySet<string>): boolean
  /**
   * Continues the walk until `count` functions are ready besides those in `taken`, or for ten thousand expressions.
   * Concurrent callers take turns.
   */
  walk(count: number, taken: ReadonlySet<string>): Promise<void>
}

/** Expressions that one walk passes at most, in one or two seconds. */
const MOST_PASSED = 10_000
/** Expressions between two queries for measured functions. */
const BATCH = 256
/** Predicted functions for each one that is needed, so that the best of several is suggested. */
const CHOICE = 4

const cache = createDatabaseCache<string, RemainingFunctions>(32)

/** The remaining functions of a search. The walk continues where the last request ended it. */
export function openRemaining(
  database: Database,
  search: Search,
  { surrogateId, predict }: Pick<CandidateSource, 'surrogateId' | 'predict'>,
): Promise<RemainingFunctions> {
  return cache.get(database, `${search.id}/${surrogateId ?? 0}`, async () =>
    createRemaining(database, search, createSampledSpace(search.schemas), predict),
  )
}

function createRemaining(
  database: Database,
  search: Search,
  space: SampledSpace,
  predict: CandidateSource['predict'],
): RemainingFunctions {
  const ready: Candidate[] = []
  const found = new Map<string, ActivationDescription>()
  /** Passed functions that may be measured. They stay here if the database does not answer. */
  const passing = new Map<string, ActivationDescription>()
  const known = new Set<string>()
  const order = createCycle(space.size, search.seed)
  let passed = 0
  const countFree = (ids: Iterable<string>, taken: ReadonlySet<string>) =>
    [...ids].filter((id) => !taken.has(id)).length
  const countReady = (taken: ReadonlySet<string>) =>
    countFree(
      ready.map(({ id }) => id),
      taken,
    )

  const passBatch = async (taken: ReadonlySet<string>) => {
    const pace = createPace({ holdMilliseconds: SERVED_HOLD_MILLISECONDS })
    for (const end = Math.min(space.size, passed + BATCH); passed < end; passed++) {
      if (pace.due()) await pace.pause(passed / space.size)
      const described = describeActivation(space.textAt(order.next()))
      const { identityHex } = described
      if (described.isFinite && !known.has(identityHex) && !taken.has(identityHex)) passing.set(identityHex, described)
    }
    const measured = await listMeasuredAmong(database.kysely, search.datasetId, [...passing.keys()])
    for (const [id, described] of passing) {
      known.add(id)
      if (!measured.has(id)) found.set(id, described)
    }
    passing.clear()
  }
  const predictFound = async (count: number, taken: ReadonlySet<string>) => {
    for (const id of [...found.keys()]) if (taken.has(id)) found.delete(id)
    const chosen = [...found.values()].slice(0, count)
    const predictions = (await predict?.(chosen)) ?? []
    chosen.forEach(({ identityHex, canonicalText }, index) => {
      ready.push({ id: identityHex, expression: canonicalText, prediction: predictions[index] ?? null })
      found.delete(identityHex)
    })
    // Stable: functions without a prediction stay in the order of the walk.
    ready.sort((a, b) => (b.prediction ?? -1) - (a.prediction ?? -1))
  }
  const walk = async (count: number, taken: ReadonlySet<string>) => {
    const wanted = CHOICE * count
    const last = passed + MOST_PASSED
    const missing = () => wanted - countReady(taken)
    while (passed < Math.min(space.size, last) && countFree(found.keys(), taken) < missing()) await passBatch(taken)
    if (missing() > 0) await predictFound(missing(), taken)
  }
  let walking: Promise<void> = Promise.resolve()
  return {
    size: space.size,
    get isComplete() {
      return passed >= space.size
    },
    listReady: () => ready,
    hasOthers: (taken) => countFree(found.keys(), taken) > 0,
    walk(count, taken) {
      const own = walking.then(() => walk(count, taken))
      // Only the caller of this walk gets its error. The next one continues from the same batch.
      walking = own.catch(() => {})
      return own
    },
  }
}

/** Every number below `size` once, in an order that depends on the seed. */
function createCycle(size: number, seed: number): { next(): number } {
  const random = createRandomStream(seed, 16)
  let stride = Math.max(1, Math.floor(size * (0.3 + 0.4 * random.uniform())))
  while (greatestCommonDivisor(stride, size) !== 1) stride++
  let index = Math.min(size - 1, Math.floor(size * random.uniform()))
  return {
    next() {
      const current = index
      // Not index + stride, which may exceed 2^53.
      index = index >= size - stride ? index - (size - stride) : index + stride
      return current
    },
  }
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}
