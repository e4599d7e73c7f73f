import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fillProperties } from '../../../src/services/activations/fill-properties.js'
import { openTestApi } from '../../support/api.js'
import { createBenchmark } from '../../support/benchmark.js'

const api = await openTestApi()
const { dataset } = await createBenchmark(api.database)
await fillProperties(api.database)

async function ask(query: string, variables?: Record<string, unknown>) {
  const { data, errors } = await api.ask(query, variables)
  assert.deepEqual(errors, [], query)
  return data
}

const PROPERTIES = ['isEven', 'isOdd', 'isMonotone', 'isBounded', 'isSmooth'] as const

test('a function that is stored and one that is not have their properties', async () => {
  const query = `query ($e: String!) { activation(expression: $e) { properties {
    ${PROPERTIES.join(' ')} valueAtZero derivativeAtZero leftSlope rightSlope turningPoints sampled } } }`
  const relu = {
    ...{ isEven: false, isOdd: false, isMonotone: true, isBounded: false, isSmooth: false },
    ...{ valueAtZero: 0, derivativeAtZero: 0, leftSlope: 0, rightSlope: 1, turningPoints: 0, sampled: [] },
  }
  for (const e of ['relu(x)', 'x*step(x)']) assert.deepEqual((await ask(query, { e })).activation.properties, relu, e)
  const unknown = (await ask(query, { e: 'softplus(3*x)-log_sigmoid(3*x)' })).activation.properties
  assert.equal(unknown.isEven, true)
  assert.equal(unknown.rightSlope, 3)
  assert.ok(unknown.sampled.includes('IS_EVEN'))
})

test('filters by properties find what the properties say, in every list', async () => {
  const all = (await ask(`{ activations(first: 200) { nodes { expression properties { ${PROPERTIES.join(' ')} } } } }`))
    .activations.nodes
  const rows = (
    await ask(
      `query ($d: String!) { dataset(name: $d) { leaderboard(first: 200) { nodes { activation { expression properties { ${PROPERTIES.join(' ')} } } } } } }`,
      { d: dataset.name },
    )
  ).dataset.leaderboard.nodes
  assert.ok(all.length > 5 && rows.length > 2)
  for (const name of PROPERTIES) {
    for (const value of [true, false]) {
      const found = await ask(
        `query ($d: String!, $f: ActivationFilter!) {
          activations(first: 200, filter: $f) { nodes { expression } totalCount }
          dataset(name: $d) {
            leaderboard(first: 200, filter: { activation: $f }) { nodes { activation { expression } } totalCount }
            statistics(filter: { activation: $f }) { count }
          }
        }`,
        { d: dataset.name, f: { [name]: value } },
      )
      const wanted = all.filter((one: Row) => one.properties[name] === value).map((one: Row) => one.expression)
      assert.deepEqual(
        found.activations.nodes.map((one: Row) => one.expression),
        wanted,
        name,
      )
      assert.equal(found.activations.totalCount, wanted.length)
      const evaluated = rows.filter((row: { activation: Row }) => row.activation.properties[name] === value)
      assert.deepEqual(
        found.dataset.leaderboard.nodes.map((row: { activation: Row }) => row.activation.expression),
        evaluated.map((row: { activation: Row }) => row.activation.expression),
        name,
      )
      assert.equal(found.dataset.leaderboard.totalCount, evaluated.length)
    }
  }
})

interface Row {
  expression: string
  properties: Record<string, unknown>
}

test('several conditions must all hold, and null is no condition', async () => {
  const count = async (filter: object) =>
    (await ask('query ($f: ActivationFilter!) { activations(filter: $f) { totalCount } }', { f: filter })).activations
      .totalCount
  assert.equal(await count({ isEven: null }), await count({}))
  assert.ok((await count({ isOdd: true, isBounded: true })) < (await count({ isOdd: true })))
  assert.equal(await count({ isEven: true, isOdd: true }), 1)
})

test('groups by a property hold every evaluation once', async () => {
  const query = `query ($d: String!, $by: GroupKey!) { dataset(name: $d) { evaluationCount
    groups(by: $by) { key statistics { count } } } }`
  const keys = {
    IS_EVEN: ['even', 'not even'],
    IS_ODD: ['odd', 'not odd'],
    IS_MONOTONE: ['monotone', 'not monotone'],
    IS_BOUNDED: ['bounded', 'not bounded'],
    IS_SMOOTH: ['smooth', 'not smooth'],
    SYMMETRY: ['even', 'odd', 'neither', 'even and odd'],
  }
  for (const [by, names] of Object.entries(keys)) {
    const { evaluationCount, groups } = (await ask(query, { d: dataset.name, by })).dataset
    assert.ok(groups.length > 0)
    for (const { key } of groups) assert.ok(names.includes(key), key)
    const sizes = groups.map((one: { statistics: { count: number } }) => one.statistics.count)
    assert.ok(sizes.reduce((sum: number, size: number) => sum + size, 0) <= evaluationCount)
    assert.equal(new Set(groups.map(({ key }: { key: string }) => key)).size, groups.length)
  }
})
