import process from 'node:process'
import { EXIT_STATUS } from './exit-status.js'

/**
 * Handles signals and streams that would otherwise end the process with a stack. If the reader of standard output has
 * ended, such as `head`, the command ends quietly; a service continues without its output. SIGINT and SIGTERM end a
 * command that does not handle them itself.
 */
export function endWithOutput(isService: boolean): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (isService) return
    if (error.code === 'EPIPE') process.exit(EXIT_STATUS.pipeClosed)
    process.stderr.write(`actbench: standard output: ${error.message}\n`)
    process.exit(EXIT_STATUS.failed)
  })
  process.stderr.on('error', () => {})
  for (const [signal, status] of SIGNALS) {
    const leave = () => {
      if (process.listenerCount(signal) === 1) process.exit(status)
    }
    process.on(signal, leave)
  }
}

const SIGNALS = [
  ['SIGINT', EXIT_STATUS.interrupted],
  ['SIGTERM', EXIT_STATUS.terminated],
] as const
