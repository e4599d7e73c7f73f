import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { toGlobalId } from '../../../src/graphql/relay/global-id.js'
import { storeExpressions } from '../../../src/services/activations/store-expressions.js'
import { importFile } from '../../../src/services/imports/import-file.js'
import { openTestApi } from '../../support/api.js'
import { fitBenchmark } from '../../support/benchmark.js'
import { makeFolder } from '../../support/folder.js'

const SCALED = 'mul(x,sigmoid(x))'

test('the row that lists the spelling that was asked for answers it everywhere, else the row of the representative', async (t) => {
  const api = await openTestApi(t)
  await storeExpressions(api.database.prisma, ['swish(x)'])
  const row = (accuracy: number, equivalents: string[] = []) => ({
    'Validation Accuracy': accuracy,
    'Equivalent Activation Functions': equivalents,
  })
  const path = join(makeFolder(), 't.json')
  const file = {
    [SCALED]: row(0.6, ['mul(sigmoid(x),x)']),
    'swish(x)': row(0.5),
    'prod_n(x,sigmoid(x))': row(0.4),
    ...Object.fromEntries(
      Array.from({ length: 20 }, (_, i) => [`${'erf('.repeat(i + 1)}x${')'.repeat(i + 1)}`, row(0.02 * i)]),
    ),
  }
  writeFileSync(path, JSON.stringify(file))
  await importFile(api.database, { path, dataset: 't' })
  const ask = async (query: string, variables: Record<string, unknown> = {}) => {
    const { data, errors } = await api.ask(query, variables)
    assert.deepEqual(errors, [], query)
    return data
  }
  const expected: [string, number][] = [
    [SCALED, 0.6],
    [` mul( x, sigmoid(x) ) `, 0.6],
    ['mul(sigmoid(x),x)', 0.6],
    ['swish(x)', 0.5],
    ['prod_n(x,sigmoid(x))', 0.4],
    ['identity(swish(x))', 0.5],
  ]
  const accuracy = '{ validationAccuracy }'
  for (const [e, validationAccuracy] of expected) {
    const { activation, dataset, compare } = await ask(
      `query ($e: String!) {
        activation(expression: $e) { expression evaluation(dataset: "t") ${accuracy} }
        dataset(name: "t") { evaluation(expression: $e) { validationAccuracy activation { evaluation(dataset: "t") ${accuracy} } } }
        compare(expressions: [$e], datasets: ["t"]) {
          activation { evaluation(dataset: "t") ${accuracy} } evaluations ${accuracy} } }`,
      { e },
    )
    const found = { validationAccuracy }
    assert.deepEqual(activation, { expression: 'swish(x)', evaluation: found }, e)
    assert.deepEqual(dataset.evaluation, { ...found, activation: { evaluation: found } }, e)
    assert.deepEqual(compare, [{ activation: { evaluation: found }, evaluations: [found] }], e)
  }
  const { id } = await api.database.prisma.dataset.findUniqueOrThrow({ where: { name: 't' } })
  await fitBenchmark(api.database, { dataset: { name: 't' } })
  for (const [e, measured] of expected) {
    const { predict, node } = await ask(
      `query ($e: String!, $id: ID!) {
        predict(dataset: "t", expressions: [$e]) { measured activation { evaluation(dataset: "t") ${accuracy} } }
        node(id: $id) { ...on Dataset { surrogate { prediction(expression: $e) { measured } } } } }`,
      { e, id: toGlobalId('Dataset', id) },
    )
    assert.deepEqual(predict, [{ measured, activation: { evaluation: { validationAccuracy: measured } } }], e)
    assert.deepEqual(node.surrogate.prediction, { measured }, e)
  }
  const { map } = await ask(`{ map: dataset(name: "t") { surrogate {
    embedding(first: 200) { nodes { validationAccuracy activation { expression } } }
    predictions(first: 200) { nodes { measured expression } } } } }`)
  const isSwish = (text: string) => text === 'swish(x)'
  for (const { validationAccuracy, activation } of map.surrogate.embedding.nodes) {
    if (isSwish(activation.expression)) assert.equal(validationAccuracy, 0.5)
  }
  assert.equal(
    map.surrogate.predictions.nodes.find((each: { expression: string }) => isSwish(each.expression)).measured,
    0.5,
  )
  const { dataset } = await ask(`{ dataset(name: "t") { leaderboard(first: 3) { nodes {
    validationAccuracy activation { evaluation(dataset: "t") ${accuracy} } } } } }`)
  for (const node of dataset.leaderboard.nodes) {
    assert.deepEqual(node.activation.evaluation, { validationAccuracy: node.validationAccuracy })
  }
})

test('without a row of the representative the first row answers, also for a function named by a client', async (t) => {
  const api = await openTestApi(t)
  const path = join(makeFolder(), 't.json')
  const file = { 'max(zero(x),tanh(x))': 0.3, 'max(tanh(x),zero(x))': 0.2 }
  const rows = Object.entries(file).map(([text, value]) => [text, { 'Validation Accuracy': value }])
  writeFileSync(path, JSON.stringify(Object.fromEntries(rows)))
  await importFile(api.database, { path, dataset: 't' })
  const find = async (expression: string) => {
    const query = `query ($e: String!) { dataset(name: "t") { evaluation(expression: $e) { expression } } }`
    return (await api.ask(query, { e: expression })).data.dataset.evaluation.expression
  }
  assert.equal(await find('relu(tanh(x))'), 'max(tanh(x),zero(x))')
  await storeExpressions(api.database.prisma, ['relu(tanh(x))'])
  assert.equal(await find('relu(tanh(x))'), 'max(zero(x),tanh(x))')
  assert.equal(await find('max(tanh(x),zero(x))'), 'max(tanh(x),zero(x))')
})
