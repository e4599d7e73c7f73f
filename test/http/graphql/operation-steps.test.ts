import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestApi } from '../../support/api.js'
import { createBenchmark } from '../../support/benchmark.js'
import { openTestSocket } from '../../support/sockets/web-socket.js'

const LIMIT = 6000
/** 48 rows come. */
const FEW = 'leaderboard(first: 200) { nodes { id rank } }'

test('an operation is charged for the rows that came, and announced by the rows that it asks for', async (t) => {
  const api = await openTestApi(t, undefined, { rateLimit: LIMIT })
  await createBenchmark(api.database)
  const query = `{ rateLimit { cost remaining } dataset(name: "synthetic") { ${FEW} } }`
  const first = await api.ask(query)
  assert.deepEqual([first.errors.length, first.data.dataset.leaderboard.nodes.length], [0, 48])
  const { cost, remaining } = first.data.rateLimit
  assert.ok(cost > 600 && remaining === LIMIT - cost, `${cost}, ${remaining}`)
  const second = await api.ask('{ rateLimit { cost remaining } }')
  assert.ok(second.data.rateLimit.remaining > LIMIT - 200, String(second.data.rateLimit.remaining))
})

test('an operation over a web socket gets the same back', async (t) => {
  const api = await openTestApi(t, undefined, { rateLimit: LIMIT })
  await createBenchmark(api.database)
  const socket = await openTestSocket(api)
  t.after(() => socket.close())
  const ask = async (query: string) => {
    const answers = []
    for await (const answer of socket.open(query)) answers.push(answer)
    return answers[0]
  }
  await ask(`{ dataset(name: "synthetic") { ${FEW} } }`)
  const { data } = await ask('{ rateLimit { remaining } }')
  assert.ok(Number((data as { rateLimit: { remaining: number } }).rateLimit.remaining) > LIMIT - 200)
})
