import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SHAPE_VERSION } from '../../../src/activations/comparison/shape.js'
import { toGlobalId } from '../../../src/graphql/relay/global-id.js'
import { describeActivation } from '../../../src/services/activations/describe-activation.js'
import { fillShapes } from '../../../src/services/activations/fill-shapes.js'
import { createSearch } from '../../../src/services/searches/create-search.js'
import { suggest } from '../../../src/services/searches/suggest.js'
import { reportEvaluation } from '../../../src/services/suggestions/report-evaluation.js'
import { openTestApi } from '../../support/api.js'
import { createSyntheticDataset, storeFunctions } from '../../support/fixtures/learning-fixture.js'
import { createViewer } from '../../support/fixtures/training-fixture.js'

const api = await openTestApi()
const { database } = api
const viewer = await createViewer(database, 'searcher', ['SEARCH'])
const measured = await storeFunctions(database, ['exp(x)', 'tanh(x)'].map(describeActivation))
await fillShapes(database)
// Its recipe normalises activations; a dataset of reported results does not say it.
const normalising = await createSyntheticDataset(database, { name: 'mini-cnn', origin: 'TRAINED', measured })
const reported = await createSyntheticDataset(database, { name: 'reported', measured })

/** All suggestions of a search through the functions of one operator. */
async function searchAll(dataset: string): Promise<string[]> {
  const { id: searchId } = await createSearch(database, viewer, {
    ...{ dataset, algorithm: 'RANDOM', budget: 100, seed: 3, schemas: ['unary(x)'] },
  })
  const expressions: string[] = []
  for (;;) {
    const { suggestions } = await suggest(database, viewer, { searchId, worker: 'one', count: 3 })
    if (suggestions.length === 0) return expressions
    for (const { id, expression } of suggestions) {
      expressions.push(expression)
      await reportEvaluation(database, viewer, { suggestionId: id, validationAccuracy: 0.5 })
    }
  }
}

test('a search pays for a scaled twin only when nothing else is left', async () => {
  const spared = await searchAll(normalising.name)
  const plain = await searchAll(reported.name)
  assert.deepEqual([...spared].sort(), [...plain].sort())
  // exp(x) is measured; one constant is enough to know the other.
  const last = spared.slice(-2)
  assert.ok(last.includes('expm1(x)'), last.join())
  assert.equal(last.filter((expression) => ['zero(x)', 'one(x)'].includes(expression)).length, 1, last.join())
  assert.ok(!plain.slice(-2).includes('expm1(x)') || !plain.slice(-2).some((text) => /zero|one/.test(text)))
})

test('a search says which functions count as evaluated with the value of their twin', async () => {
  const begin = async (count: number) => {
    const { id: searchId } = await createSearch(database, viewer, {
      ...{ dataset: normalising.name, algorithm: 'RANDOM', budget: 100, seed: 3, schemas: ['unary(x)'] },
    })
    const { suggestions } = await suggest(database, viewer, { searchId, worker: 'one', count })
    const document = `query ($id: ID!) { node(id: $id) { ... on Search {
      passedOver(first: 100) { expression validationAccuracy twin { expression } } } } }`
    const { data, errors } = await api.ask(document, { id: toGlobalId('Search', searchId) })
    assert.deepEqual(errors, [])
    return { expressions: suggestions.map(({ expression }) => expression), passedOver: data.node.passedOver }
  }
  const whole = await begin(100)
  assert.ok(whole.expressions.includes('expm1(x)'))
  // Nothing else was left, so it was suggested after all.
  assert.deepEqual(whole.passedOver, [])

  const { expressions, passedOver } = await begin(whole.expressions.length - 2)
  assert.ok(!expressions.includes('expm1(x)'))
  const { rows } = await database.pool.query(
    `SELECT validation_accuracy AS value FROM evaluations WHERE dataset_id = $1 AND expression = 'exp(x)'`,
    [normalising.id],
  )
  const named = (pattern: RegExp) =>
    passedOver.filter(({ expression }: { expression: string }) => pattern.test(expression))
  assert.deepEqual(named(/^expm1/), [
    { expression: 'expm1(x)', validationAccuracy: rows[0].value, twin: { expression: 'exp(x)' } },
  ])
  const [constant, ...others] = named(/zero|one/)
  assert.equal(constant.validationAccuracy, null)
  assert.deepEqual(others, [])
})

test('a function lists its scaled twins, and those of older databases are found after a fill', async () => {
  const ask = async () => {
    const { data, errors } = await api.ask(
      '{ activation(expression: "exp(x)") { scaledTwins { expression } } none: activation(expression: "param(0.25)*x") { scaledTwins { id } } }',
    )
    assert.deepEqual(errors, [])
    assert.deepEqual(data.none.scaledTwins, [])
    return data.activation.scaledTwins.map(({ expression }: { expression: string }) => expression)
  }
  assert.deepEqual(await ask(), ['expm1(x)'])
  const { errors } = await api.ask('{ activation(expression: "exp(x)") { scaledTwins(first: 101) { id } } }')
  assert.equal(errors[0].extensions.argument, 'first')
  await database.pool.query('UPDATE activation_shapes SET version = $1, shape = NULL', [SHAPE_VERSION - 1])
  assert.deepEqual(await ask(), [])
  assert.ok((await fillShapes(database)) >= 3)
  assert.deepEqual(await ask(), ['expm1(x)'])
  assert.equal(await fillShapes(database), 0)
})
