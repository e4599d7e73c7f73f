import assert from 'node:assert/strict'
import process from 'node:process'
import { test } from 'node:test'
import { planWorkers } from '../../src/start/worker-group.js'
import { runActbench, startActbench } from '../support/actbench.js'
import { openTestDatabase } from '../support/database.js'
import { isRunning, listChildren } from '../support/process-tree.js'
import { waitUntil } from '../support/wait-until.js'

test('workers share the cards in turn, and without cards the backend decides', () => {
  assert.deepEqual(planWorkers({}), [{}])
  assert.deepEqual(planWorkers({ concurrency: 2 }), [{}, {}])
  const cards = (options: Parameters<typeof planWorkers>[0]) =>
    planWorkers(options).map(({ CUDA_VISIBLE_DEVICES }) => CUDA_VISIBLE_DEVICES)
  assert.deepEqual(cards({ gpus: [2, 3] }), ['2', '3'])
  assert.deepEqual(cards({ gpus: [0, 1], concurrency: 3 }), ['0', '1', '0'])
  assert.equal(planWorkers({ gpus: [0] })[0].ACTBENCH_BACKEND, 'tfjs-node-gpu')
})

test('one command runs several workers, restarts those that die, and ends all of them', async (t) => {
  const { prisma, url } = await openTestDatabase(t)
  const command = startActbench(['worker', '--concurrency', '2'], { DATABASE_URL: url, ACTBENCH_BACKEND: 'wasm' })
  t.after(() => command.child.kill('SIGKILL'))
  const listPids = async () => (await prisma.worker.findMany()).map(({ processId }) => processId)
  const first = await waitUntil(async () => {
    assert.equal(command.child.exitCode, null, command.said.stderr)
    const pids = await listPids()
    return pids.length === 2 ? pids : null
  })
  assert.ok(!first.includes(command.child.pid ?? 0))
  process.kill(first[0], 'SIGKILL')
  await waitUntil(async () => {
    const pids = await listPids()
    return pids.length === 2 && !pids.includes(first[0]) && pids.includes(first[1])
  })
  assert.match(command.said.stdout, /worker \d ended \(SIGKILL\); starting it again in 0\.2 s/)
  command.child.kill('SIGTERM')
  assert.equal((await command.ended).status, 0)
  assert.deepEqual(await listPids(), [])
})

test('a single worker is restarted too, also after it counted as dead', async (t) => {
  const { prisma, url } = await openTestDatabase(t)
  const command = startActbench(['worker'], { DATABASE_URL: url, ACTBENCH_BACKEND: 'wasm' })
  t.after(() => command.child.kill('SIGKILL'))
  const first = await waitUntil(async () => {
    assert.equal(command.child.exitCode, null, command.said.stderr)
    return prisma.worker.findFirst()
  })
  // A worker learns from its missing row that it was reaped, as after a cut that lasted longer than the limit.
  await prisma.worker.delete({ where: { id: first.id } })
  const second = await waitUntil(() => prisma.worker.findFirst())
  assert.notEqual(second.processId, first.processId)
  assert.match(command.said.stdout, /worker 1 ended \(exit status 75\); starting it again in 0\.2 s/)
  command.child.kill('SIGTERM')
  assert.equal((await command.ended).status, 0)
  assert.equal(await prisma.worker.count(), 0)
})

test('a worker ends too if its supervisor is killed while it starts', async (t) => {
  const { url } = await openTestDatabase(t)
  const command = startActbench(['worker'], { DATABASE_URL: url, ACTBENCH_BACKEND: 'wasm' })
  t.after(() => command.child.kill('SIGKILL'))
  const pid = await waitUntil(() => listChildren(command.child.pid ?? 0)[0])
  t.after(() => isRunning(pid) && process.kill(pid, 'SIGKILL'))
  command.child.kill('SIGKILL')
  await command.ended
  await waitUntil(() => !isRunning(pid))
})

test('cards are refused with a backend that does not use them, and if there are none', async (t) => {
  const { url } = await openTestDatabase(t)
  const other = await runActbench(['worker', '--gpu', '0'], { DATABASE_URL: url, ACTBENCH_BACKEND: 'wasm' })
  assert.deepEqual(
    [other.status, other.stderr],
    [2, 'actbench: --gpu: expected ACTBENCH_BACKEND to be auto or tfjs-node-gpu, got wasm\n'],
  )
  const missing = await runActbench(['worker', '--gpu', '0,1'], { DATABASE_URL: url })
  assert.equal(missing.status, 1)
  assert.match(missing.stderr, /tfjs-node-gpu/)
})
