import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestApi } from '../support/api.js'
import { createBenchmark, fitBenchmark } from '../support/benchmark.js'

test('a surrogate can be read as soon as it is queued, before it has features', async (t) => {
  const api = await openTestApi(t)
  await fitBenchmark(api.database, await createBenchmark(api.database))
  const secret = await api.createKey('TRAIN')
  const { data: queued } = await api.ask(
    'mutation { updateSurrogate(input: { dataset: "synthetic" }) { surrogate { version state features } } }',
    {},
    secret,
  )
  assert.deepEqual(queued.updateSurrogate.surrogate, { version: 2, state: 'QUEUED', features: [] })
  const { data, errors } = await api.ask('{ dataset(name: "synthetic") { surrogate(version: 2) { state features } } }')
  assert.deepEqual(errors, [])
  assert.deepEqual(data.dataset.surrogate, { state: 'QUEUED', features: [] })
})

test('every list column is required and empty by default', async (t) => {
  const api = await openTestApi(t)
  const { rows } = await api.database.pool.query(`
    SELECT table_name, column_name, is_nullable, column_default FROM information_schema.columns
    WHERE table_schema = 'public' AND data_type = 'ARRAY' AND (is_nullable = 'YES' OR column_default IS NULL)`)
  assert.deepEqual(rows, [])
})
