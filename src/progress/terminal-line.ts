import type { WriteStream } from 'node:tty'

/** Shows a line of progress. A line that `isLast` is always shown and stays. */
export type ShowLine = (line: string, isLast: boolean) => void

const PLAIN_EVERY_MILLISECONDS = 30_000

/**
 * Returns a function that shows progress as a line. On a terminal each line replaces the one before; in a log file a line
 * appears every 30 seconds. A bar of cli-progress can neither be mixed with lines that stay nor write to a log file.
 */
export function openTerminalLine(stream: WriteStream): ShowLine {
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
