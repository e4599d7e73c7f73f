// The server of the product as bench/reads.ts measures it: on any port, without a budget, as `npm start` runs it otherwise.
// Answers are kept only if the second argument is `hot`.
import process from 'node:process'
import { startServer } from '../../src/server.js'

const server = await startServer({
  databaseUrl: process.argv[2],
  port: 0,
  host: '127.0.0.1',
  logLevel: 'warn',
  rateLimit: 0,
  answerCacheBytes: process.argv[3] === 'hot' ? 64 * 2 ** 20 : 0,
})
let start = process.cpuUsage()
process.on('message', (message) => {
  // The process ends with a message, not a signal, so that a profiler can write its file at exit.
  if (message === 'end') process.exit()
  if (message === 'start') {
    start = process.cpuUsage()
    return
  }
  const { user, system } = process.cpuUsage(start)
  process.send?.({ milliseconds: (user + system) / 1000, megabytes: process.memoryUsage.rss() / 2 ** 20 })
})
process.send?.({ port: Number(new URL(server.address).port) })
