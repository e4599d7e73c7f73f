import assert from 'node:assert/strict'
import { test } from 'node:test'
import { updateSurrogate } from '../../src/tasks/update-surrogate.js'
import { openTestApi } from '../support/api.js'
import { createBenchmark, fitBenchmark } from '../support/benchmark.js'

const api = await openTestApi()
const { dataset } = await createBenchmark(api.database)

async function ask(text: string, variables = {}) {
  const { data, errors } = await api.ask(text, variables)
  assert.deepEqual(errors, [])
  return data
}

const PREDICTIONS = `query ($texts: [String!]!) {
  predict(dataset: "synthetic", expressions: $texts) { expression mean standardDeviation measured surrogate { version } }
  mish: activation(expression: "mish(x)") { prediction(dataset: "synthetic") { expression mean surrogate { version } } }
  other: activation(expression: "mish(softsign(erf(x)))") { prediction(dataset: "synthetic") { expression mean } }
  pole: activation(expression: "reciprocal(zero(x))") { prediction(dataset: "synthetic") { mean } }
}`
const MEANS = 'nodes { expression mean standardDeviation }'
/** An expression that is not stored. */
const NEW = '"mish(softsign(erf(x)))"'
const TEXTS = { texts: ['mish(x)', 'mish(softsign(erf(x)))'] }

test('an activation has no prediction, and no error, if its dataset has no surrogate', async () => {
  const data = await ask('{ activation(expression: "relu(x)") { prediction(dataset: "synthetic") { mean } } }')
  assert.deepEqual(data, { activation: { prediction: null } })
  const { errors } = await api.ask('{ activation(expression: "relu(x)") { prediction(dataset: "nothing") { mean } } }')
  assert.equal(errors[0].extensions.code, 'NOT_FOUND')
})

test('an activation is predicted as by `predict`, stored or not, by the best surrogate', async () => {
  const surrogateId = await fitBenchmark(api.database, { dataset })
  const first = await ask(PREDICTIONS, TEXTS)
  const [mish, other] = first.predict
  assert.deepEqual(first.mish.prediction, { expression: 'mish(x)', mean: mish.mean, surrogate: { version: 1 } })
  assert.deepEqual(first.other.prediction, { expression: other.expression, mean: other.mean })
  assert.equal(first.pole.prediction, null)

  const { id } = await api.database.prisma.surrogate.create({
    data: { datasetId: dataset.id, version: 2, algorithm: 'GAUSSIAN_PROCESS' },
  })
  await updateSurrogate(api.database, { surrogateId: id })
  const setQuality = (surrogate: number, spearman: number) =>
    api.database.prisma.surrogate.update({ where: { id: surrogate }, data: { spearman } })
  for (const [map, process, version] of [
    [0.8, 0.9, 2],
    [0.9, 0.8, 1],
  ]) {
    await setQuality(surrogateId, map)
    await setQuality(id, process)
    const { dataset: best } = await ask('{ dataset(name: "synthetic") { surrogate { version } } }')
    assert.equal(best.surrogate.version, version)
    const answers = await ask(PREDICTIONS, TEXTS)
    assert.equal(answers.mish.prediction.surrogate.version, version)
    assert.equal(answers.predict[0].surrogate.version, version)
    assert.equal(answers.predict[0].mean, answers.mish.prediction.mean)
  }
})

test('all surrogates of a dataset are listed, newest first, page by page', async () => {
  const page = `query ($after: String) { dataset(name: "synthetic") { surrogates(first: 1, after: $after) {
    totalCount nodes { version algorithm state } pageInfo { hasNextPage endCursor } } } }`
  const { surrogates } = (await ask(page)).dataset
  assert.deepEqual(
    [surrogates.totalCount, surrogates.nodes, surrogates.pageInfo.hasNextPage],
    [2, [{ version: 2, algorithm: 'GAUSSIAN_PROCESS', state: 'READY' }], true],
  )
  const { surrogates: rest } = (await ask(page, { after: surrogates.pageInfo.endCursor })).dataset
  assert.deepEqual(
    [rest.nodes, rest.pageInfo.hasNextPage],
    [[{ version: 1, algorithm: 'UMAP_KNN', state: 'READY' }], false],
  )
})

test('a Gaussian process shows the map of the dataset', async () => {
  const point = 'totalCount nodes { x y activation { expression } }'
  const { dataset: both } = await ask(`{ dataset(name: "synthetic") {
    map: surrogate(version: 1) { embedding(first: 5) { ${point} } }
    process: surrogate(version: 2) { algorithm embedding(first: 5) { ${point} } }
  } }`)
  assert.equal(both.process.algorithm, 'GAUSSIAN_PROCESS')
  assert.ok(both.map.embedding.totalCount > 0)
  assert.deepEqual(both.process.embedding, both.map.embedding)
})

test('a point of a map has what the surrogate that is asked predicts', async () => {
  const point = 'nodes { expression predictedMean predictedStandardDeviation }'
  const { dataset: both } = await ask(`{ dataset(name: "synthetic") {
    map: surrogate(version: 1) { embedding(first: 200) { ${point} } predictions(first: 200) { ${MEANS} } }
    process: surrogate(version: 2) { embedding(first: 200) { ${point} } predictions(first: 200) { ${MEANS} } }
  } }`)
  for (const { embedding, predictions } of [both.map, both.process]) {
    assert.ok(embedding.nodes.length > 0)
    const predicted = new Map<string, { mean: number; standardDeviation: number }>(
      predictions.nodes.map((node: { expression: string }) => [node.expression, node]),
    )
    for (const { expression, predictedMean, predictedStandardDeviation } of embedding.nodes) {
      assert.equal(predictedMean, predicted.get(expression)?.mean ?? null)
      assert.equal(predictedStandardDeviation, predicted.get(expression)?.standardDeviation ?? null)
    }
  }
  assert.notDeepEqual(both.map.embedding.nodes, both.process.embedding.nodes)
})

test('a prediction has a place on the map, stored or not, by each algorithm', async () => {
  const { dataset: synthetic } = await ask(`{ dataset(name: "synthetic") {
    surrogate(version: 1) { embedding(first: 200) { nodes { x y expression } } }
  } }`)
  const [{ expression, ...place }] = synthetic.surrogate.embedding.nodes
  const positions = await ask(
    `query ($stored: String!) { dataset(name: "synthetic") {
      map: surrogate(version: 1) { stored: prediction(expression: $stored) { position { x y } } new: prediction(expression: ${NEW}) { position { x y } } }
      process: surrogate(version: 2) { stored: prediction(expression: $stored) { position { x y } } new: prediction(expression: ${NEW}) { position { x y } } }
    } }`,
    { stored: expression },
  )
  const { map, process } = positions.dataset
  assert.deepEqual(map.stored.position, place)
  assert.deepEqual(process.stored.position, place)
  assert.ok(Number.isFinite(map.new.position.x) && Number.isFinite(map.new.position.y))
  assert.deepEqual(process.new.position, map.new.position)
})

test('a surrogate has maps by outputs, by spectra and by both', async () => {
  const maps = `whole: embedding(first: 200) { totalCount nodes { expression x y } }
    both: embedding(first: 200, features: [FISHER_SPECTRUM, OUTPUTS]) { totalCount nodes { expression x y } }
    outputs: embedding(first: 200, features: [OUTPUTS]) { totalCount nodes { expression x y } }
    spectra: embedding(first: 200, features: [FISHER_SPECTRUM]) { totalCount nodes { expression x y } }`
  const at = (features: string) => `position(features: [${features}]) { x y }`
  const { dataset: all } = await ask(`{ dataset(name: "synthetic") { surrogate(version: 1) { ${maps} } } }`)
  const { whole, both, outputs, spectra } = all.surrogate
  assert.deepEqual(both, whole)
  assert.equal(outputs.totalCount, whole.totalCount)
  assert.ok(spectra.totalCount > 0 && spectra.totalCount < whole.totalCount, String(spectra.totalCount))
  assert.notDeepEqual(outputs.nodes, whole.nodes)
  const [{ expression, ...inSpectra }] = spectra.nodes
  const { dataset: places } = await ask(`{ dataset(name: "synthetic") { surrogate(version: 1) {
    known: prediction(expression: "${expression}") { outputs: ${at('OUTPUTS')} spectra: ${at('FISHER_SPECTRUM')} }
    fresh: prediction(expression: ${NEW}) { outputs: ${at('OUTPUTS')} spectra: ${at('FISHER_SPECTRUM')} }
  } } }`)
  const { known, fresh } = places.surrogate
  const inOutputs = outputs.nodes.find((node: { expression: string }) => node.expression === expression)
  assert.deepEqual(known, { outputs: { x: inOutputs.x, y: inOutputs.y }, spectra: inSpectra })
  assert.equal(fresh.spectra, null)
  assert.ok(Number.isFinite(fresh.outputs.x) && Number.isFinite(fresh.outputs.y))
  for (const features of ['[]', '[EMBEDDING]', '[OUTPUTS, OUTPUTS]']) {
    const { errors } = await api.ask(
      `{ dataset(name: "synthetic") { surrogate { embedding(features: ${features}) { totalCount } } } }`,
    )
    assert.equal(errors[0].extensions.code, 'BAD_USER_INPUT')
    assert.match(errors[0].message, /^features: expected \[OUTPUTS\], \[FISHER_SPECTRUM\] or both, got /)
  }
})
