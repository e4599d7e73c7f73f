import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatTraceparent, parseTraceparent } from '../../src/tracing/traceparent.js'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const SPAN = 'b7ad6b7169203331'

test('a valid traceparent is read and written', () => {
  const parsed = { traceId: TRACE, spanId: SPAN, traceFlags: 1 }
  assert.deepEqual(parseTraceparent(`00-${TRACE}-${SPAN}-01`), parsed)
  assert.deepEqual(parseTraceparent(`00-${TRACE}-${SPAN}-02`), { ...parsed, traceFlags: 0 })
  assert.deepEqual(parseTraceparent(`cc-${TRACE}-${SPAN}-01-what-comes-later`), parsed)
  assert.equal(formatTraceparent(parsed), `00-${TRACE}-${SPAN}-01`)
})

test('anything else starts a trace of its own', () => {
  for (const text of [
    null,
    undefined,
    ['00'],
    '',
    `00-${TRACE}-${SPAN}`,
    `ff-${TRACE}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-01-more`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE}-${SPAN}-01${' '.repeat(300)}`,
  ]) {
    assert.equal(parseTraceparent(text), null, String(text))
  }
})
