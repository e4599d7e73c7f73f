import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Database } from '../../../src/db/connection/client.js'
import { scanVectors, type VectorSource } from '../../../src/db/features/load-vectors.js'
import { ensureActivation } from '../../../src/services/activations/ensure-activation.js'
import { createNearestHeap } from '../../../src/services/neighbours/nearest-heap.js'
import { addNew, createSketchedVectors, offerSketched } from '../../../src/services/neighbours/sketched-vectors.js'
import { computeDistance } from '../../../src/surrogate/feature-vectors/feature-matrix.js'
import { openTestDatabase } from '../../support/database.js'
import { createSyntheticDataset, listFunctions, storeFunctions } from '../../support/fixtures/learning-fixture.js'

const database = await openTestDatabase()
const functions = await storeFunctions(database, listFunctions(1500))
const dataset = await createSyntheticDataset(database, {
  measured: functions.slice(0, 20),
  spectra: functions.slice(0, 900),
})
// Values up to the greatest of float32, where block sums overflow it.
for (const text of ['exp(exp(exp(relu(x))))', 'cosh(exp(square(x)))', 'exp(square(square(x)))']) {
  await ensureActivation(database.prisma, text)
}
const spectrumLength = dataset.fisherSpectrumLength as number

async function findAll(
  db: Database,
  source: VectorSource,
  metric: 'euclidean' | 'manhattan',
  query: Float32Array,
  except: number,
) {
  const heap = createNearestHeap(10)
  for await (const { activationIds, values, columns } of scanVectors(db, source)) {
    const own = { values: query, rows: 1, columns }
    const matrix = { values, rows: activationIds.length, columns }
    activationIds.forEach((id, row) => {
      if (id !== except) heap.offer(id, computeDistance(metric, own, 0, matrix, row, Number.POSITIVE_INFINITY))
    })
  }
  return heap.toSorted()
}

for (const [source, metric, columns] of [
  [{ kind: 'OUTPUTS' }, 'euclidean', 1000],
  [
    { kind: 'FISHER_SPECTRUM', datasetId: dataset.id, version: dataset.version, columns: spectrumLength },
    'manhattan',
    spectrumLength,
  ],
] as const) {
  test(`a sketch of ${source.kind} finds the very neighbours that a look at every vector finds`, async () => {
    const sketched = createSketchedVectors(source, columns)
    await addNew(database, sketched)
    let queries = 0
    for await (const { activationIds, values } of scanVectors(database, source)) {
      for (let row = 0; row < activationIds.length; row += 23) {
        const query = values.slice(row * columns, (row + 1) * columns)
        const heap = createNearestHeap(10)
        await offerSketched(database, sketched, query, activationIds[row], heap)
        assert.deepEqual(heap.toSorted(), await findAll(database, source, metric, query, activationIds[row]))
        queries++
      }
    }
    assert.ok(queries > 30)
  })
}

test('what is stored later is taken in, once', async (t) => {
  const own = await openTestDatabase(t)
  await storeFunctions(own, listFunctions(40))
  const sketched = createSketchedVectors({ kind: 'OUTPUTS' }, 1000)
  await addNew(own, sketched)
  const before = sketched.rows
  await addNew(own, sketched)
  assert.equal(sketched.rows, before)
  await ensureActivation(own.prisma, 'max_n(elish(x),elish(elish(x)))')
  await addNew(own, sketched)
  assert.equal(sketched.rows, before + 1)
})
