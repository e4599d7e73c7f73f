const HOUR_MILLISECONDS = 3_600_000

interface Finished {
  readonly startedAt: string | null
  readonly finishedAt: string | null
}

export interface Throughput {
  /** Trainings that end in an hour at the pace of the last hour; null if none has ended in it. */
  readonly perHour: number | null
  /** The median duration of a training; null if none has ended. */
  readonly seconds: number | null
}

/**
 * How fast trainings end, from the newest that ended. If all of them ended within the last hour, there may be more than
 * the list has, so the time since the earliest of them counts.
 */
export function measureThroughput(jobs: readonly Finished[], total: number, now: number): Throughput {
  const ends = jobs.map(({ finishedAt }) => Date.parse(finishedAt ?? '')).filter((time) => !Number.isNaN(time))
  const recent = ends.filter((time) => time > now - HOUR_MILLISECONDS)
  const isCut = recent.length === jobs.length && total > jobs.length
  const span = isCut ? Math.max(1000, now - Math.min(...recent)) : HOUR_MILLISECONDS
  const durations = jobs
    .map(({ startedAt, finishedAt }) => (Date.parse(finishedAt ?? '') - Date.parse(startedAt ?? '')) / 1000)
    .filter((seconds) => !Number.isNaN(seconds))
    .sort((a, b) => a - b)
  return {
    perHour: recent.length === 0 ? null : (recent.length * HOUR_MILLISECONDS) / span,
    seconds: durations.length === 0 ? null : durations[Math.floor(durations.length / 2)],
  }
}
