import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { createFairQueue } from '../../../src/http/requests/fair-queue.js'

const LIMITS = { running: 4, runningPerClient: 2, waiting: 6, waitingPerClient: 4, patienceSeconds: 100 }
const RATE_LIMITED = { code: 'RATE_LIMITED', extensions: { retryAfterSeconds: 2 } }
const UNAVAILABLE = { code: 'SERVICE_UNAVAILABLE', extensions: { retryAfterSeconds: 2 } }

test('a client runs a limited number of operations at once, and the others wait', async () => {
  const admission = createFairQueue(LIMITS)
  const first = await admission.enter('a')
  await admission.enter('a')
  let isIn = false
  const third = admission.enter('a').then((release) => {
    isIn = true
    return release
  })
  await admission.enter('b')
  assert.equal(isIn, false)
  first()
  first()
  const release = await third
  assert.equal(admission.size, 3)
  release()
  assert.equal(admission.size, 2)
})

test('waiting operations take turns, one of each client', async () => {
  const admission = createFairQueue({ ...LIMITS, running: 1, runningPerClient: 1 })
  const order: string[] = []
  const run = async (client: string) => {
    const release = await admission.enter(client)
    order.push(client)
    await sleep(1)
    release()
  }
  await Promise.all(['a', 'a', 'a', 'a', 'b', 'c', 'b'].map(run))
  assert.equal(order.join(''), 'aabcaba')
  assert.equal(admission.size, 0)
})

test('if too many operations of a client or of all clients wait, the refusal comes at once', async () => {
  let refusals = 0
  const admission = createFairQueue(LIMITS, () => refusals++)
  const all = ['a', 'a', 'a', 'a', 'a', 'a'].map((client) => admission.enter(client))
  await assert.rejects(admission.enter('a'), RATE_LIMITED)
  for (const client of ['b', 'b', 'b', 'b']) all.push(admission.enter(client))
  await assert.rejects(admission.enter('b'), UNAVAILABLE)
  assert.equal(refusals, 2)
  for (const entered of all) (await entered)()
  assert.equal(admission.size, 0)
})

test('the first operation of a client has a place and a turn, however many others wait', async () => {
  const admission = createFairQueue({ ...LIMITS, running: 1, runningPerClient: 1, waiting: 4 })
  const release = await admission.enter('a')
  const crowd = ['a', 'a', 'b', 'b'].map((client) => admission.enter(client))
  await assert.rejects(admission.enter('b'), UNAVAILABLE)
  const first = admission.enter('c')
  await assert.rejects(admission.enter('c'), UNAVAILABLE)
  release()
  ;(await crowd[0])()
  ;(await crowd[2])()
  ;(await first)()
  for (const entered of crowd) (await entered)()
  assert.equal(admission.size, 0)
})

test('an operation that waited too long is refused and uses no turn', async () => {
  const admission = createFairQueue({ ...LIMITS, running: 1, runningPerClient: 1, patienceSeconds: 0.02 })
  const release = await admission.enter('a')
  await assert.rejects(admission.enter('a'), RATE_LIMITED)
  await assert.rejects(admission.enter('b'), UNAVAILABLE)
  assert.equal(admission.size, 1)
  release()
  ;(await admission.enter('b'))()
  assert.equal(admission.size, 0)
})

test('never more operations than the limits run, and all of them end', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 60 }), async (clients) => {
      const limits = { running: 3, runningPerClient: 2, waiting: 20, waitingPerClient: 9, patienceSeconds: 100 }
      const admission = createFairQueue(limits)
      const running = new Map<string, number>()
      let [done, refused] = [0, 0]
      const run = async (client: string, i: number) => {
        const release = await admission.enter(client)
        running.set(client, (running.get(client) ?? 0) + 1)
        assert.ok(running.get(client)! <= 2)
        assert.ok([...running.values()].reduce((sum, count) => sum + count, 0) <= 3)
        if (i % 3) await null
        else await new Promise(setImmediate)
        running.set(client, running.get(client)! - 1)
        release()
        done++
      }
      await Promise.all(clients.map((client, i) => run(client, i).catch(() => refused++)))
      assert.equal(done + refused, clients.length)
      if (clients.length <= 9) assert.equal(refused, 0)
      assert.equal(admission.size, 0)
    }),
  )
})
