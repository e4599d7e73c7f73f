import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inTransaction } from '../../../src/db/connection/in-transaction.js'
import { toFloat32Array } from '../../../src/db/statements/float32.js'
import { describeActivation } from '../../../src/services/activations/describe-activation.js'
import { ensureActivation, requireFinite } from '../../../src/services/activations/ensure-activation.js'
import { storeExpressions } from '../../../src/services/activations/store-expressions.js'
import { openTestDatabase } from '../../support/database.js'

const database = await openTestDatabase()

test('a new function is stored with its outputs, spelling, depth and operators', async () => {
  const activation = await ensureActivation(database.prisma, 'min( square(x), selu(x) )')
  assert.equal(activation.expression, 'min(square(x),selu(x))')
  assert.equal(activation.depth, 2)
  assert.deepEqual(activation.operators, ['min', 'square', 'selu'])
  assert.equal(activation.isFinite, true)
  const outputs = await database.prisma.activationOutputs.findUniqueOrThrow({ where: { activationId: activation.id } })
  assert.deepEqual(toFloat32Array(outputs.values), describeActivation('min(square(x),selu(x))').outputs)
  const spellings = await database.prisma.expression.findMany({ where: { activationId: activation.id } })
  assert.deepEqual(spellings, [{ text: 'min(square(x),selu(x))', activationId: activation.id, length: 22 }])
})

test('a function that is stored keeps its name and spellings, whatever clients call it', async () => {
  await storeExpressions(database.prisma, ['max(zero(x),identity(x))'])
  const first = await ensureActivation(database.prisma, 'max(zero(x),identity(x))')
  const shorter = await ensureActivation(database.prisma, 'relu(x)')
  const longer = await ensureActivation(database.prisma, 'identity(relu(x))')
  assert.deepEqual([shorter, longer], [first, first])
  assert.deepEqual(await listSpellings(first.id), ['max(zero(x),identity(x))'])
})

test('the first spelling of a client names a function until the stock has one', async () => {
  const first = await ensureActivation(database.prisma, 'identity(erf(mish(x)))')
  const second = await ensureActivation(database.prisma, 'erf(mish(x))')
  assert.deepEqual(second, first)
  assert.deepEqual([first.expression, first.depth, first.isNamedByClient], ['identity(erf(mish(x)))', 3, true])
  // Longer than the spelling of the client, and still the name from now on.
  const [id] = (await storeExpressions(database.prisma, ['identity(identity(erf(mish(x))))'])).values()
  assert.equal(id, first.id)
  const named = await database.prisma.activation.findUniqueOrThrow({ where: { id } })
  assert.deepEqual(
    [named.expression, named.depth, named.operators, named.isNamedByClient],
    ['identity(identity(erf(mish(x))))', 4, ['identity', 'erf', 'mish'], false],
  )
  assert.deepEqual(await listSpellings(id), ['identity(identity(erf(mish(x))))'])
})

test('spellings of the stock name a function by the shortest, ties alphabetical, in any order and partition', async () => {
  const spellings = ['max(zero(x),tanh(x))', 'max(tanh(x),zero(x))', 'relu(tanh(x))', 'identity(relu(tanh(x)))']
  await ensureActivation(database.prisma, spellings[3])
  const expected = [
    ['identity(relu(tanh(x)))', 'max(tanh(x),zero(x))', 'max(zero(x),tanh(x))'],
    ['identity(relu(tanh(x)))', 'max(tanh(x),zero(x))', 'max(zero(x),tanh(x))', 'relu(tanh(x))'].sort(),
  ]
  const [id] = (await storeExpressions(database.prisma, [spellings[0], spellings[3], spellings[1]])).values()
  const find = () => database.prisma.activation.findUniqueOrThrow({ where: { id } })
  assert.equal((await find()).expression, 'max(tanh(x),zero(x))')
  assert.deepEqual(await listSpellings(id), expected[0])
  await storeExpressions(database.prisma, [spellings[2]])
  await storeExpressions(database.prisma, [spellings[1]])
  const { expression, depth, operators } = await find()
  assert.deepEqual([expression, depth, operators], ['relu(tanh(x))', 2, ['relu', 'tanh']])
  assert.deepEqual(await listSpellings(id), expected[1])
})

test('concurrent callers that store one function in many spellings create one activation with one name', async () => {
  const spellings = Array.from({ length: 30 }, (_, i) => {
    const depth = i % 5
    return `${'identity('.repeat(depth)}mish(x)${')'.repeat(depth)}`
  })
  const activations = await Promise.all(
    spellings.map((text) => inTransaction(database, (db) => ensureActivation(db, text))),
  )
  assert.equal(new Set(activations.map(({ id }) => id)).size, 1)
  assert.deepEqual(await listSpellings(activations[0].id), [activations[0].expression])
  const ids = await Promise.all(spellings.map((text) => inTransaction(database, (db) => storeExpressions(db, [text]))))
  assert.deepEqual(new Set(ids.flatMap((map) => [...map.values()])), new Set([activations[0].id]))
  const stored = await database.prisma.activation.findUniqueOrThrow({
    where: { id: activations[0].id },
    include: { expressions: true, outputs: true },
  })
  assert.deepEqual([stored.expression, stored.depth, stored.isNamedByClient], ['mish(x)', 1, false])
  assert.equal(stored.expressions.length, 5)
  assert.ok(stored.outputs)
})

test('a function that is not finite is stored, and refused if it must be finite', async () => {
  const activation = await ensureActivation(database.prisma, 'reciprocal(zero(x))')
  assert.equal(activation.isFinite, false)
  assert.throws(
    () => requireFinite(describeActivation('reciprocal(zero(x))')),
    (error: { code?: string; extensions?: { x?: unknown; value?: unknown } }) => {
      assert.equal(error.code, 'NOT_FINITE')
      assert.equal(typeof error.extensions?.x, 'number')
      assert.match(String(error.extensions?.value), /Infinity/)
      return true
    },
  )
  requireFinite(describeActivation('relu(x)'))
})

test('an expression that does not parse stores nothing', async () => {
  const before = await database.prisma.activation.count()
  await assert.rejects(ensureActivation(database.prisma, 'relu(y)'), { code: 'INVALID_EXPRESSION' })
  assert.equal(await database.prisma.activation.count(), before)
})

test('a text of the maximum length can be stored', async () => {
  const words = ['swish', 'gelu', 'arcsinh', 'bessel_i0e', 'softplus', 'log_sigmoid', 'tanh', 'hard_sigmoid']
  const terms: string[] = []
  let seed = 7
  while (`sum_n(${terms.join(',')})`.length < 3600) {
    let term = 'x'
    for (let i = 0; i < 2; i++) {
      seed = (seed * 48271) % 2147483647
      term = `${words[seed % words.length]}(${term})`
    }
    terms.push(term)
  }
  const text = `sum_n(${terms.join(',')})`
  const activation = await ensureActivation(database.prisma, text)
  assert.equal(activation.expression, text)
})

async function listSpellings(activationId: number): Promise<string[]> {
  const rows = await database.prisma.expression.findMany({ where: { activationId }, orderBy: { text: 'asc' } })
  return rows.map(({ text }) => text)
}
