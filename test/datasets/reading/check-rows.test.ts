import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkRows } from '../../../src/datasets/reading/check-rows.js'
import { parseRow } from '../../../src/datasets/reading/parse-row.js'

test('the length of spectra is the most frequent length, also if the first row has another one', async () => {
  const { found, rows } = await check([3, 4, 4, 0])
  assert.equal(found.spectrumLength, 4)
  assert.deepEqual(
    rows.map((row) => row.spectrum?.length ?? null),
    [null, 4, 4, null],
  )
  assert.deepEqual(rows[0].issues.at(-1)?.code, 'WRONG_SPECTRUM_LENGTH')
})

test('a given length is used, whatever the rows have', async () => {
  const { found, rows } = await check([3, 4, 4], 3)
  assert.equal(found.spectrumLength, 3)
  assert.deepEqual(
    rows.map((row) => row.spectrum?.length ?? null),
    [3, null, null],
  )
})

test('a file is refused if most of its rows have another length than its first hundred', async () => {
  const lengths = [...Array(100).fill(3), ...Array(150).fill(4)]
  await assert.rejects(check(lengths), /expected 3 values as in the first rows, got 4 in most rows/)
  assert.equal((await check(lengths, 4)).rows.filter((row) => row.spectrum).length, 150)
})

test('later rows with the same expression are marked as repeated, whatever their spelling', async () => {
  const texts = ['"relu(x)": {}', '"relu( x )": {}', '"nothing": {}', '"nothing": {}']
  const rows = []
  for await (const row of checkRows(parse(texts), { spectrumLength: null })) rows.push(row.isRepeated)
  assert.deepEqual(rows, [false, true, false, false])
})

async function check(lengths: readonly number[], spectrumLength: number | null = null) {
  const texts = lengths.map((length, i) => {
    const depth = 1 + (i % 30)
    const key = `${'relu('.repeat(depth)}x${')'.repeat(depth)}`
    return `"${key}": {"Fisher log eigenvalue CDF": [${Array(length).fill(0.5)}]}`
  })
  const found = { spectrumLength }
  const rows = []
  for await (const row of checkRows(parse(texts), found)) rows.push(row)
  return { found, rows }
}

async function* parse(texts: readonly string[]) {
  for (const text of texts) yield parseRow({ bytes: Buffer.from(text), byteOffset: 0 })
}
