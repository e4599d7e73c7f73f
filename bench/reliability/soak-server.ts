// The server of the soak test. soak.ts starts it in its own process, which runs a garbage collection on request.
import process from 'node:process'
import { startServer } from '../../src/server.js'

const server = await startServer(JSON.parse(process.argv[2]))
process.on('message', (message) => {
  if (message !== 'memory') return
  globalThis.gc?.()
  const { heapUsed, external, rss } = process.memoryUsage()
  const { user, system } = process.cpuUsage()
  process.send?.({ heapUsed, external, rss, cpuSeconds: (user + system) / 1e6 })
})
process.once('SIGTERM', () => void server.close().then(() => process.exit(0)))
process.once('disconnect', () => process.exit(1))
process.send?.({ address: server.address })
