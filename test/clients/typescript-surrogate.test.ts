import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createClient, isActbenchError } from '../../clients/typescript/src/index.js'
import { openClientFixture } from '../support/fixtures/client-fixture.js'

const { address: url, secret: key } = await openClientFixture()

test('predictions become a version, also if the answer is lost, and wrong ones are named', async () => {
  let lost = 0
  const client = createClient({
    ...{ url, key },
    async fetch(input, init) {
      const response = await fetch(input, init)
      if (lost++ === 0) throw new TypeError('fetch failed', { cause: new Error('read ECONNRESET') })
      return response
    },
  })
  // 3,000 functions, so that the file has several blocks.
  const predictions = Array.from({ length: 3000 }, (_, place) => {
    return { expression: `tanh(${place + 1}*x)`, mean: place / 3000, standardDeviation: place % 2 ? 0.1 : null }
  })
  const { version, candidates, quality } = await client.uploadSurrogate('mine', { name: 'own', predictions })
  assert.deepEqual([version, candidates, quality?.functions], [1, 3000, 1])
  const wrong = [predictions[0], { expression: 'relu(x)', mean: Number.NaN }]
  await assert.rejects(
    client.uploadSurrogate('mine', { name: 'own', predictions: wrong }),
    (error) =>
      isActbenchError(error, 'BAD_USER_INPUT') && error.extensions.row === 1 && error.extensions.found === 'NaN',
  )
})
