import type { ShowLine } from './terminal-line.js'

/** What became of a piece of work. */
export type Ended = { readonly accuracy: number | null } | { readonly failure: string }

/** The highest validation accuracy so far. */
export interface Best {
  readonly accuracy: number
  readonly expression: string
}

/** Counts bulk work and says how it goes. */
export interface WorkProgress {
  note(expression: string, ended: Ended): void
  /** Shows the state again: time has passed. */
  refresh(): void
  /** Shows the last state and returns the number of failures. */
  finish(): number
}

/**
 * Counts up to `total`, of which `before` were done by an earlier command. The line says done, failed, per second, time
 * left and the best so far, `bestBefore` included; failures get a line of their own.
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

/** Such as `3 h 5 min`, `12 min`, `40 s`; `?` where it is not known. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return seconds === 0 ? '0 s' : '?'
  if (seconds < 90) return `${Math.round(seconds)} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
