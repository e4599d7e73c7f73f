/** Shows the steps of a start, so that nobody takes a slow step for a hang. */
export interface StepLog {
  /** Prints the line of a step, which lasts until the next one. */
  step(line: string): void
  close(): void
}

const REPEAT_MILLISECONDS = 5000

/** Opens a log. While a step lasts, a line every five seconds says so, also in a log file. */
export function openStepLog(print: (line: string) => void, repeatMilliseconds = REPEAT_MILLISECONDS): StepLog {
  let current = ''
  let started = performance.now()
  const timer = setInterval(() => {
    if (current === '') return
    print(`${current}: ${Math.round((performance.now() - started) / 1000)} s so far`)
  }, repeatMilliseconds)
  return {
    step(line) {
      current = line
      started = performance.now()
      timer.refresh()
      print(line)
    },
    close: () => clearInterval(timer),
  }
}
