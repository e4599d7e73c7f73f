import assert from 'node:assert/strict'
import { test } from 'node:test'
import { identify, openSearchFixture } from '../support/search-fixture.js'

const { database, measured: measuredFunctions, fitted, run } = await openSearchFixture()
const measured = new Set(measuredFunctions.map(({ described }) => described.identityHex))

test('a replay suggests measured functions and takes their metrics from the dataset', async () => {
  const expressions = await run({ replay: true }, 40)
  assert.equal(new Set(expressions.map(identify)).size, 40)
  assert.ok(expressions.every((expression) => measured.has(identify(expression))))
  const [suggestion] = await database.prisma.suggestion.findMany({
    where: { search: { replay: true }, state: 'COMPLETED' },
    orderBy: { id: 'desc' },
    include: { evaluation: true },
  })
  assert.equal(suggestion.validationAccuracy, suggestion.evaluation?.validationAccuracy)
})

test('a replay knows nothing but what it completed', async () => {
  const before = await run({ replay: true, seed: 3 }, 30)
  const known = new Set(before.map(identify))
  const hidden = await database.prisma.evaluation.findMany({
    where: { datasetId: fitted.id },
    include: { activation: true },
  })
  for (const { id, activation } of hidden) {
    if (known.has(Buffer.from(activation.identity).toString('hex'))) continue
    await database.prisma.evaluation.update({ where: { id }, data: { validationAccuracy: 0.999 } })
  }
  assert.deepEqual(await run({ replay: true, seed: 3 }, 30), before)
})
