import { createPace, type PaceOptions } from '../surrogate/pace.js'
import type { Replay } from '../surrogate/replay/replay.js'
import type { Candidate, CompletedCandidate } from '../surrogate/strategies/search-strategy.js'

/** The recorded values that a simulated search reads instead of training. */
export interface SimulatedDataset {
  /** The measured metric of each candidate, by id. */
  readonly metrics: ReadonlyMap<string, number>
  /** Training time of each candidate in seconds, by id. */
  readonly runtimes: ReadonlyMap<string, number>
  /** What each candidate is worth, by id, if the search sees something else. */
  readonly worth?: ReadonlyMap<string, number>
}

export interface SimulationSettings extends PaceOptions {
  /** Number of evaluations in progress at the same time. */
  readonly workers: number
  /** The search ends after this many evaluations. */
  readonly budget: number
  /** The search ends as soon as the candidate that looks best is worth this much. */
  readonly goal: number
}

/** One evaluation. Lists are in the order in which evaluations end. */
export interface SimulatedEvaluation {
  readonly id: string
  readonly metric: number
  /** Seconds since the search began, on the virtual clock. */
  readonly endedAt: number
}

/**
 * Simulates a search without training. Each worker asks for a candidate as soon as its last evaluation ends. Time is a
 * virtual clock that advances by the recorded runtimes. The candidates that other workers evaluate at that moment count
 * as leased.
 */
export async function simulateSearch(
  replay: Replay,
  { metrics, runtimes, worth = metrics }: SimulatedDataset,
  settings: SimulationSettings,
): Promise<SimulatedEvaluation[]> {
  const { workers, budget, goal } = settings
  const pace = createPace(settings)
  const ended: SimulatedEvaluation[] = []
  const completed: CompletedCandidate[] = []
  const running: { readonly candidate: Candidate; readonly endsAt: number }[] = []
  let now = 0
  let bestSeen = Number.NEGATIVE_INFINITY
  for (;;) {
    while (running.length < workers && completed.length + running.length < budget) {
      if (pace.due()) await pace.pause(completed.length / budget)
      await replay.prepare?.(completed)
      const strategy = replay.createStrategy()
      strategy.update(
        completed,
        running.map(({ candidate }) => candidate.id),
      )
      const [candidate] = strategy.suggest(1)
      if (!candidate) break
      running.push({ candidate, endsAt: now + (runtimes.get(candidate.id) ?? 0) })
    }
    const next = running.reduce((first, each) => (each.endsAt < first.endsAt ? each : first), running[0])
    if (!next) return ended
    running.splice(running.indexOf(next), 1)
    now = next.endsAt
    const { id } = next.candidate
    const metric = metrics.get(id) as number
    completed.push({ id, validationAccuracy: metric })
    ended.push({ id, metric, endedAt: now })
    if (metric <= bestSeen) continue
    bestSeen = metric
    if ((worth.get(id) as number) >= goal) return ended
  }
}
