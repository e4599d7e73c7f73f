// Compares the cost of a leaderboard page of 20 rows with the cost of the same rows from one SQL statement over plain HTTP: the
// page executed for each request, sent from memory (docs/decisions/0025-kept-answers.md), and sent from memory with a budget.
//   node build/bench/reads/leaderboard.js [requests]      default: 4000 each, after a warm-up with half as many
// One process serves all, on a new PostgreSQL with 2,913 evaluations. Another process sends 8 requests at a time, and at the end
// 1,000 requests a second for ten seconds, whether the answers come or not.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { buildApp } from '../../src/app.js'
import { openDatabase } from '../../src/db/connection/client.js'
import { openEvents } from '../../src/db/connection/events.js'
import { applyMigrations } from '../../src/db/connection/migrate.js'
import { createBudget } from '../../src/services/access/budget.js'
import { openEmbeddedPostgres } from '../../src/start/embedded-postgres.js'

const ROWS = 2913
const QUERY = `{ dataset(name: "bench") { leaderboard(first: 20) { nodes {
  id expression validationAccuracy testAccuracy activation { id expression depth operators }
} } } }`
const SQL = `select json_agg(page) as rows from (
  select e.id, e.expression, e.validation_accuracy, e.test_accuracy,
    json_build_object('id', encode(a.identity, 'hex'), 'expression', a.expression, 'depth', a.depth, 'operators', a.operators)
  from evaluations e join activations a on a.id = e.activation_id
  where e.dataset_id = (select id from datasets where name = 'bench')
  order by e.validation_accuracy desc nulls last, e.id limit 20) page`

if (process.argv[2] === 'serve') await serve(process.argv[3])
else await measure(Number(process.argv[2] ?? 4000))

async function measure(requests: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'actbench-leaderboard-'))
  const postgres = await openEmbeddedPostgres(folder)
  try {
    await applyMigrations(postgres.url)
    // The same way as `npm start` starts its server.
    const env = { NODE_ENV: 'production', ...process.env }
    const server = fork(process.argv[1], ['serve', postgres.url], { env })
    const [ports] = (await once(server, 'message')) as [
      { graphql: number; kept: number; charged: number; plain: number },
    ]
    const body = JSON.stringify({ query: QUERY })
    const costs: number[] = []
    for (const [name, port, path, payload] of [
      ['SQL over plain HTTP', ports.plain, '/', ''],
      ['GraphQL', ports.graphql, '/graphql', body],
      ['GraphQL from memory', ports.kept, '/graphql', body],
      ['GraphQL from memory, with a budget', ports.charged, '/graphql', body],
    ] as const) {
      await ask(port, path, payload, requests / 2)
      server.send('start')
      const began = performance.now()
      const latencies = await ask(port, path, payload, requests)
      const seconds = (performance.now() - began) / 1000
      server.send('stop')
      const [cpu] = (await once(server, 'message')) as [number]
      const at = (share: number) => latencies[Math.floor(share * (latencies.length - 1))].toFixed(2)
      const rate = requests / seconds
      costs.push(cpu / latencies.length)
      const each = costs[costs.length - 1].toFixed(3)
      console.log(
        `${name}: ${rate.toFixed(0)} requests/s, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, ${each} ms CPU of the server per request`,
      )
    }
    const shares = costs.slice(1).map((cost) => (cost / costs[0]).toFixed(2))
    console.log(`GraphQL takes ${shares.join(', from memory ')} times the CPU of plain HTTP`)
    for (const port of [ports.kept, ports.charged]) {
      const latencies = await askAtPace(port, '/graphql', body)
      const at = (share: number) => latencies[Math.floor(share * (latencies.length - 1))].toFixed(2)
      console.log(`1,000 requests/s from memory: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms`)
    }
    server.send('end')
    await once(server, 'exit')
  } finally {
    await postgres.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Sends ten requests every ten milliseconds for ten seconds. Returns the sorted latencies in milliseconds. */
async function askAtPace(port: number, path: string, body: string): Promise<number[]> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 64 })
  const latencies: number[] = []
  const waiting: Promise<void>[] = []
  const began = performance.now()
  for (let sent = 0; sent < 10_000; ) {
    for (const due = 1 + performance.now() - began; sent < Math.min(due, 10_000); sent++) {
      const at = performance.now()
      waiting.push(send(agent, port, path, body).then(() => void latencies.push(performance.now() - at)))
    }
    await sleep(10)
  }
  await Promise.all(waiting)
  agent.destroy()
  return latencies.sort((a, b) => a - b)
}

function send(agent: http.Agent, port: number, path: string, body: string): Promise<void> {
  return new Promise<void>((done, fail) => {
    const options = {
      ...{ agent, port, path, host: '127.0.0.1', method: body ? 'POST' : 'GET' },
      headers: { 'content-type': 'application/json' },
    }
    const request = http.request(options, (response) => {
      if (response.statusCode !== 200) fail(new Error(`status ${response.statusCode}`))
      response.resume().on('end', done)
    })
    request.on('error', fail).end(body)
  })
}

/** Sends requests on eight connections, one at a time on each. Returns the sorted latencies in milliseconds. */
async function ask(port: number, path: string, body: string, requests: number): Promise<number[]> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 8 })
  let left = requests
  const latencies: number[] = []
  const client = async () => {
    while (left-- > 0) {
      const began = performance.now()
      await send(agent, port, path, body)
      latencies.push(performance.now() - began)
    }
  }
  await Promise.all(Array.from({ length: 8 }, client))
  agent.destroy()
  return latencies.sort((a, b) => a - b)
}

async function serve(url: string): Promise<void> {
  const database = openDatabase(url)
  await database.pool.query(`
    INSERT INTO datasets (name, version, title, description, architecture, task, origin, updated_at)
      VALUES ('bench', '1', 't', 'd', 'a', 't', 'IMPORTED', now());
    INSERT INTO activations (identity, identity_version, expression, depth, operators, is_finite, is_constant)
      SELECT sha256(i::text::bytea), 2, 'max(relu(x),erf' || i || '(x))', 2, '{max,relu,erf}', true, false FROM generate_series(1, ${ROWS}) i;
    INSERT INTO evaluations (dataset_id, activation_id, expression, origin, validation_accuracy, test_accuracy, updated_at)
      SELECT 1, id, expression, 'IMPORTED', random(), random(), now() FROM activations;
    ANALYZE;`)
  const budget = createBudget(database, 0)
  const log = pino({ level: 'warn' })
  const services = { database, events: await openEvents(url), log, version: '1' }
  const open = async (answerCacheBytes: number, spending = budget) => {
    const { http } = await buildApp({ ...services, answerCacheBytes, budget: spending })
    await http.listen({ port: 0, host: '127.0.0.1' })
    return portOf(http.server)
  }
  const ports = {
    graphql: await open(0),
    kept: await open(2 ** 24),
    charged: await open(2 ** 24, createBudget(database, 2 ** 30)),
  }
  const plain = http.createServer(async (_request, response) => {
    const { rows } = await database.pool.query(SQL)
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ data: rows[0].rows }))
  })
  await once(plain.listen(0, '127.0.0.1'), 'listening')
  let start = process.cpuUsage()
  process.on('message', (message) => {
    // The process ends with a message, not a signal, so that a profiler can write its file at exit.
    if (message === 'end') process.exit()
    if (message === 'start') start = process.cpuUsage()
    else {
      const { user, system } = process.cpuUsage(start)
      process.send?.((user + system) / 1000)
    }
  })
  process.send?.({ ...ports, plain: portOf(plain) })
}

function portOf(server: { address(): unknown }): number {
  return (server.address() as AddressInfo).port
}
