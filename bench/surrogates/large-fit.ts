/**
 * Fits each surrogate on a database with many functions. Measures the time of the fit, the time of its scan, and the
 * memory of this process without PostgreSQL. The functions come from a space of a million, with synthetic accuracies
 * and spectra. After the first 4,000, the same outputs are stored again under other identities; a scan takes the same
 * time on them.
 *
 *   node build/bench/surrogates/large-fit.js [--functions 400000] [--measured 300] [--spectra 2800]
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { type Database, openDatabase } from '../../src/db/connection/client.js'
import { inTransaction } from '../../src/db/connection/in-transaction.js'
import { applyMigrations } from '../../src/db/connection/migrate.js'
import { findActivationIds } from '../../src/db/surrogates/find-points.js'
import { type ActivationDescription, describeActivation } from '../../src/services/activations/describe-activation.js'
import { storeActivations } from '../../src/services/activations/store-activations.js'
import { createSampledSpace } from '../../src/services/candidates/sample-space.js'
import { fitSurrogate } from '../../src/services/surrogates/fit-surrogate.js'
import { openEmbeddedPostgres } from '../../src/start/embedded-postgres.js'
import { createSyntheticDataset, type StoredFunction } from '../../test/support/fixtures/learning-fixture.js'

const { values } = parseArgs({
  options: {
    functions: { type: 'string', default: '400000' },
    measured: { type: 'string', default: '300' },
    spectra: { type: 'string', default: '2800' },
  },
})
const [count, measured, spectra] = [values.functions, values.measured, values.spectra].map(Number)
/** Progress at which the scan of each algorithm begins and ends. */
const SCANS = { GAUSSIAN_PROCESS: [0.5, 0.6], UMAP_KNN: [0.85, 0.9] } as const

const folder = mkdtempSync(join(tmpdir(), 'actbench-bench-'))
const postgres = await openEmbeddedPostgres(folder)
await applyMigrations(postgres.url)
const database = openDatabase(postgres.url)
try {
  const functions = await store(database, drawFunctions(Math.min(count, 4000)))
  await multiply(database, count, functions.length)
  const [withSpectrum, known] = [functions.slice(0, spectra), functions.slice(0, measured)]
  const dataset = await createSyntheticDataset(database, { spectra: withSpectrum, measured: known })
  console.log(`${count} functions stored, ${spectra} with spectra, ${measured} measured; ${memory()}`)
  for (const algorithm of ['GAUSSIAN_PROCESS', 'UMAP_KNN'] as const) {
    const surrogate = await database.prisma.surrogate.create({
      data: { datasetId: dataset.id, version: algorithm.length, algorithm, features: [] },
    })
    const marks: number[] = []
    const onProgress = (share: number) => {
      while (marks.length < 2 && share >= SCANS[algorithm][marks.length]) marks.push(cpuSeconds())
    }
    const [cpu, started] = [cpuSeconds(), performance.now()]
    const { points } = await fitSurrogate(database, { dataset, surrogate }, { onProgress })
    const wall = ((performance.now() - started) / 1000).toFixed(0)
    const scan = marks[1] - marks[0]
    console.log(`${algorithm}: ${(cpuSeconds() - cpu).toFixed(0)} s CPU, ${wall} s wall, ${points.length} points`)
    const each = ((1000 * scan) / count).toFixed(3)
    console.log(`  the scan ${scan.toFixed(0)} s CPU, ${each} ms per function; ${memory()}`)
  }
} finally {
  await database.close()
  await postgres.close()
  rmSync(folder, { recursive: true, force: true })
}

function drawFunctions(count: number): ActivationDescription[] {
  const space = createSampledSpace(['binary(unary(x),unary(x))', 'n-ary(unary(x),unary(x),unary(x))'])
  const drawn = new Map<string, ActivationDescription>()
  for (let draw = 0; drawn.size < count; draw++) {
    const described = describeActivation(space.sample(1, draw))
    if (described.isFinite) drawn.set(described.identityHex, described)
  }
  return [...drawn.values()]
}

async function store(database: Database, drawn: readonly ActivationDescription[]): Promise<StoredFunction[]> {
  const rows = drawn.map(({ identityHex, canonicalText, ...rest }) => ({
    ...rest,
    ...{ identity: identityHex, expressions: [canonicalText] },
  }))
  await inTransaction(database, (db) => storeActivations(db, rows))
  const identities = drawn.map(({ identityHex }) => identityHex)
  const ids = await findActivationIds(database.kysely, identities)
  return drawn.map((described) => ({ described, activationId: ids.get(described.identityHex) as number }))
}

async function multiply({ pool }: Database, wanted: number, stored: number): Promise<void> {
  const { rows } = await pool.query<{ first: number }>('SELECT min(id) AS first FROM activations')
  for (let copies = stored; copies < wanted; copies += stored) {
    await pool.query(
      `WITH copied AS (
         INSERT INTO activations (identity, identity_version, expression, depth, operators, is_finite, is_constant)
         SELECT sha256(identity || int4send($1)), 2, expression, depth, operators, true, is_constant
         FROM activations ORDER BY id LIMIT $2 RETURNING id
       ), numbered AS (SELECT id, row_number() OVER (ORDER BY id) - 1 AS position FROM copied)
       INSERT INTO activation_outputs (activation_id, values)
       SELECT n.id, o.values FROM numbered n JOIN activation_outputs o ON o.activation_id = $3 + n.position`,
      [copies, Math.min(stored, wanted - copies), rows[0].first],
    )
  }
  await pool.query('ANALYZE activations, activation_outputs, fisher_spectra, expressions')
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

function memory(): string {
  const now = process.memoryUsage().rss / 2 ** 20
  return `${now.toFixed(0)} MB resident, ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} peak so far`
}
