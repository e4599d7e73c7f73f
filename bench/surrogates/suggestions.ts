// Measures the time of a surrogate's fit and of suggestions, reports and predictions, on the finite functions of the
// Act-Bench space with synthetic accuracies and spectra. Starts its own PostgreSQL.
//   node scripts/build.mjs && node build/bench/surrogates/suggestions.js [--functions 2830] [--measured 300] [--algorithm RANDOM,...]
// Prints wall time and the CPU time of this process. Other load affects CPU time less; only wall time includes PostgreSQL.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { openDatabase } from '../../src/db/connection/client.js'
import { applyMigrations } from '../../src/db/connection/migrate.js'
import { SearchAlgorithm } from '../../src/db/generated/enums.js'
import { neighbours } from '../../src/services/neighbours/neighbours.js'
import { createSearch } from '../../src/services/searches/create-search.js'
import { prepareSearch } from '../../src/services/searches/prepare-searches.js'
import { suggest } from '../../src/services/searches/suggest.js'
import { reportEvaluation } from '../../src/services/suggestions/report-evaluation.js'
import { predict } from '../../src/services/surrogates/predict.js'
import { updateSurrogate as requestSurrogate } from '../../src/services/surrogates/update-surrogate.js'
import { openEmbeddedPostgres } from '../../src/start/embedded-postgres.js'
import { updateSurrogate } from '../../src/tasks/update-surrogate.js'
import { createSyntheticDataset, listFunctions, storeFunctions } from '../../test/support/fixtures/learning-fixture.js'
import { createViewer } from '../../test/support/fixtures/training-fixture.js'

const ALGORITHMS = Object.values(SearchAlgorithm)
const { values } = parseArgs({
  options: {
    functions: { type: 'string', default: '2830' },
    measured: { type: 'string', default: '300' },
    algorithm: { type: 'string', default: ALGORITHMS.join() },
  },
})
const measured = Number(values.measured)
const folder = mkdtempSync(join(tmpdir(), 'actbench-bench-'))
const postgres = await openEmbeddedPostgres(folder)
await applyMigrations(postgres.url)
const database = openDatabase(postgres.url)
try {
  const viewer = await createViewer(database, 'bench', ['SEARCH', 'TRAIN'])
  const functions = await storeFunctions(database, listFunctions(Number(values.functions)))
  const wide = ['unary(unary(x))', 'binary(unary(x),unary(x))', 'n-ary(unary(x),unary(x),unary(x))']
  const dataset = await createSyntheticDataset(database, {
    spectra: functions,
    measured: functions.slice(0, measured),
    searchSpace: wide,
  })
  for (const algorithm of ['GAUSSIAN_PROCESS', 'UMAP_KNN'] as const) {
    const { id: surrogateId } = await requestSurrogate(database, viewer, { dataset: dataset.name, algorithm })
    const started = process.cpuUsage()
    await updateSurrogate(database, { surrogateId })
    console.log(`${algorithm} on ${functions.length} functions, ${measured} measured: ${seconds(started)} s CPU`)
  }
  for (const algorithm of ALGORITHMS.filter((name) => values.algorithm.split(',').includes(name))) {
    const search = await createSearch(database, viewer, { dataset: dataset.name, algorithm, seed: 1, budget: 300 })
    // The server does this as well when a search is created, and after a fit.
    const preparing = performance.now()
    await prepareSearch(database, search)
    const prepared = performance.now() - preparing
    const asked: Times = { wall: [], cpu: [] }
    const reported: Times = { wall: [], cpu: [] }
    const hold = monitorEventLoopDelay({ resolution: 1 })
    hold.enable()
    const before = process.cpuUsage()
    for (let step = 0; step < 200; step++) {
      const ask = () => suggest(database, viewer, { searchId: search.id, worker: 'bench' })
      const [{ id }] = (await measure(asked, ask)).suggestions
      await measure(reported, () =>
        reportEvaluation(database, viewer, { suggestionId: id, validationAccuracy: step / 200 }),
      )
      // The search prepares the next suggestions while evaluations run, so nobody waits for that work.
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    hold.disable()
    console.log(
      `${algorithm}: prepared in ${prepared.toFixed(0)} ms; suggest ${summarise(asked.wall)}; report ${summarise(reported.wall)}`,
    )
    console.log(`  CPU: suggest ${summarise(asked.cpu)}; report ${summarise(reported.cpu)}`)
    const each = ((1000 * Number(seconds(before))) / 200).toFixed(1)
    const longest = [hold.percentile(99.9), hold.max].map((delay) => (delay / 1e6).toFixed(0)).join(' and ')
    console.log(`  ${each} ms CPU for both, including preparation; event loop held ${longest} ms (99.9% and most)`)
  }
  const stored = functions.slice(measured, measured + 100).map(({ described }) => described.canonicalText)
  console.log(
    `predict, stored: ${summarise(await time(100, (turn) => predict(database, dataset.name, [stored[turn]])))}`,
  )
  const fresh = stored.map((text) => `sum_n(${text},swish(x),arctan(x))`)
  console.log(`predict, new: ${summarise(await time(100, (turn) => predict(database, dataset.name, [fresh[turn]])))}`)
  const near = (turn: number) => {
    const { activationId, described } = functions[turn]
    return neighbours(database, { activationId, outputs: described.outputs, space: 'OUTPUTS', first: 10 })
  }
  console.log(`neighbours by outputs: ${summarise(await time(100, near))}`)
} finally {
  await database.close()
  await postgres.close()
  rmSync(folder, { recursive: true, force: true })
}

interface Times {
  readonly wall: number[]
  readonly cpu: number[]
}

async function measure<Result>(times: Times, work: () => Promise<Result>): Promise<Result> {
  const [cpu, started] = [process.cpuUsage(), performance.now()]
  const result = await work()
  times.wall.push(performance.now() - started)
  const { user, system } = process.cpuUsage(cpu)
  times.cpu.push((user + system) / 1000)
  return result
}

async function time(turns: number, work: (turn: number) => Promise<unknown>): Promise<number[]> {
  const times: number[] = []
  for (let turn = 0; turn < turns; turn++) {
    const start = performance.now()
    await work(turn)
    times.push(performance.now() - start)
  }
  return times
}

function summarise(times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))].toFixed(1)
  return `first ${times[0].toFixed(1)}, p50 ${at(0.5)}, p99 ${at(0.99)} ms`
}

function seconds(before: NodeJS.CpuUsage): string {
  const { user, system } = process.cpuUsage(before)
  return ((user + system) / 1e6).toFixed(1)
}
