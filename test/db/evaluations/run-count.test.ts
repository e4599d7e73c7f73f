import assert from 'node:assert/strict'
import { test } from 'node:test'
import { applyMigrations, readMigrations } from '../../../src/db/connection/migrate.js'
import { createDataset } from '../../../src/services/datasets/create-dataset.js'
import { deleteDataset } from '../../../src/services/datasets/delete-dataset.js'
import { addEvaluation } from '../../../src/services/evaluations/add-evaluation.js'
import { addEvaluations } from '../../../src/services/evaluations/add-evaluations.js'
import { deleteRun } from '../../../src/services/evaluations/delete-run.js'
import { openEmptyDatabase, openTestDatabase } from '../../support/database.js'
import { createViewer } from '../../support/fixtures/training-fixture.js'

const database = await openTestDatabase()
const owner = await createViewer(database, 'owner', ['DATASET'])
const create = (name: string) =>
  createDataset(database, owner, { name, title: 'Mine', description: 'd', architecture: 'MLP', task: 'digits' })

async function countsOf(dataset: string): Promise<Record<string, number>> {
  const rows = await database.prisma.evaluation.findMany({
    where: { dataset: { name: dataset } },
    include: { _count: { select: { runs: true } } },
  })
  for (const { runCount, _count } of rows) assert.equal(runCount, _count.runs)
  return Object.fromEntries(rows.map(({ expression, runCount }) => [expression, runCount]))
}

test('the count of an evaluation follows added, deleted and moved runs', async () => {
  await create('counted')
  const rows = [0, 1, 2].map((seed) => ({ expression: 'relu(x)', seed, testLoss: 1 }))
  await addEvaluations(database, owner, { dataset: 'counted', rows: [...rows, { expression: 'tanh(x)', testLoss: 1 }] })
  assert.deepEqual(await countsOf('counted'), { 'relu(x)': 3, 'tanh(x)': 1 })

  const runs = await database.prisma.run.findMany({ where: { dataset: { name: 'counted' } }, orderBy: { id: 'asc' } })
  await deleteRun(database, owner, runs[0].id)
  assert.deepEqual(await countsOf('counted'), { 'relu(x)': 2, 'tanh(x)': 1 })
  await database.prisma.run.update({ where: { id: runs[1].id }, data: { evaluationId: runs[3].evaluationId } })
  assert.deepEqual(await countsOf('counted'), { 'relu(x)': 1, 'tanh(x)': 2 })
  await database.prisma.run.update({ where: { id: runs[1].id }, data: { testLoss: 2 } })
  assert.deepEqual(await countsOf('counted'), { 'relu(x)': 1, 'tanh(x)': 2 })
})

test('concurrent runs of one function are all counted', async () => {
  await create('raced')
  await Promise.all(
    Array.from({ length: 12 }, (_, seed) =>
      addEvaluation(database, owner, { dataset: 'raced', expression: 'elu(x)', seed, validationAccuracy: 0.5 }),
    ),
  )
  assert.deepEqual(await countsOf('raced'), { 'elu(x)': 12 })
})

test('the deletion of a dataset leaves the counts of others', async () => {
  for (const name of ['kept', 'deleted']) {
    await create(name)
    await addEvaluation(database, owner, { dataset: name, expression: 'elu(x)', seed: 0, validationAccuracy: 0.5 })
  }
  await deleteDataset(database, owner, 'deleted')
  await addEvaluation(database, owner, { dataset: 'kept', expression: 'elu(x)', seed: 1, validationAccuracy: 0.5 })
  assert.deepEqual(await countsOf('kept'), { 'elu(x)': 2 })
})

test('runs that an earlier version stored are counted by the migration', async (t) => {
  const old = await openEmptyDatabase(t)
  const migrations = readMigrations()
  const place = migrations.findIndex(({ name }) => name.endsWith('_count_runs'))
  assert.ok(place > 0)
  await applyMigrations(old.url, migrations.slice(0, place))
  await old.pool.query(`
    INSERT INTO datasets (name, version, title, description, architecture, task, origin, updated_at)
      VALUES ('old', '1', 't', 'd', 'a', 't', 'REPORTED', now());
    INSERT INTO activations (identity, identity_version, expression, depth, operators, is_finite, is_constant)
      SELECT sha256(i::text::bytea), 2, 'f' || i, 1, '{}', true, false FROM generate_series(1, 3) i;
    INSERT INTO evaluations (dataset_id, activation_id, expression, origin, updated_at)
      SELECT 1, id, expression, 'REPORTED', now() FROM activations;
    INSERT INTO runs (evaluation_id, dataset_id, activation_id, dataset_version, seed)
      SELECT e.id, 1, e.activation_id, '1', s FROM evaluations e, generate_series(1, 2) s WHERE s < e.id`)
  await applyMigrations(old.url)
  const { rows } = await old.pool.query('SELECT run_count FROM evaluations ORDER BY id')
  assert.deepEqual(
    rows.map(({ run_count }) => run_count),
    [0, 1, 2],
  )
})
