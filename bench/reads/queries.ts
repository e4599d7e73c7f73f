// Measures the most likely questions over HTTP and as hand-written SQL, in a database with three datasets of 2,913 rows and
// with 400,000 activations. Writes the table of docs/lab/query-speed.md.
//   node build/bench/reads/queries.js [requests per question]      default: 100
// The datasets are imported from files of bench/reads/act-bench-file.ts, with spectra of 1,368 values. The other activations
// are spellings of schemas such as n-ary(unary(x),unary(x),unary(x)). They have no outputs and made-up identities, because
// computing both takes minutes and no question here reads them. The server of the product runs in its own process, on a
// PostgreSQL with durable writes. One client asks one question at a time on one connection.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import pg from 'pg'
import { openDatabase } from '../../src/db/connection/client.js'
import { applyMigrations } from '../../src/db/connection/migrate.js'
import { PROJECT_ROOT } from '../../src/root.js'
import { importFile } from '../../src/services/imports/import-file.js'
import { openEmbeddedPostgres } from '../../src/start/embedded-postgres.js'
import { startServerProcess } from '../../test/support/server-process.js'
import { addActivations } from '../add-activations.js'
import { writeActBenchFile } from './act-bench-file.js'
import { listQuestions, type Question } from './query-questions.js'

const ACTIVATIONS = 400_000
const SCHEMAS = [
  'n-ary(unary(x),unary(x),unary(x))',
  'unary(binary(unary(x),unary(x)))',
  'binary(unary(unary(x)),unary(x))',
]
const MARKS = ['<!-- bench/queries: begin -->', '<!-- bench/queries: end -->']
const WARM_UP = 20

const requests = Number(process.argv[2] ?? 100)
const folder = mkdtempSync(join(tmpdir(), 'actbench-queries-'))
const postgres = await openEmbeddedPostgres(folder)
try {
  await applyMigrations(postgres.url)
  await fill(postgres.url)
  const environment = { ACTBENCH_RATE_LIMIT: '0', LOG_LEVEL: 'warn', ACTBENCH_DATA: folder }
  const server = await startServerProcess(postgres.url, environment)
  const client = new pg.Client({ connectionString: postgres.url })
  await client.connect()
  try {
    writeTable(await measureAll(server.address, client))
  } finally {
    await client.end()
    server.child.kill('SIGTERM')
    await server.exited
  }
} finally {
  await postgres.close()
  rmSync(folder, { recursive: true, force: true })
}

async function fill(url: string): Promise<void> {
  const database = openDatabase(url)
  try {
    for (const seed of [1, 2, 3]) {
      const path = join(folder, `${seed}.json`)
      await writeActBenchFile(path, { rows: 2913, spectrumLength: 1368, plainShare: 0.7, seed })
      await importFile(database, { path, dataset: `bench-${seed}` })
      rmSync(path)
    }
    await addActivations(database.pool, ACTIVATIONS, SCHEMAS)
    await database.pool.query('ANALYZE')
  } finally {
    await database.close()
  }
}

async function measureAll(address: string, client: pg.Client): Promise<string[]> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
  const ask = async (query: string) => {
    const { data, errors } = JSON.parse(await post(agent, `${address}/graphql`, JSON.stringify({ query })))
    if (errors) throw new Error(JSON.stringify(errors))
    return data
  }
  const { rows } = await client.query(`SELECT id, expression, validation_accuracy AS value FROM evaluations
    WHERE dataset_id = (SELECT id FROM datasets WHERE name = 'bench-1') ORDER BY validation_accuracy DESC, id OFFSET 1456 LIMIT 1`)
  const [{ id, value }] = rows
  const cursor = Buffer.from(JSON.stringify(['evaluations VALIDATION_ACCURACY down', value, id])).toString('base64url')
  const best = await ask('{ dataset(name: "bench-1") { leaderboard(first: 5) { nodes { expression } } } }')
  const expressions = best.dataset.leaderboard.nodes.map((node: { expression: string }) => node.expression)
  const lines: string[] = []
  for (const question of listQuestions({ cursor, value, id }, expressions)) {
    await checkAnswers(question, ask, client)
    const byHand = () => client.query(question.sql, [...question.values])
    const [overHttp, bySql] = await measureInTurns([() => ask(question.query), byHand])
    const ratio = (overHttp.median / bySql.median).toFixed(1)
    const line = `| ${question.name} | ${show(overHttp)} | ${show(bySql)} | ${ratio} |`
    console.log(line)
    lines.push(line)
  }
  agent.destroy()
  return lines
}

/** Throws if HTTP and SQL return different numbers of rows, because then they do not answer the same question. */
async function checkAnswers(question: Question, ask: (query: string) => Promise<unknown>, client: pg.Client) {
  const [found, wanted] = [
    question.count(await ask(question.query)),
    (await client.query(question.sql, [...question.values])).rowCount,
  ]
  if (found !== wanted) throw new Error(`${question.name}: expected ${wanted} rows as by SQL, got ${found} over HTTP`)
}

interface Latencies {
  readonly median: number
  readonly p99: number
}

/** Runs the works in turns, so that other load on the machine affects all of them equally. */
async function measureInTurns(works: readonly (() => Promise<unknown>)[]): Promise<Latencies[]> {
  const taken: number[][] = works.map(() => [])
  for (let i = -WARM_UP; i < requests; i++) {
    for (const [place, work] of works.entries()) {
      const began = performance.now()
      await work()
      if (i >= 0) taken[place].push(performance.now() - began)
    }
  }
  return taken.map((times) => {
    times.sort((a, b) => a - b)
    return { median: times[Math.floor(requests / 2)], p99: times[Math.floor(0.99 * (requests - 1))] }
  })
}

function show({ median, p99 }: Latencies): string {
  return `${median.toFixed(1)} | ${p99.toFixed(1)}`
}

function post(agent: http.Agent, url: string, body: string): Promise<string> {
  return new Promise((done, fail) => {
    const request = http.request(url, { agent, method: 'POST', headers: { 'content-type': 'application/json' } })
    request.on('error', fail).on('response', (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part) => {
        text += part
      })
      response.on('end', () => done(text))
    })
    request.end(body)
  })
}

function writeTable(lines: readonly string[]): void {
  const file = join(PROJECT_ROOT, 'docs/lab/query-speed.md')
  const text = readFileSync(file, 'utf8')
  const [begin, end] = MARKS.map((mark) => text.indexOf(mark))
  if (begin < 0 || end < begin) throw new Error(`${file}: missing marks; expected ${MARKS.join(' and ')}`)
  const load = loadavg()[0].toFixed(0)
  const table = [
    `${new Date().toISOString().slice(0, 10)}, Node ${process.version}, load ${load}, ${requests} requests each, milliseconds:\n`,
    '| question | HTTP median | p99 | SQL median | p99 | ratio of the medians |',
    '| --- | --- | --- | --- | --- | --- |',
    ...lines,
  ]
  writeFileSync(file, `${text.slice(0, begin)}${MARKS[0]}\n${table.join('\n')}\n${text.slice(end)}`)
}
