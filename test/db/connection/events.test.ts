import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Database } from '../../../src/db/connection/client.js'
import { type Change, openEvents } from '../../../src/db/connection/events.js'
import { openTestDatabase } from '../../support/database.js'
import { cutListeners } from '../../support/sockets/cut-listeners.js'
import { waitUntil } from '../../support/wait-until.js'

test('a subscriber gets the rows of its kind that change from then on, with ids only', async (t) => {
  const { database, events } = await open(t)
  const datasetId = await insertDataset(database, 'first')
  const changes = events.subscribe('surrogate', { datasetId })
  const id = await insertSurrogate(database, datasetId)
  assert.deepEqual(await changes.next(), { done: false, value: { kind: 'surrogate', id, datasetId } })
  await database.prisma.surrogate.update({ where: { id }, data: { state: 'FITTING' } })
  assert.deepEqual(await changes.next(), { done: false, value: { kind: 'surrogate', id, datasetId } })
})

test('filters leave out other datasets, other rows and other kinds', async (t) => {
  const { database, events } = await open(t)
  const [a, b] = [await insertDataset(database, 'a'), await insertDataset(database, 'b')]
  const ofB = events.subscribe('surrogate', { datasetId: b })
  const jobs = events.subscribe('training_job')
  const inA = await insertSurrogate(database, a)
  const one = events.subscribe('surrogate', { id: inA })
  const inB = await insertSurrogate(database, b)
  await database.prisma.surrogate.update({ where: { id: inA }, data: { state: 'FITTING' } })
  assert.deepEqual((await ofB.next()).value, { kind: 'surrogate', id: inB, datasetId: b })
  assert.deepEqual((await one.next()).value, { kind: 'surrogate', id: inA, datasetId: a })
  await jobs.return?.()
  assert.deepEqual(await jobs.next(), { done: true, value: undefined })
})

test('a row that changes often before the subscriber looks is given once', async (t) => {
  const { database, events } = await open(t)
  const datasetId = await insertDataset(database, 'busy')
  const changes = events.subscribe('surrogate')
  const last = events.subscribe('surrogate')
  const id = await insertSurrogate(database, datasetId)
  await database.prisma.surrogate.update({ where: { id }, data: { state: 'FITTING' } })
  await database.prisma.surrogate.update({ where: { id }, data: { state: 'FAILED', failure: 'no' } })
  const other = await insertSurrogate(database, datasetId, 2)
  const seen = new Set<number>()
  while (!seen.has(other)) seen.add(idOf((await last.next()).value))
  assert.equal(idOf((await changes.next()).value), id)
  assert.equal(idOf((await changes.next()).value), other)
})

test('a connection that is cut comes back by itself and says that changes may have been missed', async (t) => {
  const { database, events } = await open(t)
  const datasetId = await insertDataset(database, 'cut')
  const changes = events.subscribe('surrogate', { datasetId })
  await cutListeners(database)
  assert.deepEqual((await changes.next()).value, { kind: 'resync' })
  const id = await insertSurrogate(database, datasetId)
  assert.deepEqual((await changes.next()).value, { kind: 'surrogate', id, datasetId })
})

test('closing ends every subscriber and the connection', async (t) => {
  const { database, events } = await open(t)
  const changes = events.subscribe('evaluation')
  const pending = changes.next()
  await events.close()
  assert.deepEqual(await pending, { done: true, value: undefined })
  await waitUntil(async () => (await countListeners(database)) === 0)
})

test('a bulk import that asks for quiet is not told row by row', async (t) => {
  const { database, events } = await open(t)
  const datasetId = await insertDataset(database, 'quiet')
  const changes = events.subscribe('surrogate')
  await database.prisma.$transaction(async (db) => {
    await db.$executeRaw`SET LOCAL actbench.quiet = 'on'`
    await db.surrogate.create({ data: { datasetId, version: 1, algorithm: 'UMAP_KNN' } })
    await db.surrogate.updateMany({ data: { state: 'FAILED', failure: 'made up' } })
  })
  const loud = await insertSurrogate(database, datasetId, 2)
  assert.equal(idOf((await changes.next()).value), loud)
})

async function open(t: TestContext) {
  const database = await openTestDatabase()
  const events = await openEvents(database.url)
  t.after(async () => {
    await events.close()
    await database.close()
  })
  return { database, events }
}

async function insertDataset(database: Database, name: string): Promise<number> {
  const texts = { version: '1', title: name, description: '', architecture: '', task: '' }
  const { id } = await database.prisma.dataset.create({ data: { name, ...texts, origin: 'REPORTED', searchSpace: [] } })
  return id
}

async function insertSurrogate(database: Database, datasetId: number, version = 1): Promise<number> {
  const { id } = await database.prisma.surrogate.create({ data: { datasetId, version, algorithm: 'UMAP_KNN' } })
  return id
}

function idOf(change: Change): number {
  assert.ok(change.kind !== 'resync')
  return change.id
}

async function countListeners(database: Database): Promise<number> {
  const { rows } = await database.pool.query(`SELECT count(*)::int AS count FROM pg_stat_activity
    WHERE application_name = 'actbench-events' AND datname = current_database()`)
  return rows[0].count
}
