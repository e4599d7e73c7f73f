import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countUndecided, listUndecided, upsertProperties } from '../../../src/db/activations/activation-properties.js'
import { ensureActivation } from '../../../src/services/activations/ensure-activation.js'
import { fillProperties } from '../../../src/services/activations/fill-properties.js'
import { decideActivations } from '../../../src/services/activations/store-activations.js'
import { storeExpressions } from '../../../src/services/activations/store-expressions.js'
import { openTestDatabase } from '../../support/database.js'

const database = await openTestDatabase()
const { kysely, pool, prisma } = database
const TEXTS = ['relu(x)', 'tanh(x)', 'cosh(x)', 'max(x,swish(x))', 'sin(x)']

await fillProperties(database)
await storeExpressions(prisma, TEXTS)

async function readRows() {
  const { rows } = await pool.query('select p.* from activation_properties p order by activation_id')
  return rows
}

test('a function is stored with its properties, whoever stores it', async () => {
  assert.equal(await countUndecided(kysely), 0)
  const { id } = await ensureActivation(prisma, 'sub(cosh(tanh(x)),erf(square(x)))')
  assert.equal(await countUndecided(kysely), 0)
  const found = await prisma.activationProperties.findUniqueOrThrow({ where: { activationId: id } })
  assert.equal(found.isEven, true)
  assert.equal(found.isMonotone, false)
  assert.equal(found.valueAtZero, 1)
})

test('functions of an earlier version get the same properties, also after a start that was killed between two batches', async () => {
  const before = await readRows()
  await pool.query('delete from activation_properties')
  await upsertProperties(kysely, decideActivations(await listUndecided(kysely, 2)))
  const left = before.length - 2
  const seen: number[] = []
  assert.equal(await fillProperties(database, (done, total) => seen.push(done, total)), left)
  assert.deepEqual(seen.slice(-2), [left, left])
  assert.deepEqual(await readRows(), before)
  assert.equal(await fillProperties(database), 0)
})

test('properties of an older version of the method are computed again', async () => {
  const before = await readRows()
  await pool.query('update activation_properties set version = 0, is_even = not is_even where is_smooth')
  const older = before.filter((row) => row.is_smooth).length
  assert.ok(older > 0)
  assert.equal(await fillProperties(database), older)
  assert.deepEqual(await readRows(), before)
})

test('several processes may fill at once', async () => {
  const before = await readRows()
  await pool.query('delete from activation_properties')
  await Promise.all([fillProperties(database), fillProperties(database), fillProperties(database)])
  assert.deepEqual(await readRows(), before)
})
