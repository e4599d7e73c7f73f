import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keepCounts } from '../../../src/db/evaluations/keep-counts.js'
import { createLoaders, evaluationsPage } from '../../../src/db/loaders.js'
import { keepOutdatedCounts } from '../../../src/services/evaluations/counts-watch.js'
import { openTestDatabase } from '../../support/database.js'

const database = await openTestDatabase()
const { pool, kysely } = database

await pool.query(`
  INSERT INTO datasets (name, version, title, description, architecture, task, origin, updated_at)
    SELECT name, '1', 't', 'd', 'a', 't', 'REPORTED', now() FROM unnest(ARRAY['first', 'second']) name;
  INSERT INTO activations (identity, identity_version, expression, depth, operators, is_finite, is_constant)
    SELECT sha256(i::text::bytea), 2, 'f' || i || '(x)', 1, ARRAY[(ARRAY['tanh', 'relu'])[1 + i % 2]], true, false
      FROM generate_series(1, 10) i;
  INSERT INTO evaluations (dataset_id, activation_id, expression, origin, updated_at, validation_accuracy)
    SELECT d.id, a.id, a.expression, 'REPORTED', now(), a.id / 20.0 FROM activations a, datasets d WHERE d.id = 1 OR a.id = 1`)
for (const id of [1, 2]) await keepCounts(kysely, id)

/** Asks as a new request does. */
async function ask(datasetId: number) {
  const loaders = createLoaders(database)
  const groupsBy = (by: 'OPERATOR' | 'IS_EVEN') =>
    loaders.groups({ by, metric: 'VALIDATION_ACCURACY', conditions: {} }).load(datasetId)
  const [operators, even] = [await groupsBy('OPERATOR'), await groupsBy('IS_EVEN')]
  return {
    operators: Object.fromEntries(operators.map(({ key, statistics }) => [key, statistics.count])),
    even: Object.fromEntries(even.map(({ key, statistics }) => [key, statistics.count])),
    tanh: await loaders.count(evaluationsPage({ activation: { operators: ['tanh'] } }, null), datasetId),
    good: await loaders.count(
      evaluationsPage({ activation: { operators: ['tanh'] }, validationAccuracy: { min: 0.3 } }, null),
      datasetId,
    ),
    part: await loaders.count(evaluationsPage({ activation: { contains: 'f1' } }, null), datasetId),
    elsewhere: await loaders.count(evaluationsPage({ activation: { evaluatedIn: 2 } }, null), datasetId),
  }
}

test('groups and counts by function follow every change of evaluations and functions', async () => {
  const wanted = { operators: { tanh: 5, relu: 5 }, even: {}, tanh: 5, good: 3, part: 0, elsewhere: 1 }
  const second = { operators: { relu: 1 }, even: {}, tanh: 0, good: 0, part: 0, elsewhere: 1 }
  const check = async (change: Partial<typeof wanted>, changeOfSecond: object = {}) => {
    for (let i = 0; i < 2; i++) {
      assert.deepEqual(await ask(1), Object.assign(wanted, change))
      assert.deepEqual(await ask(2), Object.assign(second, changeOfSecond))
    }
  }
  await check({})
  await pool.query('DELETE FROM evaluations WHERE activation_id = 10')
  await check({ operators: { tanh: 4, relu: 5 }, tanh: 4, good: 2 })
  await pool.query(`UPDATE activations SET operators = ARRAY['tanh', 'abs'] WHERE id = 1`)
  await check(
    { operators: { tanh: 5, relu: 4, abs: 1 } as never, tanh: 5 },
    { operators: { tanh: 1, abs: 1 }, tanh: 1 },
  )
  const columns = 'activation_id, version, is_even, is_odd, is_monotone, is_bounded, is_smooth, turning_points'
  await pool.query(
    `INSERT INTO activation_properties (${columns}) SELECT id, 1, id = 1, true, true, true, true, 0 FROM activations WHERE id < 4`,
  )
  await check({ even: { even: 1, 'not even': 2 } as never }, { even: { even: 1 } })
  await pool.query('UPDATE activation_properties SET is_even = true WHERE activation_id = 2')
  await check({ even: { even: 2, 'not even': 1 } as never })
  await pool.query('DELETE FROM activation_properties WHERE activation_id = 1')
  await check({ even: { even: 1, 'not even': 1 } as never }, { even: {} })
  await pool.query(`INSERT INTO expressions (text, activation_id, length) VALUES ('f1(x)', 1, 5)`)
  await check({ part: 1 }, { part: 1 })
  await pool.query(`INSERT INTO evaluations (dataset_id, activation_id, expression, origin, updated_at, validation_accuracy)
    VALUES (2, 3, 'f3(x)', 'REPORTED', now(), 0.1)`)
  await check({ elsewhere: 2 }, { operators: { tanh: 1, abs: 1, relu: 1 }, even: { 'not even': 1 }, elsewhere: 2 })
  await keepCounts(kysely, 1)
  await pool.query('UPDATE evaluations SET validation_accuracy = 0.9 WHERE dataset_id = 1 AND activation_id = 2')
  await check({ good: 3 })
})

test('a function that changes while its first evaluation is written is in the answers', async () => {
  const [writer, other] = [await pool.connect(), await pool.connect()]
  try {
    await other.query('BEGIN')
    await other.query(`INSERT INTO evaluations (dataset_id, activation_id, expression, origin, updated_at, validation_accuracy)
      VALUES (2, 4, 'f4(x)', 'REPORTED', now(), 0.1)`)
    await writer.query('BEGIN')
    await writer.query(`UPDATE activations SET operators = ARRAY['late'] WHERE id = 4`)
    await other.query('COMMIT')
    assert.equal((await ask(2)).operators.late, undefined)
    await writer.query('COMMIT')
    assert.equal((await ask(2)).operators.late, 1)
  } finally {
    writer.release()
    other.release()
  }
})

test('many changes of functions are replaced by one, which is a new state', async () => {
  const countChanges = async () =>
    (await pool.query('SELECT count(*)::int AS count, max(id) AS last FROM evaluation_changes WHERE dataset_id = 0'))
      .rows[0]
  await pool.query('INSERT INTO evaluation_changes (dataset_id, sign) SELECT 0, 0 FROM generate_series(1, 1001)')
  const before = await countChanges()
  await keepOutdatedCounts(database)
  const after = await countChanges()
  assert.equal(after.count, 1)
  assert.ok(Number(after.last) > Number(before.last))
  await keepOutdatedCounts(database)
  assert.deepEqual(await countChanges(), after)
  assert.equal((await ask(2)).operators.late, 1)
})
