import type { ShowLine } from './terminal-line.js'

/** The result of a piece of work. */
export type Ended = { readonly accuracy: number | null } | { readonly failure: string }

/** The highest validation accuracy so far. */
export interface Best {
  readonly accuracy: number
  readonly expression: string
}

/** Counts bulk work and shows its progress. */
export interface WorkProgress {
  note(expression: string, ended: Ended): void
  /** Shows the state again, with new times. */
  refresh(): void
  /** Shows the last state and returns the number of failures. */
  finish(): number
}

/**
 * Counts up to `total`; an earlier command did `before` of them. The line shows how many are done, how many failed, the
 * rate, the time left, and the best so far including `bestBefore`. Each failure gets its own line.
 */
export function createWorkProgress(
  total: number,
  before: number,
  show: ShowLine,
  bestBefore: Best | null = null,
): WorkProgress {
  const started = performance.now()
  let now = 0
  let failed = 0
  let best = bestBefore
  const describe = () => {
    const perSecond = (now + failed) / ((performance.now() - started) / 1000)
    const left = total - before - now - failed
    return [
      `${before + now}/${total} done`,
      `${failed} failed`,
      `${perSecond.toFixed(2)}/s`,
      `${formatDuration(left === 0 ? 0 : left / perSecond)} left`,
      ...(best ? [`best ${best.accuracy.toFixed(4)} ${best.expression}`] : []),
    ].join(', ')
  }
  return {
    note(expression, ended) {
      if ('failure' in ended) {
        failed++
        show(`failed: ${expression}: ${ended.failure}`, true)
      } else {
        now++
        const { accuracy } = ended
        if (accuracy !== null && (best === null || accuracy > best.accuracy)) best = { accuracy, expression }
      }
      show(describe(), false)
    },
    refresh() {
      show(describe(), false)
    },
    finish() {
      show(describe(), true)
      return failed
    },
  }
}

/** Formats a time such as `3 h 5 min`, `12 min` or `40 s`; `?` if it is unknown. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return seconds === 0 ? '0 s' : '?'
  if (seconds < 90) return `${Math.round(seconds)} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
