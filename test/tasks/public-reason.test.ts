import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toPublicReason } from '../../src/tasks/public-reason.js'

test('the reason of a failure shows clients neither paths nor the name of the machine', () => {
  const reason = (text: string) => toPublicReason(new Error(text), 'gpu-17.internal')
  assert.equal(reason('ENOENT: open /data/tasks/cifar.bin\n    at x'), 'ENOENT: open …')
  assert.equal(reason('out of memory on gpu-17.internal: 3 GB'), 'out of memory on …: 3 GB')
  assert.equal(toPublicReason('out of memory on a', 'a'), 'out of memory on a')
  assert.equal(toPublicReason('x'.repeat(400)).length, 300)
})
