const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** A duration in its two largest units at most, such as 1 h 20 min. */
export function formatDuration(seconds: number): string {
  const rest = Math.max(0, seconds)
  if (rest < 10) return `${Number(rest.toFixed(1))} s`
  if (rest < MINUTE - 0.5) return `${Math.round(rest)} s`
  if (rest < HOUR) return `${Math.floor(rest / MINUTE)} min`
  if (rest < DAY) return join(Math.floor(rest / HOUR), 'h', Math.floor((rest % HOUR) / MINUTE), 'min')
  return join(Math.floor(rest / DAY), 'd', Math.floor((rest % DAY) / HOUR), 'h')
}

/** How far a time is from now: `in 5 min` or `5 min ago`. */
export function formatRelative(time: string, now: number): string {
  const seconds = Math.round((Date.parse(time) - now) / 1000)
  if (Math.abs(seconds) < 2) return 'now'
  return seconds > 0 ? `in ${formatDuration(seconds)}` : `${formatDuration(-seconds)} ago`
}

/** A day and a time as the clock of the visitor shows them: 28 Nov, 14:05. */
export function formatMoment(time: string): string {
  return new Date(time).toLocaleString('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' })
}

function join(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`
}
