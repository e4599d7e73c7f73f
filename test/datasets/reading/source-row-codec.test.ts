import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { compressRow, decompressRow } from '../../../src/datasets/reading/source-row-codec.js'

test('a row of any bytes and length is the same after it was compressed and decompressed', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), fc.constantFrom(1, 7, 500), async (bytes, times) => {
      const row = Buffer.concat(Array(times).fill(bytes))
      assert.deepEqual(await decompressRow(await compressRow(row)), row)
    }),
  )
})

test('rows of earlier versions, which used raw deflate at any level, are decompressed too', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), fc.integer({ min: 0, max: 9 }), async (bytes, level) => {
      assert.deepEqual(await decompressRow(deflateRawSync(bytes, { level })), Buffer.from(bytes))
    }),
  )
})
