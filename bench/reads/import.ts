// Measures how fast a file of full size is read, imported as three datasets of one database, and exported in each format.
// Also prints memory use and the size of the database.
//   node build/bench/reads/import.js [FILE]      default: a file that bench/reads/act-bench-file.ts writes
// Each step runs in its own process, on a new PostgreSQL with durable writes. CPU time is that of all threads of the
// process. It does not include PostgreSQL, whose time shows only in the wall time.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { checkFile } from '../../src/datasets/reading/check-file.js'
import { openDatabase } from '../../src/db/connection/client.js'
import { applyMigrations } from '../../src/db/connection/migrate.js'
import { exportDataset } from '../../src/services/exports/export-dataset.js'
import { EXPORT_FORMAT_NAMES, type ExportFormat } from '../../src/services/exports/export-formats.js'
import { importFile } from '../../src/services/imports/import-file.js'
import { importSeed } from '../../src/services/shipped-data/import-seed.js'
import { openEmbeddedPostgres } from '../../src/start/embedded-postgres.js'
import { writeActBenchFile } from './act-bench-file.js'

type Step = (path: string, url: string) => Promise<unknown>

const importAs =
  (dataset: string): Step =>
  (path, url) =>
    withDatabase(url, (database) => importFile(database, { path, dataset }))

const exportAs =
  (format: ExportFormat): Step =>
  (path, url) =>
    withDatabase(url, (database) =>
      pipeline(
        Readable.from(exportDataset(database, { dataset: 'bench-1', format }), { objectMode: false }),
        createWriteStream(`${path}.export`),
      ),
    )

const STEPS: Readonly<Record<string, Step>> = {
  check: (path) => checkFile(path),
  'import 1': importAs('bench-1'),
  'import 2': importAs('bench-2'),
  'import 3': importAs('bench-3'),
  ...Object.fromEntries(EXPORT_FORMAT_NAMES.map((format) => [`export ${format}`, exportAs(format)])),
}

const [first, path = '', url = ''] = process.argv.slice(2)
if (first !== undefined && first in STEPS) await runStep(first, path, url)
else await measure(first)

async function measure(given: string | undefined): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'actbench-import-'))
  const postgres = await openEmbeddedPostgres(folder)
  try {
    await applyMigrations(postgres.url)
    await withDatabase(postgres.url, (database) => importSeed(database))
    const file = given ?? join(folder, 'full.json')
    if (!given) await writeActBenchFile(file, { rows: 2913, spectrumLength: 13_683, plainShare: 0.7, seed: 1 })
    for (const step of Object.keys(STEPS)) {
      const child = fork(process.argv[1], [step, file, postgres.url])
      const [{ seconds, cpu, memory }] = await once(child, 'message')
      const megabytes = statSync(step.startsWith('export') ? `${file}.export` : file).size / 1e6
      const speed = `${(megabytes / seconds).toFixed(1)} MB/s, ${(megabytes / cpu).toFixed(1)} MB per CPU second`
      console.log(`${step}: ${megabytes.toFixed(1)} MB, ${speed}, peak memory ${memory.toFixed(0)} MB`)
    }
    rmSync(`${file}.export`)
    await withDatabase(postgres.url, async ({ pool }) => {
      const { rows } = await pool.query('SELECT pg_database_size(current_database())::float8 / 1e6 AS megabytes')
      console.log(`database with three datasets: ${rows[0].megabytes.toFixed(0)} MB`)
    })
  } finally {
    await postgres.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function runStep(step: string, file: string, address: string): Promise<void> {
  const started = performance.now()
  await STEPS[step](file, address)
  const { user, system } = process.cpuUsage()
  const memory = process.resourceUsage().maxRSS / 1000
  process.send?.({ seconds: (performance.now() - started) / 1000, cpu: (user + system) / 1e6, memory })
}

async function withDatabase<Result>(
  address: string,
  work: (database: ReturnType<typeof openDatabase>) => Promise<Result>,
): Promise<Result> {
  const database = openDatabase(address)
  try {
    return await work(database)
  } finally {
    await database.close()
  }
}
