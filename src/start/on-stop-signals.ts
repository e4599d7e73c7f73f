import process from 'node:process'

/** Under npm a Ctrl-C arrives twice: from the terminal, and some milliseconds later from npm. */
const SAME_PRESS_MILLISECONDS = 500

/** Calls `stop` at the first SIGINT or SIGTERM and `force` at the next that is not an echo of the first. */
export function onStopSignals(stop: () => void, force: () => void): void {
  let stoppedAt: number | null = null
  const onSignal = () => {
    if (stoppedAt === null) {
      stoppedAt = performance.now()
      stop()
    } else if (performance.now() - stoppedAt > SAME_PRESS_MILLISECONDS) {
      force()
    }
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
}
