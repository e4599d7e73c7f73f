import assert from 'node:assert/strict'
import test from 'node:test'
import { createPace, refuse, toPartOf } from '../../src/surrogate/pace.js'

test('a pause reports a share between 0 and 1 and lets other callbacks run', async () => {
  const shares: number[] = []
  let didRun = false
  setImmediate(() => {
    didRun = true
  })
  const pace = createPace({ onProgress: (share) => void shares.push(share) })
  await pace.pause(0.25)
  await pace.pause(1.5)
  assert.deepEqual(shares, [0.25, 1])
  assert.ok(didRun)
})

test('a pause waits for an asynchronous onProgress', async () => {
  let isDone = false
  const onProgress = () =>
    new Promise<void>((resolve) =>
      setImmediate(() => {
        isDone = true
        resolve()
      }),
    )
  await createPace({ onProgress }).pause(0)
  assert.ok(isDone)
})

test('a pause rejects with the reason of an aborted signal', async () => {
  const controller = new AbortController()
  controller.abort(new Error('cancelled by a client'))
  await assert.rejects(createPace({ signal: controller.signal }).pause(0), /cancelled by a client/)
})

test('the progress of a part maps onto its share of the whole', () => {
  const shares: number[] = []
  const part = toPartOf({ onProgress: (share) => void shares.push(share) }, 0.2, 0.6)
  part.onProgress?.(0)
  part.onProgress?.(0.5)
  part.onProgress?.(1)
  assert.deepEqual(shares, [0.2, 0.4, 0.6])
  assert.equal(toPartOf({}, 0, 1).onProgress, undefined)
})

test('a refusal names the argument in its extensions', () => {
  assert.throws(() => refuse('row', '0 to 4', 9), {
    code: 'BAD_USER_INPUT',
    message: 'row: expected 0 to 4, got 9',
    extensions: { argument: 'row' },
  })
})
