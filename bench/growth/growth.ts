// Measures how reads grow with a dataset: of 10,000, 100,000 and 1,000,000 evaluations, next to the shipped mini-cnn. Writes the
// table of docs/lab/query-speed.md.
//   node build/bench/growth/growth.js FOLDER [largest size]
// The folder keeps the database, because filling it takes many minutes; a later call reuses it. The server of the product runs
// in its own process. Each question is asked once after another evaluation has changed, and then five times more.
import { readFileSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import pg from 'pg'
import { openDatabase } from '../../src/db/connection/client.js'
import { applyMigrations } from '../../src/db/connection/migrate.js'
import { PROJECT_ROOT } from '../../src/root.js'
import { addEvaluation } from '../../src/services/evaluations/add-evaluation.js'
import { keepOutdatedCounts } from '../../src/services/evaluations/counts-watch.js'
import { importSeed } from '../../src/services/shipped-data/import-seed.js'
import { openEmbeddedPostgres } from '../../src/start/embedded-postgres.js'
import { createViewer } from '../../test/support/fixtures/training-fixture.js'
import { startServerProcess } from '../../test/support/server-process.js'
import { median } from '../measurement.js'
import { fillGrowth, identifyBest, nameOf, SIZES } from './fill.js'

const MARKS = ['<!-- bench/growth: begin -->', '<!-- bench/growth: end -->']
const PAGE = 'id expression validationAccuracy activation { id expression depth operators }'
const RANGE = 'validationAccuracy: { min: 0.4, max: 0.6 }'
const BY_OPERATOR = 'activation: { operators: ["tanh"] }'

/** The fields of a dataset that each question asks for. `after` is the cursor of a row in the middle, `best` the best function. */
const QUESTIONS: readonly (readonly [name: string, ask: (after: string, best: string) => string])[] = [
  ['first 20, with activations', () => `leaderboard(first: 20) { nodes { ${PAGE} } }`],
  [
    '20 from the middle, with `rank`',
    (after) => `leaderboard(first: 20, after: "${after}") { nodes { rank ${PAGE} } }`,
  ],
  [
    '20 from the middle, with `rank` and `rankInterval`',
    (after) => `leaderboard(first: 20, after: "${after}") { nodes { rank rankInterval { best worst } ${PAGE} } }`,
  ],
  ['`evaluationCount` and `totalCount`', () => 'evaluationCount leaderboard(first: 1) { totalCount }'],
  ['a range, with `totalCount`', () => `leaderboard(first: 20, filter: { ${RANGE} }) { totalCount nodes { ${PAGE} } }`],
  [
    'an operator and a range, with `totalCount`',
    () => `leaderboard(first: 20, filter: { ${BY_OPERATOR}, ${RANGE} }) { totalCount nodes { ${PAGE} } }`,
  ],
  [
    '`statistics` with histogram',
    () => 'statistics { count mean standardDeviation quartiles histogram { from to count } }',
  ],
  ['`groups(by: OPERATOR)`', () => 'groups(by: OPERATOR) { key statistics { count mean quartiles } }'],
  ['first 20, with `tieGroup`', () => `leaderboard(first: 20) { nodes { tieGroup ${PAGE} } }`],
  [
    '20 from the middle, with `tieGroup`',
    (after) => `leaderboard(first: 20, after: "${after}") { nodes { tieGroup ${PAGE} } }`,
  ],
  [
    '20 from the middle, each with `comparedWith` the best, corrected',
    (after, best) => `leaderboard(first: 20, after: "${after}") { nodes { ${PAGE}
      comparedWith(expression: "${best}") { difference standardError pValue adjustedPValue verdict } } }`,
  ],
  [
    'first 20, with `shrunk`',
    () => `leaderboard(first: 20) { nodes { shrunk { value lowest highest reason } ${PAGE} } }`,
  ],
  ['`seedNoise`', () => 'seedNoise { standardDeviation evaluations runs }'],
]

const WRITES = 21

const [folder, largest = SIZES[SIZES.length - 1]] = process.argv.slice(2)
if (!folder) throw new Error('expected the folder of the database')
const sizes = SIZES.filter((size) => size <= Number(largest))
const postgres = await openEmbeddedPostgres(folder)
try {
  await applyMigrations(postgres.url)
  const client = new pg.Client({ connectionString: postgres.url })
  // If something fails, the database is closed first.
  client.on('error', () => {})
  await client.connect()
  await fillGrowth(client, sizes)
  const database = openDatabase(postgres.url)
  await importSeed(database)
  await keepOutdatedCounts(database)
  const server = await startServerProcess(postgres.url, {
    ACTBENCH_RATE_LIMIT: '0',
    LOG_LEVEL: 'warn',
    // On a busy machine groups of a million rows take longer than the usual 30 seconds.
    ACTBENCH_STATEMENT_SECONDS: '600',
    ACTBENCH_DATA: folder,
  })
  try {
    const columns: string[][] = []
    for (const name of ['mini-cnn', ...sizes.map(nameOf)]) columns.push(await measure(server.address, client, name))
    // Datasets of clients have at most 100,000 evaluations.
    const reported = await measureReports(nameOf(sizes[0]))
    const changed = await measureChanges(client, nameOf(sizes[sizes.length - 1]))
    writeTable(
      columns,
      `A result is reported to the smallest dataset in ${reported.toFixed(1)} ms (its function is identified first), and an evaluation of the largest one
changes in ${changed.toFixed(1)} ms (medians of ${WRITES}).`,
    )
  } finally {
    server.child.kill('SIGTERM')
    await server.exited
    await database.close()
    await client.end()
  }

  /** The median milliseconds in which a reported run is stored. */
  async function measureReports(dataset: string): Promise<number> {
    const viewer = await createViewer(database, `bench-${Date.now()}`, ['DATASET'])
    await database.prisma.dataset.update({ where: { name: dataset }, data: { apiKeyId: viewer.apiKeyId } })
    const first = Math.floor(Date.now() / 1000) % 1e8
    const taken: number[] = []
    for (let i = 0; i < WRITES; i++) {
      const began = performance.now()
      await addEvaluation(database, viewer, {
        dataset,
        expression: 'sinh(tanh(x))',
        seed: first + i,
        validationAccuracy: 0.5,
      })
      taken.push(performance.now() - began)
    }
    return median(taken)
  }
} finally {
  await postgres.close()
}

/** Milliseconds of each question: after a change, and again. */
async function measure(address: string, client: pg.Client, dataset: string): Promise<string[]> {
  const ask = async (fields: string): Promise<number> => {
    const began = performance.now()
    const answer = await fetch(`${address}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: `{ dataset(name: "${dataset}") { ${fields} } }` }),
    })
    const { errors } = (await answer.json()) as { errors?: unknown }
    if (errors) throw new Error(JSON.stringify(errors))
    return performance.now() - began
  }
  const { rows } = await client.query<{ id: number; value: number }>(
    `SELECT e.id, validation_accuracy AS value FROM evaluations e JOIN datasets d ON d.id = e.dataset_id WHERE d.name = $1
       AND validation_accuracy <= 0.5 ORDER BY validation_accuracy DESC NULLS LAST, e.id LIMIT 1`,
    [dataset],
  )
  const [{ id, value }] = rows
  const best = await identifyBest(client, dataset)
  const after = Buffer.from(JSON.stringify(['evaluations VALIDATION_ACCURACY down', value, id])).toString('base64url')
  const cells: string[] = []
  await ask(QUESTIONS[0][1](after, best))
  for (const [name, fieldsOf] of QUESTIONS) {
    await client.query('UPDATE evaluations SET test_loss = random() WHERE id = $1', [id])
    const first = await ask(fieldsOf(after, best))
    const again: number[] = []
    for (let i = 0; i < 5; i++) again.push(await ask(fieldsOf(after, best)))
    cells.push(`${median(again).toFixed(0)} (${first.toFixed(0)})`)
    console.error(`${dataset}: ${name}: ${cells[cells.length - 1]} ms`)
  }
  return cells
}

/** The median milliseconds of an update of one evaluation. */
async function measureChanges(client: pg.Client, dataset: string): Promise<number> {
  const { rows } = await client.query<{ id: number }>(
    `SELECT id FROM evaluations WHERE dataset_id = (SELECT id FROM datasets WHERE name = $1) LIMIT $2`,
    [dataset, WRITES],
  )
  const taken: number[] = []
  for (const { id } of rows) {
    const began = performance.now()
    await client.query('UPDATE evaluations SET validation_accuracy = random(), updated_at = now() WHERE id = $1', [id])
    taken.push(performance.now() - began)
  }
  return median(taken)
}

function writeTable(columns: readonly string[][], written: string): void {
  const file = join(PROJECT_ROOT, 'docs/lab/query-speed.md')
  const text = readFileSync(file, 'utf8')
  const [begin, end] = MARKS.map((mark) => text.indexOf(mark))
  if (begin < 0 || end < begin) throw new Error(`${file}: missing marks; expected ${MARKS.join(' and ')}`)
  const titles = ['mini-cnn', ...sizes.map((size) => `${size.toLocaleString('en')} rows`)]
  const date = new Date().toISOString().slice(0, 10)
  const table = [
    `${date}, Node ${process.version}, load ${loadavg()[0].toFixed(0)}, milliseconds over HTTP (in brackets: the first time after`,
    `a change):\n`,
    `| question | ${titles.join(' | ')} |`,
    `| --- |${titles.map(() => ' --- |').join('')}`,
    ...QUESTIONS.map(([name], i) => `| ${name} | ${columns.map((column) => column[i]).join(' | ')} |`),
    `\n${written}`,
  ]
  writeFileSync(file, `${text.slice(0, begin)}${MARKS[0]}\n${table.join('\n')}\n${text.slice(end)}`)
}
