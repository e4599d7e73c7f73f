import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reportSteps } from '../../src/db/trainings/change-job.js'
import { reportWorker } from '../../src/db/workers/worker-reports.js'
import { createSchema } from '../../src/graphql/schema.js'
import { storeVerification } from '../../src/services/snapshots/store-verification.js'
import { openTestApi } from '../support/api.js'
import { createBenchmark, createWorker, fitBenchmark, playTraining } from '../support/benchmark.js'
import { createTrainable } from '../support/fixtures/training-fixture.js'
import { createFieldRecord } from '../support/random-queries/field-record.js'
import { openTestSocket } from '../support/sockets/web-socket.js'

const METRICS = `trainAccuracy trainLoss validationAccuracy validationLoss testAccuracy testLoss runtimeSeconds`
const FRAGMENTS = `
fragment page on PageInfo { hasNextPage hasPreviousPage startCursor endCursor }
fragment vector on FeatureVector { length values(limit: 3) base64 }
fragment statistics on MetricStatistics {
  metric count minimum maximum mean standardDeviation quartiles histogram { from to count }
}
fragment evaluation on Evaluation {
  id expression createdAt runCount rank rankInterval { best worst } standardDeviation ${METRICS} dataset { name } activation { expression }
  value(of: MEAN) tieGroup shrunk { value lowest highest weight reason }
  prediction { expression mean measured features }
  runs {
    id seed ${METRICS} backend softwareVersion device metadata datasetVersion createdAt evaluation { id } trainingJob { id }
    learnedParameters { name initialValue values }
    endReason
    epochs { epoch trainAccuracy trainLoss validationAccuracy validationLoss }
  }
}
fragment comparison on EvaluationComparison {
  evaluation { id } other { id } metric difference standardError degreesOfFreedom pValue adjustedPValue commonSeeds verdict
}
fragment activation on Activation {
  id expression names operators depth isFinite isConstant parameters gaussianMean gaussianStandardDeviation
  equivalents { edges { cursor node } nodes totalCount pageInfo { ...page } }
  outputs { ...vector } fisherSpectrum(dataset: "synthetic") { ...vector } fisherSpectrumFailure(dataset: "synthetic")
  curve(points: 3) { x y derivative } code(target: PYTORCH)
  properties {
    isEven isOdd isMonotone isBounded isSmooth valueAtZero derivativeAtZero leftSlope rightSlope turningPoints sampled
  }
  evaluation(dataset: "synthetic") { id } evaluations { id } prediction(dataset: "synthetic") { mean }
  neighbours(first: 2) { distance activation { id } } scaledTwins(first: 2) { id }
}
fragment job on TrainingJob {
  id expression seed state progress step steps imagesPerSecond expectedEndAt attempts queuePosition waitingFor failure backend device metadata
  createdAt startedAt finishedAt dataset { name } activation { id } run { id } epochs { epoch }
}
fragment surrogate on Surrogate {
  id version algorithm name features state progress failure trainedOn leftOut candidates fittedAt fitSeconds dataset { name }
  quality { spearman kendall meanAbsoluteError topRecall intervalCoverage folds functions
    quarters { functions lowestPrediction highestPrediction bias meanAbsoluteError intervalCoverage } }
  qualityAfterUpload { spearman kendall meanAbsoluteError topRecall intervalCoverage folds functions
    quarters { functions lowestPrediction highestPrediction bias meanAbsoluteError intervalCoverage } }
  embedding(first: 2) {
    edges { cursor node { x } } nodes { x y expression validationAccuracy predictedMean predictedStandardDeviation activation { id } } totalCount pageInfo { ...page }
  }
  predictions(first: 2) {
    edges { cursor node { mean } } totalCount pageInfo { ...page }
    nodes {
      expression mean measured standardDeviation features position { x y }
      activation { id } surrogate { version } basedOn { id }
    }
  }
  prediction(expression: "mish(x)") { mean activation { expression } }
  calibration(parts: 3) { ...part } errorsByOperator(first: 2) { ...part } largestErrors(first: 2) { mean measured }
}
fragment part on CalibrationPart {
  operator functions lowestPrediction highestPrediction meanPrediction meanMeasured measuredQuartiles bias meanAbsoluteError
  intervalCoverage
}
fragment suggestion on Suggestion {
  id expression epochs state worker leaseExpiresAt failure metadata ${METRICS}
  search { id } activation { id } predicted { mean } evaluation { id } trainingJob { id }
}
fragment search on Search {
  id name replay replayValue replaySeed algorithm state endReason seed schemas rungs transferFrom baselines surrogate { id } budget completed failed waitingFor passedOver(first: 2) { expression validationAccuracy twin { id } } createdAt dataset { name } best { ...suggestion }
  suggestions(first: 5) { edges { cursor node { id } } nodes { ...suggestion } totalCount pageInfo { ...page } }
  history { step bestValidationAccuracy suggestion { id } }
}
fragment snapshot on Snapshot {
  id name dataset { name } datasetVersion createdAt evaluationCount runCount checksum size isShipped previousName added removed
  changed deletedAt deletionReason citation
  leaderboard(first: 2) {
    edges { cursor node { rank } } totalCount pageInfo { ...page }
    nodes { rank expression value activation { id } validationAccuracy testAccuracy runCount }
  }
}
fragment state on EvaluationState { validationAccuracy testAccuracy runCount }
fragment key on ApiKey { id name scopes createdAt lastUsedAt expiresAt }`

/** The fragments that a document spreads, directly or through other fragments. */
function complete(document: string): string {
  const known = FRAGMENTS.split('\nfragment ').filter((text) => text.trim() !== '')
  const used = new Set<string>()
  const visit = (text: string) => {
    for (const [, name] of text.matchAll(/\.\.\.(\w+)/g)) {
      const fragment = known.find((each) => each.startsWith(`${name} `))
      if (!fragment || used.has(fragment)) continue
      used.add(fragment)
      visit(fragment)
    }
  }
  visit(document)
  return [document, ...[...used].map((text) => `fragment ${text}`)].join('\n')
}

test('every field of the API can be queried', async (t) => {
  const api = await openTestApi(t)
  const record = createFieldRecord(createSchema())
  const secret = await api.createKey('ADMIN')
  const ask = async (text: string, variables: Record<string, unknown> = {}) => {
    const document = complete(text)
    const answer = await api.ask(document, variables, secret)
    assert.deepEqual(answer.errors, [], document)
    record.add(document, answer.data)
    return answer.data
  }
  const benchmark = await createBenchmark(api.database)
  await api.database.prisma.dataset.update({
    where: { id: benchmark.dataset.id },
    data: {
      license: 'CC0',
      citation: 'Nobody, 2026',
      sourceUrl: 'https://example.org',
      sourceChecksum: '00',
      sourceBytes: 1,
      recipeDescription: 'SGD, 25 epochs',
    },
  })
  await api.database.pool.query(
    'UPDATE runs SET validation_accuracy = least(1, validation_accuracy + 0.001 * seed * (id % 3))',
  )
  await fitBenchmark(api.database, benchmark)
  await createTrainable(api.database)

  // Training jobs: succeeded, cancelled, failed, running and queued.
  const train = `mutation ($seeds: [Int!]) {
    trainActivation(input: { dataset: "mini-cnn", expression: "mish(x)", seeds: $seeds, metadata: { by: "test" } }) { jobs { ...job } runs { id seed } }
  }`
  const { jobs } = (await ask(train, { seeds: [0, 1, 2, 3, 4] })).trainActivation
  const rows = await api.database.prisma.trainingJob.findMany({ orderBy: { id: 'asc' } })
  const worker = await createWorker(api.database)
  const vitals = { memoryBytes: 3e8, imagesPerSecond: 900, task: 'train_activation', taskSince: new Date() }
  await reportWorker(api.database.prisma.$kysely, worker.id, vitals, [])
  const socket = await openTestSocket(api)
  const watched = socket.open(complete('subscription ($id: ID!) { trainingJob(id: $id) { ...job } }'), {
    id: jobs[0].id,
  })
  const queued = socket.open(
    complete('subscription { trainingJobs(dataset: "mini-cnn", since: "2020-01-01T00:00:00Z") { ...job } }'),
  )
  record.add(complete('subscription { trainingJobs(dataset: "") { ...job } }'), (await queued.next()).value?.data)
  await queued.return?.()
  await playTraining(api.database, rows[0].id, worker.id)
  for await (const { data, errors } of watched) {
    assert.equal(errors, undefined)
    record.add(complete('subscription { trainingJob(id: "") { ...job } }'), data)
  }
  await ask('mutation ($id: ID!) { cancelTraining(id: $id) { job { ...job } } }', { id: jobs[1].id })
  await api.database.prisma.trainingJob.update({
    where: { id: rows[2].id },
    data: { state: 'FAILED', failure: 'for the sake of it', finishedAt: new Date() },
  })
  await playTraining(api.database, rows[3].id, worker.id, 1)
  const { fence } = await api.database.prisma.trainingJob.findUniqueOrThrow({ where: { id: rows[3].id } })
  const report = { step: 5, steps: 40, share: 0.5, imagesPerSecond: 900, secondsLeft: 3 }
  await reportSteps(api.database.kysely, { id: rows[3].id, fence }, report)
  await ask(`{
    trainingJobs(dataset: "mini-cnn") { nodes { ...job } edges { cursor node { id } } totalCount pageInfo { ...page } }
    service { name version errorCodes workers {
      id host backend device datasets startedAt lastSeenAt memoryBytes imagesPerSecond task taskSince currentJob { id }
    } }
  }`)
  await ask('query ($id: ID!) { trainingJob(id: $id) { ...job run { ...on Run { trainingJob { id } } } } }', {
    id: jobs[0].id,
  })
  assert.equal((await ask(train, { seeds: [0] })).trainActivation.runs.length, 1)

  // Snapshots, one of them deleted.
  for (const name of ['1', '2']) {
    await ask(
      'mutation ($name: String!) { createSnapshot(input: { dataset: "synthetic", name: $name }) { snapshot { name } } }',
      { name },
    )
  }
  await ask(
    `mutation { deleteSnapshot(input: { dataset: "synthetic", name: "1", reason: "wrong" }) { snapshot { ...snapshot } } }`,
  )
  await ask(`{ dataset(name: "synthetic") {
    snapshot(name: "2") { ...snapshot }
    snapshots { edges { cursor node { id } } nodes { ...snapshot } totalCount pageInfo { ...page } }
  } }`)
  await api.database.pool.query(`UPDATE evaluations SET validation_accuracy = 0.5 WHERE id % 5 = 0`)
  await ask(`{ dataset(name: "synthetic") { changes(from: "2", first: 2) {
    edges { cursor node { kind } } totalCount pageInfo { ...page }
    nodes { kind expression activation { id } before { ...state } after { ...state } }
  } } }`)
  const outcomes = [{ expression: 'relu(x)', outcome: 'FAILED' as const }]
  const machine = { backend: 'tfjs-wasm', device: 'cpu' }
  await storeVerification(api.database, {
    ...{
      dataset: 'synthetic',
      version: '1',
      seed: 1,
      tolerance: 0.1,
      outcomes,
      machine,
      storedBackends: ['tfjs-wasm'],
    },
    ...{ host: 'here', softwareVersion: '1.2.3' },
  })
  await ask(`{ dataset(name: "synthetic") { verifications {
    datasetVersion createdAt seed runs identical close different failed tolerance backend device host softwareVersion
    storedBackends problems
  } } }`)

  // Datasets, activations and their measurements.
  await ask(`{ knownFunctions(search: "mish") {
    edges { cursor node { name } } nodes { name aliases expression year reference activation { ...activation } }
    totalCount pageInfo { ...page }
  } }`)
  await ask(`{
    datasets { edges { cursor node { id } } totalCount pageInfo { ...page } nodes {
      id name version title description architecture task origin license citation sourceUrl sourceChecksum sourceBytes trainable
      searchSpace recipe recipeDescription fisherSpectrumLength createdAt updatedAt evaluationCount
      seedNoise { standardDeviation evaluations runs }
      statistics { ...statistics } groups(by: OPERATOR) { key statistics { ...statistics } }
      runs(first: 2) { edges { cursor node { id } } nodes { id seed } totalCount pageInfo { ...page } }
      leaderboard(first: 3) { edges { cursor node { id } } nodes { ...evaluation } totalCount pageInfo { ...page } }
      evaluations(first: 3, orderBy: { metric: RUNTIME, direction: ASCENDING }) { nodes { id } }
    } }
  }`)
  await ask(`{
    dataset(name: "synthetic") { surrogates(first: 2) { edges { cursor node { id } } nodes { version } totalCount pageInfo { ...page } }
      surrogate { ...surrogate } evaluation(expression: "zero(x)") { id } }
    mini: dataset(name: "mini-cnn") { recipe evaluation(expression: "mish( x )") { ...evaluation } }
    viewer { name scopes } rateLimit { limit remaining cost resetAt }
    operators { name arity definition inActBench aliases }
    completeExpression(text: "tanh(sig", position: 8) {
      problem position suggestions { text label detail }
    }
    completed: completeExpression(text: "x") { expression }
    compare(expressions: ["mish(x)", "relu(x)"], datasets: ["mini-cnn", "synthetic"]) {
      expression activation { id } evaluations { id }
    }
    predict(dataset: "synthetic", expressions: ["mish(x)"]) { expression mean }
    activation(expression: "relu(x)") { ...activation }
    learnable: activation(expression: "prelu(x)") { parameters }
    activations(first: 3) { edges { cursor node { id } } totalCount pageInfo { ...page } nodes { ...activation } }
  }`)

  const best = '{ dataset(name: "synthetic") { leaderboard(first: 2) { nodes { expression } } } }'
  const [{ expression: second }] = (await ask(best)).dataset.leaderboard.nodes.slice(1)
  await ask(
    `query ($second: String!) { dataset(name: "synthetic") {
      leaderboard(first: 3) { nodes { comparedWith(expression: $second) { ...comparison } } }
    } }`,
    { second },
  )

  // A dataset of the client, and a search in it whose reports become evaluations.
  await ask(`mutation {
    createDataset(input: { name: "own", title: "Own", description: "d", architecture: "a", task: "t" }) { dataset { id } }
  }`)
  await ask('mutation { updateDataset(input: { dataset: "own", title: "Mine" }) { dataset { title } } }')
  const evaluations = socket.open(complete('subscription { evaluations(dataset: "own") { ...evaluation } }'))
  const first = evaluations.next()
  await new Promise((done) => setTimeout(done, 300))
  await ask(`mutation {
    addEvaluation(input: { dataset: "own", expression: "tanh(x)", validationAccuracy: 0.5 }) { evaluation { ...evaluation } }
  }`)
  record.add(complete('subscription { evaluations(dataset: "own") { ...evaluation } }'), (await first).value?.data)
  await evaluations.return?.()
  await ask(`mutation { addEvaluations(input: { dataset: "own", rows: [
    { expression: "elu(x)", testLoss: 1, metadata: { lr: 0.1 } }, { expression: "tanh(x)", seed: 4, testLoss: 2 }
  ] }) { evaluations { ...evaluation } } }`)
  await ask(`mutation { addFisherSpectra(input: { dataset: "own", rows: [{ expression: "elu(x)", base64: "AACAPw==" }] }) {
    added replaced unchanged dataset { fisherSpectrumLength }
  } }`)
  await ask('mutation { deleteFisherSpectra(dataset: "own") { deleted dataset { fisherSpectrumLength } } }')
  const search = async (dataset: string, algorithm: string) =>
    (
      await ask(
        `mutation ($dataset: String!, $algorithm: SearchAlgorithm) {
          createSearch(input: { dataset: $dataset, algorithm: $algorithm, name: "s", schemas: ["unary(x)"], seed: 1 }) {
            search { ...search }
          }
        }`,
        { dataset, algorithm },
      )
    ).createSearch.search.id
  const suggest = async (searchId: string, count: number, train = false) =>
    (
      await ask(
        `mutation ($searchId: ID!, $count: Int, $train: Boolean) {
          suggest(input: { searchId: $searchId, count: $count, worker: "w", train: $train }) {
            suggestions { ...suggestion } search { id }
          }
        }`,
        { searchId, count, train },
      )
    ).suggest.suggestions
  await ask(`mutation { createSearch(input: { dataset: "synthetic", algorithm: RANDOM, replay: true, replayValue: RANDOM }) {
    search { ...search } } }`)
  const { uploadSurrogate: uploaded } = await ask(`mutation { uploadSurrogate(input: {
    dataset: "synthetic", name: "mine", rows: [{ expression: "mish(x)", mean: 0.5, standardDeviation: 0.1 }]
  }) { surrogate { ...surrogate } } }`)
  const { id: uploadedId } = uploaded.surrogate
  await ask(
    `query ($id: ID) { predict(dataset: "synthetic", expressions: ["mish(x)"], surrogate: $id) { mean surrogate { name } } }`,
    { id: uploadedId },
  )
  const byUpload = await ask(
    `mutation ($id: ID) { createSearch(input: { dataset: "synthetic", surrogate: $id }) { search { ...search } } }`,
    { id: uploadedId },
  )
  assert.equal(byUpload.createSearch.search.surrogate.id, uploadedId)
  await ask('mutation ($id: ID!) { deleteSearch(id: $id) { id } }', { id: byUpload.createSearch.search.id })
  await ask('mutation ($id: ID!) { deleteSurrogate(id: $id) { id } }', { id: uploadedId })
  const own = await search('own', 'RANDOM')
  const searches = socket.open(complete('subscription ($id: ID!) { search(id: $id) { ...search } }'), { id: own })
  record.add(complete('subscription { search(id: "") { ...search } }'), (await searches.next()).value?.data)
  await searches.return?.()
  const halved = await ask(
    `mutation { createSearch(input: { dataset: "own", algorithm: ASHA, epochs: 9 }) { search { id rungs } } }`,
  )
  assert.deepEqual(halved.createSearch.search.rungs, [1, 3, 9])
  await suggest(halved.createSearch.search.id, 1)
  const [suggestion] = await suggest(own, 1)
  // The recipe of a dataset of reported results normalises nothing, so its searches pass no twin over.
  await api.database.pool.query(
    `INSERT INTO passed_over (search_id, identity, expression, twin_id)
     SELECT g.search_id, '\\x00', 'expm1(x)', e.activation_id FROM suggestions g JOIN searches s ON s.id = g.search_id
     JOIN evaluations e ON e.dataset_id = s.dataset_id AND e.validation_accuracy IS NOT NULL ORDER BY g.id DESC LIMIT 1`,
  )
  await ask('query ($id: ID!) { node(id: $id) { __typename ... on Search { ...search } } }', { id: own })
  await ask('mutation ($id: ID!) { renewLease(suggestionId: $id) { suggestion { leaseExpiresAt } } }', {
    id: suggestion.id,
  })
  await ask(
    `mutation ($id: ID!) {
      reportEvaluation(input: {
        metadata: { gpu: 3 }
        suggestionId: $id, validationAccuracy: 0.25, validationLoss: 1, trainAccuracy: 0.5, trainLoss: 1, testAccuracy: 0.25,
        testLoss: 1, runtimeSeconds: 2
      }) { suggestion { ...suggestion } search { ...search } }
    }`,
    { id: suggestion.id },
  )
  const [broken] = await suggest(own, 1)
  await ask(
    `mutation ($id: ID!) {
      reportEvaluation(input: { suggestionId: $id, failure: "out of memory" }) { suggestion { ...suggestion } }
    }`,
    { id: broken.id },
  )
  await ask('mutation ($id: ID!) { extendSearch(id: $id, budget: 101) { search { budget } } }', { id: own })
  const [reported] = await suggest(own, 1)
  await ask(
    `mutation ($id: ID!) { reportEvaluations(input: { reports: [{ suggestionId: $id, validationAccuracy: 0.3 }] }) {
      reports { suggestion { id } search { id } }
    } }`,
    { id: reported.id },
  )
  const predicted = await suggest(await search('synthetic', 'SURROGATE'), 20)
  assert.ok(predicted.some((each: { predicted: unknown }) => each.predicted))
  await suggest(await search('mini-cnn', 'RANDOM'), 1, true)
  await ask('query ($id: ID!) { search(id: $id) { ...search } }', { id: own })
  await ask('{ searches { nodes { ...search } edges { cursor node { id } } totalCount pageInfo { ...page } } }')
  await ask('mutation ($id: ID!) { stopSearch(id: $id) { search { state endReason waitingFor } } }', { id: own })
  await ask('mutation ($id: ID!) { deleteSearch(id: $id) { id } }', { id: own })
  const { evaluation } = (await ask('{ dataset(name: "own") { evaluation(expression: "elu(x)") { runs { id } } } }'))
    .dataset
  await ask('mutation ($id: ID!) { deleteRun(id: $id) { id } }', { id: evaluation.runs[0].id })
  assert.equal((await ask('mutation { deleteDataset(name: "own") { name } }')).deleteDataset.name, 'own')

  // An update of the surrogate, and one that fails.
  const updated = await ask(
    'mutation { updateSurrogate(input: { dataset: "synthetic" }) { surrogate { id version state } } }',
  )
  const { version } = updated.updateSurrogate.surrogate
  const news = socket.open(complete('subscription { surrogateUpdated(dataset: "synthetic") { id state } }'))
  record.add('subscription { surrogateUpdated(dataset: "synthetic") { id state } }', (await news.next()).value?.data)
  await news.return?.()
  await api.database.prisma.surrogate.updateMany({ where: { version }, data: { state: 'FAILED', failure: 'so' } })
  await ask('query ($v: Int) { dataset(name: "synthetic") { surrogate(version: $v) { failure } } }', { v: version })

  // Keys, and every type of object by its id.
  const made = await ask(`mutation {
    createApiKey(input: { name: "k", scopes: [TRAIN], expiresAt: "2100-01-01T00:00:00Z" }) { apiKey { ...key } secret }
  }`)
  await ask('mutation ($id: ID!) { revokeApiKey(id: $id) { apiKey { ...key } } }', { id: made.createApiKey.apiKey.id })
  await ask('{ apiKeys { ...key } }')
  await api.database.prisma.fisherSpectrum.create({
    data: {
      datasetId: benchmark.dataset.id,
      activationId: rows[0].activationId,
      datasetVersion: benchmark.dataset.version,
      reason: 'layer conv1: input or gradient is not finite',
    },
  })
  const node = await ask('query ($id: ID!) { node(id: $id) { __typename id ...on Activation { ...activation } } }', {
    id: jobs[0].activation.id,
  })
  assert.equal(node.node.__typename, 'Activation')
  const { nodes } = await ask('query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }', {
    ids: [jobs[0].activation.id],
  })
  assert.deepEqual(nodes, [{ __typename: 'Activation', id: jobs[0].activation.id }])
  await socket.close()

  assert.deepEqual(record.listUnanswered(), [])
})
