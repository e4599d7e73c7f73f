import process from 'node:process'
import { onStopSignals } from './on-stop-signals.js'

/**
 * Starts a service and runs it until SIGTERM, SIGINT or the end of the process that started this one. Then it closes the
 * service and ends the process. A second signal ends it at once. A supervisor gets a message when the service is ready. If
 * the supervisor ends before that, this process ends too, because its database may have ended with the supervisor.
 */
export async function serveUntilStopped<Service extends { close(): Promise<void> }>(
  start: () => Promise<Service>,
  toMessage: (service: Service) => string,
): Promise<never> {
  // The supervisor may have ended already; then no event would come.
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
