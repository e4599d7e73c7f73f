// Causes random faults while trainings run, and counts the jobs afterwards: none may be lost or doubled.
//   npm run test:faults                                    50 of each kind
//   npm run test:faults -- --kills 5 --kind server         5 of each kind whose name contains this word
//   npm run test:faults -- --real                          with the time limits of the product instead of shorter ones
// Starts a server, two workers and a PostgreSQL with durable writes; see test/support/faults/. Results are appended to
// --output (build/faults.jsonl), one line for each round of at most 25 faults. Faults in that file count: to continue an
// interrupted run, repeat the command. At the end, the table of docs/lab/faults.md is printed from that file.
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { createRandom } from '../../src/numeric/random.js'
import { FAULTS, type FaultKind } from '../../test/support/faults/faults.js'
import { type FaultRun, runFaults } from '../../test/support/faults/run-faults.js'

const SHORT_PACE = { beatSeconds: 0.5, reapSeconds: 1, silentSeconds: 4 }
const MOST_IN_ROUND = 25

const { values: options } = parseArgs({
  options: {
    kills: { type: 'string', default: '50' },
    kind: { type: 'string', default: '' },
    output: { type: 'string', default: 'build/faults.jsonl' },
    real: { type: 'boolean', default: false },
  },
})
const kills = Number(options.kills)
if (!Number.isInteger(kills) || kills < 1)
  throw new Error(`--kills: expected a whole number above 0, got ${options.kills}`)
const kinds = (Object.keys(FAULTS) as FaultKind[]).filter((kind) => kind.includes(options.kind))
if (kinds.length === 0)
  throw new Error(`--kind: expected a word from ${Object.keys(FAULTS).join('; ')}, got ${options.kind}`)

for (let round = readRounds().length; ; round++) {
  const random = createRandom(round, 'faults')
  const wanted = listMissing().sort(() => random.uniform() - 0.5)
  if (wanted.length === 0) break
  let count = 0
  const run = await runFaults({
    servers: 1,
    workers: 2,
    pace: options.real ? {} : SHORT_PACE,
    kinds: wanted.slice(0, MOST_IN_ROUND),
    random: () => random.uniform(),
    onFault({ kind, recoverySeconds }) {
      count++
      console.log(`${count} of ${Math.min(wanted.length, MOST_IN_ROUND)}, ${kind}: ${recoverySeconds.toFixed(1)} s`)
    },
  })
  console.log(JSON.stringify(run.audit))
  appendFileSync(options.output, `${JSON.stringify({ ...run, load: loadavg()[1] })}\n`)
}
report()

function readRounds(): (FaultRun & { readonly load: number })[] {
  if (!existsSync(options.output)) return []
  return readFileSync(options.output, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
}

/** Lists the faults that are still missing: each kind once for each fault. */
function listMissing(): FaultKind[] {
  const done = readRounds().flatMap(({ faults }) => faults)
  return kinds.flatMap((kind) => {
    const missing = kills - done.filter((fault) => fault.kind === kind).length
    return Array.from({ length: Math.max(0, missing) }, () => kind)
  })
}

function report(): void {
  const rounds = readRounds()
  const faults = rounds.flatMap((round) => round.faults)
  console.log(
    '| fault | times | jobs in flight | median recovery | slowest recovery |\n| --- | ---: | ---: | ---: | ---: |',
  )
  for (const kind of Object.keys(FAULTS)) {
    const some = faults.filter((fault) => fault.kind === kind)
    const seconds = some.map(({ recoverySeconds }) => recoverySeconds).sort((a, b) => a - b)
    const inFlight = some.reduce((sum, fault) => sum + fault.inFlight, 0)
    const [median, slowest] = [seconds[seconds.length >> 1], seconds.at(-1)].map((value) => value?.toFixed(1) ?? '-')
    console.log(`| ${kind} | ${some.length} | ${inFlight} | ${median} s | ${slowest} s |`)
  }
  const sum = (key: keyof FaultRun['audit']) => rounds.reduce((total, { audit }) => total + audit[key], 0)
  console.log(
    `\n${sum('jobs')} jobs, lost ${sum('lost')}, doubled ${sum('doubled')}; ${sum('starts')} starts; of ${sum('compared')} interrupted trainings that were compared with an uninterrupted one ${sum('different')} differ; tasks left in the queue: ${sum('tasksLeft')}; load ${rounds.map(({ load }) => load.toFixed(0)).join(', ')}`,
  )
  if (sum('lost') + sum('doubled') + sum('different') + sum('tasksLeft') > 0) process.exitCode = 1
}
