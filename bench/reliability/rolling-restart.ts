// Replaces the servers and workers of a cluster one after the other, repeatedly, while clients queue trainings and workers
// run them. Then counts lost and doubled jobs.
//   node build/bench/reliability/rolling-restart.js [jobs] [servers] [workers]      default: 200 2 4
import { loadavg } from 'node:os'
import process from 'node:process'
import { rollThrough } from '../../test/support/faults/roll-through.js'

const [jobs = 200, servers = 2, workers = 4] = process.argv.slice(2).map(Number)
const started = performance.now()
const { restarts, audit } = await rollThrough({ jobs, servers, workers })
console.log(
  `${audit.jobs} jobs on ${servers} servers and ${workers} workers, ${restarts} restarts: lost ${audit.lost}, doubled ${audit.doubled}; ${audit.starts} starts; of ${audit.compared} interrupted trainings compared ${audit.different} differ; tasks left ${audit.tasksLeft}`,
)
console.log(`${((performance.now() - started) / 1000).toFixed(0)} s at a load of ${loadavg()[1].toFixed(0)}`)
if (audit.lost + audit.doubled + audit.different + audit.tasksLeft > 0) process.exitCode = 1
