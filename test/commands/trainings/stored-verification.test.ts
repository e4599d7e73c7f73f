import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { drawRuns, readShippedRuns } from '../../../src/bulk/stored-runs.js'
import { PROJECT_ROOT } from '../../../src/root.js'
import { loadLines } from '../../../src/services/shipped-data/load-lines.js'
import { runActbench, startActbench } from '../../support/actbench.js'
import { openTestApi } from '../../support/api.js'
import { openTestDatabase } from '../../support/database.js'
import { waitUntil } from '../../support/wait-until.js'

const SHOWN = 'verifications { seed runs identical close different failed backend storedBackends problems }'
const shipped = readShippedRuns(join(PROJECT_ROOT, 'seed'), 'mini-cnn')
// A training that diverges ends within a second. Only its run is drawn with this seed.
const isShort = (seed: number) => (drawRuns(shipped, 1, seed)[0].validationAccuracy ?? 0) < 0.11
const seed = Array.from({ length: 1000 }, (_, i) => i).find(isShort) as number
const [short] = drawRuns(shipped, 1, seed)

test('verify stores what it found in the database of this machine, and the API shows it', async (t) => {
  const database = await openTestDatabase(t)
  const api = await openTestApi(t, database)
  const environment = { ACTBENCH_BACKEND: 'wasm', DATABASE_URL: database.url }
  const verify = (...args: string[]) => runActbench(['verify', ...args], environment)
  const stored = async () => (await api.ask(`{ dataset(name: "mini-cnn") { ${SHOWN} } }`)).data.dataset?.verifications
  const shippedArguments = ['mini-cnn', '--sample', '1', '--seed', `${seed}`]

  await t.test(
    'without the dataset in the database, it prints the result and says that nothing is stored',
    async () => {
      const { status, stdout, stderr } = await verify(...shippedArguments)
      assert.equal(status, 0, stderr)
      assert.match(stdout, /^1 of 1 identical to the last bit$/m)
      assert.match(stderr, /^actbench: the result is not stored: .*mini-cnn/m)
      const unknown = await verify('mini-cnn', '--database')
      assert.equal(unknown.status, 1)
      assert.match(unknown.stderr, /^actbench: .*mini-cnn/m)
      assert.equal(await database.prisma.verification.count(), 0)
    },
  )

  await loadLines(database, 'mini-cnn', [JSON.stringify(short)])
  const found = { seed, runs: 1, close: 0, failed: 0, backend: 'tfjs-wasm', storedBackends: ['tfjs-wasm'] }
  const same = { ...found, identical: 1, different: 0, problems: [] }

  await t.test('shipped runs that are repeated are stored, except with --no-store', async () => {
    assert.equal((await verify(...shippedArguments, '--no-store')).status, 0)
    assert.deepEqual(await stored(), [])
    const { status, stderr } = await verify(...shippedArguments)
    assert.equal(status, 0, stderr)
    assert.deepEqual(await stored(), [same])
  })

  await t.test('a run of the database that differs ends with 1 and is named', async () => {
    await database.pool.query('UPDATE runs SET test_accuracy = test_accuracy + 1e-12')
    const { status, stdout } = await verify('mini-cnn', '--database', '--seed', '7')
    assert.equal(status, 1)
    assert.match(stdout, /differs in testAccuracy/)
    const differing = { ...found, seed: 7, identical: 0, different: 1, problems: [short.expression] }
    assert.deepEqual(await stored(), [differing, same])
  })

  await t.test('an interrupted verification stores nothing', async () => {
    const { child, said, ended } = startActbench(['verify', 'mini-cnn', '--sample', '200'], environment)
    await waitUntil(() => said.stderr !== '')
    child.kill('SIGINT')
    assert.equal((await ended).status, 130)
    assert.equal(await database.prisma.verification.count(), 2)
  })
})
