import type { BulkAnswer } from './bulk-item.js'

/** Counts bulk work and says how it goes. */
export interface Progress {
  note(expression: string, answer: BulkAnswer): void
  /** Shows the last state and returns the number of failures. */
  finish(): number
}

/**
 * Counts up to `total`, of which `before` were done by an earlier command. The line says done, failed, per second, time
 * left and the best so far; failures get a line of their own.
 */
export function createProgress(total: number, before: number, show: (line: string, isLast: boolean) => void): Progress {
  const started = performance.now()
  let now = 0
  let failed = 0
  let best = { accuracy: Number.NEGATIVE_INFINITY, expression: '' }
  const describe = () => {
    const perSecond = (now + failed) / ((performance.now() - started) / 1000)
    const left = total - before - now - failed
    return [
      `${before + now}/${total} done`,
      `${failed} failed`,
      `${perSecond.toFixed(2)}/s`,
      `${formatDuration(left / perSecond)} left`,
      ...(best.expression ? [`best ${best.accuracy.toFixed(4)} ${best.expression}`] : []),
    ].join(', ')
  }
  return {
    note(expression, answer) {
      if ('failure' in answer) {
        failed++
        show(`failed: ${expression}: ${answer.failure}`, true)
      } else {
        now++
        if (answer.accuracy !== null && answer.accuracy > best.accuracy)
          best = { accuracy: answer.accuracy, expression }
      }
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
