import { createPace, type PaceOptions } from '../surrogate/pace.js'
import type { Replay } from '../surrogate/replay/replay.js'
import type { Candidate, CompletedCandidate } from '../surrogate/strategies/search-strategy.js'

/** What a simulated search looks up in the place of training. */
export interface SimulatedDataset {
  /** The measured metric of a candidate. */
  readonly metrics: ReadonlyMap<string, number>
  /** How long its training took, in seconds. */
  readonly runtimes: ReadonlyMap<string, number>
}

export interface SimulationSettings extends PaceOptions {
  /** How many evaluate at the same time. */
  readonly workers: number
  /** Evaluations after which it ends. */
  readonly budget: number
  /** It ends with the first evaluation as good as this. */
  readonly goal: number
}

/** One evaluation, in the order of their ends. */
export interface SimulatedEvaluation {
  readonly id: string
  readonly metric: number
  /** Seconds since the search began, by a clock that only evaluations move. */
  readonly endedAt: number
}

/**
 * A search that is replayed in no time: each worker asks as soon as its last evaluation has ended, by a virtual clock that
 * the recorded runtimes move. What the others evaluate at that moment is leased.
 */
export async function simulateSearch(
  replay: Replay,
  { metrics, runtimes }: SimulatedDataset,
  settings: SimulationSettings,
): Promise<SimulatedEvaluation[]> {
  const { workers, budget, goal } = settings
  const pace = createPace(settings)
  const ended: SimulatedEvaluation[] = []
  const completed: CompletedCandidate[] = []
  const running: { readonly candidate: Candidate; readonly endsAt: number }[] = []
  let now = 0
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
    if (metric >= goal) return ended
  }
}
