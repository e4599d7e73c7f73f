import { useEffect, useState } from 'preact/hooks'
import { formatMoment, formatRelative } from '../language/times.js'

const TICK_MILLISECONDS = 1000

/** A time as its distance from now, which keeps up with the clock. */
export function RelativeTime({ time }: { time: string }) {
  const [now, setNow] = useState(Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MILLISECONDS)
    return () => clearInterval(timer)
  }, [])
  return (
    <time dateTime={time} title={formatMoment(time)}>
      {formatRelative(time, now)}
    </time>
  )
}
