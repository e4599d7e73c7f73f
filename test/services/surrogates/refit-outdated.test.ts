import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inTransaction } from '../../../src/db/connection/in-transaction.js'
import { refitOutdated } from '../../../src/services/surrogates/refit-outdated.js'
import { updateSurrogate } from '../../../src/tasks/update-surrogate.js'
import { createBenchmark, fitBenchmark } from '../../support/benchmark.js'
import { openTestDatabase } from '../../support/database.js'

const database = await openTestDatabase()
const refit = () => inTransaction(database, (db) => refitOutdated(db))
const countPlaces = async (column: string) => {
  const { rows } = await database.pool.query(`SELECT count(${column})::int AS places FROM surrogate_points`)
  return rows[0].places
}

test('a fit of an earlier method is fitted again, once', async () => {
  const { dataset } = await createBenchmark(database)
  assert.equal(await refit(), 0)
  await fitBenchmark(database, { dataset })
  assert.equal(await refit(), 0)
  const places = [await countPlaces('outputs_x'), await countPlaces('spectrum_x')]
  assert.ok(places[0] > places[1] && places[1] > 0, places.join())

  await database.pool.query(
    'UPDATE surrogate_points SET outputs_x = NULL, outputs_y = NULL, spectrum_x = NULL, spectrum_y = NULL',
  )
  await database.pool.query('UPDATE surrogates SET method = 1, quality_functions = NULL, quality_quarters = NULL')
  // A dataset that waits for newer shipped ones keeps its surrogate.
  assert.equal(await inTransaction(database, (db) => refitOutdated(db, ['synthetic'])), 0)
  assert.equal(await refit(), 1)
  assert.equal(await refit(), 1)
  const queued = await database.prisma.surrogate.findMany({ where: { state: 'QUEUED' } })
  assert.deepEqual(
    queued.map(({ algorithm, version }) => [algorithm, version]),
    [['UMAP_KNN', 2]],
  )
  await updateSurrogate(database, { surrogateId: queued[0].id })
  assert.deepEqual([await countPlaces('outputs_x'), await countPlaces('spectrum_x')], places)
  assert.equal(await refit(), 0)
  const [newest] = await database.prisma.surrogate.findMany({ where: { version: 2 } })
  assert.equal(newest.qualityFunctions, (newest.trainedOn ?? 0) + (newest.leftOut ?? 0))
  assert.equal((newest.qualityQuarters as unknown[]).length, 4)
})

test('the database refuses half a place', async () => {
  for (const column of ['outputs_x', 'spectrum_y']) {
    await assert.rejects(
      database.pool.query(`UPDATE surrogate_points SET ${column} = NULL WHERE ${column} IS NOT NULL`),
      /surrogate_points_places_check/,
    )
  }
})
