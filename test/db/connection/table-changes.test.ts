import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openEvents } from '../../../src/db/connection/events.js'
import { inTransaction } from '../../../src/db/connection/in-transaction.js'
import { createTableChanges } from '../../../src/db/connection/table-changes.js'
import { openTestDatabase } from '../../support/database.js'
import { cutListeners } from '../../support/sockets/cut-listeners.js'
import { waitUntil } from '../../support/wait-until.js'

test('what was read is current until one of its tables changes, and never across a loss of the connection', () => {
  const changes = createTableChanges()
  let losses = 0
  changes.onLoss(() => losses++)
  assert.equal(changes.now(), null)
  assert.equal(changes.isUnchanged([], 0), false)
  changes.resume()
  const first = changes.now() as number
  assert.equal(changes.isUnchanged(['runs', 'evaluations'], first), true)
  changes.tell('runs')
  assert.equal(changes.isUnchanged(['evaluations'], first), true)
  assert.equal(changes.isUnchanged(['runs', 'evaluations'], first), false)
  const second = changes.now() as number
  assert.equal(changes.isUnchanged(['runs', 'evaluations'], second), true)
  changes.lose()
  assert.deepEqual([changes.now(), changes.isUnchanged([], second), losses], [null, false, 1])
  changes.resume()
  assert.equal(changes.isUnchanged([], second), false)
  assert.equal(changes.isUnchanged(['runs'], changes.now() as number), true)
})

test('a subscriber gets a row only after all tables of its transaction were told', async (t) => {
  const database = await openTestDatabase()
  const events = await openEvents(database.url)
  t.after(async () => {
    await events.close()
    await database.close()
  })
  const changes = events.subscribe('surrogate')
  const tables = ['surrogates', 'datasets', 'activations']
  for (let i = 0; i < 20; i++) {
    const before = events.tables.now() as number
    await inTransaction(database, async (db) => {
      const texts = { version: '1', title: '', description: '', architecture: '', task: '' }
      const { id } = await db.dataset.create({
        data: { name: `d${i}`, ...texts, origin: 'REPORTED', searchSpace: [] },
      })
      await db.surrogate.create({ data: { datasetId: id, version: 1, algorithm: 'UMAP_KNN' } })
      // After the row of the surrogate, and without a row that changes.
      await db.activation.updateMany({ where: { id: -1 }, data: { depth: 1 } })
    })
    await changes.next()
    for (const table of tables) assert.equal(events.tables.isUnchanged([table], before), false, table)
    assert.equal(events.tables.isUnchanged(['runs'], before), true)
  }
})

test('after a commit, an answer of the connection says that the change was told', async (t) => {
  const database = await openTestDatabase()
  const events = await openEvents(database.url)
  t.after(async () => {
    await events.close()
    await database.close()
  })
  for (let i = 0; i < 20; i++) {
    const before = events.tables.now() as number
    await database.prisma.dataset.updateMany({ data: { title: 'x' } })
    assert.equal(await events.isCurrent(0), true)
    assert.equal(events.tables.isUnchanged(['datasets'], before), false)
  }
  assert.equal(events.isCurrent(60_000), true)
  const before = events.tables.now() as number
  await cutListeners(database)
  await waitUntil(() => events.tables.now() !== null && (events.tables.now() as number) > before)
  assert.equal(events.tables.isUnchanged([], before), false)
  assert.equal(await events.isCurrent(0), true)
})
