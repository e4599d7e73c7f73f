import assert from 'node:assert/strict'
import { test } from 'node:test'
import { predict } from '../../../src/services/surrogates/predict.js'
import { updateSurrogate as requestSurrogate } from '../../../src/services/surrogates/update-surrogate.js'
import { updateSurrogate } from '../../../src/tasks/update-surrogate.js'
import { accuracyOf, openSearchFixture } from '../../support/fixtures/search-fixture.js'

const { database, viewer, functions, measured, surrogate: map, begin, ask } = await openSearchFixture()
const request = { dataset: 'fitted', algorithm: 'GAUSSIAN_PROCESS' as const }
const { id, version } = await requestSurrogate(database, viewer, request)
await updateSurrogate(database, { surrogateId: id })
const surrogate = await database.prisma.surrogate.findUniqueOrThrow({ where: { id } })

test('it is a version of its own, with cross-validated quality', () => {
  assert.equal(version, map.version + 1)
  assert.equal(surrogate.state, 'READY', surrogate.failure ?? '')
  assert.equal(surrogate.trainedOn, measured.length)
  assert.equal(surrogate.candidates, functions.length)
  assert.deepEqual(surrogate.features, ['OUTPUTS', 'FISHER_SPECTRUM'])
  assert.ok((surrogate.spearman ?? 0) > 0.8, `${surrogate.spearman}`)
  assert.equal(surrogate.folds, 5)
})

test('every point has a prediction with a deviation, and none a place', async () => {
  const points = await database.prisma.surrogatePoint.findMany({ where: { surrogateId: id } })
  assert.equal(points.length, functions.length)
  for (const { mean, standardDeviation, x, y, basedOn } of points) {
    assert.ok(mean !== null && mean >= 0 && mean <= 1)
    assert.ok((standardDeviation ?? 0) > 0)
    assert.deepEqual([x, y], [null, null])
    assert.equal(basedOn.length, 3)
  }
  assert.equal(points.filter((point) => point.measured !== null).length, measured.length)
})

test('the newest version answers for functions that are stored, measured, or new', async () => {
  const [known] = measured
  const texts = [known.described.canonicalText, 'sum_n(relu(x),tanh(x),x)', 'max(elu(x),tanh(x))']
  const predictions = await predict(database, 'fitted', texts)
  predictions.forEach((prediction, place) => {
    assert.ok(!(prediction instanceof Error))
    assert.equal(prediction.surrogateId, id)
    assert.ok(Math.abs(prediction.mean - accuracyOf(texts[place])) < 0.3)
    assert.ok((prediction.standardDeviation ?? 0) > 0)
    assert.equal(prediction.basedOn.length, 3)
  })
  const [, fresh] = predictions
  assert.ok(!(fresh instanceof Error))
  assert.deepEqual(fresh.features, ['OUTPUTS'])
})

test('searches that need a map continue with the newest one', async () => {
  const { suggestions } = await ask((await begin({ algorithm: 'UMAP_KNN' })).id, { count: 15 })
  const predicted = suggestions.filter(({ predictedMean }) => predictedMean !== null)
  assert.ok(predicted.length > 0)
  assert.ok(predicted.every(({ surrogateId }) => surrogateId === map.id))
})
