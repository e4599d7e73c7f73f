/** A function that a search may evaluate; equivalent expressions share one id. */
export interface Candidate {
  readonly id: string
  readonly expression: string
  /** Predicted metric, higher is better; null where there is no prediction. */
  readonly prediction: number | null
}

/** An evaluation that ended; its metric is null where it failed. */
export interface CompletedCandidate {
  readonly id: string
  readonly validationAccuracy: number | null
}

/** Candidates that can be gone through again and again, in any order; they need not fit in memory. */
export type Candidates = Iterable<Candidate>

/**
 * How a search chooses what to evaluate next: ask and tell. Strategies are deterministic: equal settings, seed and
 * updates give equal suggestions, in whatever order candidates come.
 */
export interface SearchStrategy {
  /** Learns of evaluations that ended since the last update (repeats do no harm), and of all that are leased now. */
  update(completed: Iterable<CompletedCandidate>, active: Iterable<string>): void
  /**
   * Up to `count` candidates, best first, no two of one id, none that was completed (failed ones included) or is
   * leased. Changes no state: asked twice, it answers the same.
   */
  suggest(count: number): Candidate[]
}

/** What every surrogate search evaluates first, in this order. */
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

/** The ids that a strategy must not suggest: every completed one, and what is leased for now. */
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
 * The first `count` of the candidates by `compare` (negative: left first), no two of one id, by one pass that keeps
 * `count` of them.
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
 * A number in [0, 2^53) that depends on nothing but seed and id: sorting by it is a random order that needs no list. Two
 * rounds of 32-bit multiplicative hashing over the UTF-16 units, mixed as in MurmurHash3.
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
