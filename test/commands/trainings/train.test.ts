import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { Database } from '../../../src/db/connection/client.js'
import { runActbench, startActbench } from '../../support/actbench.js'
import { openTrainingDatabase } from '../../support/fixtures/tiny-training.js'
import { makeFolder } from '../../support/folder.js'
import { waitUntil } from '../../support/wait-until.js'
import { startWorkerProcess } from '../../support/worker-process.js'

test('train through the queue continues after a kill, trains each function once, and ends at once the next time', async (t) => {
  const { database, environment, list } = await open(t, ['relu(x)', '# a comment', 'swish(x)', 'mul(x,sigmoid(x))'])
  await startWorkerProcess(t, database.url)
  const command = ['train', 'tiny', '--list', list, '--seed', '0-1']
  const killed = startActbench(command, environment)
  await waitUntil(async () => (await database.prisma.run.count()) > 0, 300)
  killed.child.kill('SIGKILL')
  await killed.ended
  const { status, stderr } = await runActbench(command, environment)
  assert.equal(status, 0, stderr)
  assert.match(stderr, /^4\/4 done, 0 failed, [\d.]+\/s, 0 s left, best 0\.\d{4} (relu|swish)\(x\)$/m)
  const runs = await database.prisma.run.findMany({ include: { evaluation: true } })
  assert.deepEqual(runs.map(({ seed, evaluation }) => `${evaluation.expression} ${seed}`).sort(), [
    'relu(x) 0',
    'relu(x) 1',
    'swish(x) 0',
    'swish(x) 1',
  ])
  assert.equal(await database.prisma.trainingJob.count(), 4)
  const again = await runActbench(command, environment)
  assert.equal(again.status, 0)
  assert.match(again.stderr, /^4\/4 done, 0 failed, 0\.00\/s, 0 s left, best/m)
})

test('without a worker the command says so; Ctrl-C leaves the jobs queued, and they can be withdrawn', async (t) => {
  const { database, environment, list } = await open(t, ['relu(x)', 'swish(x)', 'exp(reciprocal(x))'])
  const running = startActbench(['train', 'tiny', '--list', list], environment)
  await waitUntil(async () => running.said.stderr.includes('no worker for tiny is connected'), 300)
  running.child.kill('SIGINT')
  const { status, stderr } = await running.ended
  assert.equal(status, 130)
  assert.match(stderr, /^failed: exp\(reciprocal\(x\)\): it is not finite$/m)
  assert.match(stderr, /^2 trainings are left to the workers: repeat the command to follow them; /m)
  assert.deepEqual(await listStates(database), ['QUEUED', 'QUEUED'])
  const { stdout } = await runActbench(['train', 'tiny', '--cancel'], environment)
  assert.equal(stdout, 'withdrew 2 trainings of tiny that waited\n')
  assert.deepEqual(await listStates(database), ['CANCELLED', 'CANCELLED'])
})

test('the command continues after its connections are lost, and ends when a worker has done the work', async (t) => {
  const { database, environment, list } = await open(t, ['relu(x)'])
  const running = startActbench(['train', 'tiny', '--list', list], environment)
  await waitUntil(async () => running.said.stderr.includes('no worker for tiny is connected'), 300)
  const { rowCount } = await database.pool.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE application_name = 'actbench-cli' AND datname = current_database()`,
  )
  assert.ok(rowCount)
  await startWorkerProcess(t, database.url)
  const { status, stderr } = await running.ended
  assert.equal(status, 0, stderr)
  assert.match(stderr, /^1\/1 done, 0 failed, /m)
})

test('spectra through the queue are stored, and those that cannot be computed count as failed', async (t) => {
  const { database, environment, list } = await open(t, ['relu(x)', 'swish(x)', 'exp(reciprocal(x))'])
  await startWorkerProcess(t, database.url)
  const { status, stderr } = await runActbench(['spectra', 'tiny', '--list', list], environment)
  assert.equal(status, 1, stderr)
  assert.match(stderr, /^2\/3 done, 1 failed, [\d.]+\/s, 0 s left$/m)
  const stored = await database.prisma.fisherSpectrum.findMany({ include: { activation: true } })
  assert.deepEqual(stored.map(({ activation }) => activation.expression).sort(), ['relu(x)', 'swish(x)'])
  for (const { values, reason } of stored) assert.deepEqual([values?.length, reason], [1600, null])
})

test('contradictory options are refused with one line', async (t) => {
  const { environment, list } = await open(t, ['relu(x)'])
  const say = async (...args: string[]) => {
    const { status, stderr } = await runActbench(args, environment)
    // A dataset that does not exist is a failure; contradictory options are wrong usage.
    assert.equal(status, args.includes('nowhere') ? 1 : 2)
    return stderr
  }
  assert.match(await say('train', 'tiny'), /^actbench: which functions\? expected --all, /)
  assert.match(
    await say('train', 'nowhere', '--list', list),
    /^actbench: dataset: there is no dataset named "nowhere"\n$/,
  )
  assert.match(
    await say('train', 'tiny', '--list', list, '--processes', '2'),
    /^actbench: --processes goes with --output/,
  )
  assert.match(await say('spectra', 'tiny', '--cancel', '--list', list), /--cancel.*cannot be used with/)
})

async function open(t: TestContext, expressions: readonly string[]) {
  const { database } = await openTrainingDatabase(t)
  const list = join(makeFolder(), 'functions.txt')
  writeFileSync(list, expressions.map((text) => `${text}\n`).join(''))
  return { database, environment: { DATABASE_URL: database.url }, list }
}

async function listStates({ prisma }: Database): Promise<string[]> {
  return (await prisma.trainingJob.findMany()).map(({ state }) => state)
}
