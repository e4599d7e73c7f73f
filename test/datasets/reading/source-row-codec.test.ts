import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { compressRow, decompressRow } from '../../../src/datasets/reading/source-row-codec.js'

test('a row that is kept comes back byte for byte, whatever it is and however long', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), fc.constantFrom(1, 7, 500), async (bytes, times) => {
      const row = Buffer.concat(Array(times).fill(bytes))
      assert.deepEqual(await decompressRow(await compressRow(row)), row)
    }),
  )
})

test('what earlier versions kept is read too: raw deflate at any level', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), fc.integer({ min: 0, max: 9 }), async (bytes, level) => {
      assert.deepEqual(await decompressRow(deflateRawSync(bytes, { level })), Buffer.from(bytes))
    }),
  )
})
