import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openTestApi } from '../support/api.js'
import { createSyntheticDataset, listFunctions, storeFunctions } from '../support/fixtures/learning-fixture.js'

const { app, database, createKey } = await openTestApi(undefined, undefined, { rateLimit: 0 })
const secret = await createKey('SEARCH')
const url = `${await app.http.listen({ port: 0, host: '127.0.0.1' })}/graphql`
const functions = await storeFunctions(database, listFunctions(60))
const { name } = await createSyntheticDataset(database, { measured: functions.slice(0, 20) })

const BUDGET = 120
const SUGGEST = `mutation ($search: ID!, $worker: String!) {
  suggest(input: { searchId: $search, worker: $worker, count: 2, leaseSeconds: 600 }) {
    suggestions { id expression activation { id } } search { state }
  }
}`
const REPORT = `mutation ($suggestion: ID!) {
  reportEvaluation(input: { suggestionId: $suggestion, validationAccuracy: 0.5 }) { suggestion { state } }
}`

test('32 clients over HTTP get no function twice and lose none, although some die with their leases', async () => {
  const created = await ask(
    `mutation { createSearch(input: { dataset: "${name}", algorithm: RANDOM, seed: 1, budget: ${BUDGET} }) { search { id } } }`,
  )
  const search = created.createSearch.search.id
  const completed: string[] = []
  const abandoned = new Set<string>()
  const live = async (worker: string) => {
    for (;;) {
      const { suggest } = await ask(SUGGEST, { search, worker })
      if (suggest.search.state !== 'ACTIVE') return
      for (const { id, activation } of suggest.suggestions) {
        assert.ok(!completed.includes(activation.id), 'handed out after it was completed')
        await ask(REPORT, { suggestion: id })
        completed.push(activation.id)
      }
      if (suggest.suggestions.length === 0) await sleep(100)
    }
  }
  const die = async (worker: string) => {
    const { suggest } = await ask(SUGGEST, { search, worker })
    for (const { activation } of suggest.suggestions) abandoned.add(activation.id)
    // Nobody waits for this answer, so its functions are lost with the client.
    const dying = new AbortController()
    const asked = ask(SUGGEST, { search, worker: `${worker} again` }, dying.signal).catch(() => null)
    await sleep(5)
    dying.abort()
    await asked
  }
  const deaths = Array.from({ length: 8 }, (_, place) => die(`dies ${place}`))
  const lives = Array.from({ length: 24 }, (_, place) => live(`lives ${place}`))
  await Promise.all(deaths)
  // Wait until the server has handled the requests of dead clients. Then let their leases expire now, not in ten minutes.
  const isDone = Promise.all(lives).then(() => true)
  while (!(await Promise.race([isDone, sleep(200, false)]))) {
    await database.prisma.suggestion.updateMany({
      where: { worker: { startsWith: 'dies' }, state: 'LEASED' },
      data: { leaseExpiresAt: new Date(0) },
    })
  }
  assert.equal(completed.length, BUDGET)
  assert.equal(new Set(completed).size, BUDGET)
  assert.ok(abandoned.size > 0)
  for (const id of abandoned) assert.ok(completed.includes(id), 'lost with the client that died')
})

// biome-ignore lint/suspicious/noExplicitAny: the shape follows from the query.
async function ask(query: string, variables: Record<string, unknown> = {}, signal?: AbortSignal): Promise<any> {
  const response = await fetch(url, {
    ...{ method: 'POST', signal },
    headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
    body: JSON.stringify({ query, variables }),
  })
  const { data, errors } = (await response.json()) as { data: unknown; errors?: { extensions: { code: string } }[] }
  if (['RATE_LIMITED', 'SERVICE_UNAVAILABLE'].includes(String(errors?.[0]?.extensions.code))) {
    // A busy server refuses before it starts: nothing has changed, and the client retries.
    await sleep(100)
    return ask(query, variables, signal)
  }
  assert.equal(errors, undefined, JSON.stringify(errors))
  return data
}
