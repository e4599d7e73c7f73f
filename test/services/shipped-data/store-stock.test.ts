import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chooseRepresentative } from '../../../src/activations/compare-expressions.js'
import { formatExpression } from '../../../src/activations/expression.js'
import { listOneOperatorExpressions } from '../../../src/activations/one-operator-expressions.js'
import { OPERATORS } from '../../../src/activations/operators.js'
import { describeActivation } from '../../../src/services/activations/describe-activation.js'
import { ensureActivation } from '../../../src/services/activations/ensure-activation.js'
import { importSeed } from '../../../src/services/shipped-data/import-seed.js'
import { openTestDatabase } from '../../support/database.js'
import { makeFolder } from '../../support/folder.js'
import { openWithoutSpace } from '../../support/seed.js'

test('x has depth 0 and every operator depth 1 from the start, by the shortest expression of one operator', async (t) => {
  const database = await openTestDatabase(t)
  await importSeed(database, { seedFolder: makeFolder() })
  const stock = listOneOperatorExpressions().map(formatExpression)
  for (const text of stock) {
    const { identityHex } = describeActivation(text)
    const { expression, depth } = await database.prisma.activation.findUniqueOrThrow({
      where: { identity: new Uint8Array(Buffer.from(identityHex, 'hex')) },
    })
    const same = stock.filter((other) => describeActivation(other).identityHex === identityHex)
    assert.deepEqual([expression, depth], [chooseRepresentative(same), expression === 'x' ? 0 : 1])
  }
  const find = async (text: string) => (await ensureActivation(database.prisma, text)).expression
  for (const text of ['exp(x)', 'reciprocal(x)', 'elish(x)', 'gelu(x)', 'erfc(x)', 'negative(x)']) {
    assert.equal(await find(text), text)
  }
  assert.equal(await find(' identity( x ) '), 'x')
  assert.equal(await find('arcsinh(sinh(x))'), 'x')
  assert.equal(await find('max_n(x)'), 'x')
})

test('a name that a client gave before the operators were stored gives way to theirs', async (t) => {
  const database = await openWithoutSpace(t)
  const early = await ensureActivation(database.prisma, 'identity(gelu(x))')
  assert.equal(early.expression, 'identity(gelu(x))')
  // As if the last start had ended before this step.
  await importSeed(database, { seedFolder: makeFolder() })
  const { expressions, ...late } = await database.prisma.activation.findUniqueOrThrow({
    where: { id: early.id },
    include: { expressions: true },
  })
  assert.deepEqual([late.expression, late.depth, late.isNamedByClient], ['gelu(x)', 1, false])
  assert.deepEqual(
    expressions.map(({ text }) => text),
    ['gelu(x)'],
  )
})

test('an operator that the language gets later is stored by the next start', async (t) => {
  const database = await openWithoutSpace(t)
  const seedFolder = makeFolder()
  await importSeed(database, { seedFolder })
  const count = await database.prisma.activation.count()
  const last = await ensureActivation(database.prisma, `${OPERATORS[0].name}(x)`)
  await database.prisma.expression.deleteMany({ where: { activationId: last.id } })
  await database.prisma.activation.delete({ where: { id: last.id } })
  // As if the operators of the last start had been others.
  await database.prisma.setting.update({
    where: { name: 'seed:operators' },
    data: { value: new Uint8Array(Buffer.from('another list')) },
  })
  const [{ name }] = await importSeed(database, { seedFolder })
  assert.equal(name, 'operators')
  assert.equal(await database.prisma.activation.count(), count)
  assert.deepEqual(await importSeed(database, { seedFolder }), [])
})
