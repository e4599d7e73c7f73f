import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { parse } from 'graphql'
import { priceDocument } from '../../src/operation-limits/price-document.js'
import { openTestApi, type TestApi } from '../support/api.js'
import { openTestSocket } from '../support/sockets/web-socket.js'

const json = { 'content-type': 'application/json' }
const send = ({ app }: TestApi, payload: string, headers = {}, remoteAddress = '192.0.2.1') =>
  app.http.inject({ method: 'POST', url: '/graphql', headers: { ...json, ...headers }, payload, remoteAddress })
const poor = await openTestApi(undefined, undefined, { rateLimit: 60 })
const rich = await openTestApi(undefined, poor.database, { rateLimit: 1500 })

/** Requests that are refused before they are priced. */
const REFUSED: Readonly<Record<string, string>> = {
  'a document that does not parse': JSON.stringify({ query: '{ service {' }),
  'a document that does not fit the schema': JSON.stringify({ query: '{ service { nothing } }' }),
  'an operation beyond a limit': JSON.stringify({ query: `{ ${'service { name } '.repeat(60)} }` }),
  'a mutation without a key': JSON.stringify({ query: 'mutation { deleteDataset(name: "x") { name } }' }),
  'a batch': '[{ "query": "{ service { name } }" }]',
  'what is no operation': '{ "query": 7 }',
}

for (const [place, [what, payload]] of Object.entries(REFUSED).entries()) {
  test(`${what} is charged for its reading, and a client that sends nothing else becomes RATE_LIMITED unread`, async () => {
    const address = `198.51.100.${place}`
    const statuses: number[] = []
    for (let i = 0; i < 40 && statuses.at(-1) !== 429; i++) {
      statuses.push((await send(poor, payload, {}, address)).statusCode)
      // The charge follows the answer.
      await sleep(20)
    }
    assert.equal(statuses.at(-1), 429)
    assert.ok(statuses.length > 2, 'not at once')
    const good = JSON.stringify({ query: '{ service { name } }' })
    const next = await send(poor, good, {}, address)
    assert.equal(next.json().errors[0].extensions.code, 'RATE_LIMITED')
    assert.ok(next.json().errors[0].extensions.retryAfterSeconds > 0)
    assert.equal((await send(poor, good, {}, '203.0.113.1')).statusCode, 200)
  })
}

test('operations that are refused over a web socket are charged too', async (t) => {
  const socket = await openTestSocket(poor)
  t.after(() => socket.close())
  const codes: unknown[] = []
  for (let i = 0; i < 40 && codes.at(-1) !== 'RATE_LIMITED'; i++) {
    await assert.rejects(
      socket.open('{ service { nothing } }').next(),
      (errors: { extensions: { code: string } }[]) => {
        codes.push(errors[0].extensions.code)
        return true
      },
    )
    await sleep(20)
  }
  assert.deepEqual([codes[0], codes.at(-1)], ['GRAPHQL_VALIDATION_FAILED', 'RATE_LIMITED'])
})

test('a document that takes long to read and validate is not cheap, and one that people write costs only its fields', async () => {
  assert.equal(priceDocument(parse('{ dataset(name: "mini-cnn") { leaderboard { nodes { expression rank } } } }')), 0)
  const alike = `{ service { ${'__typename '.repeat(480)} } }`
  assert.ok(priceDocument(parse(alike)) > 300)
  const cost = async (query: string, address: string) => {
    const { headers } = await send(rich, JSON.stringify({ query }), {}, address)
    return 1500 - Number(headers['ratelimit-remaining'])
  }
  assert.ok((await cost(alike, '203.0.113.2')) > 200)
  assert.ok((await cost(`{ service { name } } #${'x'.repeat(1_000_000)}`, '203.0.113.3')) > 300)
})
