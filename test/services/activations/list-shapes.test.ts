import assert from 'node:assert/strict'
import { test } from 'node:test'
import { computeShape } from '../../../src/activations/comparison/shape.js'
import { parseExpression } from '../../../src/activations/parse-expression.js'
import { describeActivation } from '../../../src/services/activations/describe-activation.js'
import { fillShapes } from '../../../src/services/activations/fill-shapes.js'
import { listMeasuredShapes } from '../../../src/services/activations/list-shapes.js'
import { openTestDatabase } from '../../support/database.js'
import { createSyntheticDataset, storeFunctions } from '../../support/fixtures/learning-fixture.js'

const database = await openTestDatabase()
const texts = ['exp(x)', 'tanh(x)', 'square(x)']
const measured = await storeFunctions(database, texts.map(describeActivation))
await fillShapes(database)
const shapeOf = (text: string) => computeShape(parseExpression(text))

test('stored shapes are taken as they are, and missing ones or those of another version are computed', async () => {
  const dataset = await createSyntheticDataset(database, { name: 'mini-cnn', origin: 'TRAINED', measured })
  const [first, second, third] = measured.map(({ activationId }) => activationId)
  const stored = 'ab'.repeat(32)
  await database.pool.query(`delete from activation_shapes where activation_id = ${second}`)
  await database.pool.query(
    `update activation_shapes set shape = decode('${stored}', 'hex') where activation_id = ${first}`,
  )
  await database.pool.query(
    `update activation_shapes set shape = decode('${stored}', 'hex'), version = 0 where activation_id = ${third}`,
  )
  assert.deepEqual(
    await listMeasuredShapes(database, dataset),
    new Map([
      [first, stored],
      [second, shapeOf('tanh(x)')],
      [third, shapeOf('square(x)')],
    ]),
  )
})

test('a dataset whose networks do not normalise has no shapes', async () => {
  const reported = await createSyntheticDataset(database, { name: 'reported', measured })
  assert.equal((await listMeasuredShapes(database, reported)).size, 0)
})
