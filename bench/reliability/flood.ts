// Measures how long a client with a key waits for answers while another address floods the server. The first measurement
// is without a flood.
//   node build/bench/reliability/flood.js [seconds of each]      default: 10
// The server runs in its own process with the default limits, on a new PostgreSQL. Both clients connect from a trusted
// proxy, so that they have different addresses.
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { openDatabase } from '../../src/db/connection/client.js'
import { applyMigrations } from '../../src/db/connection/migrate.js'
import { openEmbeddedPostgres } from '../../src/start/embedded-postgres.js'
import { prepareTarget } from '../../test/support/attacks/attack-target.js'
import { startServerProcess } from '../../test/support/server-process.js'

const seconds = Number(process.argv[2] ?? 10)
const FLOODERS = 32
/** Valid operations that spend a budget, and requests that are refused. All bodies differ, so that no cache helps. */
const FLOODS: Readonly<Record<string, (i: number) => string>> = {
  'no flood': () => '',
  'operations of 250 units': (i) =>
    JSON.stringify({ query: `{ activations(first: 200) { nodes { expression depth } } } # ${i}` }),
  '480 equal fields': (i) => JSON.stringify({ query: `{ service { ${'name '.repeat(480)} } } # ${i}` }),
  'documents that do not fit the schema': (i) =>
    JSON.stringify({ query: `{ ${Array.from({ length: 45 }, (_, k) => `f${k}x${i}`).join(' ')} }` }),
  'bodies of 1 MB that are not JSON': () => `{${'x'.repeat(1_000_000)}`,
  'wrong keys': () => JSON.stringify({ query: '{ service { name } }' }),
}

const folder = mkdtempSync(join(tmpdir(), 'actbench-flood-'))
const postgres = await openEmbeddedPostgres(folder)
await applyMigrations(postgres.url)
const database = openDatabase(postgres.url)
const { secret } = await prepareTarget(database)
const server = await startServerProcess(postgres.url, { ACTBENCH_TRUSTED_PROXIES: '127.0.0.1' })
const agent = new Agent({ keepAlive: true, maxSockets: FLOODERS + 1 })
const QUERY = JSON.stringify({ query: '{ dataset(name: "mini-cnn") { name evaluationCount } }' })

// The first requests take longer in the client and in the server, so they are not measured.
for (let i = 0; i < 20; i++) await post(QUERY, { 'x-forwarded-for': '203.0.113.5', authorization: `Bearer ${secret}` })
console.log(`load ${loadavg()[0].toFixed(0)}; ms, of ${seconds} s each`)
console.log('| flood | asked | p50 | p99 | flood a second | answered |\n| --- | ---: | ---: | ---: | ---: | --- |')
for (const [name, body] of Object.entries(FLOODS)) {
  let [isOver, sent] = [false, 0]
  const answers = new Map<number, number>()
  const flood = async () => {
    while (!isOver) {
      const headers: Record<string, string> = { 'x-forwarded-for': '198.51.100.7' }
      if (name === 'wrong keys') headers.authorization = `Bearer abk_${sent}`
      const status = await post(body(sent++), headers)
      answers.set(status, (answers.get(status) ?? 0) + 1)
    }
  }
  const flooders = name === 'no flood' ? [] : Array.from({ length: FLOODERS }, flood)
  await sleep(1000)
  const times: number[] = []
  const end = performance.now() + seconds * 1000
  while (performance.now() < end) {
    const startedAt = performance.now()
    const status = await post(QUERY, { 'x-forwarded-for': '203.0.113.5', authorization: `Bearer ${secret}` })
    if (status !== 200) console.log(`the client got status ${status}`)
    times.push(performance.now() - startedAt)
    await sleep(20)
  }
  isOver = true
  await Promise.all(flooders)
  times.sort((a, b) => a - b)
  const [p50, p99] = [0.5, 0.99].map((share) => times[Math.floor(share * times.length)].toFixed(0))
  const counts = [...answers].map(([status, count]) => `${count} x ${status}`).join(', ')
  console.log(`| ${name} | ${times.length} | ${p50} | ${p99} | ${(sent / (seconds + 1)).toFixed(0)} | ${counts} |`)
}
agent.destroy()
server.child.kill('SIGTERM')
await server.exited
await database.close()
await postgres.close()
rmSync(folder, { recursive: true, force: true })

/** Returns the status when the whole answer has arrived, or 0 if the connection broke. */
function post(body: string, headers: Record<string, string>): Promise<number> {
  return new Promise((done) => {
    const asked = request(`${server.address}/graphql`, {
      method: 'POST',
      agent,
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers },
    })
    asked.on('response', (response) => response.resume().on('end', () => done(response.statusCode ?? 0)))
    asked.on('error', () => done(0))
    asked.end(body)
  })
}
