import { createPace, type PaceOptions } from '../surrogate/pace.js'
import type { Replay } from '../surrogate/replay/replay.js'
import type { Candidate, CompletedCandidate } from '../surrogate/strategies/search-strategy.js'

/** The recorded values that a simulated search reads instead of training. */
export interface SimulatedDataset {
  /** The measured metric of each candidate, by id. */
  readonly metrics: ReadonlyMap<string, number>
  /** Training time of each candidate in seconds, by id. */
  readonly runtimes: ReadonlyMap<string, number>
  /** The metric of each candidate after each epoch, by id; needed if a strategy halves. */
  readonly curves?: ReadonlyMap<string, readonly number[]>
  /** What each candidate is worth, by id, if the search sees something else. */
  readonly worth?: ReadonlyMap<string, number>
}

export interface SimulationSettings extends PaceOptions {
  /** Number of evaluations in progress at the same time. */
  readonly workers: number
  /** Epochs of a whole training; needed if a strategy halves. */
  readonly epochs?: number
  /** The search ends after this many evaluations. */
  readonly budget: number
  /** The search ends as soon as the candidate that looks best is worth this much. */
  readonly goal: number
}

/** One evaluation. Lists are in the order in which evaluations end. */
export interface SimulatedEvaluation {
  readonly id: string
  readonly metric: number
  /** Whether it is a whole training, or the end of one that was paused. */
  readonly isWhole: boolean
  /** Evaluations so far. A part of a training counts by its share of the epochs. */
  readonly evaluations: number
  /** Seconds since the search began, on the virtual clock. */
  readonly endedAt: number
}

/**
 * Simulates a search without training. Each worker asks for a candidate as soon as its last evaluation ends. Time is a
 * virtual clock that advances by the recorded runtimes. The candidates that other workers evaluate at that moment count
 * as leased. A training that was paused continues where it was.
 */
export async function simulateSearch(
  replay: Replay,
  { metrics, runtimes, curves, worth = metrics }: SimulatedDataset,
  settings: SimulationSettings,
): Promise<SimulatedEvaluation[]> {
  const { workers, budget, goal, epochs: wholeEpochs = 1 } = settings
  const pace = createPace(settings)
  const ended: SimulatedEvaluation[] = []
  const completed: CompletedCandidate[] = []
  const running: { readonly candidate: Candidate; readonly endsAt: number; readonly share: number }[] = []
  const trained = new Map<string, number>()
  let spent = 0
  let now = 0
  let bestSeen = Number.NEGATIVE_INFINITY
  for (;;) {
    while (running.length < workers && spent + running.reduce((sum, { share }) => sum + share, 0) < budget - 1e-9) {
      if (pace.due()) await pace.pause(spent / budget)
      await replay.prepare?.(completed)
      const strategy = replay.createStrategy()
      strategy.update(
        completed,
        running.map(({ candidate }) => candidate.id),
      )
      const [candidate] = strategy.suggest(1)
      if (!candidate) break
      const until = candidate.epochs ?? wholeEpochs
      const share = (until - (trained.get(candidate.id) ?? 0)) / wholeEpochs
      trained.set(candidate.id, until)
      running.push({ candidate, share, endsAt: now + share * (runtimes.get(candidate.id) ?? 0) })
    }
    const next = running.reduce((first, each) => (each.endsAt < first.endsAt ? each : first), running[0])
    if (!next) return ended
    running.splice(running.indexOf(next), 1)
    now = next.endsAt
    const { id, epochs = null } = next.candidate
    const isWhole = epochs === null
    const curve = curves?.get(id) ?? []
    // A training that diverged has a shorter curve.
    const metric = (isWhole ? metrics.get(id) : (curve[epochs - 1] ?? curve.at(-1))) as number
    spent += next.share
    completed.push({ id, validationAccuracy: metric, epochs })
    // Shares such as a third add up to whole numbers.
    ended.push({ id, metric, isWhole, evaluations: Math.round(spent * 1e6) / 1e6, endedAt: now })
    if (!isWhole || metric <= bestSeen) continue
    bestSeen = metric
    if ((worth.get(id) as number) >= goal) return ended
  }
}
