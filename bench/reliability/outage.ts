// Kills the database of a server under load and starts it again. Prints the answers that clients get, and how fast the
// server recovers.
//   node build/bench/reliability/outage.js [seconds]      default: 30
import process from 'node:process'
import { runOutage } from '../../test/support/outage.js'

const seconds = Number(process.argv[2] ?? 30)
const report = await runOutage(seconds)
console.log(`database killed with -9, down for ${seconds} s`)
console.log(report)
const isWell = report.isSameProcess && report.dropped === 0 && report.subscriptionContinues && !report.during.OK
process.exit(isWell && !report.during.INTERNAL_SERVER_ERROR ? 0 : 1)
