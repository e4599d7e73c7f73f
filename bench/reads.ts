// Compares what a read costs here with other ways to serve the same rows: CPU milliseconds of the server process per request,
// eight connections, the median of several rounds, over the shipped Mini-CNN.
//   npm ci --prefix bench/peers && node build/bench/reads.js [--database URL] [--rounds 5] [--seconds 1] [--only NAME,...]
//   node build/bench/reads.js --rate 1000 --seconds 20 [--questions 1] [--only "actbench hot"]
// Every server is a process of its own. The rounds of the servers alternate, so a busy machine slows all of them. Without
// --database, a new PostgreSQL gets the shipped data, which takes a minute. With --rate, requests come at that many a second, whether
// answers come or not, and their latency counts from when each was due.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import http from 'node:http'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { openDatabase } from '../src/db/connection/client.js'
import { applyMigrations } from '../src/db/connection/migrate.js'
import { PROJECT_ROOT } from '../src/root.js'
import { importSeed } from '../src/services/shipped-data/import-seed.js'
import { SERVER_PROCESS } from '../src/start/child-command.js'
import { openEmbeddedPostgres } from '../src/start/embedded-postgres.js'
import { median } from './measurement.js'
import { askAtRate } from './reads/constant-rate.js'
import { READ_QUESTIONS, type ReadQuestion } from './reads/read-questions.js'

const CONNECTIONS = 8
/** At a constant rate, before the measurement. */
const WARM_UP_SECONDS = 3

/** A server to measure: its program, and the request for each question; null if it cannot answer the question. */
interface Contestant {
  readonly name: string
  readonly program: string
  readonly mode?: string
  /** Started as `npm start` starts a server. */
  readonly isProduct?: boolean
  readonly ask: (question: ReadQuestion, index: number) => { path: string; body: string } | null
}

const toBody = (query: string, variables?: object) => JSON.stringify({ query, variables })
const graphql = ({ query, variables }: ReadQuestion) => ({ path: '/graphql', body: toBody(query, variables) })
const PRODUCT = join(PROJECT_ROOT, 'build/bench/reads/serve-reads.js')
const peer = (file: string) => join(PROJECT_ROOT, 'bench/peers', file)
const CONTESTANTS: readonly Contestant[] = [
  {
    name: 'SQL',
    program: peer('plain-sql.mjs'),
    ask: ({ variables = {} }, index) => ({ path: `/${index + 1}`, body: JSON.stringify({ variables }) }),
  },
  { name: 'mercurius', program: peer('mercurius.mjs'), ask: graphql },
  {
    name: 'PostGraphile',
    program: peer('postgraphile.mjs'),
    ask: ({ postgraphile }) => (postgraphile === null ? null : { path: '/graphql', body: toBody(postgraphile) }),
  },
  { name: 'actbench cold', program: PRODUCT, isProduct: true, ask: graphql },
  { name: 'actbench hot', program: PRODUCT, isProduct: true, mode: 'hot', ask: graphql },
]

interface Running extends Contestant {
  readonly process: ChildProcess
  readonly port: number
  megabytes: number
}

const { values: options } = parseArgs({
  options: {
    database: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '1' },
    only: { type: 'string' },
    questions: { type: 'string' },
    rate: { type: 'string' },
  },
})
const rate = options.rate === undefined ? null : Number(options.rate)
const only = options.only ?? (rate === null ? CONTESTANTS.map(({ name }) => name).join() : 'actbench hot')
const questions = (options.questions ?? (rate === null ? '1,2,3,4,5' : '1')).split(',').map(Number)
if (rate === null && !existsSync(peer('node_modules')))
  throw new Error('bench/peers: not installed; run npm ci --prefix bench/peers')
if (options.database) await compare(options.database)
else await withNewDatabase(compare)

async function withNewDatabase(work: (url: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'actbench-reads-'))
  const postgres = await openEmbeddedPostgres(folder)
  try {
    await applyMigrations(postgres.url)
    const database = openDatabase(postgres.url)
    await importSeed(database)
    await database.pool.query('ANALYZE')
    await database.close()
    await work(postgres.url)
  } finally {
    await postgres.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function compare(url: string): Promise<void> {
  const wanted = only.split(',')
  const servers: Running[] = []
  try {
    for (const contestant of CONTESTANTS.filter(({ name }) => wanted.includes(name))) {
      servers.push(await start(contestant, url))
    }
    if (rate !== null) return await compareAtRate(servers, rate)
    const lines: string[] = []
    for (const number of questions) {
      const costs = await measure(servers, READ_QUESTIONS[number - 1], number - 1)
      lines.push(`| ${[READ_QUESTIONS[number - 1].name, ...costs].join(' | ')} |`)
    }
    const date = new Date().toISOString().slice(0, 10)
    console.log(`${date}, Node ${process.version}, load ${loadavg()[0].toFixed(0)}, ${options.rounds} rounds:\n`)
    console.log(`| question | ${servers.map(({ name }) => name).join(' | ')} |`)
    console.log(`| --- |${servers.map(() => ' ---: |').join('')}`)
    for (const line of lines) console.log(line)
    const memory = servers.map(({ megabytes }) => megabytes.toFixed(0))
    console.log(`| most memory of the server, MB | ${memory.join(' | ')} |`)
  } finally {
    for (const server of servers) server.process.send('end')
  }
}

/** Prints the latency of each server at a constant rate, and how much of one core it and this client use. */
async function compareAtRate(servers: readonly Running[], rate: number): Promise<void> {
  const seconds = Number(options.seconds)
  console.log(`${new Date().toISOString().slice(0, 10)}, Node ${process.version}, load ${loadavg()[0].toFixed(0)}:\n`)
  console.log(
    '| question | server | requests a second | p50, ms | p99, ms | most, ms | CPU of the server | of the client |',
  )
  console.log('| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |')
  for (const number of questions) {
    const question = READ_QUESTIONS[number - 1]
    for (const server of servers) {
      const request = server.ask(question, number - 1)
      if (!request) continue
      await askAtRate(server.port, request, { rate, seconds: WARM_UP_SECONDS })
      server.process.send('start')
      const before = process.cpuUsage()
      const began = performance.now()
      const { achieved, latencies } = await askAtRate(server.port, request, { rate, seconds })
      const elapsed = performance.now() - began
      const { user, system } = process.cpuUsage(before)
      server.process.send('stop')
      const [used] = (await once(server.process, 'message')) as [{ milliseconds: number }]
      const at = (share: number) => latencies[Math.ceil(share * latencies.length) - 1].toFixed(1)
      const shares = [used.milliseconds, (user + system) / 1000].map(
        (each) => `${((100 * each) / elapsed).toFixed(0)}%`,
      )
      const cells = [question.name, server.name, achieved.toFixed(0), at(0.5), at(0.99), at(1), ...shares]
      console.log(`| ${cells.join(' | ')} |`)
    }
  }
}

async function start(contestant: Contestant, url: string): Promise<Running> {
  const child = fork(contestant.program, [url, contestant.mode ?? 'cold'], {
    env: { NODE_ENV: 'production', ...(contestant.isProduct && SERVER_PROCESS.settings), ...process.env },
    execArgv: contestant.isProduct ? [...SERVER_PROCESS.options, ...process.execArgv] : process.execArgv,
  })
  const [{ port }] = (await once(child, 'message')) as [{ port: number }]
  return { ...contestant, process: child, port, megabytes: 0 }
}

/** The cost of a question for each server, in its column of the table. */
async function measure(servers: readonly Running[], question: ReadQuestion, index: number): Promise<string[]> {
  const costs = servers.map((): number[] => [])
  const sizes: string[] = []
  for (let round = -1; round < Number(options.rounds); round++) {
    for (const [place, server] of servers.entries()) {
      const request = server.ask(question, index)
      if (!request) continue
      server.process.send('start')
      const answers = await ask(server.port, request, Number(options.seconds) * 1000)
      server.process.send('stop')
      const [used] = (await once(server.process, 'message')) as [{ milliseconds: number; megabytes: number }]
      server.megabytes = Math.max(server.megabytes, used.megabytes)
      // The first round only warms up.
      if (round < 0) sizes[place] = `${server.name} ${answers.objects} objects in ${answers.bytes} bytes`
      else costs[place].push(used.milliseconds / answers.count)
    }
  }
  console.error(`${question.name}: ${sizes.filter(Boolean).join(', ')}`)
  return costs.map((rounds) => (rounds.length > 0 ? median(rounds).toFixed(2) : 'n/a'))
}

/** Asks for some time on eight connections, one request at a time on each. */
async function ask(port: number, { path, body }: { path: string; body: string }, milliseconds: number) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const end = performance.now() + milliseconds
  let count = 0
  let text = ''
  const client = async () => {
    while (performance.now() < end) {
      text = await post(agent, port, path, body)
      count++
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, client))
  agent.destroy()
  const { data, errors } = JSON.parse(text)
  if (errors) throw new Error(`${path}: expected an answer without errors, got ${JSON.stringify(errors)}`)
  return { count, bytes: text.length, objects: countObjects(data) }
}

function post(agent: http.Agent, port: number, path: string, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    const request = http.request({ agent, port, path, host: '127.0.0.1', method: 'POST', headers }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part) => {
        text += part
      })
      response.on('end', () => {
        if (response.statusCode === 200) resolve(text)
        else reject(new Error(`${path}: expected status 200, got ${response.statusCode}: ${text.slice(0, 500)}`))
      })
    })
    request.on('error', reject).end(body)
  })
}

function countObjects(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  const inner = Object.values(value).reduce((sum: number, each) => sum + countObjects(each), 0)
  return Array.isArray(value) ? inner : inner + 1
}
