import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { depthOf, operatorsOf } from '../../../src/activations/expression.js'
import { parseExpression } from '../../../src/activations/parse-expression.js'
import { writeSeedFolder } from '../../../src/datasets/shipped/seed-folder.js'
import { describeActivation } from '../../../src/services/activations/describe-activation.js'
import { ensureActivation } from '../../../src/services/activations/ensure-activation.js'
import { importFile } from '../../../src/services/imports/import-file.js'
import { importSeed } from '../../../src/services/shipped-data/import-seed.js'
import { createViewer } from '../../support/fixtures/training-fixture.js'
import { makeFolder } from '../../support/folder.js'
import { makeSeedData, makeSeedManifest, openWithoutSpace } from '../../support/seed.js'

test('the names of a database of version 0.2.0 become those of the stock, and no evaluation is lost', async (t) => {
  const database = await openWithoutSpace(t)
  const { prisma, pool } = database
  const seedFolder = makeFolder()
  writeSeedFolder(join(seedFolder, 'mini-test'), makeSeedManifest(), makeSeedData())
  await importSeed(database, { seedFolder })
  const path = join(makeFolder(), 'file.json')
  const row = { 'Validation Accuracy': 0.5, 'Equivalent Activation Functions': ['sigmoid(arctan(x))'] }
  writeFileSync(path, JSON.stringify({ 'identity(sigmoid(arctan(x)))': row }))
  await importFile(database, { path, dataset: 'imported' })
  const { apiKeyId } = await createViewer(database, 'client', ['DATASET'])
  const own = await prisma.dataset.create({
    data: {
      ...{ name: 'own', version: '1', title: '', description: '', architecture: '', task: '' },
      ...{ origin: 'REPORTED', apiKeyId },
    },
  })
  await prisma.spaceAddition.create({
    data: { schema: 'cosh(unary(unary(x)))', operators: ['erfc', 'mish'], size: 4, done: 4 },
  })
  // What version 0.2.0 stored: every spelling of anybody, and the shortest as the name.
  const spell = async (text: string) => {
    const { id } = await ensureActivation(prisma, text)
    await pool.query('INSERT INTO expressions VALUES ($1, $2, char_length($1)) ON CONFLICT DO NOTHING', [text, id])
    await pool.query(
      `UPDATE activations a SET expression = best.text, depth = $2, operators = $3 FROM (
         SELECT text FROM expressions WHERE activation_id = $1 ORDER BY length, text COLLATE "C" LIMIT 1) best
       WHERE id = $1 AND best.text = $4`,
      [id, depthOf(parseExpression(text)), operatorsOf(parseExpression(text)), text],
    )
    return id
  }
  const evaluate = async (text: string) => {
    const ids = { datasetId: own.id, activationId: await spell(text), apiKeyId }
    const evaluation = await prisma.evaluation.create({ data: { ...ids, expression: text, origin: 'REPORTED' } })
    await prisma.run.create({ data: { ...ids, evaluationId: evaluation.id, datasetVersion: '1' } })
  }
  await evaluate('square(mul(x,x))')
  await evaluate('gelu(identity(x))')
  await evaluate('prod_n(erf(x),sigmoid(erf(x)))')
  await evaluate('tanh(max_n(erf(x),sigmoid(erf(x))))')
  await spell('identity(tanh(max_n(erf(x),sigmoid(erf(x)))))')
  await spell('cosh(erfc(mish(x)))')
  await spell('cosh(erfc(identity(mish(x))))')
  await spell('identity(sigmoid(identity(arctan(x))))')
  await pool.query(`UPDATE activations SET is_named_by_client = false`)
  await pool.query(`DELETE FROM settings WHERE name IN ('seed:names', 'seed:operators')`)

  const evaluations = await prisma.evaluation.findMany({ orderBy: { id: 'asc' } })
  const imported = await importSeed(database, { seedFolder })
  assert.deepEqual(
    imported.map(({ name }) => name),
    ['names', 'operators'],
  )
  const read = async (text: string) => {
    const identity = new Uint8Array(Buffer.from(describeActivation(text).identityHex, 'hex'))
    const include = { expressions: { orderBy: [{ length: 'asc' as const }, { text: 'asc' as const }] } }
    const found = await prisma.activation.findUniqueOrThrow({ where: { identity }, include })
    const parsed = parseExpression(found.expression)
    assert.deepEqual([found.depth, found.operators], [depthOf(parsed), operatorsOf(parsed)])
    return [found.expression, found.isNamedByClient, found.expressions.map((each) => each.text)]
  }
  // Shipped: the spelling of the client is shorter than the shipped one.
  assert.deepEqual(await read('square(square(x))'), ['square(square(x))', false, ['square(square(x))']])
  assert.deepEqual(await read('gelu(x)'), ['gelu(x)', false, ['gelu(x)']])
  assert.deepEqual(await read('swish(erf(x))'), ['swish(erf(x))', false, ['swish(erf(x))']])
  // Not in the stock: the name stays.
  const ofClient = 'tanh(max_n(erf(x),sigmoid(erf(x))))'
  assert.deepEqual(await read(ofClient), [ofClient, true, [ofClient]])
  // Of a space that the operator added, and of an imported file with the equivalents that it lists.
  assert.deepEqual(await read('cosh(erfc(mish(x)))'), ['cosh(erfc(mish(x)))', false, ['cosh(erfc(mish(x)))']])
  assert.deepEqual(await read('sigmoid(arctan(x))'), [
    'sigmoid(arctan(x))',
    false,
    ['sigmoid(arctan(x))', 'identity(sigmoid(arctan(x)))'],
  ])
  assert.deepEqual(await prisma.evaluation.findMany({ orderBy: { id: 'asc' } }), evaluations)
  assert.deepEqual(await importSeed(database, { seedFolder }), [])
})

test('a correction of names that ends early changes nothing, and the next start does it', async (t) => {
  const database = await openWithoutSpace(t)
  const seedFolder = makeFolder()
  await importSeed(database, { seedFolder })
  const { id } = await ensureActivation(database.prisma, 'identity(x)')
  await database.pool.query(`UPDATE activations SET expression = 'arcsinh(sinh(x))', depth = 2 WHERE id = $1`, [id])
  await database.pool.query(`DELETE FROM settings WHERE name = 'seed:names'`)
  await database.pool.query(`CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'no'; END $$`)
  await database.pool.query(`CREATE TRIGGER fail BEFORE INSERT ON settings EXECUTE FUNCTION fail()`)
  await assert.rejects(importSeed(database, { seedFolder }))
  const find = () => database.prisma.activation.findUniqueOrThrow({ where: { id } })
  assert.equal((await find()).depth, 2)
  await database.pool.query('DROP TRIGGER fail ON settings')
  const [{ name, names }] = await importSeed(database, { seedFolder })
  assert.deepEqual([name, names], ['names', 1])
  const { expression, depth, operators } = await find()
  assert.deepEqual([expression, depth, operators], ['x', 0, []])
})
