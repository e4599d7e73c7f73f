import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { after, test } from 'node:test'
import { createClient, isActbenchError, type Objective, type SearchStore } from '../../clients/typescript/src/index.js'
import { PROJECT_ROOT } from '../../src/root.js'
import { openClientFixture } from '../support/fixtures/client-fixture.js'

const { api, address, secret } = await openClientFixture()
const client = createClient({ url: address, key: secret })
const folder = mkdtempSync(join(tmpdir(), 'actbench-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const SETTINGS = { algorithm: 'RANDOM' as const, schemas: ['unary(unary(x))'] }
const score: Objective = ({ expression }) => new Set(expression).size / 40
const pause = (milliseconds: number) => new Promise<void>((done) => setTimeout(done, milliseconds))

test('three lines complete a search, with several workers', async () => {
  const search = await client.search('mine', { ...SETTINGS, budget: 12, seed: 3 })
  const progress: number[] = []
  await search.optimize(score, { workers: 4, onProgress: ({ completed }) => void progress.push(completed) })
  assert.deepEqual([search.status.state, search.status.completed], ['COMPLETED', 12])
  const rows = await search.suggestions('COMPLETED')
  assert.equal(new Set(rows.map(({ expression }) => expression)).size, 12)
  assert.equal(search.best?.validationAccuracy, Math.max(...rows.map((row) => row.validationAccuracy ?? 0)))
  assert.deepEqual(
    progress,
    [...progress].sort((a, b) => a - b),
  )
})

test('failures, wrong results and metadata are reported, and the search continues', async () => {
  const results: unknown[] = [
    { validationAccuracy: 0.5, testLoss: Number.NaN, metadata: { note: 'a' } },
    ...[Number.NaN, 93.2, 'x', null, { accuracy: 1 }, { failure: 'diverged' }, 1, 0],
  ]
  const search = await client.search('mine', { ...SETTINGS, budget: 3, seed: 4 })
  await search.optimize(async (suggestion) => {
    const source = await suggestion.code('NUMPY', { name: 'f' })
    assert.match(source, /def f\(x\)/)
    const result = results.shift()
    if (result === 'x') throw new TypeError('no such layer')
    return result as number
  })
  const rows = await search.suggestions()
  const states = rows.map(({ state }) => state)
  assert.equal(states.filter((state) => state === 'COMPLETED').length, 3)
  const failures = rows.flatMap(({ failure }) => failure ?? [])
  const expected = [
    /NaN/,
    /refused the metrics/,
    /TypeError: no such layer/,
    /returned null/,
    /"accuracy"/,
    /^diverged$/,
  ]
  assert.equal(failures.length, expected.length)
  for (const [index, pattern] of expected.entries()) assert.match(failures[index], pattern)
  assert.deepEqual(rows[0].metadata, { note: 'a' })
})

test('a lost answer loses no suggestion and repeats none', async () => {
  let count = 0
  const flaky = createClient({
    url: address,
    key: secret,
    fetch: async (input, init) => {
      const response = await fetch(input, init)
      if (++count % 4 === 0) throw new TypeError('fetch failed', { cause: new Error('read ECONNRESET') })
      return response
    },
  })
  const seen: string[] = []
  const search = await flaky.search('mine', { ...SETTINGS, budget: 15, seed: 5 })
  await search.optimize(
    (suggestion) => {
      seen.push(suggestion.expression)
      return score(suggestion)
    },
    { workers: 3 },
  )
  const rows = await search.suggestions()
  assert.deepEqual(
    rows.map(({ state }) => state),
    Array.from({ length: 15 }, () => 'COMPLETED'),
  )
  assert.deepEqual([...seen].sort(), rows.map(({ expression }) => expression).sort())
})

test('an evaluation that outlives its lease is kept by renewals', async () => {
  const seen: string[] = []
  const search = await client.search('mine', { ...SETTINGS, budget: 1, seed: 6 })
  const other = await client.search({ id: search.id })
  const slow: Objective = async ({ expression }) => {
    seen.push(expression)
    await pause(4000)
    return 0.5
  }
  const options = { leaseSeconds: 2, pollSeconds: 0.2 }
  await Promise.all([search.optimize(slow, options), other.optimize(slow, options)])
  assert.equal(seen.length, 1)
  assert.equal((await search.refresh()).status.completed, 1)
})

test('a stop reports nothing, and the same worker gets its function again', async () => {
  const search = await client.search('mine', { ...SETTINGS, budget: 1, seed: 7 })
  const controller = new AbortController()
  const seen: string[] = []
  const stopped = search.optimize(
    async ({ expression, signal }) => {
      seen.push(expression)
      controller.abort(new Error('enough'))
      await pause(10)
      signal.throwIfAborted()
      return 0.1
    },
    { signal: controller.signal, worker: 'one' },
  )
  await assert.rejects(stopped, /enough/)
  assert.deepEqual(
    (await search.suggestions()).map(({ state }) => state),
    ['LEASED'],
  )
  await search.optimize(
    ({ expression }) => {
      seen.push(expression)
      return 0.2
    },
    { worker: 'one' },
  )
  assert.equal(seen[0], seen[1])
  assert.deepEqual(
    (await search.suggestions()).map((row) => [row.state, row.validationAccuracy]),
    [['COMPLETED', 0.2]],
  )
})

test('an error that no patience mends ends all workers', async () => {
  const search = await client.search('mine', { ...SETTINGS, budget: 5, seed: 8 })
  const foreign = createClient({ url: address, key: await api.createKey('SEARCH') })
  const theirs = await foreign.search({ id: search.id })
  await assert.rejects(theirs.optimize(score, { workers: 3 }), (error) => isActbenchError(error, 'FORBIDDEN'))
  await search.stop()
  assert.equal((await search.optimize(score)).status.state, 'STOPPED')
  await assert.rejects(client.search({ id: 'U2VhcmNoOjk5OTk5OTk' }), (error) => isActbenchError(error, 'NOT_FOUND'))
  await assert.rejects(search.optimize(), /expected an objective/)
  await assert.rejects(search.optimize(score, { workers: 0 }), /workers: expected a whole number from 1, got 0/)
})

test('a replay needs no objective', async () => {
  const search = await client.search('mine', {
    algorithm: 'RANDOM',
    budget: 3,
    seed: 9,
    replay: true,
    replayValue: 'MEDIAN',
  })
  assert.equal((await search.optimize()).status.completed, 3)
})

test('a file, or another store, gives the same search and refuses other settings', async () => {
  const file = join(folder, 'one.search')
  const open = () => client.search('mine', { ...SETTINGS, budget: 3, seed: 9, file })
  const found = await Promise.all([open(), open(), open(), open()])
  assert.equal(new Set(found.map(({ id }) => id)).size, 1)
  assert.equal((await client.search('mine', { file })).id, found[0].id)
  await assert.rejects(client.search('mine', { budget: 5, file }), /one\.search: its search has the budget 3, not 5/)
  const items = new Map<string, string>()
  const store: SearchStore = {
    read: () => items.get('search') ?? null,
    create: (text) => void (items.has('search') || items.set('search', text)),
    replace: (text) => void items.set('search', text),
  }
  const first = await client.search('mine', { ...SETTINGS, budget: 3, store })
  assert.equal((await client.search('mine', { ...SETTINGS, budget: 3, store })).id, first.id)
  // A program that was killed before it knew the id.
  const { id: _, ...note } = JSON.parse(items.get('search') ?? '')
  items.set('search', JSON.stringify(note))
  assert.equal((await client.search('mine', { store })).id, first.id)
})

test('programs that are killed and started again complete every suggestion once', async (t) => {
  const file = join(folder, 'killed.search')
  const program = join(PROJECT_ROOT, 'build/test/support/run-search-client.js')
  const start = () => {
    const child = spawn(process.execPath, [program, address, secret, file, '2'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let said = ''
    child.stdout.setEncoding('utf8').on('data', (text) => (said += text))
    const ended = once(child, 'close').then(() => said)
    return { child, ended }
  }
  const running = [start(), start(), start()]
  t.after(() => {
    for (const { child } of running) child.kill('SIGKILL')
  })
  let kills = 0
  for (const index of [0, 1, 2, 0]) {
    await pause(1200)
    const { child, ended } = running[index]
    if (child.exitCode !== null) continue
    child.kill('SIGKILL')
    await ended
    running[index] = start()
    kills++
  }
  const said = await Promise.all(running.map(({ ended }) => ended))
  assert.deepEqual(said, ['COMPLETED\n', 'COMPLETED\n', 'COMPLETED\n'])
  const rows = await (await client.search('mine', { file })).suggestions()
  const completed = rows.filter(({ state }) => state === 'COMPLETED').map(({ expression }) => expression)
  assert.ok(kills > 0)
  assert.deepEqual([completed.length, new Set(completed).size], [24, 24])
  assert.ok(!rows.some(({ state }) => state === 'LEASED'))
  t.diagnostic(`${kills} kills, ${rows.length - completed.length} failed or expired`)
})
