import assert from 'node:assert/strict'
import { test } from 'node:test'
import { computeSampleIdentity } from '../../../src/activations/comparison/sample-identity.js'
import { parseExpression } from '../../../src/activations/parse-expression.js'
import { computeActBenchClasses } from '../../../src/datasets/act-bench-space.js'
import { describeActivation } from '../../../src/services/activations/describe-activation.js'
import { recomputeIdentities } from '../../../src/services/activations/recompute-identities.js'
import { runActbench, startActbench } from '../../support/actbench.js'
import { openTestDatabase } from '../../support/database.js'
import { storeAsFirstVersion } from '../../support/first-identities.js'
import { waitUntil } from '../../support/wait-until.js'

test('a migration that is killed is continued, and no server runs on the functions that are left', async (t) => {
  const database = await openTestDatabase(t)
  const distinct = new Map(
    computeActBenchClasses().map((each) => [computeSampleIdentity(parseExpression(each.expressions[0])), each]),
  )
  const stored = [...distinct.values()].slice(0, 700)
  for (const { expressions } of stored) await storeAsFirstVersion(database, expressions)
  const count = async (version: number) => database.prisma.activation.count({ where: { identityVersion: version } })
  const holder = await database.pool.connect()
  await holder.query('BEGIN')
  await holder.query(
    'SELECT FROM activations WHERE id = (SELECT id FROM activations ORDER BY id OFFSET 600 LIMIT 1) FOR UPDATE',
  )
  const environment = { DATABASE_URL: database.url }
  const migration = startActbench(['migrate'], environment)
  await waitUntil(async () => (await count(2)) === 500, 120)
  migration.child.kill('SIGKILL')
  await migration.ended
  assert.match(migration.said.stdout, /computing the ids of functions again \(0 of 700\)/)
  assert.deepEqual([await count(1), await count(2)], [200, 500])
  assert.equal(await database.prisma.describedActivation.count(), 500)
  const server = await runActbench(['server'], { ...environment, PORT: '0' })
  assert.equal(server.status, 1)
  assert.match(server.stderr, /ids of an earlier version: run `actbench migrate` first/)
  await holder.query('ROLLBACK')
  holder.release()
  const results = await Promise.all([recomputeIdentities(database), recomputeIdentities(database)])
  assert.equal(
    results.reduce((sum, { functions }) => sum + functions, 0),
    200,
  )
  for (const { expression, identity } of await database.prisma.activation.findMany()) {
    assert.equal(Buffer.from(identity).toString('hex'), describeActivation(expression).identityHex)
  }
  assert.equal(await database.prisma.describedActivation.count(), 700)
})
