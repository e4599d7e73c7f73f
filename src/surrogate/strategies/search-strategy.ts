/** A function that a search may evaluate. Equivalent expressions share one id. */
export interface Candidate {
  readonly id: string
  readonly expression: string
  /** Predicted metric, higher is better; null without a prediction. */
  readonly prediction: number | null
  /** Epochs of a whole training after which it is compared; null or absent for the whole. */
  readonly epochs?: number | null
}

/** An ended evaluation; its metric is null if it failed. */
export interface CompletedCandidate {
  readonly id: string
  readonly validationAccuracy: number | null
  /** The epoch of the metric; null or absent for a whole training. */
  readonly epochs?: number | null
}

/** Candidates that can be iterated repeatedly, in any order. They need not fit in memory. */
export type Candidates = Iterable<Candidate>

/**
 * How a search chooses its next evaluations: ask and tell. Strategies are deterministic. Equal settings, seeds and
 * updates give equal suggestions, whatever the order of the candidates.
 */
export interface SearchStrategy {
  /** Adds evaluations that ended since the last update (repeats are harmless), and replaces the set of leased ids. */
  update(completed: Iterable<CompletedCandidate>, active: Iterable<string>): void
  /**
   * Up to `count` candidates, best first, with distinct ids. None of them is completed (or failed) or leased with as
   * many epochs. Changes no state: repeated calls return the same.
   */
  suggest(count: number): Candidate[]
}

/** The functions that every search except RANDOM evaluates first, in this order. */
export const BASELINE_EXPRESSIONS: readonly string[] = [
  'elu(x)',
  'relu(x)',
  'selu(x)',
  'sigmoid(x)',
  'softplus(x)',
  'softsign(x)',
  'swish(x)',
  'tanh(x)',
]

/** The ids that a strategy must not suggest: all completed ones and the currently leased ones. */
export interface TakenIds {
  update(completed: Iterable<CompletedCandidate>, active: Iterable<string>): void
  has(id: string): boolean
}

/** An empty set of taken ids. */
export function createTakenIds(): TakenIds {
  const completedIds = new Set<string>()
  let activeIds = new Set<string>()
  return {
    update(completed, active) {
      for (const { id } of completed) completedIds.add(id)
      activeIds = new Set(active)
    },
    has: (id) => completedIds.has(id) || activeIds.has(id),
  }
}

/**
 * The first `count` candidates by `compare` (negative: left first), with distinct ids. One pass that keeps at most
 * `count` candidates.
 */
export function takeFirst<Own extends Candidate>(
  candidates: Iterable<Own>,
  count: number,
  accepts: (candidate: Own) => boolean,
  compare: (left: Own, right: Own) => number,
): Own[] {
  const kept: Own[] = []
  for (const candidate of candidates) {
    if (!accepts(candidate)) continue
    if (kept.length >= count && (count <= 0 || compare(candidate, kept[kept.length - 1]) >= 0)) continue
    if (kept.some(({ id }) => id === candidate.id)) continue
    let rank = kept.length
    while (rank > 0 && compare(candidate, kept[rank - 1]) < 0) rank--
    kept.splice(rank, 0, candidate)
    if (kept.length > count) kept.pop()
  }
  return kept
}

/**
 * A number in [0, 2^53) that depends only on seed and id. Sorting by it gives a random order without a list in memory.
 * Two rounds of 32-bit multiplicative hashing over the UTF-16 units, mixed as in MurmurHash3.
 */
export function computeOrderKey(seed: number, id: string): number {
  let a = Math.imul(seed ^ 0x2545f491, 0x9e3779b1)
  let b = Math.imul(seed ^ 0x41c64e6d, 0x5f356495)
  for (let index = 0; index < id.length; index++) {
    const unit = id.charCodeAt(index)
    a = Math.imul(a ^ unit, 0x9e3779b1)
    b = Math.imul(b ^ unit, 0x5f356495)
  }
  const high = mix(a ^ (b >>> 15)) & 0x1fffff
  return high * 2 ** 32 + (mix(b ^ (a >>> 13)) >>> 0)
}

function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}
