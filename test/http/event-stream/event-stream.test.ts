import assert from 'node:assert/strict'
import { test } from 'node:test'
import { wantsEventStream } from '../../../src/http/event-stream/accepted-types.js'
import { createEventStream } from '../../../src/http/event-stream/event-stream.js'
import { waitUntil } from '../../support/wait-until.js'

/** Counts how many results were asked for, and whether the operation was ended. */
function createSource(results: object[]) {
  const source = {
    asked: 0,
    isEnded: false,
    async next() {
      source.asked++
      const value = results.shift()
      return value ? { done: false as const, value } : new Promise<never>(() => {})
    },
    async return() {
      source.isEnded = true
      return { done: true as const, value: undefined }
    },
  }
  return source
}

const open = { reserve: () => () => {}, isFull: () => false }

test('a result is asked for only when the client has read the one before it', async () => {
  const source = createSource([{ data: 1 }, { data: 2 }, { data: 3 }])
  let reserved = 0
  const reserve = (bytes: number) => {
    reserved += bytes
    return () => {
      reserved -= bytes
    }
  }
  const stream = createEventStream(source, { ...open, reserve })
  await new Promise(setImmediate)
  assert.equal(source.asked, 0)
  assert.equal(String(stream.read()), ':\n\n')
  await waitUntil(() => source.asked === 1)
  await new Promise(setImmediate)
  assert.deepEqual([source.asked, reserved], [1, 'event: next\ndata: {"data":1}\n\n'.length])
  assert.equal(String(stream.read()), 'event: next\ndata: {"data":1}\n\n')
  await waitUntil(() => source.asked === 2)
  stream.destroy()
  await waitUntil(() => source.isEnded)
  assert.equal(reserved, 0)
})

test('while no result comes, comments are sent, and they do not heap up if nobody reads', async () => {
  const source = createSource([])
  const stream = createEventStream(source, { ...open, pingMilliseconds: 2 })
  for (let i = 0; i < 3; i++) {
    await waitUntil(() => stream.readableLength > 0)
    assert.equal(String(stream.read()), ':\n\n')
  }
  await waitUntil(() => stream.readableLength > 0)
  await new Promise((done) => setTimeout(done, 20))
  assert.ok(stream.readableLength <= 3)
  // The next result was asked for once, however many comments were read meanwhile.
  assert.equal(source.asked, 1)
  stream.destroy()
  await waitUntil(() => source.isEnded)
})

test('a client that holds too much memory is cut off, and its operation ends', async () => {
  const source = createSource([{ data: 1 }])
  const stream = createEventStream(source, { ...open, isFull: () => true })
  stream.resume()
  await waitUntil(() => source.isEnded)
  assert.ok(stream.destroyed)
})

test('events are sent to clients that accept nothing else, and for subscriptions to those that accept both', () => {
  const query = { query: '{ service { name } }' }
  const both = { query: 'query a { service { name } } subscription b { evaluations(dataset: "d") { id } }' }
  for (const [accept, payload, expected] of [
    ['text/event-stream', query, true],
    ['TEXT/Event-Stream; q=0.9', query, true],
    ['text/event-stream, multipart/mixed', query, true],
    ['text/event-stream, application/json', query, false],
    ['text/event-stream, */*', query, false],
    ['text/event-stream, application/json', { ...both, operationName: 'b' }, true],
    ['text/event-stream, application/json', { ...both, operationName: 'a' }, false],
    ['text/event-stream, application/json', both, false],
    ['text/event-stream, application/json', { query: 'subscription {' }, false],
    ['text/event-stream, application/json', { query: 5 }, false],
    ['text/event-stream;q=0, application/json', { ...both, operationName: 'b' }, false],
    ['application/json', { ...both, operationName: 'b' }, false],
    ['*/*', query, false],
    [undefined, query, false],
  ] as const) {
    assert.equal(wantsEventStream(accept, payload, 4000), expected, `${accept} ${JSON.stringify(payload)}`)
  }
})
