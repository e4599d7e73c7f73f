// Kills (-9) a server and its PostgreSQL while clients write through the API, and counts the writes that were lost or
// duplicated.
//   node build/bench/reliability/write-faults.js [faults] [seed]      default: 40 faults, seed 1
import process from 'node:process'
import { runWriteFaults, WRITE_KINDS } from '../../test/support/write-faults.js'

const report = await runWriteFaults(Number(process.argv[2] ?? 40), Number(process.argv[3] ?? 1))
console.log('| write | acknowledged | without an answer |')
for (const kind of WRITE_KINDS) console.log(`| ${kind} | ${report.acknowledged[kind]} | ${report.unknown[kind]} |`)
const { faults, lost, doubled, unexpected, incomplete, slowestSeconds } = report
console.log({ faults, lost, doubled, unexpected: unexpected.slice(0, 10), incomplete, slowestSeconds })
process.exit(lost.length + doubled.length + unexpected.length + incomplete > 0 ? 1 : 0)
