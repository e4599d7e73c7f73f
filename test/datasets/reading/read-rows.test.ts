import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { SourceRow } from '../../../src/datasets/reading/parse-row.js'
import { computeChecksum, openRows } from '../../../src/datasets/reading/read-rows.js'
import { makeFolder } from '../../support/folder.js'

const TEXT = '{"relu(x)": {"Train Loss": 0.5}, "tanh(x)": {"Fisher log eigenvalue CDF": [0.0, 1.0]}}\n'

test('a plain and a compressed file give the same rows and the same checksum', async () => {
  const checksum = createHash('sha256').update(TEXT).digest('hex')
  for (const bytes of [Buffer.from(TEXT), gzipSync(TEXT)]) {
    const path = write(bytes)
    const opened = openRows(path)
    const rows: SourceRow[] = []
    for await (const row of opened.rows) rows.push(row)
    assert.deepEqual(
      rows.map((row) => [row.expression, row.metrics.trainLoss, row.spectrum?.length]),
      [
        ['relu(x)', 0.5, undefined],
        ['tanh(x)', null, 2],
      ],
    )
    assert.deepEqual(opened.progress, { fileBytes: bytes.length, bytes: TEXT.length })
    assert.equal(opened.checksum(), checksum)
    assert.equal(await computeChecksum(path), checksum)
  }
})

test('a file of several chunks gives every row unchanged, plain or compressed', async () => {
  const written = Array.from({ length: 70 }, (_, i) => `"relu(${i})": {"Notes": "${`${i} `.repeat(30_000)}"}`)
  const text = `{${written.join(', ')}}`
  assert.ok(text.length > 5_000_000)
  for (const bytes of [Buffer.from(text), gzipSync(text, { level: 0 })]) {
    const { rows, checksum } = openRows(write(bytes))
    const found: string[] = []
    for await (const { source } of rows) found.push(Buffer.from(source.bytes).toString())
    assert.deepEqual(found, written)
    assert.equal(checksum(), createHash('sha256').update(text).digest('hex'))
  }
})

test('a file that ends too early is refused with the offset, plain or compressed', async () => {
  await assert.rejects(read(write(Buffer.from(TEXT.slice(0, 50)))), { name: 'MalformedFileError', byteOffset: 50 })
  await assert.rejects(read(write(Buffer.alloc(0))), { byteOffset: 0, message: /got the end of the file/ })
  const packed = gzipSync(TEXT)
  await assert.rejects(read(write(packed.subarray(0, -12))), /the compressed file ends too early/)
  packed[packed.length - 6] ^= 1
  await assert.rejects(read(write(packed)), /the compressed file is damaged/)
})

test('a file that ends after a mistake is refused with the offset of the mistake', async () => {
  const at = TEXT.indexOf('0.5')
  const text = `${TEXT.slice(0, at)}0.x${TEXT.slice(at + 3, 60)}`
  await assert.rejects(read(write(Buffer.from(text))), {
    byteOffset: at + 2,
    message: /expected a number, got 'x'/,
  })
  const quote = TEXT.indexOf('": {"Train')
  const unquoted = `${TEXT.slice(0, quote)}${TEXT.slice(quote + 1)}`
  await assert.rejects(read(write(Buffer.from(unquoted))), { name: 'MalformedFileError' })
})

test('a missing file is an error that names it', async () => {
  await assert.rejects(read('/nowhere/at/all.json'), { code: 'ENOENT' })
})

async function read(path: string): Promise<number> {
  let count = 0
  for await (const _ of openRows(path).rows) count++
  return count
}

function write(bytes: Uint8Array): string {
  const path = join(makeFolder(), 'rows.json')
  writeFileSync(path, bytes)
  return path
}
