import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { computeSampleIdentity } from '../../../src/activations/comparison/sample-identity.js'
import { parseExpression } from '../../../src/activations/parse-expression.js'
import {
  ACT_BENCH_OPERATORS,
  ACT_BENCH_SCHEMAS,
  enumerateExpressions,
  parseSchema,
} from '../../../src/activations/search-space.js'

test('the identities of version 1 stay, because they order the samples of shipped data', () => {
  const identify = (text: string) => computeSampleIdentity(parseExpression(text))
  assert.equal(identify('x'), '8617c9f9d08b6331d551039d7def9745527c765d26b0b0896e9de505aa7bcea0')
  assert.equal(identify('min(relu(x),6)'), '191f8e46843e466b3572e4cdf17c6623da28975d8a8296113f05bd6652cceaa4')
  const space = ACT_BENCH_SCHEMAS.flatMap((text) => [...enumerateExpressions(parseSchema(text), ACT_BENCH_OPERATORS)])
  assert.equal(
    createHash('sha256').update(space.map(computeSampleIdentity).join()).digest('hex'),
    '1836fa4357d7bc25a4fc5ff1c8389ee3cb852e94178d0b9a178bcd9e5ddd6864',
  )
})
