// Runs a mixed load against one server with its PostgreSQL and one worker. Reports speed, errors and memory.
//   npm run soak -- [--minutes 10] [--clients 8] [--jobs-a-minute 1]
// Each client sends one operation at a time: reads of rows, pages, vectors, predictions and statistics, and writes. Two more
// clients hold subscriptions. Memory is that of the server after a garbage collection.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createClient } from 'graphql-ws'
import WebSocket from 'ws'
import { readConfig } from '../../src/config.js'
import { openDatabase } from '../../src/db/connection/client.js'
import { createRandom } from '../../src/numeric/random.js'
import { PROJECT_ROOT } from '../../src/root.js'
import { createApiKey } from '../../src/services/access/api-keys.js'
import { openEmbeddedPostgres } from '../../src/start/embedded-postgres.js'
import { prepareDatabase } from '../../src/start/prepare-database.js'
import { openKeepAliveClient } from '../../test/support/attacks/keep-alive-client.js'

const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    clients: { type: 'string', default: '8' },
    'jobs-a-minute': { type: 'string', default: '1' },
  },
})
const minutes = Number(options.minutes)
const random = createRandom(1, 'soak')
const folder = mkdtempSync(join(tmpdir(), 'actbench-soak-'))
const postgres = await openEmbeddedPostgres(folder)
const database = openDatabase(postgres.url, { maxConnections: 2 })
await prepareDatabase(database, readConfig({ ACTBENCH_DATA: folder }), () => {})
const admin = { apiKeyId: 0, name: 'soak', scopes: ['ADMIN' as const] }
const { secret } = await createApiKey(database, admin, { name: 'soak', scopes: ['TRAIN', 'SEARCH', 'DATASET'] })
const { server, address } = await startServer()
const worker = fork(join(PROJECT_ROOT, 'build/src/cli.js'), ['worker'], {
  stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  env: { ...process.env, DATABASE_URL: postgres.url },
})
await once(worker, 'message')

const PAGE = `{ datasets(first: 3) { nodes { name evaluationCount leaderboard(first: 20) { nodes { rank expression validationAccuracy } } } } }`
const OPERATIONS: readonly (readonly [name: string, weight: number, make: () => string])[] = [
  [
    'row',
    6,
    () =>
      `{ activation(expression: "${pick(EXPRESSIONS)}") { id expression gaussianMean evaluations { testAccuracy } } }`,
  ],
  ['page', 4, () => PAGE],
  [
    'deep page',
    2,
    () =>
      `{ activations(first: 50, filter: { maxDepth: 2 }) { nodes { id operators evaluations { validationAccuracy } } } }`,
  ],
  [
    'vectors',
    2,
    () =>
      `{ activation(expression: "${pick(EXPRESSIONS)}") { outputs { length base64 } neighbours(first: 5) { distance } } }`,
  ],
  [
    'predictions',
    1,
    () => `{ predict(dataset: "mini-cnn", expressions: ["${pick(EXPRESSIONS)}", "mish(softsign(x))"]) { mean } }`,
  ],
  [
    'statistics',
    1,
    () => '{ dataset(name: "mini-cnn") { statistics(bins: 20) { mean quartiles } groups(by: OPERATOR) { key } } }',
  ],
  [
    'write',
    1,
    () =>
      `mutation { addEvaluation(input: { dataset: "soak", expression: "${pick(EXPRESSIONS)}", seed: ${writes++}, testLoss: 1 }) { evaluation { id } } }`,
  ],
]
const EXPRESSIONS = [
  'relu(x)',
  'swish(x)',
  'mul(x,sigmoid(x))',
  'max(x,tanh(x))',
  'swish(erf(x))',
  'elu(softsign(x))',
  'square(sigmoid(x))',
]
let writes = 0
const seconds = new Map<string, number[]>(OPERATIONS.map(([name]) => [name, []]))
const errors = new Map<string, number>()
let isOver = false
let heard = 0
let jobs = 0

const operator = openKeepAliveClient(address)
await operator.ask(
  'mutation { createDataset(input: { name: "soak", title: "t", description: "d", architecture: "a", task: "t" }) { dataset { id } } }',
  {},
  secret,
)
const sockets = ['evaluations(dataset: "soak") { id testLoss }', 'evaluations(dataset: "mini-cnn") { id }'].map(
  subscribe,
)
const queueing = queueJobs()
const memory: { minute: number; heapUsed: number; rss: number; cpuSeconds: number }[] = []
const began = performance.now()
const load = Array.from({ length: Number(options.clients) }, () => runClient())
const samples = 20
for (let sample = 0; sample <= samples; sample++) {
  await sleep(Math.max(0, began + (sample / samples) * minutes * 60_000 - performance.now()))
  server.send('memory')
  const [{ heapUsed, external, rss, cpuSeconds }] = await once(server, 'message')
  memory.push({ minute: (performance.now() - began) / 60_000, heapUsed: heapUsed + external, rss, cpuSeconds })
}
isOver = true
await Promise.all(load)
const elapsed = (performance.now() - began) / 1000
report(elapsed)
await queueing
for (const socket of sockets) await socket.dispose()
operator.close()
for (const child of [worker, server]) {
  child.kill('SIGTERM')
  await once(child, 'exit')
}
await database.close()
await postgres.close()
rmSync(folder, { recursive: true, force: true })
process.exit(errors.size > 0 ? 1 : 0)

async function startServer(): Promise<{ server: ChildProcess; address: string }> {
  const config = { ...readConfig({ ACTBENCH_RATE_LIMIT: '0', PORT: '0' }), databaseUrl: postgres.url }
  const file = join(PROJECT_ROOT, 'build/bench/reliability/soak-server.js')
  const child = fork(file, [JSON.stringify(config)], { execArgv: ['--expose-gc'] })
  const [message] = await once(child, 'message')
  return { server: child, address: message.address }
}

async function runClient(): Promise<void> {
  const { ask, close } = openKeepAliveClient(address)
  const total = OPERATIONS.reduce((sum, [, weight]) => sum + weight, 0)
  while (!isOver) {
    let left = random.uniform() * total
    const [name, , make] =
      OPERATIONS.find(([, weight]) => {
        left -= weight
        return left < 0
      }) ?? OPERATIONS[0]
    const startedAt = performance.now()
    const code = await ask(make(), {}, secret)
      .then(({ body }) => body.errors?.[0].extensions.code as string | undefined)
      .catch((error: Error) => error.message)
    seconds.get(name)!.push((performance.now() - startedAt) / 1000)
    if (code) errors.set(`${name}: ${code}`, (errors.get(`${name}: ${code}`) ?? 0) + 1)
  }
  close()
}

function subscribe(field: string) {
  const socket = createClient({
    url: `${address.replace('http', 'ws')}/graphql/ws`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
  })
  void (async () => {
    for await (const _ of socket.iterate({ query: `subscription { ${field} }` })) heard++
  })().catch((error) => isOver || errors.set(`subscription: ${error}`, 1))
  return socket
}

async function queueJobs(): Promise<void> {
  const pause = 60_000 / Number(options['jobs-a-minute'])
  for (let next = performance.now(); !isOver; next += pause) {
    const { body } = await operator.ask(
      `mutation { trainActivation(input: { dataset: "mini-cnn", expression: "mish(erf(x))", seeds: [${1000 + jobs++}] }) { jobs { id } } }`,
      {},
      secret,
    )
    if (body.errors) errors.set(`job: ${body.errors[0].message}`, 1)
    while (!isOver && performance.now() < next + pause) await sleep(200)
  }
}

function report(elapsed: number): void {
  const all = [...seconds.values()].flat().sort((a, b) => a - b)
  console.log(
    `${minutes} minutes, ${options.clients} clients: ${all.length} operations, ${(all.length / elapsed).toFixed(1)} per second`,
  )
  console.log('| operation | count | p50 ms | p99 ms | p99.9 ms |\n| --- | ---: | ---: | ---: | ---: |')
  for (const [name, times] of [...seconds, ['all', all] as const]) {
    const sorted = [...times].sort((a, b) => a - b)
    const at = (share: number) =>
      ((sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0) * 1000).toFixed(0)
    console.log(`| ${name} | ${sorted.length} | ${at(0.5)} | ${at(0.99)} | ${at(0.999)} |`)
  }
  const cpuSeconds = memory[memory.length - 1].cpuSeconds - memory[0].cpuSeconds
  console.log(
    `the server used ${cpuSeconds.toFixed(0)} CPU seconds: ${(all.length / cpuSeconds).toFixed(0)} operations per CPU second`,
  )
  console.log(`errors: ${[...errors].map(([name, count]) => `${count} ${name}`).join(', ') || 'none'}`)
  console.log(`events received: ${heard}; jobs queued: ${jobs}`)
  for (const { minute, heapUsed, rss } of memory) {
    console.log(`minute ${minute.toFixed(1)}: heap and buffers ${megabytes(heapUsed)}, resident ${megabytes(rss)}`)
  }
  const settled = memory.slice(Math.ceil(memory.length / 3))
  console.log(`slope of the last two thirds: ${(slope(settled) / 2 ** 20).toFixed(2)} MB per minute`)
}

/** Slope of the least-squares line, in bytes per minute. */
function slope(points: readonly { minute: number; heapUsed: number }[]): number {
  const mean = (of: (point: (typeof points)[number]) => number) =>
    points.reduce((sum, each) => sum + of(each), 0) / points.length
  const [x, y] = [mean(({ minute }) => minute), mean(({ heapUsed }) => heapUsed)]
  return mean((each) => (each.minute - x) * (each.heapUsed - y)) / mean(({ minute }) => (minute - x) ** 2)
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MB`
}

function pick<Item>(items: readonly Item[]): Item {
  return items[Math.floor(random.uniform() * items.length)]
}
