import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { FeatureSpace } from '../../../src/db/generated/client.js'
import { anyOf, enumValues, listOf, unnest } from '../../../src/db/tables/lists.js'
import { openTestDatabase } from '../../support/database.js'

const { kysely: db } = await openTestDatabase()

// Each `@ts-expect-error` is itself an error as soon as the line below it compiles.

test('a wrong column, a missing null and a wrong type do not compile', () => {
  // @ts-expect-error: there is no column of that name
  db.selectFrom('evaluations as e').select('e.validation_acuracy')
  // @ts-expect-error: there is no table of that name
  db.selectFrom('evaluation')
  // @ts-expect-error: a number is compared with a text
  db.selectFrom('evaluations as e').where('e.id', '=', 'one')
  // @ts-expect-error: the list has elements of another type
  db.selectFrom('evaluations as e').where('e.id', '=', anyOf(['one']))
  // @ts-expect-error: there is no state of that name
  db.updateTable('surrogates').set({ state: 'DONE' })
  // @ts-expect-error: required columns are missing
  db.insertInto('workers').values({ host: 'here' })
  // @ts-expect-error: a list of int4 takes numbers
  unnest('k', { id: listOf('int4', ['one']) })
  const surrogates = db.selectFrom('surrogates as u').select(['u.spearman', 'u.features', 'u.fitted_at'])
  const find = async () => {
    const row = await surrogates.executeTakeFirstOrThrow()
    // @ts-expect-error: the value may be null
    const spearman: number = row.spearman
    // @ts-expect-error: the raw text of the list is not a list
    const features: FeatureSpace[] = row.features
    // @ts-expect-error: nor is it a text to work with
    const text: string = row.features
    return [spearman, features, text]
  }
  assert.equal(typeof find, 'function')
})

test('values have the types that the tables promise', async () => {
  const worker = { pool_id: 'p', lock_key: 2n ** 62n, host: 'h', process_id: 1, backend: 'b', device: 'd' }
  const { id, lock_key, datasets, started_at } = await db
    .insertInto('workers')
    .values(worker)
    .returning(['id', 'lock_key', 'datasets', 'started_at'])
    .executeTakeFirstOrThrow()
  assert.deepEqual([typeof id, lock_key, datasets, started_at instanceof Date], ['number', String(2n ** 62n), [], true])
  const key = await db
    .insertInto('api_keys')
    .values({ name: 'n', scopes: ['TRAIN', 'ADMIN'], secret_hash: new Uint8Array([1, 2]) })
    .returning((eb) => ['secret_hash', 'last_used_at', enumValues(eb.ref('scopes')).as('scopes')])
    .executeTakeFirstOrThrow()
  assert.deepEqual(key, { secret_hash: Buffer.from([1, 2]), last_used_at: null, scopes: ['TRAIN', 'ADMIN'] })
  const { numUpdatedRows } = await db.updateTable('workers').set({ host: 'g' }).executeTakeFirst()
  assert.equal(numUpdatedRows, 1n)
})

test('keyed rows keep the position of their key', async () => {
  const keys = unnest('k', { id: listOf('int4', [7, null]), text: listOf('text', ['a', 'b']) })
  const rows = await db.selectFrom(keys).select(['k.id', 'k.text', 'k.position']).execute()
  assert.deepEqual(rows, [
    { id: 7, text: 'a', position: '1' },
    { id: null, text: 'b', position: '2' },
  ])
  const { rows: counted } = await sql<{ count: string }>`select count(*) from workers`.execute(db)
  assert.equal(typeof counted[0].count, 'string')
})
