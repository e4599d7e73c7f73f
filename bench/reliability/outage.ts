// Takes the database away from a server under load and gives it back: what clients see meanwhile, and how it recovers.
//   node build/bench/reliability/outage.js [seconds]      default: 30
import process from 'node:process'
import { runOutage } from '../../test/support/outage.js'

const seconds = Number(process.argv[2] ?? 30)
const report = await runOutage(seconds)
console.log(`database away for ${seconds} s, killed with -9`)
console.log(report)
const isWell = report.isSameProcess && report.dropped === 0 && report.subscriptionGoesOn && !report.during.OK
process.exit(isWell && !report.during.INTERNAL_SERVER_ERROR ? 0 : 1)
