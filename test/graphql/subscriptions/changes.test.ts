import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Change } from '../../../src/db/connection/events.js'
import { followChanges, LAST } from '../../../src/graphql/subscriptions/changes.js'

/** Changes that the test sends; `isReturned` is true when nobody listens any longer. */
function createChanges() {
  const waiting: Change[] = []
  let wake = () => {}
  const source = {
    isReturned: false,
    push(id: number) {
      waiting.push({ kind: 'evaluation', id, datasetId: 1 })
      wake()
    },
    iterator: {
      async next() {
        while (waiting.length === 0 && !source.isReturned) await new Promise<void>((done) => (wake = done))
        const value = waiting.shift()
        return value ? { done: false as const, value } : { done: true as const, value: undefined }
      },
      async return() {
        source.isReturned = true
        wake()
        return { done: true as const, value: undefined }
      },
      [Symbol.asyncIterator]() {
        return this
      },
    } as AsyncIterableIterator<Change>,
  }
  return source
}

const item = (id: number) => ({ id })
const read = async (change: Change) => (change.kind === 'resync' ? [] : [item(change.id)])

test('the current state comes first, then the changes', async () => {
  const changes = createChanges()
  changes.push(3)
  const stream = followChanges(changes.iterator, async () => [item(1), item(2)], read)
  for (const id of [1, 2, 3]) assert.deepEqual((await stream.next()).value, { id })
  changes.push(4)
  assert.deepEqual((await stream.next()).value, { id: 4 })
})

test('a stream ends after its last object and stops listening', async () => {
  const changes = createChanges()
  const stream = followChanges(
    changes.iterator,
    async () => [],
    async () => [item(1), LAST, item(2)],
  )
  changes.push(1)
  const seen = []
  for await (const each of stream) seen.push(each)
  assert.deepEqual(seen, [{ id: 1 }])
  assert.ok(changes.isReturned)
})

test('a client that leaves while the stream waits for a change is released immediately', async () => {
  const changes = createChanges()
  const stream = followChanges(changes.iterator, async () => [], read)
  const pending = stream.next()
  await stream.return?.()
  assert.ok(changes.isReturned)
  assert.equal((await pending).done, true)
})

test('a row that cannot be read ends the stream with the reason, and it stops listening', async () => {
  const changes = createChanges()
  const fail = async (): Promise<never> => {
    throw new Error('gone')
  }
  const stream = followChanges(changes.iterator, async () => [], fail)
  changes.push(1)
  await assert.rejects(stream.next(), /gone/)
  assert.ok(changes.isReturned)
})
