import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openEvents } from '../../../src/db/connection/events.js'
import { openSearchPreparation, prepareSearch } from '../../../src/services/searches/prepare-searches.js'
import { updateSurrogate as requestSurrogate } from '../../../src/services/surrogates/update-surrogate.js'
import { updateSurrogate } from '../../../src/tasks/update-surrogate.js'
import { openSearchFixture } from '../../support/fixtures/search-fixture.js'
import { interceptStatements } from '../../support/intercept-statements.js'

const { database, viewer, begin, ask } = await openSearchFixture()
const algorithm = 'EXPECTED_IMPROVEMENT' as const

async function fit(): Promise<void> {
  const { id } = await requestSurrogate(database, viewer, { dataset: 'fitted', algorithm: 'GAUSSIAN_PROCESS' })
  await updateSurrogate(database, { surrogateId: id })
}

/** How often the predictions of a surrogate are read until `work` ends. */
async function countReads(work: () => Promise<unknown>): Promise<number> {
  let reads = 0
  const stop = interceptStatements(database.pool, (text, run) => {
    if (text.includes('surrogate_points')) reads++
    return run()
  })
  await work().finally(stop)
  return reads
}

await fit()

test('the first suggestion of a prepared search reads no predictions', async () => {
  const unprepared = await begin({ dataset: 'fitted', algorithm })
  assert.ok((await countReads(() => ask(unprepared.id))) > 0)
  const search = await begin({ dataset: 'fitted', algorithm })
  await prepareSearch(database, search)
  assert.equal(await countReads(() => ask(search.id)), 0)
})

test('after a fit, the active searches of its dataset are prepared', async () => {
  const search = await begin({ dataset: 'fitted', algorithm })
  await ask(search.id)
  const events = await openEvents(database.url)
  const errors: unknown[] = []
  const preparation = openSearchPreparation(database, events, { onError: (error) => errors.push(error) })
  const isFitted = (text: string) => text.includes('surrogate_points') && text.startsWith('select')
  let prepared = 0
  const stop = interceptStatements(database.pool, async (text, run) => {
    const result = await run()
    if (isFitted(text)) prepared++
    return result
  })
  await fit()
  for (let turn = 0; prepared === 0 && turn < 200; turn++) await sleep(50)
  await preparation.close()
  stop()
  await events.close()
  assert.deepEqual(errors, [])
  assert.equal(await countReads(() => ask(search.id, { worker: 'two' })), 0)
})
