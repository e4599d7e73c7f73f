import process from 'node:process'
import { onStopSignals } from './on-stop-signals.js'

/**
 * Starts a service and runs it until SIGTERM, SIGINT or the end of the process that started this one, then closes it and
 * ends the process. A second signal ends it at once. A supervisor is told when the service is ready, with its message.
 * Where the supervisor ends before that, so does this process: otherwise it would wait for a database that is gone too.
 */
export async function serveUntilStopped<Service extends { close(): Promise<void> }>(
  start: () => Promise<Service>,
  toMessage: (service: Service) => string,
): Promise<never> {
  // It may be gone already: then nobody would say so any more.
  if (process.connected === false) process.exit(1)
  const leave = () => process.exit(1)
  process.once('disconnect', leave)
  const service = await start()
  process.off('disconnect', leave)
  const stopped = new Promise<void>((done) => {
    onStopSignals(done, () => process.exit(1))
    if (process.channel) process.once('disconnect', done)
  })
  if (process.channel) process.send?.(toMessage(service))
  await stopped
  await service.close()
  process.exit(0)
}
