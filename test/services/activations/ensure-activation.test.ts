import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inTransaction } from '../../../src/db/connection/in-transaction.js'
import { toFloat32Array } from '../../../src/db/statements/float32.js'
import { describeActivation } from '../../../src/services/activations/describe-activation.js'
import { ensureActivation, requireFinite } from '../../../src/services/activations/ensure-activation.js'
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

test('the representative is the shortest spelling, ties alphabetical, and the id stays', async () => {
  const first = await ensureActivation(database.prisma, 'max(zero(x),identity(x))')
  const shorter = await ensureActivation(database.prisma, 'max(zero(x),x)')
  const earlier = await ensureActivation(database.prisma, 'max(x,zero(x))')
  const longer = await ensureActivation(database.prisma, 'identity(relu(x))')
  assert.equal(shorter.expression, 'max(zero(x),x)')
  assert.equal(earlier.expression, 'max(x,zero(x))')
  assert.equal(longer.expression, 'max(x,zero(x))')
  const shortest = await ensureActivation(database.prisma, 'relu(x)')
  assert.equal(shortest.expression, 'relu(x)')
  assert.equal(shortest.depth, 1)
  assert.deepEqual(shortest.operators, ['relu'])
  assert.deepEqual(new Set([first, shorter, earlier, longer, shortest].map(({ id }) => id)).size, 1)
  assert.equal(await database.prisma.expression.count({ where: { activationId: first.id } }), 5)
})

test('concurrent callers that store one function in many spellings create one activation', async () => {
  const spellings = Array.from({ length: 30 }, (_, i) => {
    const depth = i % 5
    return `${'identity('.repeat(depth)}mish(x)${')'.repeat(depth)}`
  })
  const activations = await Promise.all(
    spellings.map((text) => inTransaction(database, (db) => ensureActivation(db, text))),
  )
  assert.equal(new Set(activations.map(({ id }) => id)).size, 1)
  const stored = await database.prisma.activation.findUniqueOrThrow({
    where: { id: activations[0].id },
    include: { expressions: true, outputs: true },
  })
  assert.equal(stored.expression, 'mish(x)')
  assert.equal(stored.depth, 1)
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
