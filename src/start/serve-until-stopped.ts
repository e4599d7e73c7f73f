import process from 'node:process'
import { onStopSignals } from './on-stop-signals.js'

/**
 * Runs a service until SIGTERM, SIGINT or the end of the process that started it, then closes it and ends the process. A
 * second signal ends it at once. A supervisor is told when the service is ready, with `message`.
 */
export async function serveUntilStopped(service: { close(): Promise<void> }, message: string): Promise<never> {
  const stopped = new Promise<void>((done) => {
    onStopSignals(done, () => process.exit(1))
    if (process.channel) process.once('disconnect', done)
  })
  if (process.channel) process.send?.(message)
  await stopped
  await service.close()
  process.exit(0)
}
