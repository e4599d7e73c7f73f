import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { RowCutter } from '../../../src/datasets/reading/row-cutter.js'

const ROWS = ['"a{": {"x": [1, 2], "y": "}\\"],"}', '"b\\\\" : [ ]', '"": 5', '"é": {"deep": [[{}]]}']
const TEXT = `\n{ ${ROWS.join(' ,\n')} }\n`

test('rows are cut out with their offsets, wherever the chunks end', () => {
  const bytes = Buffer.from(TEXT)
  for (let size = 1; size <= bytes.length; size++) {
    const found = cut(bytes, size)
    assert.deepEqual(
      found.map((row) => Buffer.from(row.bytes).toString()),
      ROWS,
    )
    for (const [i, row] of found.entries()) assert.equal(row.byteOffset, bytes.indexOf(ROWS[i]))
  }
})

test('a row that is larger than a chunk and than the initial buffer is cut as a whole', () => {
  const row = `"big": [${'1, '.repeat(1_000_000)}1]`
  const [first, second] = cut(Buffer.from(`{${row}, "c": 1}`), 65_536)
  assert.equal(Buffer.from(first.bytes).toString(), row)
  assert.deepEqual([Buffer.from(second.bytes).toString(), second.byteOffset], ['"c": 1', row.length + 3])
})

test('rows of any JSON are cut correctly, wherever the chunks end', () => {
  const row = fc.record({ key: fc.string({ unit: 'binary' }), value: fc.jsonValue({ maxDepth: 4 }), pad: fc.boolean() })
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 40 }), (rows, size) => {
      const texts = rows.map(({ key, value, pad }) => {
        return `${JSON.stringify(key)}: ${JSON.stringify(value, null, pad ? 1 : 0)}`
      })
      const found = cut(Buffer.from(`{${texts.join(', ')}}`), size)
      assert.deepEqual(
        found.map(({ bytes }) => Buffer.from(bytes).toString()),
        texts,
      )
    }),
  )
})

test('an object without rows is valid', () => {
  assert.deepEqual(cut(Buffer.from(' { } '), 1), [])
})

test('a file that ends too early or too late is refused with the offset', () => {
  for (let end = 0; end < TEXT.trimEnd().length; end++) {
    const bytes = Buffer.from(TEXT.trimEnd()).subarray(0, end)
    assert.throws(() => cut(bytes, 7), { name: 'MalformedFileError', byteOffset: bytes.length }, String(end))
  }
  const cases: [string, number, RegExp][] = [
    ['[1]', 0, /expected '\{', got '\['/],
    ['{"a": 1} {', 9, /expected the end of the file, got '\{'/],
    ['{"a": 1,}', 8, /expected a key, got '\}'/],
    ['{"a": 1]', 7, /expected ',' or '\}', got '\]'/],
    ['\u{feff}{}', 0, /expected '\{', got byte 0xef/],
  ]
  for (const [text, byteOffset, message] of cases) {
    assert.throws(() => cut(Buffer.from(text), 3), { byteOffset, message })
  }
})

test('an endless row is refused before it fills the memory', () => {
  const cutter = new RowCutter()
  const chunk = Buffer.alloc(2 ** 22, ' ')
  cutter.push(Buffer.from('{"a": ['))
  assert.throws(() => {
    for (let i = 0; i < 100; i++) {
      cutter.push(chunk)
      cutter.next()
    }
  }, /^MalformedFileError: byte 1: the row is too large; expected at most 67108864 bytes/)
})

function cut(bytes: Uint8Array, size: number) {
  const cutter = new RowCutter()
  const rows = []
  for (let start = 0; start < bytes.length; start += size) {
    cutter.push(bytes.subarray(start, start + size))
    for (let row = cutter.next(); row; row = cutter.next()) rows.push(row)
  }
  cutter.finish()
  return rows
}
