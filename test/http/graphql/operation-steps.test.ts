import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestApi } from '../../support/api.js'
import { createBenchmark } from '../../support/benchmark.js'
import { openTestSocket } from '../../support/sockets/web-socket.js'

const LIMIT = 6000
const FEW = 'leaderboard(first: 200, filter: { validationAccuracy: { min: 2 } }) { nodes { id rank } }'

test('an operation is charged for the rows that came, and announced by the rows that it asks for', async (t) => {
  const api = await openTestApi(t, undefined, { rateLimit: LIMIT })
  await createBenchmark(api.database)
  const query = `{ rateLimit { cost remaining } dataset(name: "synthetic") { ${FEW} } }`
  const first = await api.ask(query)
  assert.deepEqual([first.errors, first.data.dataset.leaderboard.nodes], [[], []])
  const { cost, remaining } = first.data.rateLimit
  assert.ok(cost > 600 && remaining === LIMIT - cost, `${cost}, ${remaining}`)
  const second = await api.ask('{ rateLimit { cost remaining } }')
  assert.ok(second.data.rateLimit.remaining > LIMIT - 20, String(second.data.rateLimit.remaining))
})

test('an operation over a web socket gets the same back, and one with an error gets nothing', async (t) => {
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
  assert.ok(Number((data as { rateLimit: { remaining: number } }).rateLimit.remaining) > LIMIT - 20)
  const failed = await ask(`{ dataset(name: "synthetic") { ${FEW} } no: dataset(name: "no-such") { id } }`)
  assert.equal(failed.errors?.length, 1)
  const after = await ask('{ rateLimit { remaining } }')
  assert.ok(Number((after.data as { rateLimit: { remaining: number } }).rateLimit.remaining) < LIMIT - 400)
})
