import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findKinks } from '../../src/activations/find-kinks.js'
import { parseText } from '../../src/activations/language/parse-text.js'

const kinks = (text: string) => findKinks(parseText(text))

test('kinks lie where lines cross', () => {
  assert.deepEqual(kinks('relu(2*x-1)'), [0.5])
  assert.deepEqual(kinks('max(x,0.5*x+0.25)'), [0.5])
  assert.deepEqual(kinks('clip(x/2,-0.25,1)').sort(), [-0.5, 2])
  assert.deepEqual(kinks('where(x>0.3,x,1)').includes(0.3), true)
  assert.deepEqual(
    kinks('where(abs(x)<0.25,1,0)').filter((kink) => kink !== 0),
    [-0.25, 0.25],
  )
  assert.deepEqual(kinks('relu(x*param(4)-1)'), [0.25])
})

test('curves and parallels have no listed kinks', () => {
  assert.deepEqual(kinks('relu(exp(x)-0.5)'), [])
  assert.deepEqual(kinks('max(0.5*x,0.5*x+1)'), [])
  assert.deepEqual(kinks('relu(x)'), [])
})

test('hostile texts list few kinks', () => {
  const many = `sum_n(${Array.from({ length: 120 }, (_, i) => `relu(x-0.${i + 1})`).join(',')})`
  assert.equal(kinks(many).length, 64)
})
