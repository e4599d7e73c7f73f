import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDataset } from '../../../src/services/datasets/create-dataset.js'
import { addEvaluations } from '../../../src/services/evaluations/add-evaluations.js'
import { exportDataset } from '../../../src/services/exports/export-dataset.js'
import { openTestDatabase } from '../../support/database.js'
import { createViewer } from '../../support/fixtures/training-fixture.js'

const database = await openTestDatabase()
const owner = await createViewer(database, 'owner', ['DATASET'])
const texts = { title: 't', description: 'd', architecture: 'a', task: 't' }

async function exportRuns(dataset: string): Promise<Record<string, unknown>[]> {
  let text = ''
  for await (const chunk of exportDataset(database, { dataset, format: 'runs.jsonl' })) text += chunk
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))
}

test('runs are exported with their metadata, and can be added to another dataset', async () => {
  await createDataset(database, owner, { name: 'first', ...texts })
  await createDataset(database, owner, { name: 'second', ...texts })
  assert.deepEqual(await exportRuns('first'), [])
  const rows = Array.from({ length: 120 }, (_, seed) => ({
    expression: seed % 2 === 0 ? 'relu(x)' : 'tanh(x)',
    seed,
    validationAccuracy: seed / 200,
    testLoss: seed === 3 ? null : 1e20,
    metadata: seed === 5 ? null : { lr: 0.1, note: `run ${seed}\n"é"` },
  }))
  await addEvaluations(database, owner, { dataset: 'first', rows })
  const exported = await exportRuns('first')
  assert.deepEqual(
    exported.map(({ expression, seed, validationAccuracy, testLoss, metadata }) => ({
      ...{ expression, seed, validationAccuracy, testLoss, metadata },
    })),
    rows,
  )
  const { activationId, version, createdAt } = exported[0]
  assert.match(String(activationId), /^[0-9a-f]{64}$/)
  assert.equal(version, '1')
  assert.ok(!Number.isNaN(Date.parse(String(createdAt))))
  const again = exported.map((run) => ({ ...run, expression: String(run.expression) }))
  await addEvaluations(database, owner, { dataset: 'second', rows: again })
  const strip = (runs: Record<string, unknown>[]) => runs.map(({ createdAt: _, ...run }) => run)
  assert.deepEqual(strip(await exportRuns('second')), strip(exported))
})
