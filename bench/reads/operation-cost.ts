// Measures the cost of operations in units and in CPU time, and the time for checking, pricing and charging a request.
//   node build/bench/reads/operation-cost.js [repeats]      default: 30 of each
// One process with the shipped data runs on a new PostgreSQL. CPU time is the median over all repeats. It covers only the
// process of the server, not PostgreSQL.
import 'reflect-metadata'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { getIntrospectionQuery, parse } from 'graphql'
import { pino } from 'pino'
import { buildApp } from '../../src/app.js'
import { type Database, openDatabase } from '../../src/db/connection/client.js'
import { openEvents } from '../../src/db/connection/events.js'
import { applyMigrations } from '../../src/db/connection/migrate.js'
import { PRICE_LIST } from '../../src/graphql/operation-prices.js'
import { createSchema } from '../../src/graphql/schema.js'
import { DEFAULT_LIMITS } from '../../src/limits.js'
import { checkDocument } from '../../src/operation-limits/check-document.js'
import { priceOperation } from '../../src/operation-limits/price-operation.js'
import { mapFragments } from '../../src/operation-limits/selections.js'
import { type Budget, createBudget } from '../../src/services/access/budget.js'
import { importSeed } from '../../src/services/shipped-data/import-seed.js'
import { openEmbeddedPostgres } from '../../src/start/embedded-postgres.js'

const inDataset = (fields: string) => `{ dataset(name: "mini-cnn") { ${fields} } }`
const QUERIES: Readonly<Record<string, string>> = {
  'one dataset': inDataset('name title'),
  'leaderboard, 20 rows': inDataset('leaderboard { nodes { rank expression validationAccuracy activation { id } } }'),
  'leaderboard, 200 rows': inDataset('leaderboard(first: 200) { nodes { expression validationAccuracy } }'),
  '200 rows with runs and epochs': inDataset(
    'leaderboard(first: 200) { nodes { expression runs { seed epochs { epoch validationAccuracy } } } }',
  ),
  '100 outputs as numbers': '{ activations(first: 100) { nodes { outputs { values } } } }',
  '100 outputs as base64': '{ activations(first: 100) { nodes { outputs { base64 } } } }',
  '50 spectra as base64': '{ activations(first: 50) { nodes { fisherSpectrum(dataset: "mini-cnn") { base64 } } } }',
  statistics: inDataset('statistics { mean histogram { from to count } }'),
  groups: inDataset('groups(by: OPERATOR) { key statistics { mean histogram { count } } }'),
  'neighbours by outputs':
    '{ activation(expression: "mish(x)") { neighbours { distance activation { expression } } } }',
  'curve and moments': '{ activation(expression: "mish(x)") { gaussianMean curve { x y derivative } } }',
  'ten predictions': `{ predict(dataset: "mini-cnn", expressions: [${[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((i) => `"swish(sum_n(x,${'erf('.repeat(i)}x${')'.repeat(i)}))"`)}]) { mean } }`,
  'the schema': getIntrospectionQuery(),
}

await measure(Number(process.argv[2] ?? 30))

async function measure(repeats: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'actbench-cost-'))
  const postgres = await openEmbeddedPostgres(folder)
  try {
    await applyMigrations(postgres.url)
    const database = openDatabase(postgres.url)
    await importSeed(database)
    await compare(database, repeats)
    measurePricing()
    await database.close()
  } finally {
    await postgres.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function compare(database: Database, repeats: number): Promise<void> {
  const events = await openEvents(database.url)
  let cost = 0
  const free = createBudget(database, 0)
  const budget: Budget = {
    ...free,
    charge(client, units) {
      cost = units
      return free.charge(client, units)
    },
  }
  const app = await buildApp({ database, events, log: pino({ level: 'error' }), version: '1', budget })
  console.log('operation: units, ms of CPU, microseconds per unit')
  for (const [name, query] of Object.entries(QUERIES)) {
    const cpu = await medianCpu(repeats, async () => {
      const answer = await app.http.inject({ method: 'POST', url: '/graphql', payload: { query } })
      if (answer.json().errors) throw new Error(`${name}: ${JSON.stringify(answer.json().errors[0])}`)
    })
    console.log(`${name}: ${cost}, ${cpu.toFixed(1)}, ${((1000 * cpu) / cost).toFixed(0)}`)
  }
  const charging = createBudget(database, 10_000_000)
  const walls: number[] = []
  const cpu = await medianCpu(20 * repeats, async () => {
    const began = performance.now()
    await charging.charge('address:192.0.2.1', 10)
    walls.push(performance.now() - began)
  })
  console.log(`charging: ${cpu.toFixed(2)} ms of CPU, ${median(walls).toFixed(2)} ms wall time`)
  await events.close()
  await app.close()
}

async function medianCpu(repeats: number, work: () => Promise<void>): Promise<number> {
  const spent: number[] = []
  for (let i = 0; i < repeats + 5; i++) {
    const cpu = process.cpuUsage()
    await work()
    const { user, system } = process.cpuUsage(cpu)
    if (i >= 5) spent.push((user + system) / 1000)
  }
  return median(spent)
}

/** Measures checking and pricing without execution, for the largest query here. */
function measurePricing(): void {
  const schema = createSchema()
  const document = parse(getIntrospectionQuery())
  const operation = document.definitions[0] as never
  const time = (work: () => void) => {
    for (let i = 0; i < 200; i++) work()
    const cpu = process.cpuUsage()
    for (let i = 0; i < 1000; i++) work()
    const { user, system } = process.cpuUsage(cpu)
    return ((user + system) / 1e6).toFixed(3)
  }
  console.log(`checking the document of the schema: ${time(() => checkDocument(document, DEFAULT_LIMITS))} ms of CPU`)
  const price = () => void priceOperation(schema, PRICE_LIST, mapFragments(document), operation, {})
  console.log(`pricing it: ${time(price)} ms of CPU`)
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)]
}
