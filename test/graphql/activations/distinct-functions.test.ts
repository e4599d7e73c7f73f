import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestApi } from '../../support/api.js'
import { createBenchmark, fitBenchmark } from '../../support/benchmark.js'
import { createTrainable } from '../../support/fixtures/training-fixture.js'

const RELU6 = 'min(relu(x),sum_n(one(x),one(x),one(x),one(x),one(x),one(x)))'

test('a function that leaves another one far out has its own name and curve', async (t) => {
  const { ask } = await openTestApi(t)
  const { data, errors } = await ask(`{
    clipped: activation(expression: "max(elish(x),leakyrelu(x))") { id expression curve(from: -5, to: -4, points: 2) { y } }
    leaky: activation(expression: "leakyrelu(x)") { id expression curve(from: -5, to: -4, points: 2) { y } }
  }`)
  assert.deepEqual(errors, [])
  assert.equal(data.clipped.expression, 'max(elish(x),leakyrelu(x))')
  assert.ok(Math.abs(data.clipped.curve[0].y - -0.006647755) < 1e-9)
  assert.deepEqual([data.leaky.expression, data.leaky.curve[0].y], ['leakyrelu(x)', -0.05])
  assert.notEqual(data.clipped.id, data.leaky.id)
})

test('relu(x) and ReLU6 are two evaluations of a dataset, and two trainings', async (t) => {
  const { ask, createKey, database } = await openTestApi(t)
  const secret = await createKey('DATASET', 'TRAIN')
  await createTrainable(database)
  await ask(
    'mutation { createDataset(input: { name: "own", title: "t", description: "d", architecture: "a", task: "t" }) { dataset { id } } }',
    {},
    secret,
  )
  const add = async (expression: string, validationAccuracy: number) => {
    const mutation = `mutation ($input: AddEvaluationInput!) { addEvaluation(input: $input) { evaluation { id } } }`
    const input = { dataset: 'own', expression, seed: 0, validationAccuracy }
    const { data, errors } = await ask(mutation, { input }, secret)
    assert.deepEqual(errors, [])
    return data.addEvaluation.evaluation.id
  }
  assert.notEqual(await add('relu(x)', 0.5), await add(RELU6, 0.75))
  const train = async (expression: string) => {
    const mutation = `mutation ($input: TrainActivationInput!) { trainActivation(input: $input) { jobs { id expression } } }`
    const { data, errors } = await ask(mutation, { input: { dataset: 'mini-cnn', expression } }, secret)
    assert.deepEqual(errors, [])
    return data.trainActivation.jobs
  }
  const [[relu], [relu6], [clip]] = [await train('relu(x)'), await train(RELU6), await train('nn.ReLU6()(x)')]
  assert.notEqual(relu.id, relu6.id)
  assert.equal(clip.id, relu6.id)
  const { data } = await ask(
    `query ($e: String!) { dataset(name: "own") { evaluationCount evaluation(expression: $e) { validationAccuracy } }
      compare(expressions: ["relu(x)", "clip(x,0,6)"], datasets: ["own"]) { evaluations { validationAccuracy } } }`,
    { e: 'clip(x,0,6)' },
  )
  assert.deepEqual(data.dataset, { evaluationCount: 2, evaluation: { validationAccuracy: 0.75 } })
  assert.deepEqual(
    data.compare.map((each: { evaluations: unknown[] }) => each.evaluations[0]),
    [{ validationAccuracy: 0.5 }, { validationAccuracy: 0.75 }],
  )
})

test('functions with parameters are stored, looked up, listed and predicted, whatever the names of the parameters', async (t) => {
  const { ask, createKey, database } = await openTestApi(t)
  const secret = await createKey('DATASET', 'TRAIN')
  const benchmark = await createBenchmark(database)
  await fitBenchmark(database, benchmark)
  await ask(
    'mutation { createDataset(input: { name: "own", title: "t", description: "d", architecture: "a", task: "t" }) { dataset { id } } }',
    {},
    secret,
  )
  const { data: added, errors } = await ask(
    `mutation { addEvaluations(input: { dataset: "own", rows: [
      { expression: "nn.PReLU()(x)", validationAccuracy: 0.5 }, { expression: "leakyrelu(x,0.25)", validationAccuracy: 0.25 }
      { expression: "param(0.5,\\"a\\")*x + param(2)*tanh(param(0.5,\\"a\\")*x)", validationAccuracy: 0.75 }
    ] }) { evaluations { expression activation { id parameters } } } }`,
    {},
    secret,
  )
  assert.deepEqual(errors, [])
  const [prelu, leaky, pair] = added.addEvaluations.evaluations
  assert.equal(prelu.expression, 'where(greater(x,0),x,mul(param(0.25),x))')
  assert.deepEqual(
    [prelu, leaky, pair].map(({ activation }) => activation.parameters),
    [[0.25], [], [0.5, 2]],
  )
  const { data } = await ask(
    `query ($other: String!, $id: ID!) {
      prelu: activation(expression: "max(x, param(0.25,\\"slope\\")*x)") { id expression parameters evaluation(dataset: "own") { validationAccuracy } }
      pair: activation(expression: $other) { id expression outputs { values(limit: 1) } evaluations { validationAccuracy } }
      fresh: activation(expression: "x*sigmoid(param(1.5)*x)") { id parameters isFinite neighbours(first: 1) { distance } }
      node(id: $id) { ... on Activation { expression parameters } }
      predict(dataset: "synthetic", expressions: ["prelu(x)", "leakyrelu(x,0.25)"]) { mean }
      activations(filter: { operators: ["where"] }) { nodes { expression parameters } }
    }`,
    { other: 'param(2,"z")*tanh(param(0.5,"y")*x)+param(0.5,"y")*x', id: prelu.activation.id },
  )
  assert.deepEqual([data.prelu.id, data.prelu.parameters], [prelu.activation.id, [0.25]])
  assert.deepEqual(data.prelu.evaluation, { validationAccuracy: 0.5 })
  assert.equal(data.pair.id, pair.activation.id)
  assert.deepEqual(data.pair.evaluations, [{ validationAccuracy: 0.75 }])
  assert.deepEqual([data.fresh.parameters, data.fresh.isFinite, data.fresh.neighbours.length], [[1.5], true, 1])
  assert.deepEqual(data.node, { expression: prelu.expression, parameters: [0.25] })
  // A surrogate knows a function by its outputs at the initial values.
  assert.equal(data.predict[0].mean, data.predict[1].mean)
  assert.ok(
    data.activations.nodes.some(
      (each: { expression: string; parameters: number[] }) =>
        each.expression === prelu.expression && each.parameters[0] === 0.25,
    ),
  )
})
