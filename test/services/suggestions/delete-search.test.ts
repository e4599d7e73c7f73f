import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSearch } from '../../../src/services/searches/create-search.js'
import { suggest } from '../../../src/services/searches/suggest.js'
import { deleteSearch } from '../../../src/services/suggestions/delete-search.js'
import { reportEvaluation } from '../../../src/services/suggestions/report-evaluation.js'
import { openTestDatabase } from '../../support/database.js'
import { createTrainable, createViewer } from '../../support/fixtures/training-fixture.js'

const database = await openTestDatabase()
const owner = await createViewer(database, 'owner', ['SEARCH', 'TRAIN'])
const stranger = await createViewer(database, 'stranger', ['SEARCH'])
const admin = await createViewer(database, 'admin', ['ADMIN'])
const { name: dataset } = await createTrainable(database)
const begin = async () => (await createSearch(database, owner, { dataset, algorithm: 'RANDOM' })).id

test('a search is deleted with its suggestions, and a later report is NOT_FOUND', async () => {
  const searchId = await begin()
  const { suggestions } = await suggest(database, owner, { searchId, worker: 'w', count: 3 })
  await deleteSearch(database, owner, searchId)
  assert.equal(await database.prisma.suggestion.count({ where: { searchId } }), 0)
  const late = reportEvaluation(database, owner, { suggestionId: suggestions[0].id, validationAccuracy: 0.5 })
  await assert.rejects(late, { code: 'NOT_FOUND' })
  await assert.rejects(suggest(database, owner, { searchId, worker: 'w' }), { code: 'NOT_FOUND' })
  await assert.rejects(deleteSearch(database, owner, searchId), { code: 'NOT_FOUND' })
})

test('trainings that the search requested continue', async () => {
  const searchId = await begin()
  const { suggestions } = await suggest(database, owner, { searchId, worker: 'w', train: true })
  const id = suggestions[0].trainingJobId as number
  await deleteSearch(database, owner, searchId)
  assert.equal((await database.prisma.trainingJob.findUniqueOrThrow({ where: { id } })).state, 'QUEUED')
})

test('only the owner and ADMIN may delete a search', async () => {
  const searchId = await begin()
  await assert.rejects(deleteSearch(database, null, searchId), { code: 'UNAUTHENTICATED' })
  await assert.rejects(deleteSearch(database, stranger, searchId), { code: 'FORBIDDEN' })
  await deleteSearch(database, admin, searchId)
})
