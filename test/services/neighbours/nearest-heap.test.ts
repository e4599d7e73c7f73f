import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createNearestHeap } from '../../../src/services/neighbours/nearest-heap.js'

test('a heap keeps the nearest, sorted, equal ones by id', () => {
  const distances = fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 60 })
  fc.assert(
    fc.property(distances, fc.integer({ min: 1, max: 12 }), (values, capacity) => {
      const heap = createNearestHeap(capacity)
      values.forEach((distance, activationId) => {
        const before = heap.limit()
        heap.offer(activationId, distance)
        assert.ok(heap.limit() <= before)
      })
      const expected = values
        .map((distance, activationId) => ({ activationId, distance }))
        .sort((a, b) => a.distance - b.distance || a.activationId - b.activationId)
        .slice(0, capacity)
      assert.deepEqual(heap.toSorted(), expected)
    }),
  )
})
