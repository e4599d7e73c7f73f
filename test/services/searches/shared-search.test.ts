import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openDatabase } from '../../../src/db/connection/client.js'
import type { SearchAlgorithm } from '../../../src/db/generated/client.js'
import { createRandom } from '../../../src/numeric/random.js'
import { suggest } from '../../../src/services/searches/suggest.js'
import { renewLease } from '../../../src/services/suggestions/renew-lease.js'
import { reportEvaluation } from '../../../src/services/suggestions/report-evaluation.js'
import { openSearchFixture } from '../../support/fixtures/search-fixture.js'

const { database, viewer, begin } = await openSearchFixture()
/** Two servers, because those of one process also take turns in memory. */
const servers = [database, openDatabase(database.url, { applicationName: 'second server' })]
after(() => servers[1].close())

const CLIENTS = 8
const BUDGET = 40

for (const algorithm of ['SURROGATE', 'REGULARIZED_EVOLUTION', 'RANDOM'] as const) {
  test(`8 clients that fail, die, renew and report late share a search by ${algorithm}`, () => share(algorithm))
}

/**
 * Each client asks for suggestions and then reports, fails, lets its lease expire, or reports after it has expired. Nobody
 * may ever have a function that another client holds or has reported.
 */
async function share(algorithm: SearchAlgorithm): Promise<void> {
  const search = await begin({ algorithm, budget: BUDGET })
  const holders = new Map<number, number>()
  const ended = new Set<number>()
  const client = async (number: number) => {
    const random = createRandom(number, algorithm)
    const server = servers[number % servers.length]
    const late: number[] = []
    for (let turn = 0; turn < 200; turn++) {
      const input = { searchId: search.id, worker: `client ${number}`, leaseSeconds: 600, count: 1 + random.integer(2) }
      const { suggestions, search: now } = await suggest(server, viewer, input)
      if (now.state !== 'ACTIVE') return
      for (const { id, activationId } of suggestions) {
        const holder = holders.get(activationId)
        assert.ok(holder === undefined || holder === number, `function ${activationId} is with ${holder} and ${number}`)
        assert.ok(!ended.has(activationId), `function ${activationId} was reported before`)
        holders.set(activationId, number)
        const choice = random.uniform()
        if (choice < 0.2) {
          // Before the others may get it.
          holders.delete(activationId)
          await database.prisma.suggestion.updateMany({
            where: { id, state: 'LEASED' },
            data: { leaseExpiresAt: new Date() },
          })
          late.push(id)
          continue
        }
        if (choice < 0.3) await renewLease(server, viewer, { suggestionId: id })
        ended.add(activationId)
        const result = choice < 0.5 ? { failure: 'made up' } : { validationAccuracy: random.uniform() }
        await reportEvaluation(server, viewer, { suggestionId: id, ...result })
        holders.delete(activationId)
      }
      const [id] = late.splice(random.integer(4), 1)
      // A function that nobody else has counts for its first client; otherwise the report is refused.
      if (id !== undefined) {
        await reportEvaluation(server, viewer, { suggestionId: id, validationAccuracy: 0.5 }).then(
          ({ suggestion }) => ended.add(suggestion.activationId),
          (error) => assert.equal(error.code, 'CONFLICT', error.message),
        )
      }
    }
  }
  await Promise.all(Array.from({ length: CLIENTS }, (_, number) => client(number)))
  const rows = await database.prisma.suggestion.findMany({ where: { searchId: search.id } })
  const { state, endReason } = await database.prisma.search.findUniqueOrThrow({ where: { id: search.id } })
  assert.deepEqual([state, endReason], ['COMPLETED', 'BUDGET_USED'])
  const completed = rows.filter((row) => row.state === 'COMPLETED')
  assert.deepEqual(
    completed.map(({ step }) => step ?? 0).sort((a, b) => a - b),
    Array.from({ length: BUDGET }, (_, step) => step + 1),
  )
  const held = rows.filter((row) => row.state !== 'EXPIRED').map(({ activationId }) => activationId)
  assert.equal(new Set(held).size, held.length)
}
