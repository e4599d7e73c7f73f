import type { WriteStream } from 'node:tty'

const PLAIN_EVERY_MILLISECONDS = 30_000

/**
 * A way to show progress: on a terminal one line that is written over, elsewhere (a log file) a line every 30 seconds.
 * What is last is always shown and stays.
 */
export function openTerminalLine(stream: WriteStream): (line: string, isLast: boolean) => void {
  let shown = Number.NEGATIVE_INFINITY
  return (line, isLast) => {
    if (stream.isTTY) {
      stream.write(`\r\x1b[K${line.slice(0, (stream.columns ?? 80) - 1)}${isLast ? '\n' : ''}`)
    } else if (isLast || performance.now() - shown > PLAIN_EVERY_MILLISECONDS) {
      shown = performance.now()
      stream.write(`${line}\n`)
    }
  }
}
