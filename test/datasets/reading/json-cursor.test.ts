import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { JsonCursor } from '../../../src/datasets/reading/json-cursor.js'

const at = (text: string | Uint8Array) => new JsonCursor(Buffer.from(text), 1000)

test('every JSON text is read to its end, and its strings and numbers equal those of JSON.parse', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      const text = JSON.stringify(value, null, 1)
      const cursor = at(` ${text} `)
      cursor.skipValue()
      assert.equal(cursor.peek(), undefined)
      if (typeof value === 'string') assert.equal(at(text).readString(), value)
      if (typeof value === 'number') assert.equal(at(text).readNumber(), Number(text))
    }),
  )
})

test('a text that JSON.parse refuses is refused at a position inside the text', () => {
  const text = '{"a": [1, -2.5e3, "x\\u00e9\\n"], "b": {"c": null, "d": [true, false, []]}}'
  let refused = 0
  for (let i = 0; i < text.length; i++) {
    for (const other of ['', '"', ',', '}', '0', 'x', '\\']) {
      const changed = text.slice(0, i) + other + text.slice(i + 1)
      const cursor = at(changed)
      const isAccepted = accepts(() => JSON.parse(changed))
      const isPassed = accepts(() => {
        cursor.skipValue()
        if (cursor.peek() !== undefined) throw cursor.expected('the end')
      })
      assert.equal(isPassed, isAccepted, changed)
      if (!isAccepted) refused++
    }
  }
  assert.ok(refused > 300)
})

test('an error has the offset of the first wrong byte in the file, and names the byte', () => {
  const cases: [string | Uint8Array, number, RegExp][] = [
    ['[1, 2 3]', 6, /expected ',' or '\]', got '3'/],
    ['{"a" 1}', 5, /expected ':', got '1'/],
    ['[1, tru]', 7, /expected 'true', got '\]'/],
    ['["a\nb"]', 3, /expected a character of a string, got byte 0x0a/],
    ['["\\x"]', 3, /expected an escape, got 'x'/],
    ['["\\u12g4"]', 6, /expected a hexadecimal digit, got 'g'/],
    ['[1.]', 3, /expected a number, got '\]'/],
    ['[', 1, /expected a value, got the end of the file/],
    ['['.repeat(100_000), 64, /nesting is too deep; expected at most 64 levels/],
    [Buffer.from([0x22, 0xff, 0x22]), 0, /expected a string in UTF-8/],
  ]
  for (const [text, offset, message] of cases) {
    assert.throws(() => at(text).skipValue(), { name: 'MalformedFileError', byteOffset: 1000 + offset, message })
  }
})

test('a list of numbers becomes float32, and any other list becomes null', () => {
  const numbers = '[0.1,-2.5 , 1e-3,\nNaN, Infinity,-Infinity]'
  assert.deepEqual(at(numbers).readFloat32List(), Float32Array.of(0.1, -2.5, 0.001, NaN, Infinity, -Infinity))
  assert.deepEqual(at('[ ]').readFloat32List(), new Float32Array(0))
  const many = Array.from({ length: 5000 }, (_, i) => i / 7)
  assert.deepEqual(at(JSON.stringify(many)).readFloat32List(), Float32Array.from(many))
  assert.equal(at('[1, null]').readFloat32List(), null)
  assert.equal(at('["1"]').readFloat32List(), null)
  assert.throws(() => at('[1, 2').readFloat32List(), { byteOffset: 1005 })
})

function accepts(work: () => void): boolean {
  try {
    work()
    return true
  } catch {
    return false
  }
}
